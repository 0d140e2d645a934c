/* SPDX-License-Identifier: MIT */
/*
 * Large blocks: each has a segment of its own, with one slot. The segments keep their places in the logical order
 * while they are vacant, and the places are taken by the same rules as slots, so that the order does not depend on
 * which machine a block is large on.
 */
#include "memory/heap_pool.h"

#include <string.h>

/* Bytes of a block and the units that hold it; false when that overflows. */
static bool size_of(const struct heap_pool *pool, uint64_t count, uint64_t *bytes, uint32_t *units)
{
    uint64_t needed;

    if (__builtin_mul_overflow(count, pool->element, bytes) || __builtin_add_overflow(*bytes, pool->prefix, bytes))
        return false;
    if (*bytes < pool->least)
        *bytes = pool->least;
    needed = (*bytes >> HEAP_UNIT_SHIFT) + 1;           /* a byte more than the block, for one past the end */
    if (*bytes > SIZE_MAX / 2 || needed >= HEAP_NO_UNIT)
        return false;
    *units = (uint32_t)needed;
    return true;
}

static void *occupy(struct heap_segment *segment, uint64_t count, uint64_t bytes)
{
    struct heap_pool *pool = segment->pool;

    segment->count = count;
    segment->limit = (size_t)bytes;
    segment->allocated[0] = segment->busy[0] = 1;
    segment->busy_slots = 1;
    pool->open[segment->index >> 6] &= ~((uint64_t)1 << (segment->index & 63));
    pool->live_bytes += bytes;
    return segment->base;
}

/* The place freed last, else the lowest vacant one, else a new one. NULL when memory is out. */
static struct heap_segment *take_place(struct typed_heap *heap, struct heap_pool *pool, uint32_t units)
{
    struct heap_segment *segment;
    size_t index;

    if (pool->recent_count != 0) {
        segment = pool->recent[pool->recent_count - 1].segment;
        if (!msrck_segment_map(heap, segment, units))
            return NULL;
        pool->recent_count--;
        return segment;
    }
    index = heap_next_bit(pool->open, (pool->segment_count + 63) / 64, 0);
    if (index == HEAP_NO_BIT)
        return msrck_pool_add_segment(heap, pool, units);
    segment = pool->segments[index];
    return msrck_segment_map(heap, segment, units) ? segment : NULL;
}

void *msrck_pool_take_large(struct typed_heap *heap, struct heap_pool *pool, uint64_t count)
{
    struct heap_segment *segment;
    uint64_t bytes;
    uint32_t units;

    if (!size_of(pool, count, &bytes, &units))
        return NULL;
    segment = take_place(heap, pool, units);
    return segment == NULL ? NULL : occupy(segment, count, bytes);
}

void *msrck_pool_append_large(struct typed_heap *heap, struct heap_pool *pool, uint64_t count)
{
    struct heap_segment *segment;
    uint64_t bytes;
    uint32_t units;

    if (!size_of(pool, count, &bytes, &units))
        return NULL;
    segment = msrck_pool_add_segment(heap, pool, units);
    return segment == NULL ? NULL : occupy(segment, count, bytes);
}

/* The older half of the places freed recently becomes vacant. */
static void spill_places(struct typed_heap *heap, struct heap_pool *pool)
{
    size_t i;

    for (i = 0; i < HEAP_RECENT / 2; i++) {
        struct heap_segment *segment = pool->recent[i].segment;

        segment->busy[0] = 0;
        segment->busy_slots = 0;
        pool->open[segment->index >> 6] |= (uint64_t)1 << (segment->index & 63);
    }
    pool->recent_count -= HEAP_RECENT / 2;
    memmove(pool->recent, pool->recent + HEAP_RECENT / 2, pool->recent_count * sizeof pool->recent[0]);
    msrck_pool_trim(heap, pool);
}

void msrck_pool_put_large(struct typed_heap *heap, struct heap_segment *segment)
{
    struct heap_pool *pool = segment->pool;

    segment->allocated[0] = 0;
    pool->live_bytes -= segment->limit;
    msrck_segment_unmap(heap, segment);
    if (pool->recent_count == HEAP_RECENT)
        spill_places(heap, pool);
    pool->recent[pool->recent_count++].segment = segment;
}
