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

enum { WORK_AHEAD = 16 };            /* entries that are fetched together */

/*
 * Entries on the stack before blocks are left out, to be found again by their marks: 8 MiB where pointers have 8
 * bytes. A number of entries, not of bytes, since the order of marking must not depend on the machine.
 */
#define WORK_MOST 524288u

struct work {
    const unsigned char *element;   /* the first of `count` */
    uint32_t type;
    uint32_t count;
};

struct work_list {
    struct work *stack;             /* owned */
    size_t depth, capacity;
    size_t most;                    /* WORK_MOST, or less in tests */
    bool left_out;                  /* a block was marked and not put here */
    struct work ahead[WORK_AHEAD];  /* fetched: `waiting` of them */
    unsigned waiting;
};

bool msrck_work_list_grow(struct work_list *list);
void msrck_work_list_free(struct work_list *list);

/* False when memory is out. */
static inline bool work_list_push(struct work_list *list, const unsigned char *element, uint32_t type, uint32_t count)
{
    if (__builtin_expect(list->depth == list->capacity, 0) && !msrck_work_list_grow(list))
        return false;
    list->stack[list->depth++] = (struct work){ element, type, count };
    return true;
}

/*
 * Takes up to WORK_AHEAD entries off the stack, to be looked at a little later: the cache lines of their first elements'
 * first and last pointers are asked for, since an element may begin on a line that nobody will read.
 */
static inline void work_list_fetch(struct work_list *list, const struct scan_plans *plans)
{
    for (list->waiting = 0; list->waiting < WORK_AHEAD && list->depth > 0; list->waiting++) {
        struct work next = list->stack[--list->depth];
        const struct scan_plan *plan = plans->by_type[next.type];

        __builtin_prefetch(next.element + plan->first_pointer);
        __builtin_prefetch(next.element + plan->last_pointer);
        list->ahead[list->waiting] = next;
    }
}

#endif
