/* SPDX-License-Identifier: MIT */
/*
 * State that the C library keeps for the program: the sequences of rand(), random() and the drand48() family, where
 * msrck_strtok() stands, standard streams that the program tracks. Each is a global variable of a reserved name in the
 * checkpoint, there only where the program uses it.
 */
#ifndef MSRCK_RUNTIME_LIBRARY_STATE_H
#define MSRCK_RUNTIME_LIBRARY_STATE_H

#include <stdio.h>

#include <msrck/msrck.h>

#define RESERVED_PREFIX "msrck." /* of variables; no identifier of C has a dot */

enum { RANDOM_WORDS = 63 };

/* The additive feedback generator of rand() and random(): the same on every machine. */
struct random_state {
    int degree;                  /* words of state: 31 usually; 7, 15, 63 or 1 after initstate() */
    int index;                   /* of the word that the next number is added to */
    int32_t words[RANDOM_WORDS]; /* 0 behind the degree */
};

/* The linear congruence of the drand48() family: next = (multiplier * next + increment) mod 2^48. */
struct drand48_state {
    uint64_t next, multiplier;
    uint16_t increment;
};

struct library_state {
    struct random_state random;
    struct drand48_state drand48;
    char *strtok;      /* where the next token is looked for */
    FILE *standard[3]; /* stdin, stdout and stderr, where they are tracked */
};

struct session;
struct metadata;

/* Before a checkpoint is written, in the program: takes the state, and registers what is used as variables. */
msrck_result msrck_library_look(struct session *session, msrck_error *error);
/* Registers what the checkpoint has, so that it is restored like every variable. */
msrck_result msrck_library_expect(struct session *session, const struct metadata *metadata, msrck_error *error);
/* When everything is restored: gives the C library its state. */
msrck_result msrck_library_set(struct session *session, msrck_error *error);

#endif
