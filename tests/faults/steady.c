/* SPDX-License-Identifier: MIT */
/*
 * A program whose state can be told from any other: after step N its sum is that of the first N terms of a sequence and
 * its list holds them all. It exits with 9 when that is not so, whatever it was resumed from.
 *
 * usage: steady            twelve steps; a checkpoint at step 3, another at step 6, where calls fail (failing_calls.h)
 *        steady endless    a checkpoint at every step, for those who kill it; ends after 500
 *        steady faulty     twelve steps without a checkpoint; calls fail from the beginning, for resuming
 */
#include <msrck/msrck.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "failing_calls.h"

#define STEPS 12
#define ENDLESS_STEPS 500
#define HISTORY (1 << 17)          /* enough noise for several writes */

struct term {
    unsigned value;
    struct term *before;
};
extern const msrck_type term_type;
MSRCK_STRUCT(term_type, struct term, MSRCK_FIELD(struct term, value, &msrck_uint),
             MSRCK_FIELD(struct term, before, MSRCK_POINTER(&term_type)));

static struct term *last;
static unsigned step, sum, history[HISTORY];
MSRCK_GLOBAL(last, MSRCK_POINTER(&term_type));
MSRCK_GLOBAL(step, &msrck_uint);
MSRCK_GLOBAL(sum, &msrck_uint);
MSRCK_GLOBAL(history, MSRCK_ARRAY(&msrck_uint, HISTORY));

static unsigned term(unsigned n)
{
    return n * 2654435761u ^ n << 7;
}

static void advance(void)
{
    struct term *fresh = msrck_new(&term_type);

    if (fresh == NULL)
        exit(8);
    fresh->value = term(step);
    fresh->before = last;
    last = fresh;
    sum += fresh->value;
    history[step % HISTORY] = sum;
    step++;
}

static void check(void)
{
    unsigned expected = 0, n = step;

    for (unsigned s = 0; s < step; s++)
        expected += term(s);
    for (const struct term *each = last; each != NULL && n > 0; each = each->before)
        if (each->value != term(--n))
            exit(9);
    if (expected != sum || n != 0 || (step > 0 && history[(step - 1) % HISTORY] != sum))
        exit(9);
}

/* Checkpoints so far, after the process that writes one has ended; waiting leaves it to the library. */
static unsigned long long settled_count(void)
{
    siginfo_t info;

    waitid(P_ALL, 0, &info, WEXITED | WNOWAIT);
    return msrck_checkpoint_count();
}

static bool run_twelve(bool checkpoints)
{
    while (step < STEPS) {
        bool failing = checkpoints && step == 6;

        if (checkpoints && (step == 3 || failing))
            msrck_request();
        if (failing) {
            settled_count();        /* the checkpoint of step 3 is finished before anything fails */
            faults_arm();
        }
        if (msrck_poll())
            return false;
        if (failing)
            faults_disarm();
        advance();
    }
    return true;
}

static bool run_endless(void)
{
    while (step < ENDLESS_STEPS) {
        advance();
        msrck_request();
        if (msrck_poll())
            return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    bool faulty = argc > 1 && strcmp(argv[1], "faulty") == 0, endless = argc > 1 && strcmp(argv[1], "endless") == 0;

    if (faulty)
        faults_arm();
    if (msrck_init(&argc, &argv) != MSRCK_OK) {
        faults_disarm();
        fprintf(stderr, "counted %ld\n", faults_counted());
        return msrck_report(argv[0]);
    }
    faults_disarm();
    check();
    for (unsigned h = step; h < HISTORY; h++)
        history[h] = term(h + 1000);
    if (!(endless ? run_endless() : run_twelve(!faulty)))
        return msrck_exit_status();
    check();
    fprintf(stderr, "finished %llu, ", settled_count());
    fprintf(stderr, "%s\n", msrck_error_message());
    fprintf(stderr, "counted %ld\n", faults_counted());
    printf("steady: %u after %u steps\n", sum, step);
    return msrck_finish();
}
