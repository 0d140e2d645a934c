/* SPDX-License-Identifier: MIT */
/* Rings of links that lie inside what they connect. */
#ifndef INTRUSIVE_LIST_H
#define INTRUSIVE_LIST_H

#include <stddef.h>

struct link {
    struct link *next, *previous;
};

#define container_of(pointer, type, member) ((type *)((char *)(pointer) - offsetof(type, member)))

#define for_each_link(at, ring) for ((at) = (ring)->next; (at) != (ring); (at) = (at)->next)

static inline void ring_init(struct link *ring)
{
    ring->next = ring->previous = ring;
}

static inline int ring_empty(const struct link *ring)
{
    return ring->next == ring;
}

static inline void link_remove(struct link *link)
{
    link->previous->next = link->next;
    link->next->previous = link->previous;
    link->next = link->previous = link;
}

static inline void link_push(struct link *ring, struct link *link)
{
    link->next = ring->next;
    link->previous = ring;
    ring->next->previous = link;
    ring->next = link;
}

static inline void link_move(struct link *ring, struct link *link)
{
    link_remove(link);
    link_push(ring, link);
}

#endif
