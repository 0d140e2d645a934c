/* SPDX-License-Identifier: MIT */
/*
 * The course of a checkpoint as the program sees it, wherever it is written: when it began, how long the program paused,
 * what it cost, how it ended; and from that, when the next one is due.
 */
#ifndef MSRCK_RUNTIME_COURSE_H
#define MSRCK_RUNTIME_COURSE_H

#include <stdbool.h>

#include <msrck/msrck.h>

#include "runtime/pacing.h"
#include "runtime/ticker.h"

struct course {
    struct pacing pacing;
    struct ticker *ticker; /* NULL: there is no policy */
    uint64_t paused;       /* when the poll-point was reached */
    uint64_t began;        /* when nothing was in the way any more */
    uint64_t pause;        /* what the program waited */
    uint64_t armed;        /* when a poll-point should see the flag; PACING_NEVER: at no time */
    uint64_t look_again;   /* nanoseconds until a forked process is looked after */
    int timings;           /* descriptor; -1: none */
    bool timings_owned;
};

struct session;

/* Opens the file of timings and starts the clock, where options ask for them. msrck_course_close() is for both ends. */
msrck_result msrck_course_open(struct session *session, msrck_error *error);
void msrck_course_close(struct session *session);

/* True when the clock asked for a checkpoint that is due; *stop: one before a deadline. `requested`: so did someone else. */
bool msrck_course_due(struct session *session, bool requested, bool *stop);

/* At the poll-point: waits for a process that still writes, since both would race for one path. */
void msrck_course_begin(struct session *session);
/* In the program: the forked process has the rest to do. */
void msrck_course_forked(struct session *session);
/* Nanoseconds since the beginning; also in the forked process. */
uint64_t msrck_course_cost(const struct session *session);
/* It is written, or has failed with `error`, which becomes the session's last failure. */
void msrck_course_end(struct session *session, const char *path, const msrck_error *error,
                      const struct msrck_checkpoint_report *report, uint64_t cost);

#endif
