/* SPDX-License-Identifier: MIT */
#include "runtime/quiet_thread.h"

#include <signal.h>

#define STACK_BYTES ((size_t)256 << 10) /* enough for what sanitizers and emulators add */

/* All signals are blocked while the thread is created, so that it inherits that. */
int msrck_quiet_thread_start(pthread_t *thread, void *(*run)(void *), void *argument)
{
    pthread_attr_t attributes;
    sigset_t all, former;
    int code;

    if ((code = pthread_attr_init(&attributes)) != 0)
        return code;
    sigfillset(&all);
    if ((code = pthread_attr_setstacksize(&attributes, STACK_BYTES)) == 0 &&
        (code = pthread_sigmask(SIG_SETMASK, &all, &former)) == 0) {
        code = pthread_create(thread, &attributes, run, argument);
        pthread_sigmask(SIG_SETMASK, &former, NULL);
    }
    pthread_attr_destroy(&attributes);
    return code;
}
