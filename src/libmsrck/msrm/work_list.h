/* SPDX-License-Identifier: MIT */
/*
 * What is marked and still has to be looked at: a stack, and in front of it a few entries that are on
 * their way into the cache.
 *
 * The stack is explicit, so that the depth of the graph costs heap memory and never the program's stack. Blocks
 * that lead nowhere are not put on it, and long blocks are taken in batches, so that it holds no more than the
 * fan-out along one path in usual graphs.
 */
#ifndef MSRCK_MSRM_WORK_LIST_H
#define MSRCK_MSRM_WORK_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "msrm/scan_plan.h"

/* Entries that are fetched together: as many as take longer to follow than memory takes to answer. */
enum { WORK_AHEAD = 32 };

/*
 * Entries on the stack before blocks are deferred, to be found again by their bits: 8 MiB where pointers have 8
 * bytes. A number of entries, not of bytes, since the order of marking must not depend on the machine.
 */
#define WORK_MOST 524288u

/* In two words, which are moved without taking the second one apart. */
struct work {
    const unsigned char *element;   /* the first of several */
    uint64_t type_and_count;
};

static inline struct work work_of(const unsigned char *element, uint32_t type, uint32_t count)
{
    return (struct work){ element, (uint64_t)count << 32 | type };
}

static inline uint32_t work_type(const struct work *work)
{
    return (uint32_t)work->type_and_count;
}

static inline uint32_t work_count(const struct work *work)
{
    return (uint32_t)(work->type_and_count >> 32);
}

/* Work whose cache lines are on their way. */
struct fetched_work {
    struct work work;
    const struct scan_plan *plan;
};

struct work_list {
    struct work *stack;             /* owned */
    size_t depth, capacity;
    size_t most;                    /* WORK_MOST, or less in tests */
    bool deferred;                  /* a block was marked and not put here */
    struct fetched_work ahead[WORK_AHEAD];  /* `waiting` of them */
    unsigned waiting;
};

bool msrck_work_list_grow(struct work_list *list);
void msrck_work_list_free(struct work_list *list);

/* False when memory is out. */
static inline bool work_list_push(struct work_list *list, const unsigned char *element, uint32_t type, uint32_t count)
{
    if (__builtin_expect(list->depth == list->capacity, 0) && !msrck_work_list_grow(list))
        return false;
    list->stack[list->depth++] = work_of(element, type, count);
    return true;
}

/*
 * Takes up to WORK_AHEAD entries off the stack, to be looked at a little later: the cache lines of their first elements'
 * first and last pointers are asked for, since an element may begin on a line that nobody will read.
 */
static inline void work_list_fetch(struct work_list *list, const struct scan_plans *plans)
{
    unsigned taken = list->depth < WORK_AHEAD ? (unsigned)list->depth : WORK_AHEAD;
    const struct work *top = list->stack + list->depth;

    for (unsigned i = 0; i < taken; i++) {
        struct work next = *--top;
        const struct scan_plan *plan = plans->by_type[work_type(&next)];

        __builtin_prefetch(next.element + plan->first_pointer);
        __builtin_prefetch(next.element + plan->last_pointer);
        list->ahead[i].plan = plan;
        list->ahead[i].work = next;
    }
    list->depth -= taken;
    list->waiting = taken;
}

#endif
