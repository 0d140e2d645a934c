/* SPDX-License-Identifier: MIT */
#include "file/extent.h"

#include <criterion/criterion.h>

struct pair { double x, y; };
struct tail { int length; char bytes[]; };

extern const msrck_type pair_type, tail_type;
MSRCK_STRUCT(pair_type, struct pair, MSRCK_FIELD(struct pair, x, &msrck_double),
             MSRCK_FIELD(struct pair, y, &msrck_double));
MSRCK_FLEXIBLE_STRUCT(tail_type, struct tail, MSRCK_FIELD(struct tail, length, &msrck_int),
                      MSRCK_FLEXIBLE(struct tail, bytes, &msrck_char));

static struct ti_table *table;
static uint32_t pair_id, tail_id, char_id;

static void begin(void)
{
    table = msrck_ti_new();
    cr_assert_eq(msrck_ti_add(table, &pair_type, &pair_id, NULL), MSRCK_OK);
    cr_assert_eq(msrck_ti_add(table, &tail_type, &tail_id, NULL), MSRCK_OK);
    cr_assert_eq(msrck_ti_add(table, &msrck_char, &char_id, NULL), MSRCK_OK);
}

static void end(void)
{
    msrck_ti_free(table);
}

TestSuite(extents, .init = begin, .fini = end);

Test(extents, a_block_has_the_leaves_of_its_elements)
{
    cr_assert_eq(msrck_block_leaves(table, pair_id, 7), 14);
    cr_assert_eq(msrck_block_leaves(table, tail_id, 0), 1);
    cr_assert_eq(msrck_block_leaves(table, tail_id, 9), 10);
    cr_assert_eq(msrck_block_leaves(table, pair_id, UINT64_MAX / 2 + 1), UINT64_MAX);
    cr_assert_eq(msrck_block_leaves(table, tail_id, UINT64_MAX), UINT64_MAX);
}

Test(extents, a_block_has_the_bytes_of_its_elements_and_never_fewer_than_its_struct)
{
    cr_assert_eq(msrck_block_bytes(table, pair_id, 3), 3 * sizeof(struct pair));
    cr_assert_eq(msrck_block_bytes(table, tail_id, 0), sizeof(struct tail));
    cr_assert_eq(msrck_block_bytes(table, tail_id, 100), offsetof(struct tail, bytes) + 100);
    cr_assert_eq(msrck_block_bytes(table, pair_id, UINT64_MAX / 8), UINT64_MAX);
}

Test(extents, addresses_follow_each_other_with_one_behind_each_block)
{
    struct extent extents[] = { { SEGMENT_GLOBAL, pair_id, 2, 3, 0, 0 },
                                { SEGMENT_HEAP, char_id, 5, 2, 0, 0 },
                                { SEGMENT_HEAP, tail_id, 4, 1, 0, 0 } };
    uint64_t past;

    cr_assert(msrck_extents_number(table, extents, 3, &past));
    cr_assert_eq(extents[0].base, 1);
    cr_assert_eq(extents[0].block_leaves, 4);
    cr_assert_eq(extents[1].base, 1 + 3 * 5);
    cr_assert_eq(extents[2].base, 16 + 2 * 6);
    cr_assert_eq(past, 28 + 6);
}

Test(extents, each_address_is_found_in_the_extent_that_has_it)
{
    struct extent extents[] = { { SEGMENT_GLOBAL, pair_id, 2, 3, 0, 0 },
                                { SEGMENT_HEAP, char_id, 5, 2, 0, 0 },
                                { SEGMENT_HEAP, tail_id, 4, 1, 0, 0 } };
    uint64_t past;

    cr_assert(msrck_extents_number(table, extents, 3, &past));
    cr_assert_eq(msrck_extent_find(extents, 3, 0), SIZE_MAX);
    for (uint64_t address = 1; address < past; address++)
        cr_assert_eq(msrck_extent_find(extents, 3, address), address < 16 ? 0 : address < 28 ? 1 : 2);
    cr_assert_eq(msrck_extent_find(extents, 3, past), SIZE_MAX);
    cr_assert_eq(msrck_extent_find(extents, 3, UINT64_MAX), SIZE_MAX);
    cr_assert_eq(msrck_extent_find(extents, 0, 1), SIZE_MAX);
}

Test(extents, more_than_can_be_addressed_is_refused)
{
    struct extent many = { SEGMENT_HEAP, pair_id, 1, UINT64_C(1) << 62, 0, 0 };
    struct extent large = { SEGMENT_HEAP, pair_id, UINT64_C(1) << 62, 1, 0, 0 };
    struct extent fits = { SEGMENT_HEAP, pair_id, 1, UINT64_C(1) << 61, 0, 0 };
    uint64_t past;

    cr_assert_not(msrck_extents_number(table, &many, 1, &past));
    cr_assert_not(msrck_extents_number(table, &large, 1, &past));
    cr_assert(msrck_extents_number(table, &fits, 1, &past));
    cr_assert_eq(past, 1 + 3 * (UINT64_C(1) << 61));
}

Test(extents, rows_count_elements_or_blocks_and_trailing_elements)
{
    struct extent pairs = { SEGMENT_HEAP, pair_id, 3, 5, 0, 0 }, tails = { SEGMENT_HEAP, tail_id, 3, 5, 0, 0 };

    cr_assert_eq(msrck_extent_rows(table, &pairs, 0), 15);
    cr_assert_eq(msrck_extent_rows(table, &pairs, 1), 0);
    cr_assert_eq(msrck_extent_rows(table, &tails, 0), 5);
    cr_assert_eq(msrck_extent_rows(table, &tails, 1), 15);
    cr_assert_eq(msrck_extent_rows(table, &tails, 2), 0);
    cr_assert_eq(msrck_extent_row_width(table, &pairs, 0, 4), 16);
    cr_assert_eq(msrck_extent_row_width(table, &tails, 0, 8), 4);
    cr_assert_eq(msrck_extent_row_width(table, &tails, 1, 8), 1);
}
