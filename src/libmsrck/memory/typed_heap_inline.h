/* SPDX-License-Identifier: MIT */
/*
 * The inside of the typed heap, and the hot paths as inline functions: finding, marking and translating happen once
 * for every pointer of a graph. msrm may include this header for the functions at its end; the structures are the
 * memory layer's own.
 *
 * A pool holds blocks of one type and one size class in segments, which are runs of arena units. Slots are taken by
 * rules that know the logical order only, so that order of a pool (segments in the order they were added, slots
 * ascending) depends on nothing but the sequence of allocations and frees: neither on how many slots a segment has,
 * nor on where it lies. Free slots are found through bitmaps on three levels, but for the last few freed, which wait
 * in a short stack. Freeing writes nothing into the block.
 */
#ifndef MSRCK_MEMORY_TYPED_HEAP_INLINE_H
#define MSRCK_MEMORY_TYPED_HEAP_INLINE_H

#include "base/count_ones.h"
#include "memory/heap_arena.h"
#include "memory/size_class.h"
#include "memory/typed_heap.h"

/*
 * slot = offset * ceil(2^42 / stride) >> 42 is exact for offset < 2^21 and stride <= 2^21: the error of the
 * reciprocal is below stride / 2^42, hence that of the product below 1 / stride; and the product stays below 2^63.
 */
#define HEAP_RECIPROCAL_SHIFT 42u
#define HEAP_SEGMENT_UNITS HEAP_HUGE_UNITS      /* units of the longest segment of slots: offsets below 2^21 */

#define HEAP_RECENT 64u

struct heap_segment {
    unsigned char *base;            /* address of slot 0; NULL: a place in the order of large blocks that is vacant */
    uint64_t reciprocal;            /* 0 for a large block: every offset is in slot 0 */
    uint64_t *allocated;            /* bit per slot: live. There is a zero bit behind the last slot */
    size_t stride;
    size_t limit;                   /* bytes of each block, where all have one count */
    uint64_t count;                 /* elements of each block, where all have one count */
    uint32_t *counts;               /* elements of the block in each slot, where they differ; else NULL */
    struct heap_pool *pool;
    uint32_t type;
    uint32_t slots;
    bool gapless;                   /* slots lie back to back: one past a block may be the next block */

    /* Allocation */
    uint64_t *busy;                 /* bit per slot: live, or freed so recently that it is in pool->recent */
    uint64_t *open;                 /* bit per word of `busy`: set where a slot may not be busy */
    uint32_t touched;               /* slots from here on were never used, so they are zero */
    uint32_t busy_slots;
    size_t index;                   /* in pool->segments */
    uint32_t arena, first_unit, units;

    /* While collecting */
    uint64_t *marks;                /* bit per slot */
    uint64_t shape;                 /* heap_shape() of each block, where all have one count; else 0 */
    unsigned way;                   /* what marking has noted about the blocks, where all have one count; at first 0 */
    uint64_t *deferred;
    uint32_t *ranks;                /* marked slots before each word */
    uint32_t whole;                 /* the slots before this one are all that is marked, in each segment of the pool; else 0 */
    uint64_t base_rank;             /* marked blocks in the pool's segments before */
    uint64_t canonical;             /* canonical address of the first marked block, where all have one count */
    uint64_t step;                  /* from one block to the next */
    const uint32_t *numbers;        /* number within its extent by rank, where counts differ; else NULL */
};

/* The extent of one count in a pool of several, while collecting. */
struct heap_tally {
    uint64_t blocks;
    uint64_t base, step;            /* canonical */
    uint64_t start;                 /* in pool->order */
};

struct heap_pool {
    struct heap_segment *current;   /* every slot is busy before its word `word`; NULL while there is no segment */
    size_t word;
    size_t stride;
    uint32_t type;
    bool large;                     /* each block has a run of its own */
    bool varied;                    /* of several counts */
    bool gapless;
    bool has_pointers;
    uint64_t lowest, capacity;      /* counts of the class */
    uint64_t prefix, least, element;    /* bytes of a block: prefix + count * element, but not below least */

    struct heap_segment **segments; /* owned, in logical order */
    size_t segment_count, segment_capacity;
    uint64_t *open;                 /* bit per segment: set where a slot may not be busy */
    size_t open_capacity;           /* words */
    uint64_t live_bytes;            /* kept only where blocks differ in size */
    uint64_t reserved;              /* bytes of the segments */

    size_t recent_count;
    struct heap_recent {
        struct heap_segment *segment;   /* a large block's: its place in the order */
        uint32_t slot;
    } recent[HEAP_RECENT];          /* what was freed last, the last one at the end */

    /* While collecting */
    uint64_t marked;
    struct heap_tally *tallies;     /* varied, not large: by count - lowest; owned */
    uint32_t *numbers, *order;      /* owned; order: slots, counted through the segments, by count and then by number */
    struct heap_segment **sorted;   /* large: marked ones by count and then by place; owned */
};

struct heap_type_pools {
    struct heap_pool *single;       /* of count 1; NULL also for flexible structs */
    struct heap_pool **classes;     /* SIZE_CLASSES of them, or NULL */
};

struct typed_heap {
    /*
     * For look-ups: the small arena, or the first large one with what its table has besides, which is the small one and
     * NULL for what lies between them; size 0 while there is none.
     */
    uintptr_t base;
    size_t size;
    struct heap_segment **units;

    struct heap_type_pools *types;  /* by type id; owned */
    size_t type_capacity;
    const struct ti_table *table;
    struct heap_pool **pools;       /* owned, all of them */
    size_t pool_count, pool_capacity;
    struct heap_arena *arenas;      /* owned */
    size_t arena_count, arena_capacity;

    /* While collecting */
    uint64_t *mark_words;           /* what marks and deferred of all segments point into; owned */
    uint32_t *rank_words;
    size_t words;                   /* of each of them */
    size_t transient_bytes;         /* of the tables of varied and large pools */
};

/* The segment of an address that the table for look-ups has not, or NULL. */
struct heap_segment *msrck_heap_segment_elsewhere(const struct typed_heap *heap, uintptr_t address);

/* The segment that the address lies in, or NULL. */
static inline struct heap_segment *heap_segment_of(const struct typed_heap *heap, const void *address)
{
    uintptr_t offset = (uintptr_t)address - heap->base;

    if (__builtin_expect(offset < heap->size, 1))
        return heap->units[offset >> HEAP_UNIT_SHIFT];
    if (heap->arena_count > 1)
        return msrck_heap_segment_elsewhere(heap, (uintptr_t)address);
    return NULL;
}

/* Fewer pointers are followed or translated one by one: to find out what they have in common takes as long. */
enum { HEAP_SMALLEST_BATCH = 8 };

/*
 * The segment that three addresses lie in, NULL when they do not lie in one. Of a batch of pointers the first, a middle
 * and the last one: then most of the others lie there, too.
 */
static inline struct heap_segment *heap_common_segment(const struct typed_heap *heap, const void *first,
                                                       const void *middle, const void *last)
{
    struct heap_segment *segment = heap_segment_of(heap, first);

    return heap_segment_of(heap, middle) == segment && heap_segment_of(heap, last) == segment ? segment : NULL;
}

static inline bool heap_bit(const uint64_t *bits, size_t index)
{
    return (bits[index >> 6] >> (index & 63u)) & 1u;
}

/* Sets the bit; true when it was clear. */
static inline bool heap_set_bit(uint64_t *bits, size_t index)
{
    uint64_t bit = (uint64_t)1 << (index & 63u), *word = &bits[index >> 6];

    if (*word & bit)
        return false;
    *word |= bit;
    return true;
}

/* Words of the segment's bitmaps: the bit behind the last slot has a place too. */
static inline size_t heap_segment_words(const struct heap_segment *segment)
{
    return (size_t)segment->slots / 64 + 1;
}

static inline uint32_t heap_slot_of(const struct heap_segment *segment, size_t offset)
{
    return (uint32_t)(((uint64_t)offset * segment->reciprocal) >> HEAP_RECIPROCAL_SHIFT);
}

/* Type and count in one word that is never 0; 0 for counts that do not fit. */
static inline uint64_t heap_shape(uint32_t type, uint64_t count)
{
    return count > INT32_MAX ? 0 : count << 32 | type;
}

/* Bytes of a block of the pool; `count` belongs to its class, so that nothing overflows. */
static inline uint64_t heap_block_bytes(const struct heap_pool *pool, uint64_t count)
{
    uint64_t bytes = pool->prefix + count * pool->element;

    return bytes < pool->least ? pool->least : bytes;
}

static inline void heap_block_at(struct heap_segment *segment, uint32_t slot, struct heap_block *block)
{
    block->address = segment->base + (size_t)slot * segment->stride;
    block->type = segment->type;
    block->count = segment->counts == NULL ? segment->count : segment->counts[slot];
    block->segment = segment;
    block->slot = slot;
}

/* As msrck_heap_find. */
static inline bool heap_find(const struct typed_heap *heap, const void *address, struct heap_block *block)
{
    struct heap_segment *segment = heap_segment_of(heap, address);
    size_t offset, inside;
    uint32_t slot;

    if (segment == NULL)
        return false;
    offset = (uintptr_t)address - (uintptr_t)segment->base;
    slot = heap_slot_of(segment, offset);
    inside = offset - (size_t)slot * segment->stride;
    if (heap_bit(segment->allocated, slot)) {
        uint64_t limit =
            segment->counts == NULL ? segment->limit : heap_block_bytes(segment->pool, segment->counts[slot]);

        if (inside > limit)
            return false;
    } else {
        /* Without gaps, one past the end of a block is the place of the next one. */
        if (inside != 0 || slot == 0 || !segment->gapless || !heap_bit(segment->allocated, slot - 1))
            return false;
        slot--;
    }
    heap_block_at(segment, slot, block);
    return true;
}

/* As msrck_heap_mark. */
static inline bool heap_mark(const struct heap_block *block)
{
    return heap_set_bit(block->segment->marks, block->slot);
}

/* As msrck_heap_defer. */
static inline void heap_defer(const struct heap_block *block)
{
    heap_set_bit(block->segment->deferred, block->slot);
}

/* As msrck_heap_address. */
static inline uint64_t heap_address(const struct heap_block *block)
{
    const struct heap_segment *segment = block->segment;
    uint64_t word = segment->marks[block->slot >> 6], bit = (uint64_t)1 << (block->slot & 63u);
    const struct heap_tally *tally;
    uint64_t rank;

    if (!(word & bit))
        return 0;
    rank = segment->ranks[block->slot >> 6] + count_ones(word & (bit - 1));
    if (segment->numbers == NULL)
        return segment->canonical + rank * segment->step;
    tally = &segment->pool->tallies[block->count - segment->pool->lowest];
    return tally->base + segment->numbers[rank] * tally->step;
}

/*
 * The canonical address of the marked block that begins at `address`, or 0 when that is not the place of one, or its
 * count is not that of all blocks of its segment: then heap_find and heap_address tell. `ones` counts bits.
 */
static inline __attribute__((always_inline)) uint64_t heap_start_address(const struct typed_heap *heap,
                                                                         const void *address, unsigned (*ones)(uint64_t))
{
    const struct heap_segment *segment = heap_segment_of(heap, address);
    uint64_t word, bit;
    size_t offset;
    uint32_t slot;

    if (__builtin_expect(segment == NULL, 0))
        return 0;
    offset = (uintptr_t)address - (uintptr_t)segment->base;
    slot = heap_slot_of(segment, offset);
    if (__builtin_expect((size_t)slot * segment->stride != offset, 0))
        return 0;
    if (slot < segment->whole)
        return segment->canonical + slot * segment->step;
    word = segment->marks[slot >> 6];
    bit = (uint64_t)1 << (slot & 63u);
    if (__builtin_expect(!(word & bit) || segment->numbers != NULL, 0))
        return 0;
    return segment->canonical + (segment->ranks[slot >> 6] + ones(word & (bit - 1))) * segment->step;
}

#endif
