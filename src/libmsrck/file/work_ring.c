/* SPDX-License-Identifier: MIT */
#include "file/work_ring.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/allocation.h"

#define MOST_THREADS 256u
/* Of a thread: codecs keep their state elsewhere, and address space is not free for those who have 32 bits of it. */
#define STACK_BYTES ((size_t)1 << 20)

/*
 * The ring's three ends count items since the beginning: taken <= begun <= submitted <= taken + item_count. Item number
 * n is in place n % item_count; the caller owns it outside [taken, submitted) and once it is done, a thread in between.
 */
struct work_ring {
    const struct work_kind *kind;
    const void *context;
    unsigned char *items;           /* owned */
    unsigned char *rooms;           /* owned; the caller's, then those of the threads */
    bool *done;                     /* owned; for each item */
    size_t item_count;
    pid_t process;                  /* that the threads belong to */
    struct worker { struct work_ring *ring; pthread_t thread; void *room; } workers[MOST_THREADS];
    unsigned worker_count;          /* threads beside the caller's */
    pthread_mutex_t lock;           /* guards what follows, and `done` */
    pthread_cond_t work, finished;
    size_t submitted, begun, taken;
    unsigned busy;                  /* threads that are at an item */
    bool stop;
};

static void *item_at(const struct work_ring *ring, size_t number)
{
    return ring->items + number % ring->item_count * ring->kind->item_size;
}

static void *room_at(const struct work_ring *ring, size_t number)
{
    return ring->rooms + number * ring->kind->room_size;
}

/* Works on the next item that nobody is at, of which there is one. The lock is held before and after. */
static void work_on_next(struct work_ring *ring, void *room)
{
    size_t number = ring->begun++;

    ring->busy++;
    pthread_mutex_unlock(&ring->lock);
    ring->kind->work(item_at(ring, number), room, ring->context);
    pthread_mutex_lock(&ring->lock);
    ring->busy--;
    ring->done[number % ring->item_count] = true;
}

static void *work_on_items(void *argument)
{
    const struct worker *worker = argument;
    struct work_ring *ring = worker->ring;

    pthread_mutex_lock(&ring->lock);
    for (;;) {
        while (!ring->stop && ring->begun == ring->submitted)
            pthread_cond_wait(&ring->work, &ring->lock);
        if (ring->stop)
            break;
        work_on_next(ring, worker->room);
        pthread_cond_signal(&ring->finished);
    }
    pthread_mutex_unlock(&ring->lock);
    return NULL;
}

/* The program's signal handlers must not run on threads it does not know of. */
static void start_threads(struct work_ring *ring, unsigned threads)
{
    pthread_attr_t attributes;
    sigset_t all, before;

    if (pthread_attr_init(&attributes) != 0)
        return;
    (void)pthread_attr_setstacksize(&attributes, STACK_BYTES);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (ring->worker_count < threads) {
        struct worker *worker = &ring->workers[ring->worker_count];

        worker->ring = ring;
        worker->room = room_at(ring, ring->worker_count + 1);
        if (pthread_create(&worker->thread, &attributes, work_on_items, worker) != 0)
            break;
        ring->worker_count++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
}

struct work_ring *msrck_work_ring_new(unsigned threads, const struct work_kind *kind, const void *context)
{
    struct work_ring *ring = threads > 1 ? msrck_allocate(1, sizeof *ring) : NULL;

    if (ring == NULL)
        return NULL;
    if (threads > MOST_THREADS)
        threads = MOST_THREADS;
    ring->kind = kind;
    ring->context = context;
    ring->process = getpid();
    ring->item_count = 2 * (size_t)threads;
    ring->items = msrck_allocate(ring->item_count, kind->item_size);
    ring->rooms = msrck_allocate(threads, kind->room_size);
    ring->done = msrck_allocate(ring->item_count, sizeof *ring->done);
    pthread_mutex_init(&ring->lock, NULL);
    pthread_cond_init(&ring->work, NULL);
    pthread_cond_init(&ring->finished, NULL);
    if (ring->items != NULL && ring->rooms != NULL && ring->done != NULL)
        start_threads(ring, threads - 1);
    if (ring->worker_count == 0) {
        msrck_work_ring_free(ring);
        return NULL;
    }
    return ring;
}

bool msrck_work_ring_usable(const struct work_ring *ring)
{
    return ring->process == getpid();
}

static void join_threads(struct work_ring *ring)
{
    pthread_mutex_lock(&ring->lock);
    ring->stop = true;
    pthread_cond_broadcast(&ring->work);
    pthread_mutex_unlock(&ring->lock);
    for (unsigned i = 0; i < ring->worker_count; i++)
        pthread_join(ring->workers[i].thread, NULL);
    pthread_cond_destroy(&ring->finished);
    pthread_cond_destroy(&ring->work);
    pthread_mutex_destroy(&ring->lock);
}

void msrck_work_ring_free(struct work_ring *ring)
{
    if (ring == NULL)
        return;
    /* A child has no such threads to wait for, and items as they left them in mid-work: those are left alone. */
    if (!msrck_work_ring_usable(ring))
        return;
    join_threads(ring);
    for (size_t i = 0; ring->items != NULL && i < ring->item_count; i++)
        ring->kind->clear(item_at(ring, i));
    for (unsigned i = 0; ring->rooms != NULL && i <= ring->worker_count; i++)
        ring->kind->clear_room(room_at(ring, i));
    free(ring->done);
    free(ring->rooms);
    free(ring->items);
    free(ring);
}

void *msrck_work_ring_fill(struct work_ring *ring)
{
    /* `submitted` and `taken` change in the caller's thread only, so it reads them without the lock. */
    if (ring->submitted - ring->taken == ring->item_count)
        return NULL;
    return item_at(ring, ring->submitted);
}

void msrck_work_ring_submit(struct work_ring *ring)
{
    pthread_mutex_lock(&ring->lock);
    ring->done[ring->submitted % ring->item_count] = false;
    ring->submitted++;
    pthread_cond_signal(&ring->work);
    pthread_mutex_unlock(&ring->lock);
}

void *msrck_work_ring_take(struct work_ring *ring)
{
    const bool *done = &ring->done[ring->taken % ring->item_count];

    if (ring->taken == ring->submitted)
        return NULL;
    pthread_mutex_lock(&ring->lock);
    while (!*done) {
        if (ring->begun < ring->submitted)
            work_on_next(ring, room_at(ring, 0));
        else
            pthread_cond_wait(&ring->finished, &ring->lock);
    }
    pthread_mutex_unlock(&ring->lock);
    return item_at(ring, ring->taken);
}

void msrck_work_ring_release(struct work_ring *ring)
{
    pthread_mutex_lock(&ring->lock);
    ring->taken++;
    pthread_mutex_unlock(&ring->lock);
}

size_t msrck_work_ring_under_way(const struct work_ring *ring)
{
    return ring->submitted - ring->taken;
}

void msrck_work_ring_drop(struct work_ring *ring)
{
    pthread_mutex_lock(&ring->lock);
    ring->submitted = ring->begun;
    while (ring->busy > 0)
        pthread_cond_wait(&ring->finished, &ring->lock);
    ring->taken = ring->submitted;
    pthread_mutex_unlock(&ring->lock);
}
