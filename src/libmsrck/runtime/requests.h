/* SPDX-License-Identifier: MIT */
/*
 * The bits of msrck_flag, and who sets them. A signal may come between any two instructions, so every change is atomic.
 */
#ifndef MSRCK_RUNTIME_REQUESTS_H
#define MSRCK_RUNTIME_REQUESTS_H

#include <msrck/msrck.h>

enum flag_bits {
    FLAG_REQUEST = 1,    /* a checkpoint is wanted at the next poll-point */
    FLAG_COUNTING = 2,   /* --checkpoint-at: every poll-point has to be counted */
    FLAG_COLLECTING = 4, /* functions return, handing over their live variables */
    FLAG_RESUMING = 8,   /* functions are entered, taking them back */
    FLAG_WAITING = 16,   /* a checkpoint is open, msrck_restore() has not been called */
    FLAG_FAILED = 32,    /* resuming failed: all functions return */
    FLAG_STOP = 64,      /* with FLAG_REQUEST: the program is to leave after the checkpoint */
    FLAG_TIMER = 128,    /* a moment of a policy has come */
    FLAG_CONTROL = 256,  /* a request by the control socket waits, or a forked process has ended */
    FLAG_MIGRATE = 512   /* the program is to go on elsewhere */
};

static inline void msrck_flag_set(int bits)
{
    __atomic_fetch_or(&msrck_flag, bits, __ATOMIC_SEQ_CST);
}
static inline void msrck_flag_clear(int bits)
{
    __atomic_fetch_and(&msrck_flag, ~bits, __ATOMIC_SEQ_CST);
}
static inline bool msrck_flag_has(int bits)
{
    return (msrck_flag & bits) != 0;
}

struct session;

/* Installs the handlers of options.signal and options.stop_signal; closing restores the former ones. */
msrck_result msrck_requests_open(struct session *session, msrck_error *error);
void msrck_requests_close(struct session *session);
/* In the forked process: a request for the program is none for it. */
void msrck_requests_ignore(const struct session *session);

/*
 * Counts this poll-point; true when a checkpoint is due here. The request is then taken, and session->stopping tells
 * whether the program is to leave after it.
 */
bool msrck_requests_due(struct session *session);

#endif
