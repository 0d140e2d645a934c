/* SPDX-License-Identifier: MIT */
#include "memory/typed_heap.h"

#include <stdlib.h>

#include "base/allocation.h"
#include "memory/heap_pool.h"

struct typed_heap *msrck_heap_new(const struct ti_table *types)
{
    struct typed_heap *heap = msrck_allocate(1, sizeof *heap);

    /* Address space is reserved by the first allocation: a program that uses no typed heap shall not see any. */
    if (heap != NULL)
        heap->table = types;
    return heap;
}

void msrck_heap_free(struct typed_heap *heap)
{
    size_t i;

    if (heap == NULL)
        return;
    msrck_heap_end_marks(heap);
    for (i = 0; i < heap->pool_count; i++)
        msrck_pool_free(heap->pools[i]);
    for (i = 0; i < heap->type_capacity; i++)
        free(heap->types[i].classes);
    for (i = 0; i < heap->arena_count; i++)
        msrck_arena_close(&heap->arenas[i]);
    free(heap->pools);
    free(heap->types);
    free(heap->arenas);
    free(heap);
}

bool msrck_heap_find(const struct typed_heap *heap, const void *address, struct heap_block *block)
{
    return heap_find(heap, address, block);
}

void msrck_heap_usage(const struct typed_heap *heap, uint64_t *blocks, uint64_t *bytes)
{
    size_t i, j;

    *blocks = *bytes = 0;
    for (i = 0; i < heap->pool_count; i++) {
        const struct heap_pool *pool = heap->pools[i];

        uint64_t live = 0;

        for (j = 0; j < pool->segment_count; j++)
            live += pool->segments[j]->busy_slots;
        live -= pool->recent_count;
        *blocks += live;
        /* Where all blocks have one size, counting bytes with each block would be wasted. */
        *bytes += pool->varied || pool->large ? pool->live_bytes : live * heap_block_bytes(pool, pool->capacity);
    }
}

bool msrck_heap_reserves(const struct typed_heap *heap, const void *address)
{
    size_t a;

    for (a = 0; a < heap->arena_count; a++)
        if ((uintptr_t)address - (uintptr_t)heap->arenas[a].base < heap->arenas[a].size)
            return true;
    return false;
}
