/* SPDX-License-Identifier: MIT */
/*
 * heat [SIZE] [SEED] - the heat equation on a plate of SIZE by SIZE cells, checkpointable the short way
 *
 * All state is registered: a few globals, and two grids from calloc(). One poll-point stands in the main loop,
 * so there is nothing to be done about calls and locals: a resumed program finds its state restored and goes on
 * in the same loop.
 */
#include <msrck/msrck.h>

#include <string.h>

#include "arguments.h"

#define STEPS_PER_CELL 5

static long seed = 1;
static int size = 48, step;
static double *now, *next;                               /* size * size temperatures; they change places */

MSRCK_GLOBAL(seed, &msrck_long);
MSRCK_GLOBAL(size, &msrck_int);
MSRCK_GLOBAL(step, &msrck_int);
MSRCK_GLOBAL(now, MSRCK_POINTER(&msrck_double));
MSRCK_GLOBAL(next, MSRCK_POINTER(&msrck_double));

static size_t cell_count(void)
{
    return (size_t)size * (size_t)size;
}

/*
 * A grid of zeros from calloc() that msrck knows of. After a resume such a grid comes from malloc() and is
 * registered already. (msrck_new_array() would allocate and register at once; this is for memory that comes
 * from elsewhere.)
 */
static double *new_grid(void)
{
    double *grid = calloc(cell_count(), sizeof *grid);

    if (grid != NULL && msrck_register_block(grid, &msrck_double, cell_count()) != MSRCK_OK) {
        free(grid);
        return NULL;
    }
    return grid;
}

static void free_grid(double *grid)
{
    if (grid != NULL)
        (void)msrck_unregister_block(grid);
    free(grid);
}

/* Random temperatures from 0 to 100 with one hot edge, the same in both grids. */
static bool initialise(void)
{
    now = new_grid();
    next = new_grid();
    if (now == NULL || next == NULL)
        return false;
    for (size_t i = 0; i < cell_count(); i++)
        now[i] = (double)(random_at(seed, i) >> 11) * 0x1p-53 * 100.0;
    for (int column = 0; column < size; column++)
        now[column] = 100.0;
    memcpy(next, now, cell_count() * sizeof *now);
    return true;
}

/* One step of the explicit scheme. The edge keeps its temperature. */
static void advance(void)
{
    size_t width = (size_t)size;
    double *other = NULL;

    for (size_t row = 1; row + 1 < width; row++) {
        for (size_t column = 1; column + 1 < width; column++) {
            const double *cell = &now[row * width + column];
            double around = cell[-1] + cell[1] + *(cell - width) + cell[width];
            next[row * width + column] = *cell + 0.2 * (around - 4.0 * *cell);
        }
    }
    other = now;
    now = next;
    next = other;
}

static void report(void)
{
    double sum = 0.0, highest = 0.0;
    uint64_t checksum = 0, bits = 0;

    for (size_t i = 0; i < cell_count(); i++) {
        sum += now[i];
        highest = now[i] > highest ? now[i] : highest;
        memcpy(&bits, &now[i], sizeof bits);
        checksum = checksum_add(checksum, bits);
    }
    printf("heat: %d by %d cells, seed %ld, %d steps\n", size, size, seed, step);
    printf("sum %.17g, highest %.17g, middle %.17g\n", sum, highest, now[cell_count() / 2 + (size_t)size / 2]);
    printf("checksum %016llx\n", (unsigned long long)checksum);
}

/* From the arguments, which a resumed program does not need: its globals have their values already. */
static int start(int argc, char **argv)
{
    long cells = size;

    if (!at_most_arguments(argc, argv, 2) || !number_argument(argc, argv, 1, "SIZE", 3, 4096, &cells)
        || !number_argument(argc, argv, 2, "SEED", LONG_MIN, LONG_MAX, &seed))
        return 2;
    size = (int)cells;
    if (initialise())
        return EXIT_SUCCESS;
    fprintf(stderr, "heat: no memory for %d by %d cells\n", size, size);
    return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    msrck_options options = MSRCK_OPTIONS_INIT;
    int status = EXIT_SUCCESS;
    bool stopped = false;

    options.program_name = "heat";
    if (msrck_init_options(&argc, &argv, &options) != MSRCK_OK)
        return msrck_report("heat");
    if (!msrck_resumed())
        status = start(argc, argv);
    if (status != EXIT_SUCCESS)
        goto done;
    for (; step < STEPS_PER_CELL * size; step++) {
        stopped = msrck_poll() != 0;
        if (stopped)
            goto done;
        advance();
    }
    report();
done:
    free_grid(now);
    free_grid(next);
    (void)msrck_finish();                                /* waits for a checkpoint that is still being written */
    /* Stopped as asked, or a checkpoint on the way failed: the report says which. */
    return stopped || msrck_error_result() != MSRCK_OK ? msrck_report("heat") : status;
}
