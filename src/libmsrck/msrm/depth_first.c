/* SPDX-License-Identifier: MIT */
/* The order of section 3.2 of the paper, with an explicit stack of edges in the place of its recursion. */
#include "msrm/mark.h"

#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"
#include "msrm/discover.h"

/* A pointer that was met and not followed yet. */
struct edge {
    const void *slot, *pointer;
    uint32_t target;
};

struct traversal {
    struct collection *collection;
    struct edge *edges; /* owned */
    size_t count, capacity;
};

static msrck_result push_edge(void *context, void *const *slot, uint32_t target, msrck_error *error)
{
    struct traversal *traversal = context;
    const void *pointer;

    memcpy(&pointer, slot, sizeof pointer);
    if (pointer == NULL)
        return MSRCK_OK;
    if (!msrck_reserve(&traversal->edges, &traversal->capacity, traversal->count + 1, sizeof traversal->edges[0]))
        return msrck_fail_memory(error, traversal->capacity * sizeof traversal->edges[0], "the edges of a traversal");
    traversal->edges[traversal->count++] = (struct edge){ slot, pointer, target };
    return MSRCK_OK;
}

static msrck_result save_opaque(void *context, const void *object, uint32_t type, msrck_error *error)
{
    const struct traversal *traversal = context;

    return msrck_discover_opaque(traversal->collection, object, type, error);
}

static msrck_result push_elements(struct traversal *traversal, const unsigned char *element, uint32_t type,
                                  uint64_t count, msrck_error *error)
{
    const struct scan_plan *plan;
    msrck_result result = msrck_scan_plan_get(&traversal->collection->plans, type, &plan, error);

    if (result != MSRCK_OK || plan->idle)
        return result;
    for (; count > 0 && result == MSRCK_OK; count--, element += plan->size) {
        result = msrck_visit_pointers(plan->encoder, element, push_edge, traversal, error);
        if (result == MSRCK_OK && plan->has_opaque)
            result = msrck_visit_opaque(plan->encoder, element, save_opaque, traversal, error);
    }
    return result;
}

static msrck_result push_edges_of(struct traversal *traversal, const struct block *block, msrck_error *error)
{
    const struct ti_type *entry = msrck_ti_get(traversal->collection->types, block->type);
    msrck_result result;

    if (entry->flexible == TI_VOID)
        return push_elements(traversal, block->data, block->type, block->count, error);
    result = push_elements(traversal, block->data, block->type, 1, error);
    if (result != MSRCK_OK)
        return result;
    return push_elements(traversal, block->data + entry->flexible_offset, entry->flexible, block->count, error);
}

msrck_result msrck_mark_depth_first(struct collection *collection, const struct block *root, msrck_error *error)
{
    struct traversal traversal = { collection, NULL, 0, 0 };
    msrck_result result = MSRCK_OK;

    if (!msrck_msrlt_mark(collection->msrlt, root))
        return MSRCK_OK;
    if (collection->options.observer != NULL)
        collection->options.observer(collection->options.observer_context, VISIT_BLOCK, root, NULL);
    result = push_edges_of(&traversal, root, error);
    while (result == MSRCK_OK && traversal.count > 0) {
        struct edge edge = traversal.edges[--traversal.count];
        struct block block;
        bool fresh;

        result = msrck_discover(collection, edge.slot, edge.pointer, edge.target, &block, &fresh, error);
        if (result == MSRCK_OK && fresh)
            result = push_edges_of(&traversal, &block, error);
    }
    free(traversal.edges);
    return result;
}
