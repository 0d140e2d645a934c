/* SPDX-License-Identifier: MIT */
/*
 * mpi_heat FOLDER [SIZE] [STEPS] [SEED] [OPTION]... - the heat equation on a plate of SIZE by SIZE cells, by any number of MPI ranks
 *
 * Each rank has some rows of the plate, and a copy of the row above them and of the row below. Checkpoints go to FOLDER, and where there is
 * one the program goes on from it: the same command line starts it and restarts it. What it prints does not depend on
 * the number of ranks, nor on how often it was killed.
 */
#include <msrck/msrck.h>

#include <string.h>

#include "../arguments.h"
#include "ranks.h"

static long seed = 1, size = 256, steps = 1000, step;
static long first, rows;                                /* the rank's, counted from the top */
static double *now, *next;                              /* rows + 2 by size; they change places */
MSRCK_GLOBAL(seed, &msrck_long);
MSRCK_GLOBAL(size, &msrck_long);
MSRCK_GLOBAL(steps, &msrck_long);
MSRCK_GLOBAL(step, &msrck_long);
MSRCK_GLOBAL(first, &msrck_long);
MSRCK_GLOBAL(rows, &msrck_long);
MSRCK_GLOBAL(now, MSRCK_POINTER(&msrck_double));
MSRCK_GLOBAL(next, MSRCK_POINTER(&msrck_double));

static double *row_of(double *grid, long row)
{
    return &grid[(size_t)row * (size_t)size];
}

/* ---- Beginning ---- */

/* Random temperatures with one hot edge. Only rows of the plate are filled, not what lies above and below it. */
static bool initialise(const struct ranks *ranks)
{
    size_t cells;

    first = size * ranks->rank / ranks->count;
    rows = size * (ranks->rank + 1) / ranks->count - first;
    cells = (size_t)(rows + 2) * (size_t)size;
    now = msrck_new_array(&msrck_double, cells);
    next = msrck_new_array(&msrck_double, cells);
    if (now == NULL || next == NULL)
        return false;
    for (long row = -1; row <= rows; row++)
        for (long column = 0; column < size; column++) {
            long place = (first + row) * size + column;

            if (first + row >= 0 && first + row < size)
                row_of(now, row + 1)[column] =
                    place < size ? 100.0 : (double)(random_at(seed, (uint64_t)place) >> 11) * 0x1p-53 * 100.0;
        }
    memcpy(next, now, cells * sizeof *now);
    return true;
}

static int start(int argc, char **argv, const struct ranks *ranks)
{
    if (!at_most_arguments(argc, argv, 4) || !number_argument(argc, argv, 2, "SIZE", 3, 8192, &size) ||
        !number_argument(argc, argv, 3, "STEPS", 0, 1000000000, &steps) ||
        !number_argument(argc, argv, 4, "SEED", LONG_MIN, LONG_MAX, &seed))
        return 2;
    if (size < ranks->count) {
        fprintf(stderr, "mpi_heat: fewer rows than ranks\n");
        return 2;
    }
    return initialise(ranks) ? 0 : msrck_report("mpi_heat");
}

/* ---- One step ---- */

static void exchange_edges(const struct ranks *ranks)
{
    int above = ranks->rank > 0 ? ranks->rank - 1 : MPI_PROC_NULL;
    int below = ranks->rank + 1 < ranks->count ? ranks->rank + 1 : MPI_PROC_NULL;

    MPI_Sendrecv(row_of(now, 1), (int)size, MPI_DOUBLE, above, 0, row_of(now, rows + 1), (int)size, MPI_DOUBLE, below, 0,
                 ranks->communicator, MPI_STATUS_IGNORE);
    MPI_Sendrecv(row_of(now, rows), (int)size, MPI_DOUBLE, below, 1, row_of(now, 0), (int)size, MPI_DOUBLE, above, 1,
                 ranks->communicator, MPI_STATUS_IGNORE);
}

/* The edge of the plate keeps its temperature. */
static void advance(void)
{
    double *other;

    for (long row = 1; row <= rows; row++) {
        const double *here = row_of(now, row);

        if (first + row - 1 == 0 || first + row - 1 == size - 1)
            continue;
        for (long column = 1; column + 1 < size; column++) {
            double around = here[column - 1] + here[column + 1] + here[column - size] + here[column + size];

            row_of(next, row)[column] = here[column] + 0.2 * (around - 4.0 * here[column]);
        }
    }
    other = now;
    now = next;
    next = other;
}

/* ---- Reporting ---- */

/* Rank 0 takes the rows one rank after the other, so that sums are those of a single rank. */
static void report(const struct ranks *ranks)
{
    uint64_t checksum = 0, bits;
    double sum = 0;

    if (ranks->rank != 0) {
        for (long row = 1; row <= rows; row++)
            MPI_Send(row_of(now, row), (int)size, MPI_DOUBLE, 0, 2, ranks->communicator);
        return;
    }
    for (long row = 0; row < size; row++) {
        double *cells = row < rows ? row_of(now, row + 1) : row_of(next, 1);
        int owner = 0;

        while (row >= size * (owner + 1) / ranks->count)
            owner++;
        if (owner != 0)
            MPI_Recv(cells, (int)size, MPI_DOUBLE, owner, 2, ranks->communicator, MPI_STATUS_IGNORE);
        for (long column = 0; column < size; column++) {
            sum += cells[column];
            memcpy(&bits, &cells[column], sizeof bits);
            checksum = checksum_add(checksum, bits);
        }
    }
    printf("mpi_heat: %ld by %ld cells, seed %ld, %ld steps\n", size, size, seed, step);
    printf("sum %.17g, checksum %016llx\n", sum, (unsigned long long)checksum);
}

/* Nonzero when all ranks are to end without a report. */
static int run(struct ranks *ranks, int argc, char **argv)
{
    int status = msrck_resumed() ? 0 : start(argc, argv, ranks);

    if (!ranks_agree(ranks, status == 0))
        return status != 0 ? status : 1;
    for (; step < steps; step++) {
        if (ranks_poll(ranks))
            return msrck_exit_status();
        exchange_edges(ranks);
        advance();
    }
    report(ranks);
    return 0;
}

int main(int argc, char **argv)
{
    msrck_options options = MSRCK_OPTIONS_INIT;
    struct ranks ranks;
    int status;

    MPI_Init(&argc, &argv);
    if (argc < 2 || *argv[1] == '-') {
        fprintf(stderr, "usage: mpi_heat FOLDER [SIZE] [STEPS] [SEED] [OPTION]...\n");
        MPI_Finalize();
        return 2;
    }
    if (ranks_open(&ranks, MPI_COMM_WORLD, argv[1])) {
        options.program_name = "mpi_heat";
        options.resume = ranks.resume;
        options.no_control = true;
        status = msrck_init_options(&argc, &argv, &options) == MSRCK_OK ? 0 : msrck_report("mpi_heat");
        if (ranks_agree(&ranks, status == 0))
            status = run(&ranks, argc, argv);
        (void)msrck_finish();
    } else {
        status = 7;
    }
    ranks_close(&ranks);
    MPI_Finalize();
    return status;
}
