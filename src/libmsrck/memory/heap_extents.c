/* SPDX-License-Identifier: MIT */
/*
 * Extents of marked heap blocks. Where a pool has one count, a block's number is its rank among the marks. Where it
 * has several, the blocks of each count are numbered by one pass in logical order, and the order is kept for
 * streaming; large blocks, which are few, are sorted.
 */
#include "memory/typed_heap.h"

#include <stdlib.h>

#include "base/allocation.h"
#include "base/count_ones.h"
#include "memory/heap_pool.h"

/* Ranks of a segment's words. Returns how many slots are marked; whether these are its first ones to *first. */
static uint32_t rank_segment(struct heap_segment *segment, bool *first)
{
    size_t words = heap_segment_words(segment), full = 0, word;
    uint32_t rank = 0;

    for (word = 0; word < words; word++) {
        segment->ranks[word] = rank;
        rank += count_ones(segment->marks[word]);
        full += full == word && segment->marks[word] == ~(uint64_t)0;
    }
    /* The bit behind the last slot is zero, so that no segment has full words only. */
    *first = rank == full * 64 + (uint32_t)__builtin_ctzll(~segment->marks[full]);
    return rank;
}

/*
 * Where each segment's marked slots are its first ones, as in a structure of which nothing was freed or left behind, a
 * slot is its own rank. All segments of a pool or none, so that a processor learns which it is.
 */
static void rank_pool(struct heap_pool *pool)
{
    bool whole = !pool->varied;
    size_t i;

    pool->marked = 0;
    for (i = 0; i < pool->segment_count; i++) {
        struct heap_segment *segment = pool->segments[i];
        bool first;

        segment->base_rank = pool->marked;
        segment->whole = rank_segment(segment, &first);
        pool->marked += segment->whole;
        whole = whole && first;
    }
    for (i = 0; !whole && i < pool->segment_count; i++)
        pool->segments[i]->whole = 0;
}

static msrck_result append_extent(struct extent **extents, size_t *count, size_t *capacity,
                                  const struct heap_pool *pool, uint64_t elements, uint64_t blocks, msrck_error *error)
{
    if (!msrck_reserve(extents, capacity, *count + 1, sizeof **extents))
        return msrck_fail_memory(error, (*count + 1) * sizeof **extents, "extents");
    (*extents)[(*count)++] =
        (struct extent){ .segment = SEGMENT_HEAP, .type = pool->type, .count = elements, .blocks = blocks };
    return MSRCK_OK;
}

/* ---- Pools of several counts ---- */

/* Calls for each marked slot of a varied pool, in logical order. */
static void each_marked(struct heap_pool *pool,
                        void (*visit)(struct heap_pool *pool, uint64_t rank, uint64_t slot, uint32_t count))
{
    uint64_t rank = 0, first_slot = 0;
    size_t i, word;

    for (i = 0; i < pool->segment_count; first_slot += pool->segments[i]->slots, i++) {
        const struct heap_segment *segment = pool->segments[i];

        for (word = 0; word < heap_segment_words(segment); word++) {
            uint64_t marks = segment->marks[word];

            for (; marks != 0; marks &= marks - 1) {
                uint64_t slot = word * 64 + (uint64_t)__builtin_ctzll(marks);

                visit(pool, rank++, first_slot + slot, segment->counts[slot]);
            }
        }
    }
}

static void number_slot(struct heap_pool *pool, uint64_t rank, uint64_t slot, uint32_t count)
{
    (void)slot;
    pool->numbers[rank] = (uint32_t)pool->tallies[count - pool->lowest].blocks++;
}

static void order_slot(struct heap_pool *pool, uint64_t rank, uint64_t slot, uint32_t count)
{
    pool->order[pool->tallies[count - pool->lowest].start + pool->numbers[rank]] = (uint32_t)slot;
}

static msrck_result list_varied(struct typed_heap *heap, struct heap_pool *pool, struct extent **extents, size_t *count,
                                size_t *capacity, msrck_error *error)
{
    size_t range = (size_t)(pool->capacity - pool->lowest + 1), i;
    uint64_t slots = 0, start = 0;
    msrck_result result;

    for (i = 0; i < pool->segment_count; i++) {
        slots += pool->segments[i]->slots;
    }
    if (slots > UINT32_MAX)
        return msrck_fail(error, MSRCK_LIMIT, "more than 4294967295 array blocks of one type and size class");
    pool->tallies = msrck_allocate(range, sizeof *pool->tallies);
    pool->numbers = msrck_allocate((size_t)pool->marked, sizeof(uint32_t));
    pool->order = msrck_allocate((size_t)pool->marked, sizeof(uint32_t));
    if (pool->tallies == NULL || pool->numbers == NULL || pool->order == NULL)
        return msrck_fail_memory(error, (size_t)pool->marked * 2 * sizeof(uint32_t), "block numbers");
    heap->transient_bytes += range * sizeof *pool->tallies + (size_t)pool->marked * 2 * sizeof(uint32_t);
    each_marked(pool, number_slot);
    for (i = 0; i < range; i++) {
        pool->tallies[i].start = start;
        start += pool->tallies[i].blocks;
        if (pool->tallies[i].blocks != 0 && (result = append_extent(extents, count, capacity, pool, pool->lowest + i,
                                                                    pool->tallies[i].blocks, error)) != MSRCK_OK)
            return result;
    }
    each_marked(pool, order_slot);
    for (i = 0; i < pool->segment_count; i++)
        pool->segments[i]->numbers = pool->numbers + pool->segments[i]->base_rank;
    return MSRCK_OK;
}

/* ---- Pools of large blocks ---- */

static int compare_large(const void *left, const void *right)
{
    const struct heap_segment *a = *(const struct heap_segment *const *)left,
                              *b = *(const struct heap_segment *const *)right;

    if (a->count != b->count)
        return a->count < b->count ? -1 : 1;
    return a->index < b->index ? -1 : a->index > b->index;
}

static msrck_result list_large(struct typed_heap *heap, struct heap_pool *pool, struct extent **extents, size_t *count,
                               size_t *capacity, msrck_error *error)
{
    size_t used = 0, i, end;
    msrck_result result;

    pool->sorted = msrck_allocate((size_t)pool->marked, sizeof(struct heap_segment *));
    if (pool->sorted == NULL)
        return msrck_fail_memory(error, (size_t)pool->marked * sizeof(struct heap_segment *), "block numbers");
    heap->transient_bytes += (size_t)pool->marked * sizeof(struct heap_segment *);
    for (i = 0; i < pool->segment_count; i++)
        if (pool->segments[i]->marks[0] != 0)
            pool->sorted[used++] = pool->segments[i];
    qsort(pool->sorted, used, sizeof(struct heap_segment *), compare_large);
    for (i = 0; i < used; i = end) {
        for (end = i + 1; end < used && pool->sorted[end]->count == pool->sorted[i]->count;)
            end++;
        result = append_extent(extents, count, capacity, pool, pool->sorted[i]->count, end - i, error);
        if (result != MSRCK_OK)
            return result;
    }
    return MSRCK_OK;
}

/* Where the extent of `count` begins among the sorted large blocks. */
size_t msrck_pool_find_large(const struct heap_pool *pool, uint64_t count)
{
    size_t low = 0, high = (size_t)pool->marked;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (pool->sorted[middle]->count < count)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* ---- All pools ---- */

/*
 * Numbering comes twice where marks are added to after the first time (collect all, which meets literals while
 * streaming).
 */
static void forget_lists(struct heap_pool *pool)
{
    free(pool->tallies);
    free(pool->numbers);
    free(pool->order);
    free(pool->sorted);
    pool->tallies = NULL;
    pool->numbers = pool->order = NULL;
    pool->sorted = NULL;
}

msrck_result msrck_heap_list_extents(struct typed_heap *heap, struct extent **extents, size_t *count, size_t *capacity,
                                     msrck_error *error)
{
    msrck_result result = MSRCK_OK;
    size_t i;

    for (i = 0; i < heap->pool_count && result == MSRCK_OK; i++) {
        struct heap_pool *pool = heap->pools[i];

        forget_lists(pool);
        rank_pool(pool);
        if (pool->marked == 0)
            continue;
        if (pool->large)
            result = list_large(heap, pool, extents, count, capacity, error);
        else if (pool->varied)
            result = list_varied(heap, pool, extents, count, capacity, error);
        else
            result = append_extent(extents, count, capacity, pool, pool->capacity, pool->marked, error);
    }
    return result;
}

/* False when the extent is not one that the pool listed. */
static bool set_base(struct heap_pool *pool, const struct extent *extent)
{
    uint64_t step = extent->block_leaves + 1;
    size_t i;

    if (pool->large) {
        size_t first = msrck_pool_find_large(pool, extent->count);

        for (i = 0; i < extent->blocks; i++) {
            if (first + i >= pool->marked || pool->sorted[first + i]->count != extent->count)
                return false;
            pool->sorted[first + i]->canonical = extent->base + i * step;
        }
        return true;
    }
    if (pool->varied) {
        struct heap_tally *tally = &pool->tallies[extent->count - pool->lowest];

        tally->base = extent->base;
        tally->step = step;
        return tally->blocks == extent->blocks;
    }
    for (i = 0; i < pool->segment_count; i++) {
        pool->segments[i]->canonical = extent->base + pool->segments[i]->base_rank * step;
        pool->segments[i]->step = step;
    }
    return pool->marked == extent->blocks;
}

msrck_result msrck_heap_set_addresses(struct typed_heap *heap, const struct extent *extents, size_t count,
                                      msrck_error *error)
{
    size_t i;

    for (i = 0; i < count; i++) {
        struct heap_pool *pool;

        if (extents[i].segment != SEGMENT_HEAP)
            continue;
        pool = heap_pool_of(heap, extents[i].type, extents[i].count);
        if (pool == NULL || pool->marked == 0 || !set_base(pool, &extents[i]))
            return msrck_fail(error, MSRCK_MISUSE, "extent of type %u and count %llu is not one of the typed heap's",
                              (unsigned)extents[i].type, (unsigned long long)extents[i].count);
    }
    return MSRCK_OK;
}
