/* SPDX-License-Identifier: MIT */
/* Threads of the library in somebody else's program: none of the program's signals ends there. */
#ifndef MSRCK_RUNTIME_QUIET_THREAD_H
#define MSRCK_RUNTIME_QUIET_THREAD_H

#include <pthread.h>

/* 0, or the number of the failure. */
int msrck_quiet_thread_start(pthread_t *thread, void *(*run)(void *), void *argument);

#endif
