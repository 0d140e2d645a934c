/* SPDX-License-Identifier: MIT */
/*
 * A thread that sets FLAG_TIMER in msrck_flag when a moment has come, and does nothing else. A thread rather than a
 * timer with a signal: a signal would interrupt the program's sleeps and waits, and its timers may be in use. It takes
 * no signals itself. Only programs with a policy have one.
 */
#ifndef MSRCK_RUNTIME_TICKER_H
#define MSRCK_RUNTIME_TICKER_H

#include <msrck/result.h>

struct ticker;

msrck_result msrck_ticker_start(struct ticker **ticker, msrck_error *error);
/* NULL is allowed. In a process that the program forked there is no thread, and nothing happens. */
void msrck_ticker_stop(struct ticker *ticker);
/* The moment, in nanoseconds of CLOCK_MONOTONIC, in place of the former one; UINT64_MAX: none. NULL is allowed. */
void msrck_ticker_set(struct ticker *ticker, uint64_t moment);
/* Nanoseconds of CLOCK_MONOTONIC. */
uint64_t msrck_monotonic_time(void);
/* Nanoseconds since the Epoch, on the clock that people set. */
uint64_t msrck_epoch_time(void);

#endif
