/* SPDX-License-Identifier: MIT */
/*
 * The temporary file beside a checkpoint's target: .NAME.msrck-PID-COUNTER. Its writer holds a lock on it as long as it
 * lives, on whichever machine: one that nobody holds was left behind by a process that was killed, and goes when the
 * same target is written next.
 */
#ifndef MSRCK_FILE_TEMPORARY_FILE_H
#define MSRCK_FILE_TEMPORARY_FILE_H

/* Bytes of the target's name that the temporary's name repeats: together with the suffix below NAME_MAX. */
#define TEMPORARY_NAME_KEPT 180
#define TEMPORARY_NAME_SIZE (TEMPORARY_NAME_KEPT + 64)

/* A new file for `target` in the directory, mode 0600, locked; `name` receives its name. 0 or an errno value. */
int msrck_temporary_create(int directory, const char *target, char name[TEMPORARY_NAME_SIZE], int *descriptor);

/* Removes what killed processes left of `target`. Failing to is no failure: it is tried again next time. */
void msrck_temporary_remove_stale(int directory, const char *target);

#endif
