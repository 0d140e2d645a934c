/* SPDX-License-Identifier: MIT */
/* Streaming: the marked blocks of an extent in the order of their numbers, in runs as long as they lie side by side. */
#include "memory/typed_heap.h"

#include "memory/heap_pool.h"

typedef msrck_result (*visitor)(void *context, const void *first, size_t stride, uint64_t blocks, msrck_error *error);

/* The first slot from `from` on whose mark is `wanted`; the number of slots when there is none. */
static uint32_t next_slot(const struct heap_segment *segment, uint32_t from, bool wanted)
{
    size_t word = from >> 6, words = heap_segment_words(segment);
    uint64_t flip = wanted ? 0 : ~(uint64_t)0, bits;

    if (from >= segment->slots)
        return segment->slots;
    bits = (segment->marks[word] ^ flip) & (~(uint64_t)0 << (from & 63));
    while (bits == 0 && ++word < words)
        bits = segment->marks[word] ^ flip;
    if (bits == 0)
        return segment->slots;
    from = (uint32_t)(word * 64 + (size_t)__builtin_ctzll(bits));
    return from < segment->slots ? from : segment->slots;
}

static msrck_result stream_marks(const struct heap_pool *pool, visitor visit, void *context, msrck_error *error)
{
    msrck_result result = MSRCK_OK;
    size_t i;

    for (i = 0; i < pool->segment_count; i++) {
        const struct heap_segment *segment = pool->segments[i];
        uint32_t first = next_slot(segment, 0, true);

        while (first < segment->slots) {
            uint32_t end = next_slot(segment, first, false);

            result =
                visit(context, segment->base + (size_t)first * segment->stride, segment->stride, end - first, error);
            if (result != MSRCK_OK)
                return result;
            first = next_slot(segment, end, true);
        }
    }
    return result;
}

/* The slots of one count, ascending through the segments. */
static msrck_result stream_order(const struct heap_pool *pool, const struct heap_tally *tally, visitor visit,
                                 void *context, msrck_error *error)
{
    const uint32_t *slot = pool->order + tally->start, *end = slot + tally->blocks;
    uint64_t first_slot = 0;
    msrck_result result = MSRCK_OK;
    size_t i = 0;

    while (slot < end && result == MSRCK_OK) {
        const struct heap_segment *segment = pool->segments[i];
        const uint32_t *run = slot;

        if (*slot - first_slot >= segment->slots) {
            first_slot += segment->slots;
            i++;
            continue;
        }
        while (++slot < end && *slot == slot[-1] + 1 && *slot - first_slot < segment->slots)
            ;
        result = visit(context, segment->base + (size_t)(*run - first_slot) * segment->stride, segment->stride,
                       (uint64_t)(slot - run), error);
    }
    return result;
}

static msrck_result stream_large(const struct heap_pool *pool, const struct extent *extent, visitor visit,
                                 void *context, msrck_error *error)
{
    size_t i = msrck_pool_find_large(pool, extent->count);
    msrck_result result = MSRCK_OK;

    for (; i < pool->marked && pool->sorted[i]->count == extent->count && result == MSRCK_OK; i++)
        result = visit(context, pool->sorted[i]->base, pool->sorted[i]->limit, 1, error);
    return result;
}

msrck_result msrck_heap_stream(const struct typed_heap *heap, const struct extent *extent, visitor visit, void *context,
                               msrck_error *error)
{
    const struct heap_pool *pool = heap_pool_of(heap, extent->type, extent->count);

    if (pool == NULL || pool->marked == 0)
        return msrck_fail(error, MSRCK_MISUSE, "extent of type %u and count %llu is not one of the typed heap's",
                          (unsigned)extent->type, (unsigned long long)extent->count);
    if (pool->large)
        return stream_large(pool, extent, visit, context, error);
    if (pool->varied)
        return stream_order(pool, &pool->tallies[extent->count - pool->lowest], visit, context, error);
    return stream_marks(pool, visit, context, error);
}
