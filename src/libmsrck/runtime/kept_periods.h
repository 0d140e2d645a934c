/* SPDX-License-Identifier: MIT */
/*
 * One checkpoint of each hour, or day: FILE.hourly-20261122T21 and FILE.daily-20261122 (UTC, so that no hour comes twice)
 * are second names of the last checkpoint of that time. Each is made in one step from a checkpoint that is whole; at
 * every moment it is whole, or not there.
 */
#ifndef MSRCK_RUNTIME_KEPT_PERIODS_H
#define MSRCK_RUNTIME_KEPT_PERIODS_H

#include <stdbool.h>
#include <time.h>

#include <msrck/msrck.h>

/* Text that sorts as the times do, days after their hours: "20261122T21", "20261122T~". */
#define PERIOD_KEY_SIZE 12

/* True for "BASE.hourly-..." and "BASE.daily-..."; `name` begins with BASE. */
bool msrck_period_key(const char *name, size_t base_length, char key[PERIOD_KEY_SIZE]);

/*
 * Keeps PATH, which was just written, for its hour and its day, and removes those that are more than so many hours and days
 * with checkpoints back. 0: nothing is kept or removed of that kind. Names of times to come are left alone: the clock
 * was wrong then, or is now.
 */
msrck_result msrck_periods_keep(const char *path, unsigned hourly, unsigned daily, time_t moment, bool sync,
                                msrck_error *error);

#endif
