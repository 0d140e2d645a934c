/* SPDX-License-Identifier: MIT */
/* Pools of the typed heap: making them, growing them by segments, taking and giving back blocks. */
#ifndef MSRCK_MEMORY_HEAP_POOL_H
#define MSRCK_MEMORY_HEAP_POOL_H

#include "memory/typed_heap_inline.h"

/* The pool of the blocks of a type with that count, or NULL when there was none yet. */
static inline struct heap_pool *heap_pool_of(const struct typed_heap *heap, uint32_t type, uint64_t count)
{
    const struct heap_type_pools *pools;

    if (type >= heap->type_capacity)
        return NULL;
    pools = &heap->types[type];
    if (count == 1 && pools->single != NULL)
        return pools->single;
    return pools->classes == NULL ? NULL : pools->classes[size_class_of(count)];
}

/*
 * The same, made where it is missing. The type must not be an array; a count of 0 must have become 1 for all but
 * flexible structs. NULL when memory is out or the type has no layout.
 */
struct heap_pool *msrck_pool_get(struct typed_heap *heap, uint32_t type, uint64_t count);
void msrck_pool_free(struct heap_pool *pool);

#define HEAP_NO_BIT SIZE_MAX

/* Index of the first set bit at `from` or behind, or HEAP_NO_BIT. */
static inline size_t heap_next_bit(const uint64_t *bits, size_t words, size_t from)
{
    size_t i = from >> 6;
    uint64_t word;

    if (i >= words)
        return HEAP_NO_BIT;
    word = bits[i] & (~(uint64_t)0 << (from & 63));
    while (word == 0) {
        if (++i == words)
            return HEAP_NO_BIT;
        word = bits[i];
    }
    return i * 64 + (size_t)__builtin_ctzll(word);
}

/* ---- Segments ---- */

/* A new last segment with `units` units, aligned to huge pages where it is that long. NULL when memory is out. */
struct heap_segment *msrck_pool_add_segment(struct typed_heap *heap, struct heap_pool *pool, uint32_t units);
/* Takes away the last segment, which must be empty. */
void msrck_pool_drop_segment(struct typed_heap *heap, struct heap_pool *pool);
/* Gives memory back: drops empty segments at the end, but a few that slots may be needed from soon. */
void msrck_pool_trim(struct typed_heap *heap, struct heap_pool *pool);
/* Maps a run of units to the segment; false when memory is out. */
bool msrck_segment_map(struct typed_heap *heap, struct heap_segment *segment, uint32_t units);
void msrck_segment_unmap(struct typed_heap *heap, struct heap_segment *segment);
/* Units that hold `blocks` slots; 0 when one segment cannot. */
uint32_t msrck_pool_units_for(const struct heap_pool *pool, uint64_t blocks);

/* ---- Blocks ---- */

/* Moves pool->current and pool->word to the first word that may have a free slot, adding a segment where none has. */
bool msrck_pool_advance(struct typed_heap *heap, struct heap_pool *pool);
/* A zeroed block of a pool of large ones. NULL when memory is out or the size overflows. */
void *msrck_pool_take_large(struct typed_heap *heap, struct heap_pool *pool, uint64_t count);
/* The same, behind all others in the logical order. */
void *msrck_pool_append_large(struct typed_heap *heap, struct heap_pool *pool, uint64_t count);
void msrck_pool_put_large(struct typed_heap *heap, struct heap_segment *segment);

/* ---- Collecting ---- */

/* Where the blocks of `count` elements begin among the sorted ones of a pool of large blocks. */
size_t msrck_pool_find_large(const struct heap_pool *pool, uint64_t count);

#endif
