/* SPDX-License-Identifier: MIT */
#include "memory/heap_pool.h"

#include <stdlib.h>

#include "base/allocation.h"

#define SLOT_LIMIT ((uint64_t)131072)       /* bytes: longer blocks get runs of their own */
#define COUNT_LIMIT ((uint64_t)131072)      /* elements: bounds the tables by count that collecting makes */

/* The terms of a block's size. False when the type cannot be the type of a block here. */
static bool set_shape(const struct ti_table *table, uint32_t type, struct heap_pool *pool)
{
    const struct ti_type *entry = msrck_ti_get(table, type), *element;

    if (!entry->has_layout || entry->kind == MSRCK_KIND_VOID || entry->kind == MSRCK_KIND_ARRAY)
        return false;
    pool->has_pointers = entry->has_pointers;
    pool->element = entry->size;
    if (entry->flexible != TI_VOID) {
        element = msrck_ti_get(table, entry->flexible);
        pool->prefix = entry->flexible_offset;
        pool->least = entry->size;
        pool->element = element->size;
    }
    return true;
}

/* Bytes from one slot to the next, with the gap behind arrays; UINT64_MAX on overflow. */
static uint64_t stride_of(const struct heap_pool *pool, uint64_t alignment)
{
    uint64_t bytes;

    if (__builtin_mul_overflow(pool->capacity, pool->element, &bytes) ||
        __builtin_add_overflow(bytes, pool->prefix, &bytes))
        return UINT64_MAX;
    if (bytes < pool->least)
        bytes = pool->least;
    if (!pool->gapless || bytes == 0)
        bytes++;
    if (alignment > 1 && __builtin_add_overflow(bytes, alignment - 1, &bytes))
        return UINT64_MAX;
    return alignment > 1 ? bytes - bytes % alignment : bytes;
}

static struct heap_pool *new_pool(const struct ti_table *table, uint32_t type, unsigned size_class)
{
    struct heap_pool *pool = msrck_allocate(1, sizeof *pool);
    const struct ti_type *entry = msrck_ti_get(table, type);
    uint64_t stride;

    if (pool == NULL)
        return NULL;
    if (!set_shape(table, type, pool)) {
        free(pool);
        return NULL;
    }
    pool->type = type;
    pool->lowest = size_class_lowest(size_class);
    pool->capacity = size_class_capacity(size_class);
    pool->gapless = pool->capacity == 1 && entry->flexible == TI_VOID;
    pool->varied = pool->lowest != pool->capacity;
    stride = stride_of(pool, entry->alignment);
    pool->large = stride > SLOT_LIMIT || pool->capacity > COUNT_LIMIT;
    pool->stride = pool->large ? 0 : (size_t)stride;
    return pool;
}

void msrck_pool_free(struct heap_pool *pool)
{
    size_t i;

    if (pool == NULL)
        return;
    for (i = 0; i < pool->segment_count; i++)
        free(pool->segments[i]);
    free(pool->segments);
    free(pool->open);
    free(pool->tallies);
    free(pool->numbers);
    free(pool->order);
    free(pool->sorted);
    free(pool);
}

struct heap_pool *msrck_pool_get(struct typed_heap *heap, uint32_t type, uint64_t count)
{
    struct heap_pool *pool = heap_pool_of(heap, type, count);
    unsigned size_class = size_class_of(count);
    struct heap_type_pools *pools;
    bool single = count == 1;

    if (pool != NULL || type >= msrck_ti_count(heap->table))
        return pool;
    if (!msrck_reserve(&heap->types, &heap->type_capacity, (size_t)type + 1, sizeof *heap->types) ||
        !msrck_reserve(&heap->pools, &heap->pool_capacity, heap->pool_count + 1, sizeof(struct heap_pool *)))
        return NULL;
    pools = &heap->types[type];
    single = single && msrck_ti_get(heap->table, type)->flexible == TI_VOID;
    if (!single && pools->classes == NULL) {
        pools->classes = msrck_allocate(SIZE_CLASSES, sizeof(struct heap_pool *));
        if (pools->classes == NULL)
            return NULL;
    }
    pool = new_pool(heap->table, type, size_class);
    if (pool == NULL)
        return NULL;
    heap->pools[heap->pool_count++] = pool;
    if (single)
        pools->single = pool;
    else
        pools->classes[size_class] = pool;
    return pool;
}
