/* SPDX-License-Identifier: MIT */
/* Allocating whole extents. */
#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include "memory/typed_heap.h"
#include "memory_types.h"

static struct memory_types types;
static struct typed_heap *heap;

static void open_heap(void)
{
    memory_types_open(&types);
    heap = msrck_heap_new(types.table);
    cr_assert(heap != NULL);
}

static void close_heap(void)
{
    msrck_heap_free(heap);
    memory_types_close(&types);
}

TestSuite(heap_restore, .init = open_heap, .fini = close_heap, .timeout = 120);

static unsigned char *block_at(const struct heap_placement *placement, uint64_t b)
{
    return placement->base[b / placement->per_run] + (b % placement->per_run) * placement->stride;
}

static void open_marks(struct extent **extents, size_t *count)
{
    size_t capacity = 0, i;
    uint64_t base = 1;

    *extents = NULL;
    *count = 0;
    cr_assert(msrck_heap_begin_marks(heap));
    msrck_heap_mark_all(heap);
    cr_assert_eq(msrck_heap_list_extents(heap, extents, count, &capacity, NULL), MSRCK_OK);
    for (i = 0; i < *count; i++) {
        (*extents)[i].base = base;
        (*extents)[i].block_leaves = 1;
        base += (*extents)[i].blocks * 2;
    }
    cr_assert_eq(msrck_heap_set_addresses(heap, *extents, *count, NULL), MSRCK_OK);
}

/* Number of the block within its extent, as a new checkpoint would have it. */
static uint64_t number_of(const void *address, const struct extent *extents, size_t count)
{
    struct heap_block block;
    size_t i;

    cr_assert(msrck_heap_find(heap, address, &block));
    for (i = 0; i < count; i++)
        if (extents[i].type == block.type && extents[i].count == block.count)
            return (msrck_heap_address(heap, &block) - extents[i].base) / 2;
    cr_assert(false, "a block has no extent");
    return UINT64_MAX;
}

/* Restores an extent, and checks that its blocks are found, zero, distinct, and numbered as they were. */
static void check_extent(uint32_t type, uint64_t count, uint64_t blocks, size_t bytes)
{
    struct heap_placement placement;
    struct heap_block block;
    struct extent *extents;
    size_t extent_count, i;
    uint64_t b;

    cr_assert_eq(msrck_heap_allocate_extent(heap, type, count, blocks, &placement, NULL), MSRCK_OK);
    for (b = 0; b < blocks; b++) {
        unsigned char *data = block_at(&placement, b);

        cr_assert(msrck_heap_find(heap, data, &block));
        cr_assert_eq(block.address, data);
        cr_assert_eq(block.type, type);
        cr_assert_eq(block.count, count);
        for (i = 0; i < bytes; i++)
            cr_assert_eq(data[i], 0);
        memset(data, 0x5a, bytes);
    }
    open_marks(&extents, &extent_count);
    for (b = 0; b < blocks; b++)
        cr_assert_eq(number_of(block_at(&placement, b), extents, extent_count), b);
    msrck_heap_end_marks(heap);
    free(extents);
    msrck_heap_placement_free(&placement);
}

Test(heap_restore, an_extent_of_nodes_is_numbered_as_it_was)
{
    check_extent(types.node, 1, 300000, sizeof(struct tree_node));
}

Test(heap_restore, extents_of_one_pool_follow_each_other)
{
    check_extent(types.text, 70, 1000, 70);
    check_extent(types.text, 75, 40000, 75);
    check_extent(types.text, 71, 3, 71);
}

Test(heap_restore, large_blocks_are_numbered_as_they_were)
{
    check_extent(types.plate, 1, 5, sizeof(struct plate));
    check_extent(types.real, 30000, 5, 240000);
    check_extent(types.real, 29999, 5, 239992);
}

Test(heap_restore, flexible_structs_may_have_no_elements)
{
    check_extent(types.packet, 0, 100, sizeof(struct packet));
    check_extent(types.packet, 90, 100, sizeof(struct packet) + 720);
}

Test(heap_restore, an_empty_extent_has_no_runs)
{
    struct heap_placement placement;

    cr_assert_eq(msrck_heap_allocate_extent(heap, types.node, 1, 0, &placement, NULL), MSRCK_OK);
    cr_assert_eq(placement.runs, 0);
    msrck_heap_placement_free(&placement);
}

Test(heap_restore, blocks_that_are_allocated_afterwards_come_behind)
{
    struct heap_placement text, more;
    struct extent *extents;
    size_t count, i;
    char *later[2000];

    /*
     * Two counts of one size class: what is left behind the first extent must not be used for blocks of the second
     * count.
     */
    cr_assert_eq(msrck_heap_allocate_extent(heap, types.text, 70, 100, &text, NULL), MSRCK_OK);
    cr_assert_eq(msrck_heap_allocate_extent(heap, types.text, 75, 5000, &more, NULL), MSRCK_OK);
    for (i = 0; i < 2000; i++)
        later[i] = msrck_heap_allocate(heap, types.text, 75);
    open_marks(&extents, &count);
    for (i = 0; i < 2000; i++)
        cr_assert_eq(number_of(later[i], extents, count), 5000 + i);
    free(extents);
    msrck_heap_placement_free(&text);
    msrck_heap_placement_free(&more);
}

Test(heap_restore, slots_that_were_used_before_are_zero)
{
    void *nodes[1000];
    int i;

    for (i = 0; i < 1000; i++) {
        nodes[i] = msrck_heap_allocate(heap, types.node, 1);
        memset(nodes[i], 0xee, sizeof(struct tree_node));
    }
    for (i = 10; i < 1000; i++)
        msrck_heap_release(heap, nodes[i]);
    for (i = 0; i < 10; i++)
        memset(nodes[i], 0, sizeof(struct tree_node));
    {
        struct heap_placement placement;
        uint64_t b;

        cr_assert_eq(msrck_heap_allocate_extent(heap, types.node, 1, 2000, &placement, NULL), MSRCK_OK);
        for (b = 0; b < 2000; b++) {
            const struct tree_node *node = (const struct tree_node *)(void *)block_at(&placement, b);

            cr_assert(node->value == 0 && node->left == NULL && node->right == NULL);
        }
        msrck_heap_placement_free(&placement);
    }
}

Test(heap_restore, an_extent_that_does_not_fit_leaves_the_heap_as_it_was)
{
    struct heap_placement placement;
    msrck_error error = MSRCK_ERROR_INIT;
    uint64_t blocks, bytes;
    void *node = msrck_heap_allocate(heap, types.node, 1);

    cr_assert_eq(msrck_heap_allocate_extent(heap, types.plate, 1, UINT64_MAX / 4, &placement, &error), MSRCK_SYSTEM);
    cr_assert_neq(strlen(error.message), 0);
    cr_assert_eq(msrck_heap_allocate_extent(heap, types.real, UINT64_MAX / 4, 2, &placement, NULL), MSRCK_SYSTEM);
    msrck_heap_usage(heap, &blocks, &bytes);
    cr_assert_eq(blocks, 1);
    cr_assert(msrck_heap_release(heap, node));
}

Test(heap_restore, restored_blocks_are_released_like_others)
{
    struct heap_placement placement;
    uint64_t b, blocks, bytes;

    cr_assert_eq(msrck_heap_allocate_extent(heap, types.node, 1, 200000, &placement, NULL), MSRCK_OK);
    for (b = 0; b < 200000; b++)
        cr_assert(msrck_heap_release(heap, block_at(&placement, (b * 7919) % 200000)));
    msrck_heap_usage(heap, &blocks, &bytes);
    cr_assert_eq(blocks, 0);
    msrck_heap_placement_free(&placement);
}
