/* SPDX-License-Identifier: MIT */
/* Segments of pools: runs of arena units with their side tables. */
#include "memory/heap_pool.h"

#include <stdlib.h>

#include "base/allocation.h"

#define EMPTY_SEGMENTS_KEPT 8u      /* 16 MiB where they are long */

/* ---- Runs of units ---- */

/* Look-ups use the first large arena, and its table for the small one, too, if that is near enough. */
static void look_up_in(struct typed_heap *heap, const struct heap_arena *arena)
{
    struct heap_arena *first = &heap->arenas[0];
    uintptr_t base = (uintptr_t)arena->base, end = base + arena->size;

    heap->units = arena->units;
    if (arena != first && first->small != NULL && msrck_arena_adopt(arena, first)) {
        uintptr_t small = (uintptr_t)first->base;

        if (small < base) {
            heap->units = first->units;
            base = small;
        } else {
            end = small + first->size;
        }
    }
    heap->base = base;
    heap->size = end - base;
}

/* A heap begins with a small arena, if that is enough. */
static bool add_arena(struct typed_heap *heap, uint32_t units)
{
    struct heap_arena *arena;
    bool opened;

    if (!msrck_reserve(&heap->arenas, &heap->arena_capacity, heap->arena_count + 1, sizeof *heap->arenas))
        return false;
    arena = &heap->arenas[heap->arena_count];
    opened = heap->arena_count == 0 && units <= HEAP_SMALL_ARENA_UNITS
                 ? msrck_arena_open_small(arena)
                 : msrck_arena_open(arena, (size_t)units << HEAP_UNIT_SHIFT);
    if (!opened)
        return false;
    heap->arena_count++;
    if (heap->size <= HEAP_SMALL_ARENA_UNITS * HEAP_UNIT_BYTES)
        look_up_in(heap, arena);
    return true;
}

/* From the newest arena back, since the others are full more often than not. */
static uint32_t take_run(struct typed_heap *heap, uint32_t units, uint32_t *arena)
{
    uint32_t alignment = units >= HEAP_HUGE_UNITS ? HEAP_HUGE_UNITS : 1;
    size_t i;

    for (i = heap->arena_count; i-- > 0;) {
        uint32_t first = msrck_arena_take(&heap->arenas[i], units, alignment);

        if (first != HEAP_NO_UNIT) {
            *arena = (uint32_t)i;
            return first;
        }
    }
    if (!add_arena(heap, units))
        return HEAP_NO_UNIT;
    *arena = (uint32_t)(heap->arena_count - 1);
    return msrck_arena_take(&heap->arenas[*arena], units, alignment);
}

struct heap_segment *msrck_heap_segment_elsewhere(const struct typed_heap *heap, uintptr_t address)
{
    size_t i;

    for (i = 0; i < heap->arena_count; i++) {
        uintptr_t offset = address - (uintptr_t)heap->arenas[i].base;

        if (offset < heap->arenas[i].size)
            return heap->arenas[i].units[offset >> HEAP_UNIT_SHIFT];
    }
    return NULL;
}

static void set_units(struct typed_heap *heap, const struct heap_segment *segment, struct heap_segment *value)
{
    struct heap_segment **units = heap->arenas[segment->arena].units + segment->first_unit;
    uint32_t i;

    for (i = 0; i < segment->units; i++)
        units[i] = value;
}

bool msrck_segment_map(struct typed_heap *heap, struct heap_segment *segment, uint32_t units)
{
    uint32_t first = take_run(heap, units, &segment->arena);

    if (first == HEAP_NO_UNIT)
        return false;
    segment->first_unit = first;
    segment->units = units;
    segment->base = heap->arenas[segment->arena].base + ((size_t)first << HEAP_UNIT_SHIFT);
    segment->touched = 0;
    set_units(heap, segment, segment);
    segment->pool->reserved += (uint64_t)units << HEAP_UNIT_SHIFT;
    return true;
}

void msrck_segment_unmap(struct typed_heap *heap, struct heap_segment *segment)
{
    if (segment->base == NULL)
        return;
    set_units(heap, segment, NULL);
    msrck_arena_give(&heap->arenas[segment->arena], segment->first_unit, segment->units);
    segment->pool->reserved -= (uint64_t)segment->units << HEAP_UNIT_SHIFT;
    segment->base = NULL;
}

/* ---- Segments ---- */

/* One byte of a segment stays unused, so that one past the last slot still lies in it. */
static uint32_t slots_in(const struct heap_pool *pool, uint32_t units)
{
    return pool->large ? 1 : (uint32_t)((((size_t)units << HEAP_UNIT_SHIFT) - 1) / pool->stride);
}

uint32_t msrck_pool_units_for(const struct heap_pool *pool, uint64_t blocks)
{
    uint64_t bytes;

    if (__builtin_mul_overflow(blocks, (uint64_t)pool->stride, &bytes) || bytes >= (uint64_t)HEAP_SEGMENT_UNITS
                                                                                       << HEAP_UNIT_SHIFT)
        return 0;
    return (uint32_t)((bytes >> HEAP_UNIT_SHIFT) + 1);
}

/* A descriptor with its bitmaps and counts, in one piece of memory. */
static struct heap_segment *new_segment(struct heap_pool *pool, uint32_t slots)
{
    size_t words = (size_t)slots / 64 + 1, open_words = words / 64 + 1;
    size_t counts = pool->varied && !pool->large ? slots : 0;
    struct heap_segment *segment =
        msrck_allocate(1, sizeof *segment + (2 * words + open_words) * sizeof(uint64_t) + counts * sizeof(uint32_t));

    if (segment == NULL)
        return NULL;
    segment->allocated = (uint64_t *)(void *)(segment + 1);
    segment->busy = segment->allocated + words;
    segment->open = segment->busy + words;
    segment->counts = counts == 0 ? NULL : (uint32_t *)(void *)(segment->open + open_words);
    segment->pool = pool;
    segment->type = pool->type;
    segment->slots = slots;
    segment->gapless = pool->gapless;
    segment->stride = pool->stride;
    if (!pool->large)
        segment->reciprocal = (((uint64_t)1 << HEAP_RECIPROCAL_SHIFT) + pool->stride - 1) / pool->stride;
    if (!pool->varied) {
        segment->count = pool->capacity;
        segment->limit = (size_t)heap_block_bytes(pool, pool->capacity);
    }
    return segment;
}

/* Every word with at least one slot has one that is not busy. */
static void open_all(struct heap_segment *segment)
{
    size_t words = ((size_t)segment->slots + 63) / 64, i;

    for (i = 0; i < words; i++)
        segment->open[i >> 6] |= (uint64_t)1 << (i & 63);
}

struct heap_segment *msrck_pool_add_segment(struct typed_heap *heap, struct heap_pool *pool, uint32_t units)
{
    struct heap_segment *segment;

    if (!msrck_reserve(&pool->segments, &pool->segment_capacity, pool->segment_count + 1,
                       sizeof(struct heap_segment *)) ||
        !msrck_reserve(&pool->open, &pool->open_capacity, pool->segment_count / 64 + 1, sizeof(uint64_t)))
        return NULL;
    segment = new_segment(pool, slots_in(pool, units));
    if (segment == NULL)
        return NULL;
    if (!msrck_segment_map(heap, segment, units)) {
        free(segment);
        return NULL;
    }
    open_all(segment);
    segment->index = pool->segment_count;
    pool->open[segment->index >> 6] |= (uint64_t)1 << (segment->index & 63);
    pool->segments[pool->segment_count++] = segment;
    if (pool->current == NULL)
        pool->current = segment;
    return segment;
}

void msrck_pool_drop_segment(struct typed_heap *heap, struct heap_pool *pool)
{
    struct heap_segment *last = pool->segments[--pool->segment_count];

    msrck_segment_unmap(heap, last);
    pool->open[last->index >> 6] &= ~((uint64_t)1 << (last->index & 63));
    if (pool->current == last) {
        pool->current = pool->segment_count == 0 ? NULL : pool->segments[0];
        pool->word = 0;
    }
    free(last);
}

void msrck_pool_trim(struct typed_heap *heap, struct heap_pool *pool)
{
    /*
     * A program that builds and drops the same structure again and again shall not pay for fresh pages each time.
     * Large blocks are unmapped anyway.
     */
    size_t kept = pool->large ? 0 : EMPTY_SEGMENTS_KEPT, empty = 0;

    while (empty < pool->segment_count && pool->segments[pool->segment_count - 1 - empty]->busy_slots == 0)
        empty++;
    for (; empty > kept; empty--)
        msrck_pool_drop_segment(heap, pool);
}
