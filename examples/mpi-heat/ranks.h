/* SPDX-License-Identifier: MIT */
/*
 * ranks.h - checkpoints of an MPI program: all ranks at the same point, committed all or none
 *
 * ## What is where
 *
 * Each rank writes its own file, GENERATION-RANK.msrck, into one folder that all ranks see. The file `manifest` there names one
 * generation and the size and digest of each of its files; renaming it into place commits that generation. Files that the
 * manifest does not name mean nothing: a program that was killed at any moment goes on from what the manifest says.
 *
 * ## Life cycle
 *
 *     struct ranks ranks;
 *     MPI_Init(&argc, &argv);
 *     ok = ranks_open(&ranks, MPI_COMM_WORLD, folder);
 *     options.resume = ranks.resume;                   the file of this rank, or NULL
 *     options.no_control = true;                       see msrck_take_wish()
 *     ok = ranks_agree(&ranks, ok && msrck_init_options(&argc, &argv, &options) == MSRCK_OK);
 *     while (...)
 *         if (ranks_poll(&ranks))                      all ranks, between two iterations, with no message under way
 *             break;                                   saved, and asked to stop
 *     ranks_close(&ranks);
 *
 * All functions but ranks_close() are collective. Requests are msrck's: signals, --checkpoint-every and its like. One that reaches any rank
 * makes all of them checkpoint.
 *
 * ## Failures
 *
 * A function that fails on one rank fails on all; the rank that has a reason prints it. A checkpoint that fails on any rank
 * is dropped by all, the one before stays, and the program goes on.
 */
#ifndef EXAMPLES_RANKS_H
#define EXAMPLES_RANKS_H

#include <mpi.h>
#include <stdbool.h>

struct ranks {
    MPI_Comm communicator;
    int rank, count;
    const char *folder;                 /* borrowed */
    unsigned long long generation;      /* that the manifest names; 0: there is none yet */
    char *resume;                       /* owned: this rank's file of it, or NULL */
};

/*
 * Finds out what to go on from, and makes the folder where there is none. False when the manifest cannot be read, is of another number of
 * ranks, or names a file that is not what it was.
 */
bool ranks_open(struct ranks *ranks, MPI_Comm communicator, const char *folder);

/* Whether it is true on all ranks. */
bool ranks_agree(const struct ranks *ranks, bool mine);

/* Takes a checkpoint if any rank was asked for one. True: it is complete and the program was asked to stop. */
bool ranks_poll(struct ranks *ranks);

void ranks_close(struct ranks *ranks);

#endif
