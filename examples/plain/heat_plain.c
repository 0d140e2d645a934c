/* SPDX-License-Identifier: MIT */
/* heat without msrck: the output of examples/heat.c must equal this program's, whatever happened in between. */
#include <string.h>

#include "../arguments.h"

#define STEPS_PER_CELL 5

static long seed = 1;
static int size = 48, step;
static double *now, *next;

static size_t cell_count(void)
{
    return (size_t)size * (size_t)size;
}

static bool initialise(void)
{
    now = calloc(cell_count(), sizeof *now);
    next = calloc(cell_count(), sizeof *next);
    if (now == NULL || next == NULL)
        return false;
    for (size_t i = 0; i < cell_count(); i++)
        now[i] = (double)(random_at(seed, i) >> 11) * 0x1p-53 * 100.0;
    for (int column = 0; column < size; column++)
        now[column] = 100.0;
    memcpy(next, now, cell_count() * sizeof *now);
    return true;
}

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

int main(int argc, char **argv)
{
    long cells = size;

    if (!at_most_arguments(argc, argv, 2) || !number_argument(argc, argv, 1, "SIZE", 3, 4096, &cells)
        || !number_argument(argc, argv, 2, "SEED", LONG_MIN, LONG_MAX, &seed))
        return 2;
    size = (int)cells;
    if (!initialise())
        return EXIT_FAILURE;
    for (; step < STEPS_PER_CELL * size; step++)
        advance();
    report();
    free(now);
    free(next);
    return EXIT_SUCCESS;
}
