/* SPDX-License-Identifier: MIT */
/*
 * Allocating and releasing blocks. Slots freed last are taken first, since they are in the caches; behind a fixed
 * number of those, the lowest free slot is taken, which keeps blocks together. Both rules speak of the logical order
 * only.
 */
#include "memory/typed_heap.h"

#include <stdlib.h>
#include <string.h>

#include "memory/heap_pool.h"

/* Functions off the fast paths are kept out of line: inlined they would make those save registers. */
#define OUT_OF_LINE __attribute__((noinline))

/*
 * Segments start small, since most pools stay small, and become long, since huge pages and large steps pay in large
 * pools. No segment has fewer than eight slots.
 */
static struct heap_segment *grow(struct typed_heap *heap, struct heap_pool *pool)
{
    uint32_t least = msrck_pool_units_for(pool, 8), units;
    struct heap_segment *segment;

    if (pool->reserved == 0)
        units = 1;
    else
        units = pool->reserved < HEAP_UNIT_BYTES * 16 ? 4 : HEAP_SEGMENT_UNITS;
    if (units < least)
        units = least;
    segment = msrck_pool_add_segment(heap, pool, units);
    if (segment == NULL && units > least)
        segment = msrck_pool_add_segment(heap, pool, least);
    return segment;
}

/*
 * The next word of the current segment that may have a free slot; false, and the segment noted as full, when there is
 * none.
 */
static bool advance_in_segment(struct heap_pool *pool)
{
    struct heap_segment *segment = pool->current;
    size_t words = heap_segment_words(segment), next;

    segment->open[pool->word >> 6] &= ~((uint64_t)1 << (pool->word & 63));
    next = heap_next_bit(segment->open, words / 64 + 1, pool->word);
    if (next == HEAP_NO_BIT) {
        pool->open[segment->index >> 6] &= ~((uint64_t)1 << (segment->index & 63));
        return false;
    }
    pool->word = next;
    return true;
}

bool msrck_pool_advance(struct typed_heap *heap, struct heap_pool *pool)
{
    struct heap_segment *segment;
    size_t index;

    if (pool->current != NULL && advance_in_segment(pool))
        return true;
    index =
        heap_next_bit(pool->open, (pool->segment_count + 63) / 64, pool->current == NULL ? 0 : pool->current->index);
    segment = index == HEAP_NO_BIT ? grow(heap, pool) : pool->segments[index];
    if (segment == NULL)
        return false;
    pool->current = segment;
    pool->word = heap_next_bit(segment->open, heap_segment_words(segment) / 64 + 1, 0);
    return true;
}

/* Short blocks are cleared by a few stores, which a call would cost more than. */
static inline void clear_block(unsigned char *block, size_t bytes)
{
    const uint64_t zero = 0;

    switch (bytes) {
    case 40: memcpy(block + 32, &zero, 8); /* fall through */
    case 32: memcpy(block + 24, &zero, 8); /* fall through */
    case 24: memcpy(block + 16, &zero, 8); /* fall through */
    case 16: memcpy(block + 8, &zero, 8);  /* fall through */
    case 8:  memcpy(block, &zero, 8); break;
    default: memset(block, 0, bytes); break;
    }
}

/* Makes the block in a slot that is busy already a live one. */
static inline void *enliven(struct heap_segment *segment, uint32_t slot, uint64_t count, bool clear)
{
    struct heap_pool *pool = segment->pool;
    unsigned char *address = segment->base + (size_t)slot * segment->stride;
    size_t bytes = segment->stride;

    segment->allocated[slot >> 6] |= (uint64_t)1 << (slot & 63);
    if (segment->counts != NULL) {
        segment->counts[slot] = (uint32_t)count;
        bytes = (size_t)heap_block_bytes(pool, count);
        pool->live_bytes += bytes;
    }
    if (clear)
        clear_block(address, bytes);
    return address;
}

/* A block in the lowest slot that is not busy. */
static void *take_lowest(struct typed_heap *heap, struct heap_pool *pool, uint64_t count)
{
    struct heap_segment *segment = pool->current;
    uint64_t free_slots;
    uint32_t slot;

    for (;;) {
        if (segment != NULL) {
            free_slots = ~segment->busy[pool->word];
            slot = (uint32_t)(pool->word * 64) + (uint32_t)__builtin_ctzll(free_slots | (uint64_t)1 << 63);
            if (free_slots != 0 && slot < segment->slots)
                break;
        }
        if (!msrck_pool_advance(heap, pool))
            return NULL;
        segment = pool->current;
    }
    segment->busy[pool->word] |= free_slots & (0 - free_slots);
    segment->busy_slots++;
    if (slot < segment->touched)
        return enliven(segment, slot, count, true);
    /* Never used before: the system has cleared it. */
    segment->touched = slot + 1;
    return enliven(segment, slot, count, false);
}

static inline void *take_slot(struct typed_heap *heap, struct heap_pool *pool, uint64_t count)
{
    const struct heap_recent *recent;

    if (pool->recent_count == 0)
        return take_lowest(heap, pool, count);
    recent = &pool->recent[--pool->recent_count];
    return enliven(recent->segment, recent->slot, count, true);
}

/* The slot may be taken by its place again. */
static void unbusy(struct typed_heap *heap, struct heap_segment *segment, uint32_t slot)
{
    struct heap_pool *pool = segment->pool;
    size_t word = slot >> 6;
    uint64_t *open = &segment->open[word >> 6];

    segment->busy[word] &= ~((uint64_t)1 << (slot & 63));
    *open |= (uint64_t)1 << (word & 63);
    pool->open[segment->index >> 6] |= (uint64_t)1 << (segment->index & 63);
    /* Nothing is free below the current word: that is what makes slots be taken lowest first. */
    if (segment == pool->current ? word < pool->word : segment->index < pool->current->index) {
        pool->current = segment;
        pool->word = word;
    }
    if (--segment->busy_slots == 0)
        msrck_pool_trim(heap, pool);
}

/* The older half of the recently freed slots goes back to the bitmaps. */
static OUT_OF_LINE void spill_recent(struct typed_heap *heap, struct heap_pool *pool)
{
    size_t i;

    for (i = 0; i < HEAP_RECENT / 2; i++)
        unbusy(heap, pool->recent[i].segment, pool->recent[i].slot);
    pool->recent_count -= HEAP_RECENT / 2;
    memmove(pool->recent, pool->recent + HEAP_RECENT / 2, pool->recent_count * sizeof pool->recent[0]);
}

static inline void put_slot(struct typed_heap *heap, struct heap_segment *segment, uint32_t slot)
{
    struct heap_pool *pool = segment->pool;

    segment->allocated[slot >> 6] &= ~((uint64_t)1 << (slot & 63));
    if (segment->counts != NULL)
        pool->live_bytes -= heap_block_bytes(pool, segment->counts[slot]);
    if (__builtin_expect(pool->recent_count == HEAP_RECENT, 0))
        spill_recent(heap, pool);
    pool->recent[pool->recent_count++] = (struct heap_recent){ segment, slot };
}

/* ---- The heap's own functions ---- */

static inline void *take(struct typed_heap *heap, struct heap_pool *pool, uint64_t count)
{
    if (__builtin_expect(pool->large, 0))
        return msrck_pool_take_large(heap, pool, count);
    return take_slot(heap, pool, count);
}

/* The first block of its type and class, or one whose type is an array. */
static OUT_OF_LINE void *allocate_first(struct typed_heap *heap, uint32_t type, uint64_t count)
{
    struct heap_pool *pool;

    if (type >= msrck_ti_count(heap->table))
        return NULL;
    if (count == 0 && msrck_ti_get(heap->table, type)->flexible == TI_VOID)
        count = 1;
    if (msrck_ti_get(heap->table, type)->kind == MSRCK_KIND_ARRAY)
        type = msrck_ti_strip_arrays(heap->table, type, &count);
    if (type == UINT32_MAX)
        return NULL;
    pool = msrck_pool_get(heap, type, count);
    return pool == NULL ? NULL : take(heap, pool, count);
}

void *msrck_heap_allocate(struct typed_heap *heap, uint32_t type, uint64_t count)
{
    struct heap_pool *pool = heap_pool_of(heap, type, count);

    if (__builtin_expect(pool == NULL, 0))
        return allocate_first(heap, type, count);
    return take(heap, pool, count);
}

bool msrck_heap_release(struct typed_heap *heap, void *address)
{
    struct heap_segment *segment = heap_segment_of(heap, address);
    size_t offset;
    uint32_t slot;

    if (segment == NULL)
        return false;
    offset = (uintptr_t)address - (uintptr_t)segment->base;
    slot = heap_slot_of(segment, offset);
    if (offset != (size_t)slot * segment->stride || !heap_bit(segment->allocated, slot))
        return false;
    if (__builtin_expect(segment->pool->large, 0))
        msrck_pool_put_large(heap, segment);
    else
        put_slot(heap, segment, slot);
    return true;
}
