/* SPDX-License-Identifier: MIT */
/*
 * A few threads, and a ring of items that are filled, worked on and taken in one order: filled and taken by the caller,
 * worked on by all. The caller's thread is one of them: where it would wait it works, so that as many threads run as
 * were asked for. At most 2 * threads items are under way, so memory stays bounded.
 *
 * All functions belong to the caller's thread. The others take no signals. A process that forks keeps them in the
 * parent alone: in the child nothing but msrck_work_ring_usable() and msrck_work_ring_free() may be called.
 */
#ifndef MSRCK_FILE_WORK_RING_H
#define MSRCK_FILE_WORK_RING_H

#include <stdbool.h>
#include <stddef.h>

struct work_ring;

/*
 * What the items are: their size, and what is done with one by a thread and at the end. Every thread has room of its
 * own for the work, kept from item to item. Items and rooms begin as zeros.
 */
struct work_kind {
    size_t item_size, room_size;
    void (*work)(void *item, void *room, const void *context);
    void (*clear)(void *item);
    void (*clear_room)(void *room);
};

/*
 * NULL when no thread can be started, or none beside the caller's is asked for; fewer than asked for are as good. `kind`
 * must be constant.
 */
struct work_ring *msrck_work_ring_new(unsigned threads, const struct work_kind *kind, const void *context);
/* Items that are not taken yet are lost; waits for those that a thread is at. NULL is allowed. */
void msrck_work_ring_free(struct work_ring *ring);
/* False in a child of the process that made the ring. */
bool msrck_work_ring_usable(const struct work_ring *ring);

/* The item to fill next; NULL when all are under way and one has to be taken first. */
void *msrck_work_ring_fill(struct work_ring *ring);
/* Hands the filled item to the threads. */
void msrck_work_ring_submit(struct work_ring *ring);
/*
 * The oldest item that was submitted, once the work is done; NULL when there is none. Until then the caller works on
 * items that nobody is at.
 */
void *msrck_work_ring_take(struct work_ring *ring);
/* The taken item may be filled again. */
void msrck_work_ring_release(struct work_ring *ring);

/* Items that were submitted and not released. */
size_t msrck_work_ring_under_way(const struct work_ring *ring);
/* Gives up all items under way, once no thread is at one of them. */
void msrck_work_ring_drop(struct work_ring *ring);

#endif
