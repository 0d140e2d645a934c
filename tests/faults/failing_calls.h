/* SPDX-License-Identifier: MIT */
/*
 * System and memory calls that fail when they are told to. The linker sends the calls of program and library here
 * (--wrap), so that it works with sanitizers and in static programs too.
 *
 * The environment variable FAULT says what: KIND:NUMBER, or KIND:NUMBER:ERRNO. KIND is write, sync, rename, close, open
 * or memory; the NUMBER-th such call fails, counted through the process and the ones it forks, and all that follow too
 * when NUMBER ends with '+'. ERRNO is a number; "short" makes a write take half of what it is given.
 */
#ifndef MSRCK_TEST_FAILING_CALLS_H
#define MSRCK_TEST_FAILING_CALLS_H

/* From here on calls are counted and fail; nothing happens without FAULT. */
void faults_arm(void);
void faults_disarm(void);
/* Calls of the kind so far, in all processes; -1 without FAULT. */
long faults_counted(void);

#endif
