/* SPDX-License-Identifier: MIT */
#include "runtime/quiet_thread.h"

#include <errno.h>
#include <semaphore.h>
#include <signal.h>

#define STACK_BYTES ((size_t)256 << 10) /* enough for what sanitizers and emulators add */

struct beginning {
    void *(*run)(void *);
    void *argument;
    sem_t begun;
};

static void *begin(void *argument)
{
    struct beginning *beginning = argument;
    void *(*run)(void *) = beginning->run;

    argument = beginning->argument;
    sem_post(&beginning->begun);
    return run(argument);
}

/* All signals are blocked while the thread is created, so that it inherits that. */
int msrck_quiet_thread_start(pthread_t *thread, void *(*run)(void *), void *argument)
{
    struct beginning beginning = { .run = run, .argument = argument };
    pthread_attr_t attributes;
    sigset_t all, former;
    int code;

    if (sem_init(&beginning.begun, 0, 0) != 0)
        return errno;
    if ((code = pthread_attr_init(&attributes)) != 0)
        return code;
    sigfillset(&all);
    if ((code = pthread_attr_setstacksize(&attributes, STACK_BYTES)) == 0 &&
        (code = pthread_sigmask(SIG_SETMASK, &all, &former)) == 0) {
        code = pthread_create(thread, &attributes, begin, &beginning);
        pthread_sigmask(SIG_SETMASK, &former, NULL);
        /*
         * A fork while it begins would leave whatever lock its beginning holds locked for ever in the new process: the
         * C library takes care of its own, a sanitizer's allocator does not.
         */
        while (code == 0 && sem_wait(&beginning.begun) != 0 && errno == EINTR)
            continue;
    }
    pthread_attr_destroy(&attributes);
    sem_destroy(&beginning.begun);
    return code;
}
