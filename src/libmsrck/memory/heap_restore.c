/* SPDX-License-Identifier: MIT */
/* Whole extents at once: consecutive slots, behind all blocks that the pool has. */
#include "memory/typed_heap.h"

#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"
#include "memory/heap_pool.h"

/*
 * Where the pool ends in its logical order: one past the last busy slot of the last segment, after empty segments
 * behind it were dropped. This is the same place on every machine, unlike the ends of segments.
 */
static uint32_t find_end(struct typed_heap *heap, struct heap_pool *pool)
{
    const struct heap_segment *last;
    size_t word;

    while (pool->segment_count > 0 && pool->segments[pool->segment_count - 1]->busy_slots == 0)
        msrck_pool_drop_segment(heap, pool);
    if (pool->segment_count == 0)
        return 0;
    last = pool->segments[pool->segment_count - 1];
    for (word = heap_segment_words(last) - 1; last->busy[word] == 0;)
        word--;
    return (uint32_t)(word * 64 + 64 - (size_t)__builtin_clzll(last->busy[word]));
}

/* All that is placed will be written soon. Huge pages come one by one; what is left behind them, or alone, is small. */
static void touch(const struct heap_segment *segment, size_t first, size_t end)
{
    const size_t huge = HEAP_HUGE_UNITS * HEAP_UNIT_BYTES;
    size_t small = segment->units < HEAP_HUGE_UNITS ? 0 : end / huge * huge;

    if (first < small)
        first = small;
    if (first < end)
        msrck_touch(segment->base + first, end - first);
}

/* Slots [first, first + blocks) of the segment, none of them busy, become live blocks of `count` elements. */
static void fill(struct heap_segment *segment, uint32_t first, uint32_t blocks, uint64_t count)
{
    struct heap_pool *pool = segment->pool;
    uint32_t end = first + blocks, used = segment->touched < end ? segment->touched : end, slot = first;

    while (slot < end) {
        uint32_t bit = slot & 63, here = 64 - bit < end - slot ? 64 - bit : end - slot;

        segment->allocated[slot >> 6] |= (~(uint64_t)0 >> (64 - here)) << bit;
        segment->busy[slot >> 6] |= (~(uint64_t)0 >> (64 - here)) << bit;
        slot += here;
    }
    if (segment->counts != NULL) {
        for (slot = first; slot < end; slot++)
            segment->counts[slot] = (uint32_t)count;
        pool->live_bytes += blocks * heap_block_bytes(pool, count);
    }
    if (used > first)
        memset(segment->base + (size_t)first * segment->stride, 0, (size_t)(used - first) * segment->stride);
    if (segment->touched < end) {
        touch(segment, (size_t)segment->touched * segment->stride, (size_t)end * segment->stride);
        segment->touched = end;
    }
    segment->busy_slots += blocks;
}

/*
 * Ends a segment at slot `end`, so that no block can get a place between those before and the restored ones behind.
 * Its memory stays as it is, for slots there are not used any more.
 */
static void cut_segment(struct heap_pool *pool, size_t index, uint32_t end)
{
    struct heap_segment *segment = pool->segments[index];

    segment->slots = end;
    if (segment->touched > end)
        segment->touched = end;
}

/* Drops the segments that were added, with the blocks in them. */
static void drop_filled(struct typed_heap *heap, struct heap_pool *pool, size_t kept, uint64_t count)
{
    while (pool->segment_count > kept) {
        struct heap_segment *last = pool->segments[pool->segment_count - 1];

        if (pool->large)
            pool->live_bytes -= last->limit;
        else if (last->counts != NULL)
            pool->live_bytes -= last->busy_slots * heap_block_bytes(pool, count);
        msrck_pool_drop_segment(heap, pool);
    }
}

/* Room for the runs' addresses. */
static bool open_placement(struct heap_placement *placement, uint64_t blocks, uint64_t per_run, size_t stride)
{
    uint64_t runs = blocks / per_run + (blocks % per_run != 0);

    if (runs > SIZE_MAX / sizeof(unsigned char *))
        return false;
    placement->base = msrck_allocate((size_t)runs, sizeof(unsigned char *));
    placement->per_run = per_run;
    placement->stride = stride;
    return placement->base != NULL;
}

/* All blocks side by side, in a segment that has room for them: the last one, or a new one. */
static bool place_in_one(struct typed_heap *heap, struct heap_pool *pool, uint64_t count, uint32_t blocks,
                         uint32_t units, struct heap_placement *placement)
{
    uint32_t end = find_end(heap, pool);
    struct heap_segment *segment = pool->segment_count == 0 ? NULL : pool->segments[pool->segment_count - 1];

    if (!open_placement(placement, blocks, blocks, pool->stride))
        return false;
    if (segment == NULL || segment->slots - end < blocks) {
        segment = msrck_pool_add_segment(heap, pool, units);
        if (segment == NULL)
            return false;
        if (pool->segment_count > 1)
            cut_segment(pool, pool->segment_count - 2, end);
        end = 0;
    }
    fill(segment, end, blocks, count);
    placement->base[placement->runs++] = segment->base + (size_t)end * segment->stride;
    return true;
}

static bool place_in_segments(struct typed_heap *heap, struct heap_pool *pool, uint64_t count, uint64_t blocks,
                              struct heap_placement *placement)
{
    uint32_t per_run = (uint32_t)((HEAP_SEGMENT_UNITS * HEAP_UNIT_BYTES - 1) / pool->stride),
             end = find_end(heap, pool);
    size_t kept = pool->segment_count;

    if (!open_placement(placement, blocks, per_run, pool->stride))
        return false;
    while (blocks > 0) {
        struct heap_segment *segment = msrck_pool_add_segment(heap, pool, HEAP_SEGMENT_UNITS);
        uint32_t here = blocks < per_run ? (uint32_t)blocks : per_run;

        if (segment == NULL) {
            drop_filled(heap, pool, kept, count);
            return false;
        }
        fill(segment, 0, here, count);
        placement->base[placement->runs++] = segment->base;
        blocks -= here;
    }
    if (kept > 0)
        cut_segment(pool, kept - 1, end);
    return true;
}

static bool place_large(struct typed_heap *heap, struct heap_pool *pool, uint64_t count, uint64_t blocks,
                        struct heap_placement *placement)
{
    size_t kept;

    find_end(heap, pool);
    kept = pool->segment_count;
    if (!open_placement(placement, blocks, 1, 0))
        return false;
    while (placement->runs < blocks) {
        unsigned char *address = msrck_pool_append_large(heap, pool, count);

        if (address == NULL) {
            drop_filled(heap, pool, kept, count);
            return false;
        }
        touch(pool->segments[pool->segment_count - 1], 0, (size_t)heap_block_bytes(pool, count));
        placement->base[placement->runs++] = address;
    }
    return true;
}

msrck_result msrck_heap_allocate_extent(struct typed_heap *heap, uint32_t type, uint64_t count, uint64_t blocks,
                                        struct heap_placement *placement, msrck_error *error)
{
    struct heap_pool *pool;
    uint32_t units;
    bool placed;

    memset(placement, 0, sizeof *placement);
    placement->per_run = 1;
    if (blocks == 0)
        return MSRCK_OK;
    pool = type < msrck_ti_count(heap->table) ? msrck_pool_get(heap, type, count) : NULL;
    if (pool == NULL)
        return msrck_fail(error, MSRCK_SYSTEM, "no memory for a pool of blocks of type %u", (unsigned)type);
    units = pool->large ? 0 : msrck_pool_units_for(pool, blocks);
    if (pool->large)
        placed = place_large(heap, pool, count, blocks, placement);
    else if (units != 0)
        placed = place_in_one(heap, pool, count, (uint32_t)blocks, units, placement);
    else
        placed = place_in_segments(heap, pool, count, blocks, placement);
    if (placed)
        return MSRCK_OK;
    msrck_heap_placement_free(placement);
    return msrck_fail(error, MSRCK_SYSTEM, "out of memory for %llu blocks of %llu elements of %s",
                      (unsigned long long)blocks, (unsigned long long)count, msrck_ti_get(heap->table, type)->name);
}

void msrck_heap_placement_free(struct heap_placement *placement)
{
    free(placement->base);
    memset(placement, 0, sizeof *placement);
}
