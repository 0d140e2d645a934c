/* SPDX-License-Identifier: MIT */
/*
 * How often the program has gone on from a checkpoint and crashed: counted in FILE.attempts beside it, since the process
 * that crashes cannot say so itself.
 */
#ifndef MSRCK_RUNTIME_RESUME_ATTEMPTS_H
#define MSRCK_RUNTIME_RESUME_ATTEMPTS_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>

#include <msrck/msrck.h>

#define ATTEMPTS_SUFFIX ".attempts"
#define SET_ASIDE_SUFFIX ".set-aside"

struct resume_attempts {
    char *path; /* of the checkpoint, owned; NULL: nothing is counted */
    unsigned before; /* attempts before this one */
};

/* Attempts that are noted for the file with this status; 0 when none, or when they are another file's. */
unsigned msrck_attempts_read(const char *path, const struct stat *status);

/*
 * Notes one attempt more, before anything is restored. Where the note cannot be written, on a read-only file system
 * say, nothing is counted.
 */
msrck_result msrck_attempts_begin(struct resume_attempts *attempts, const char *path, msrck_error *error);
/* The program has got beyond the checkpoint, or to its end: the note is removed. */
void msrck_attempts_succeed(struct resume_attempts *attempts);
/* The resume failed with a message, which is no crash: the note is as it was before. Nothing happens afterwards. */
void msrck_attempts_take_back(struct resume_attempts *attempts);
void msrck_attempts_free(struct resume_attempts *attempts);

/* Renames the checkpoint to PATH.set-aside, or PATH.set-aside.2 and so on. *aside is the new name, owned. */
msrck_result msrck_set_aside(const char *path, char **aside, msrck_error *error);

#endif
