/* SPDX-License-Identifier: MIT */
#include "file/chunk_pool.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "base/allocation.h"

#define MOST_THREADS 256u

struct slot {
    struct chunk_section chunk;
    bool coded;
};

/*
 * The ring's three ends count chunks since the beginning: written <= begun <= submitted <= written + slot_count. Chunk
 * number n is in slot n % slot_count; the caller owns it outside [written, submitted) and once it is coded, a thread in
 * between.
 */
struct chunk_pool {
    struct codec_choice choice;
    struct slot *slots;             /* owned */
    size_t slot_count;
    pthread_t threads[MOST_THREADS];
    unsigned thread_count;
    pthread_mutex_t lock;           /* guards what follows, and every slot's `coded` */
    pthread_cond_t work, done;
    size_t submitted, begun, written;
    bool stop;
};

static void *code_chunks(void *argument)
{
    struct chunk_pool *pool = argument;

    pthread_mutex_lock(&pool->lock);
    for (;;) {
        struct slot *slot;

        while (!pool->stop && pool->begun == pool->submitted)
            pthread_cond_wait(&pool->work, &pool->lock);
        if (pool->stop)
            break;
        slot = &pool->slots[pool->begun++ % pool->slot_count];
        pthread_mutex_unlock(&pool->lock);
        msrck_chunk_section_code(&slot->chunk, &pool->choice);
        pthread_mutex_lock(&pool->lock);
        slot->coded = true;
        pthread_cond_signal(&pool->done);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

/* The program's signal handlers must not run on threads it does not know of. */
static void start_threads(struct chunk_pool *pool, unsigned threads)
{
    sigset_t all, before;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (pool->thread_count < threads &&
           pthread_create(&pool->threads[pool->thread_count], NULL, code_chunks, pool) == 0)
        pool->thread_count++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

struct chunk_pool *msrck_chunk_pool_new(unsigned threads, const struct codec_choice *choice)
{
    struct chunk_pool *pool = msrck_allocate(1, sizeof *pool);

    if (pool == NULL)
        return NULL;
    if (threads > MOST_THREADS)
        threads = MOST_THREADS;
    pool->choice = *choice;
    pool->slot_count = 2 * (size_t)threads;
    pool->slots = msrck_allocate(pool->slot_count, sizeof *pool->slots);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->work, NULL);
    pthread_cond_init(&pool->done, NULL);
    if (pool->slots != NULL)
        start_threads(pool, threads);
    if (pool->thread_count == 0) {
        msrck_chunk_pool_free(pool);
        return NULL;
    }
    return pool;
}

void msrck_chunk_pool_free(struct chunk_pool *pool)
{
    if (pool == NULL)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->stop = true;
    pthread_cond_broadcast(&pool->work);
    pthread_mutex_unlock(&pool->lock);
    for (unsigned i = 0; i < pool->thread_count; i++)
        pthread_join(pool->threads[i], NULL);
    for (size_t i = 0; pool->slots != NULL && i < pool->slot_count; i++)
        msrck_chunk_section_clear(&pool->slots[i].chunk);
    pthread_cond_destroy(&pool->done);
    pthread_cond_destroy(&pool->work);
    pthread_mutex_destroy(&pool->lock);
    free(pool->slots);
    free(pool);
}

struct chunk_section *msrck_chunk_pool_fill(struct chunk_pool *pool)
{
    /* `submitted` and `written` change in the caller's thread only, so it reads them without the lock. */
    if (pool->submitted - pool->written == pool->slot_count)
        return NULL;
    return &pool->slots[pool->submitted % pool->slot_count].chunk;
}

void msrck_chunk_pool_submit(struct chunk_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    pool->slots[pool->submitted % pool->slot_count].coded = false;
    pool->submitted++;
    pthread_cond_signal(&pool->work);
    pthread_mutex_unlock(&pool->lock);
}

struct chunk_section *msrck_chunk_pool_take(struct chunk_pool *pool, bool wait)
{
    struct slot *slot = &pool->slots[pool->written % pool->slot_count];
    bool coded;

    if (pool->written == pool->submitted)
        return NULL;
    pthread_mutex_lock(&pool->lock);
    while (wait && !slot->coded)
        pthread_cond_wait(&pool->done, &pool->lock);
    coded = slot->coded;
    pthread_mutex_unlock(&pool->lock);
    return coded ? &slot->chunk : NULL;
}

void msrck_chunk_pool_release(struct chunk_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    pool->written++;
    pthread_mutex_unlock(&pool->lock);
}
