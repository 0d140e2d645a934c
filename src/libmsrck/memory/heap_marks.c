/* SPDX-License-Identifier: MIT */
/* Marks of the typed heap: two bits a slot while marking, and half a bit more for ranks. */
#include "memory/typed_heap.h"

#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"
#include "memory/heap_pool.h"

static size_t count_words(const struct typed_heap *heap)
{
    size_t words = 0, i, j;

    for (i = 0; i < heap->pool_count; i++)
        for (j = 0; j < heap->pools[i]->segment_count; j++)
            words += heap_segment_words(heap->pools[i]->segments[j]);
    return words;
}

bool msrck_heap_begin_marks(struct typed_heap *heap)
{
    size_t used = 0, i, j;

    msrck_heap_end_marks(heap);
    heap->words = count_words(heap);
    /* Large zeroed tables come as untouched pages, so that what is not reached costs nothing. */
    heap->mark_words = msrck_allocate(heap->words, 2 * sizeof(uint64_t));
    heap->rank_words = msrck_allocate(heap->words, sizeof(uint32_t));
    if (heap->mark_words == NULL || heap->rank_words == NULL) {
        msrck_heap_end_marks(heap);
        return false;
    }
    for (i = 0; i < heap->pool_count; i++)
        for (j = 0; j < heap->pools[i]->segment_count; j++) {
            struct heap_segment *segment = heap->pools[i]->segments[j];

            segment->marks = heap->mark_words + used;
            segment->shape = segment->counts == NULL ? heap_shape(segment->type, segment->count) : 0;
            segment->way = 0;
            segment->deferred = heap->mark_words + heap->words + used;
            segment->ranks = heap->rank_words + used;
            used += heap_segment_words(segment);
        }
    return true;
}

static void forget_pool(struct heap_pool *pool)
{
    size_t i;

    free(pool->tallies);
    free(pool->numbers);
    free(pool->order);
    free(pool->sorted);
    pool->tallies = NULL;
    pool->numbers = pool->order = NULL;
    pool->sorted = NULL;
    pool->marked = 0;
    for (i = 0; i < pool->segment_count; i++) {
        struct heap_segment *segment = pool->segments[i];

        segment->marks = segment->deferred = NULL;
        segment->shape = 0;
        segment->ranks = NULL;
        segment->numbers = NULL;
        segment->whole = 0;
        segment->base_rank = segment->canonical = segment->step = 0;
    }
}

void msrck_heap_end_marks(struct typed_heap *heap)
{
    size_t i;

    for (i = 0; i < heap->pool_count; i++)
        forget_pool(heap->pools[i]);
    free(heap->mark_words);
    free(heap->rank_words);
    heap->mark_words = NULL;
    heap->rank_words = NULL;
    heap->words = 0;
    heap->transient_bytes = 0;
}

void msrck_heap_mark_all(struct typed_heap *heap)
{
    size_t i, j;

    for (i = 0; i < heap->pool_count; i++)
        for (j = 0; j < heap->pools[i]->segment_count; j++) {
            struct heap_segment *segment = heap->pools[i]->segments[j];

            memcpy(segment->marks, segment->allocated, heap_segment_words(segment) * sizeof(uint64_t));
        }
}

bool msrck_heap_mark(const struct heap_block *block)
{
    return heap_mark(block);
}

void msrck_heap_defer(const struct heap_block *block)
{
    heap_defer(block);
}

uint64_t msrck_heap_address(const struct typed_heap *heap, const struct heap_block *block)
{
    (void)heap;
    return heap_address(block);
}

size_t msrck_heap_overhead(const struct typed_heap *heap)
{
    return heap->words * (2 * sizeof(uint64_t) + sizeof(uint32_t)) + heap->transient_bytes;
}

/* The first deferred block of the segment, from the cursor on. */
static bool next_in_segment(struct heap_segment *segment, struct heap_cursor *cursor, struct heap_block *block)
{
    size_t words = heap_segment_words(segment);

    for (; cursor->word < words; cursor->word++) {
        uint64_t waiting = segment->deferred[cursor->word];

        if (waiting != 0) {
            segment->deferred[cursor->word] &= waiting - 1;
            heap_block_at(segment, (uint32_t)(cursor->word * 64 + (size_t)__builtin_ctzll(waiting)), block);
            return true;
        }
    }
    return false;
}

bool msrck_heap_next_deferred(const struct typed_heap *heap, struct heap_cursor *cursor, struct heap_block *block)
{
    for (; cursor->pool < heap->pool_count; cursor->pool++, cursor->segment = 0) {
        struct heap_pool *pool = heap->pools[cursor->pool];

        if (!pool->has_pointers)
            continue;
        for (; cursor->segment < pool->segment_count; cursor->segment++, cursor->word = 0)
            if (next_in_segment(pool->segments[cursor->segment], cursor, block))
                return true;
    }
    return false;
}
