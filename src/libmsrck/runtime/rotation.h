/* SPDX-License-Identifier: MIT */
/*
 * The checkpoints before the newest: FILE.1 is the last one but one, FILE.2 the one before it. At every moment FILE is a
 * whole checkpoint, and a new one that cannot be put in its place changes nothing.
 */
#ifndef MSRCK_RUNTIME_ROTATION_H
#define MSRCK_RUNTIME_ROTATION_H

#include <stdbool.h>

#include <msrck/msrck.h>

struct rotation {
    char *held; /* second name of the checkpoint that is about to be replaced, owned; NULL: there is none */
};

/* Before the new checkpoint takes its name: holds the present one under a second name. */
msrck_result msrck_rotation_begin(struct rotation *rotation, const char *path, msrck_error *error);
/*
 * Afterwards. Committed: the one that is held becomes PATH.1, and each PATH.N the next, up to `keep` in all. Otherwise
 * the second name is removed.
 */
msrck_result msrck_rotation_end(struct rotation *rotation, const char *path, unsigned keep, bool committed,
                                msrck_error *error);

#endif
