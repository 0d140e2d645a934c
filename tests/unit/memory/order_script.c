/* SPDX-License-Identifier: MIT */
#include "order_script.h"

#include <stdlib.h>

#include "memory_types.h"

#define BLOCKS 600
#define STEPS 4000

struct live_block { void *address; uint32_t serial; };

/* Where the block with that canonical address stands in *order. */
struct numbered { uint64_t address; uint32_t serial; };

static int compare_extents(const void *left, const void *right)
{
    const struct extent *a = left, *b = right;

    return a->count < b->count ? -1 : a->count > b->count;
}

static int compare_numbered(const void *left, const void *right)
{
    const struct numbered *a = left, *b = right;

    return a->address < b->address ? -1 : a->address > b->address;
}

/* Numbers everything that is live; false on failure. */
static bool number_all(struct typed_heap *heap)
{
    struct extent *extents = NULL;
    size_t count = 0, capacity = 0, i;
    uint64_t base = 1;
    bool done = false;

    if (!msrck_heap_begin_marks(heap))
        return false;
    msrck_heap_mark_all(heap);
    if (msrck_heap_list_extents(heap, &extents, &count, &capacity, NULL) != MSRCK_OK)
        goto end;
    qsort(extents, count, sizeof *extents, compare_extents);
    for (i = 0; i < count; i++) {
        extents[i].base = base;
        extents[i].block_leaves = 1;
        base += extents[i].blocks * 2;
    }
    done = msrck_heap_set_addresses(heap, extents, count, NULL) == MSRCK_OK;
end:
    free(extents);
    return done;
}

static uint32_t *order_of_live(struct typed_heap *heap, const struct live_block *live, size_t *length)
{
    struct numbered numbered[BLOCKS];
    uint32_t *order = malloc(sizeof *order * BLOCKS);
    struct heap_block block;
    size_t i;

    *length = 0;
    if (order == NULL || !number_all(heap)) {
        free(order);
        return NULL;
    }
    for (i = 0; i < BLOCKS; i++)
        if (live[i].address != NULL && msrck_heap_find(heap, live[i].address, &block))
            numbered[(*length)++] = (struct numbered){ msrck_heap_address(heap, &block), live[i].serial };
    qsort(numbered, *length, sizeof *numbered, compare_numbered);
    for (i = 0; i < *length; i++)
        order[i] = numbered[i].serial;
    msrck_heap_end_marks(heap);
    return order;
}

uint32_t *run_order_script(struct typed_heap *heap, uint32_t type, uint64_t unit, uint64_t variety, size_t *length)
{
    struct live_block live[BLOCKS] = { { NULL, 0 } };
    uint64_t random = 12345;
    uint32_t serial;

    for (serial = 0; serial < STEPS; serial++) {
        struct live_block *block = &live[next_random(&random) % BLOCKS];
        uint64_t count = unit * (1 + next_random(&random) % variety);

        if (block->address != NULL) {
            msrck_heap_release(heap, block->address);
            block->address = NULL;
        } else {
            block->address = msrck_heap_allocate(heap, type, count);
            block->serial = serial;
            if (block->address == NULL)
                return NULL;
        }
        /* Now and then many at once, so that frees reach beyond the few that are remembered. */
        if (serial % 1000 == 999) {
            size_t i;

            for (i = serial % 3; i < BLOCKS; i += 2) {
                if (live[i].address != NULL)
                    msrck_heap_release(heap, live[i].address);
                live[i].address = NULL;
            }
        }
    }
    return order_of_live(heap, live, length);
}
