/* SPDX-License-Identifier: MIT */
/*
 * When the next checkpoint is due: by time, by share of the run time, before a deadline. Nothing here looks at a clock:
 * all times are nanoseconds of CLOCK_MONOTONIC that the caller hands in.
 */
#ifndef MSRCK_RUNTIME_PACING_H
#define MSRCK_RUNTIME_PACING_H

#include <stdbool.h>
#include <stdint.h>

#define PACING_NEVER UINT64_MAX

struct pacing {
    uint64_t every, spacing; /* 0: not asked for */
    double overhead;         /* per cent; 0: not asked for */
    uint64_t deadline;       /* PACING_NEVER: none */

    uint64_t started;    /* the program */
    bool begun;          /* a checkpoint has begun at last_begin */
    bool running;        /* and has not ended */
    bool postponed;      /* a request waits for the spacing */
    bool measured;       /* `cost` is of a checkpoint that succeeded */
    uint64_t last_begin; /* of the last checkpoint, good or bad */
    uint64_t last_end;
    uint64_t not_before; /* after a failure: the next try */
    uint64_t cost;       /* of the last good one, from poll-point to finished file */
    uint64_t wait;       /* the longest from a moment that had come to the poll-point that saw it */
};

/* True when any moment can come: there is something to keep a clock for. */
bool msrck_pacing_active(const struct pacing *pacing);

/* When the checkpoint has to begin after which the program leaves; PACING_NEVER without a deadline. */
uint64_t msrck_pacing_stop_time(const struct pacing *pacing);
/* When the next checkpoint is due that the program goes on after; PACING_NEVER when none is, or while one is written. */
uint64_t msrck_pacing_save_time(const struct pacing *pacing);

/* True when a request from outside may be met now; otherwise it is remembered as due at the end of the spacing. */
bool msrck_pacing_admit(struct pacing *pacing, uint64_t now);

void msrck_pacing_begin(struct pacing *pacing, uint64_t now);
/* `cost` is what the checkpoint took, wherever it was written; it may have ended before `now`. */
void msrck_pacing_end(struct pacing *pacing, uint64_t now, uint64_t cost, bool succeeded);

#endif
