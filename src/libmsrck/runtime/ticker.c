/* SPDX-License-Identifier: MIT */
#include "runtime/ticker.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/allocation.h"
#include "base/failure.h"
#include "runtime/quiet_thread.h"
#include "runtime/requests.h"

#define BILLION 1000000000ULL

/* No wait is longer, so that every time fits where seconds have 32 bits. */
#define LONGEST (86400 * BILLION)

struct ticker {
    pid_t process; /* whose thread it is; a forked process has the memory without the thread */
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    uint64_t moment;
    bool ended;
};

uint64_t msrck_monotonic_time(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * BILLION + (uint64_t)now.tv_nsec;
}

uint64_t msrck_epoch_time(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * BILLION + (uint64_t)now.tv_nsec;
}

static void *tick(void *argument)
{
    struct ticker *ticker = argument;

    pthread_mutex_lock(&ticker->lock);
    while (!ticker->ended) {
        uint64_t now = msrck_monotonic_time(), wake = ticker->moment - now < LONGEST ? ticker->moment : now + LONGEST;
        struct timespec moment = { .tv_sec = (time_t)(wake / BILLION), .tv_nsec = (long)(wake % BILLION) };

        if (ticker->moment == UINT64_MAX) {
            pthread_cond_wait(&ticker->changed, &ticker->lock);
        } else if (ticker->moment <= now) {
            ticker->moment = UINT64_MAX;
            msrck_flag_set(FLAG_TIMER);
        } else {
            pthread_cond_timedwait(&ticker->changed, &ticker->lock, &moment);
        }
    }
    pthread_mutex_unlock(&ticker->lock);
    return NULL;
}

/* A condition whose time limits are of CLOCK_MONOTONIC: setting the clock of the machine moves nothing. */
static int create_condition(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    int code = pthread_condattr_init(&attributes);

    if (code != 0)
        return code;
    if ((code = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)) == 0)
        code = pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
    return code;
}

msrck_result msrck_ticker_start(struct ticker **ticker, msrck_error *error)
{
    struct ticker *created = msrck_allocate(1, sizeof *created);
    int code;

    *ticker = NULL;
    if (created == NULL)
        return msrck_fail_memory(error, sizeof *created, "a clock");
    created->process = getpid();
    created->moment = UINT64_MAX;
    if ((code = create_condition(&created->changed)) == 0) {
        if ((code = pthread_mutex_init(&created->lock, NULL)) == 0) {
            if ((code = msrck_quiet_thread_start(&created->thread, tick, created)) == 0) {
                *ticker = created;
                return MSRCK_OK;
            }
            pthread_mutex_destroy(&created->lock);
        }
        pthread_cond_destroy(&created->changed);
    }
    free(created);
    return msrck_fail_system(error, code, "cannot start a thread for the times of checkpoints");
}

void msrck_ticker_stop(struct ticker *ticker)
{
    if (ticker == NULL)
        return;
    if (ticker->process == getpid()) {
        pthread_mutex_lock(&ticker->lock);
        ticker->ended = true;
        pthread_cond_signal(&ticker->changed);
        pthread_mutex_unlock(&ticker->lock);
        pthread_join(ticker->thread, NULL);
        pthread_mutex_destroy(&ticker->lock);
        pthread_cond_destroy(&ticker->changed);
    }
    free(ticker);
}

/* In a forked process the lock may be held for ever by the thread that is not there. */
void msrck_ticker_set(struct ticker *ticker, uint64_t moment)
{
    if (ticker == NULL || ticker->process != getpid())
        return;
    pthread_mutex_lock(&ticker->lock);
    ticker->moment = moment;
    pthread_cond_signal(&ticker->changed);
    pthread_mutex_unlock(&ticker->lock);
}
