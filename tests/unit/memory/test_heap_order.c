/* SPDX-License-Identifier: MIT */
/* The logical order of blocks depends on what is allocated and freed, and on nothing else. */
#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include "memory/typed_heap.h"
#include "memory_types.h"
#include "order_script.h"

static struct memory_types types;

TestSuite(heap_order, .timeout = 120);

/*
 * Runs the script with blocks of `type` whose counts are `unit` times what the script says; the order of their serial
 * numbers.
 */
static uint32_t *order_of(uint32_t type, uint64_t unit, uint64_t variety, size_t *length)
{
    struct typed_heap *heap = msrck_heap_new(types.table);
    uint32_t *order = run_order_script(heap, type, unit, variety, length);

    cr_assert(order != NULL);
    msrck_heap_free(heap);
    return order;
}

static void expect_same_order(uint32_t small, uint64_t small_unit, uint32_t large, uint64_t large_unit,
                              uint64_t variety)
{
    size_t length, other_length;
    uint32_t *order, *other;

    order = order_of(small, small_unit, variety, &length);
    other = order_of(large, large_unit, variety, &other_length);
    cr_assert_eq(length, other_length);
    cr_assert_gt(length, 100);
    cr_assert(memcmp(order, other, length * sizeof *order) == 0);
    free(order);
    free(other);
}

Test(heap_order, is_the_same_for_bytes_and_for_nodes)
{
    memory_types_open(&types);
    expect_same_order(types.text, 1, types.node, 1, 1);
    memory_types_close(&types);
}

Test(heap_order, is_the_same_for_slots_and_for_blocks_with_runs_of_their_own)
{
    memory_types_open(&types);
    expect_same_order(types.text, 1, types.plate, 1, 1);
    memory_types_close(&types);
}

Test(heap_order, is_the_same_for_arrays_of_many_counts_whatever_their_elements_take)
{
    memory_types_open(&types);
    expect_same_order(types.text, 60, types.real, 60, 40);
    expect_same_order(types.text, 60, types.node, 60, 40);
    /* Bytes lie in slots here, and doubles have runs of their own. */
    expect_same_order(types.text, 20000, types.real, 20000, 3);
    memory_types_close(&types);
}

Test(heap_order, of_blocks_that_were_never_freed_is_that_of_their_allocation)
{
    struct typed_heap *heap;
    struct extent *extents = NULL;
    size_t count = 0, capacity = 0, i;
    struct heap_block block;
    void *nodes[5000];

    memory_types_open(&types);
    heap = msrck_heap_new(types.table);
    for (i = 0; i < 5000; i++)
        nodes[i] = msrck_heap_allocate(heap, types.node, 1);
    cr_assert(msrck_heap_begin_marks(heap));
    msrck_heap_mark_all(heap);
    cr_assert(msrck_heap_list_extents(heap, &extents, &count, &capacity, NULL) == MSRCK_OK);
    cr_assert_eq(count, 1);
    extents[0].base = 1;
    extents[0].block_leaves = 3;
    cr_assert(msrck_heap_set_addresses(heap, extents, count, NULL) == MSRCK_OK);
    for (i = 0; i < 5000; i++) {
        cr_assert(msrck_heap_find(heap, nodes[i], &block));
        cr_assert_eq(msrck_heap_address(heap, &block), 1 + 4 * i);
    }
    free(extents);
    msrck_heap_free(heap);
    memory_types_close(&types);
}
