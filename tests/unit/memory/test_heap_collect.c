/* SPDX-License-Identifier: MIT */
/* Marks, extents, canonical addresses and streams of the typed heap. */
#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include "memory/typed_heap_inline.h"
#include "memory_types.h"

static struct memory_types types;
static struct typed_heap *heap;
static struct extent *extents;
static size_t extent_count;

static void open_heap(void)
{
    memory_types_open(&types);
    heap = msrck_heap_new(types.table);
    cr_assert(heap != NULL);
    extents = NULL;
    extent_count = 0;
}

static void close_heap(void)
{
    free(extents);
    msrck_heap_free(heap);
    memory_types_close(&types);
}

TestSuite(heap_collect, .init = open_heap, .fini = close_heap, .timeout = 120);

/* Numbers what is marked, in whatever order the heap lists it. */
static void number(void)
{
    size_t capacity = 0, i;
    uint64_t base = 1;

    cr_assert_eq(msrck_heap_list_extents(heap, &extents, &extent_count, &capacity, NULL), MSRCK_OK);
    for (i = 0; i < extent_count; i++) {
        extents[i].base = base;
        extents[i].block_leaves = 4;
        base += extents[i].blocks * 5;
    }
    cr_assert_eq(msrck_heap_set_addresses(heap, extents, extent_count, NULL), MSRCK_OK);
}

static const struct extent *extent_of(uint32_t type, uint64_t count)
{
    size_t i;

    for (i = 0; i < extent_count; i++)
        if (extents[i].type == type && extents[i].count == count)
            return &extents[i];
    return NULL;
}

/* What a stream is compared with: every block's number must be its place in the stream. */
struct stream_check { const struct extent *extent; uint64_t seen, runs; };

static msrck_result check_run(void *context, const void *first, size_t stride, uint64_t blocks, msrck_error *error)
{
    struct stream_check *check = context;
    struct heap_block block;
    uint64_t i;

    (void)error;
    for (i = 0; i < blocks; i++, check->seen++) {
        const unsigned char *address = (const unsigned char *)first + i * stride;

        cr_assert(msrck_heap_find(heap, address, &block));
        cr_assert_eq(block.address, address);
        cr_assert_eq(block.count, check->extent->count);
        cr_assert_eq(msrck_heap_address(heap, &block), check->extent->base + check->seen * 5);
    }
    check->runs++;
    return MSRCK_OK;
}

/* Streams the extent; the number of runs. */
static uint64_t check_stream(const struct extent *extent)
{
    struct stream_check check = { extent, 0, 0 };

    cr_assert_eq(msrck_heap_stream(heap, extent, check_run, &check, NULL), MSRCK_OK);
    cr_assert_eq(check.seen, extent->blocks);
    return check.runs;
}

Test(heap_collect, a_block_is_marked_once)
{
    struct heap_block block;
    struct tree_node *node = msrck_heap_allocate(heap, types.node, 1);

    cr_assert(msrck_heap_begin_marks(heap));
    cr_assert(msrck_heap_find(heap, &node->left, &block));
    cr_assert(msrck_heap_mark(&block));
    cr_assert_not(msrck_heap_mark(&block));
    cr_assert(msrck_heap_begin_marks(heap));
    cr_assert(msrck_heap_find(heap, node, &block));
    cr_assert(msrck_heap_mark(&block), "marks were kept from the collection before");
}

Test(heap_collect, unmarked_blocks_have_no_address_and_are_not_streamed)
{
    void *nodes[1000];
    struct heap_block block;
    size_t i;

    for (i = 0; i < 1000; i++)
        nodes[i] = msrck_heap_allocate(heap, types.node, 1);
    cr_assert(msrck_heap_begin_marks(heap));
    for (i = 0; i < 1000; i += 3) {
        cr_assert(msrck_heap_find(heap, nodes[i], &block));
        msrck_heap_mark(&block);
    }
    number();
    cr_assert_eq(extent_count, 1);
    cr_assert_eq(extents[0].blocks, 334);
    cr_assert_eq(extents[0].segment, SEGMENT_HEAP);
    for (i = 0; i < 1000; i++) {
        cr_assert(msrck_heap_find(heap, nodes[i], &block));
        cr_assert_eq(msrck_heap_address(heap, &block), i % 3 == 0 ? 1 + i / 3 * 5 : 0);
    }
    cr_assert_eq(check_stream(&extents[0]), 334);
}

Test(heap_collect, adjacent_blocks_are_streamed_in_one_run)
{
    int i;

    for (i = 0; i < 2000; i++)
        msrck_heap_allocate(heap, types.node, 1);
    cr_assert(msrck_heap_begin_marks(heap));
    msrck_heap_mark_all(heap);
    number();
    cr_assert_eq(check_stream(&extents[0]), 1);
}

Test(heap_collect, random_blocks_of_every_size_are_streamed_in_the_order_of_their_numbers)
{
    enum { BLOCKS = 30000 };
    void **blocks = calloc(BLOCKS, sizeof *blocks);
    uint64_t random = 7, marked = 0, listed = 0, count;
    struct heap_block block;
    size_t i;

    for (i = 0; i < BLOCKS; i++) {
        uint32_t choices[] = { types.node, types.text, types.packet, types.real };

        count = next_random(&random) % 4 == 0 ? 1 + next_random(&random) % 200 : 1 + next_random(&random) % 3;
        blocks[i] = i % 1000 == 999 ? msrck_heap_allocate(heap, types.real, 20000 + count % 3)
                                    : msrck_heap_allocate(heap, choices[next_random(&random) % 4], count);
        cr_assert(blocks[i] != NULL);
        if (next_random(&random) % 4 == 0) {
            size_t j = next_random(&random) % (i + 1);

            if (blocks[j] != NULL)
                cr_assert(msrck_heap_release(heap, blocks[j]));
            blocks[j] = NULL;
        }
    }
    cr_assert(msrck_heap_begin_marks(heap));
    for (i = 0; i < BLOCKS; i++)
        if (blocks[i] != NULL && next_random(&random) % 5 != 0) {
            cr_assert(msrck_heap_find(heap, blocks[i], &block));
            cr_assert(msrck_heap_mark(&block));
            marked++;
        }
    number();
    for (i = 0; i < extent_count; i++) {
        check_stream(&extents[i]);
        listed += extents[i].blocks;
    }
    cr_assert_eq(listed, marked);
    cr_assert(extent_of(types.real, 20001) != NULL);
    free(blocks);
}

static unsigned ones(uint64_t word)
{
    return count_ones(word);
}

/* The short way to an address, for marked and other blocks, beside the long one. `expected` for a block that is marked. */
static void check_start(void *address, bool expected)
{
    struct heap_block block;

    cr_assert(msrck_heap_find(heap, address, &block) && block.address == address);
    cr_expect_eq(heap_start_address(heap, address, ones), msrck_heap_address(heap, &block));
    cr_expect_eq(heap_start_address(heap, address, ones) != 0, expected);
    cr_expect_eq(heap_start_address(heap, (unsigned char *)address + 1, ones), 0);
}

/* Of the marked ones among the first NODES nodes, in a pool of several segments; and of what lies behind them. */
static void check_starts(unsigned skipped)
{
    enum { NODES = 200000 };
    void **nodes = malloc((NODES + 1) * sizeof *nodes);
    struct heap_block block;

    for (unsigned i = 0; i <= NODES; i++)
        nodes[i] = msrck_heap_allocate(heap, types.node, 1);
    cr_assert(msrck_heap_begin_marks(heap));
    for (unsigned i = 0; i < NODES; i++)
        if (i != skipped) {
            cr_assert(msrck_heap_find(heap, nodes[i], &block));
            cr_assert(msrck_heap_mark(&block));
        }
    number();
    for (unsigned i = 0; i <= NODES; i++)
        check_start(nodes[i], i != skipped && i < NODES);
    /* The slot behind the last block, which was never taken. */
    cr_expect_eq(heap_start_address(heap, (unsigned char *)nodes[NODES] + ((char *)nodes[1] - (char *)nodes[0]), ones), 0);
    free(nodes);
}

Test(heap_collect, a_slot_is_its_own_number_where_all_before_it_are_marked)
{
    check_starts(UINT32_MAX);
}

Test(heap_collect, one_block_left_out_moves_the_numbers_behind_it)
{
    check_starts(150001);
}

Test(heap_collect, the_first_block_left_out_moves_all_numbers)
{
    check_starts(0);
}

Test(heap_collect, what_is_deferred_is_found_again_once)
{
    struct heap_cursor cursor = { 0, 0, 0 };
    struct heap_block block;
    void *nodes[500];
    int i, found = 0;

    for (i = 0; i < 500; i++)
        nodes[i] = msrck_heap_allocate(heap, types.node, 1);
    cr_assert(msrck_heap_begin_marks(heap));
    msrck_heap_mark_all(heap);
    cr_assert_not(msrck_heap_next_deferred(heap, &cursor, &block));
    for (i = 1; i < 500; i += 2) {
        cr_assert(msrck_heap_find(heap, nodes[i], &block));
        msrck_heap_defer(&block);
    }
    cursor = (struct heap_cursor){ 0, 0, 0 };
    for (i = 1; msrck_heap_next_deferred(heap, &cursor, &block); found++, i += 2)
        cr_assert_eq(block.address, nodes[i]);
    cr_assert_eq(found, 250);
    cursor = (struct heap_cursor){ 0, 0, 0 };
    cr_assert_not(msrck_heap_next_deferred(heap, &cursor, &block));
}

Test(heap_collect, takes_less_than_three_bits_a_block)
{
    enum { NODES = 1000000 };
    int i;

    for (i = 0; i < NODES; i++)
        cr_assert(msrck_heap_allocate(heap, types.node, 1) != NULL);
    cr_assert(msrck_heap_begin_marks(heap));
    msrck_heap_mark_all(heap);
    number();
    cr_assert_lt(msrck_heap_overhead(heap) * 8, 3u * NODES);
    msrck_heap_end_marks(heap);
    cr_assert_eq(msrck_heap_overhead(heap), 0);
}

static msrck_result refuse(void *context, const void *first, size_t stride, uint64_t blocks, msrck_error *error)
{
    (void)first;
    (void)stride;
    (void)blocks;
    ++*(int *)context;
    return msrck_fail(error, MSRCK_SYSTEM, "no room");
}

Test(heap_collect, a_visitor_that_fails_ends_the_stream)
{
    struct heap_block block;
    void *nodes[100];
    int i, calls = 0;

    for (i = 0; i < 100; i++)
        nodes[i] = msrck_heap_allocate(heap, types.node, 1);
    cr_assert(msrck_heap_begin_marks(heap));
    for (i = 0; i < 100; i += 2) {
        cr_assert(msrck_heap_find(heap, nodes[i], &block));
        msrck_heap_mark(&block);
    }
    number();
    cr_assert_eq(msrck_heap_stream(heap, &extents[0], refuse, &calls, NULL), MSRCK_SYSTEM);
    cr_assert_eq(calls, 1);
}

Test(heap_collect, extents_that_are_not_the_heaps_are_refused)
{
    struct extent foreign = {
        .segment = SEGMENT_HEAP, .type = types.node, .count = 3, .blocks = 2, .base = 1, .block_leaves = 3};
    int calls = 0;

    msrck_heap_allocate(heap, types.node, 1);
    cr_assert(msrck_heap_begin_marks(heap));
    msrck_heap_mark_all(heap);
    number();
    cr_assert_eq(msrck_heap_set_addresses(heap, &foreign, 1, NULL), MSRCK_MISUSE);
    cr_assert_eq(msrck_heap_stream(heap, &foreign, refuse, &calls, NULL), MSRCK_MISUSE);
    cr_assert_eq(calls, 0);
}
