/* SPDX-License-Identifier: MIT */
/*
 * orbit [DAYS] [PAUSE] - a sun, a planet and its moon: a long computation for a scheduler, checkpointable the short way
 *
 * Prints a line a day. To take as long as a real job without the work of one, it waits PAUSE milliseconds each day; a request
 * to save interrupts the wait.
 *
 * What it prints leaves the program at once, and a checkpoint that was asked to stop it is the last thing it does: so
 * a job's output, appended to from run to run, is that of one undisturbed run.
 */
#include <msrck/msrck.h>

#include <math.h>
#include <time.h>

#include "../arguments.h"

#define STEPS_PER_DAY 24

struct body {
    double mass;
    double position[2], velocity[2];
};
extern const msrck_type body_type;
MSRCK_STRUCT(body_type, struct body,
    MSRCK_FIELD(struct body, mass, &msrck_double),
    MSRCK_FIELD(struct body, position, MSRCK_ARRAY(&msrck_double, 2)),
    MSRCK_FIELD(struct body, velocity, MSRCK_ARRAY(&msrck_double, 2)));

static struct body bodies[] = {
    { 1.0, { 0, 0 }, { 0, 0 } },
    { 1e-3, { 1, 0 }, { 0, 0.0172 } },
    { 1e-9, { 1.01, 0 }, { 0, 0.0226 } },
};
static long days = 365, pause_length;
static int day;
MSRCK_GLOBAL(bodies, MSRCK_ARRAY(&body_type, 3));
MSRCK_GLOBAL(days, &msrck_long);
MSRCK_GLOBAL(pause_length, &msrck_long);
MSRCK_GLOBAL(day, &msrck_int);

#define BODIES (sizeof bodies / sizeof bodies[0])

/* Gravity between each two, in units of the sun's mass, its distance and days. */
static void attract(struct body *one, const struct body *other, double time)
{
    double x = other->position[0] - one->position[0], y = other->position[1] - one->position[1];
    double distance = sqrt(x * x + y * y);
    double pull = 2.9591e-4 * other->mass / (distance * distance * distance) * time;

    one->velocity[0] += pull * x;
    one->velocity[1] += pull * y;
}

static void advance_day(void)
{
    const double time = 1.0 / STEPS_PER_DAY;

    for (int step = 0; step < STEPS_PER_DAY; step++) {
        for (size_t i = 0; i < BODIES; i++)
            for (size_t other = 0; other < BODIES; other++)
                if (other != i)
                    attract(&bodies[i], &bodies[other], time);
        for (size_t i = 0; i < BODIES; i++)
            for (int axis = 0; axis < 2; axis++)
                bodies[i].position[axis] += bodies[i].velocity[axis] * time;
    }
}

static void print_day(void)
{
    printf("day %4d: planet %.17g %.17g, moon %.17g %.17g\n", day, bodies[1].position[0], bodies[1].position[1],
           bodies[2].position[0], bodies[2].position[1]);
    fflush(stdout);
}

/* A request does not cut it short when it came between the poll-point and here; the next poll-point is one pause away. */
static void wait_a_little(void)
{
    struct timespec length = { pause_length / 1000, pause_length % 1000 * 1000000 };

    if (pause_length > 0)
        nanosleep(&length, NULL);
}

int main(int argc, char **argv)
{
    msrck_options options = MSRCK_OPTIONS_INIT;

    options.program_name = "orbit";
    if (msrck_init_options(&argc, &argv, &options) != MSRCK_OK)
        return msrck_report("orbit");
    fputs(msrck_resume_notes(), stderr);
    if (!msrck_resumed() && !(number_argument(argc, argv, 1, "DAYS", 1, 100000, &days) &&
                              number_argument(argc, argv, 2, "PAUSE", 0, 60000, &pause_length)))
        return 2;
    while (day < days) {
        if (msrck_poll()) {
            (void)msrck_finish();
            return msrck_report("orbit");
        }
        advance_day();
        day++;
        print_day();
        wait_a_little();
    }
    return msrck_finish();
}
