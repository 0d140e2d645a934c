/* SPDX-License-Identifier: MIT */
/*
 * Extents: all blocks of one segment, type and element count, numbered one after the other, and the canonical addresses
 * that follow from them. See format/msrck-format.md, section 2.
 */
#ifndef MSRCK_FILE_EXTENT_H
#define MSRCK_FILE_EXTENT_H

#include "types/ti_table.h"

enum segment {
    SEGMENT_GLOBAL = 1,
    SEGMENT_STACK = 2,
    SEGMENT_HEAP = 3,
    SEGMENT_FOREIGN = 4,
    SEGMENT_LITERAL = 5,
    SEGMENT_OPAQUE = 6
};

struct extent {
    uint32_t segment;
    uint32_t type;                  /* never an array */
    uint64_t count;                 /* elements of a block; of a flexible struct: trailing elements */
    uint64_t blocks;
    uint64_t base;                  /* canonical address of the first block */
    uint64_t block_leaves;          /* leaves of one block, without the one past the end */
};

/*
 * Leaves of a block of `count` elements of the type (trailing elements for a flexible struct). UINT64_MAX on
 * overflow.
 */
uint64_t msrck_block_leaves(const struct ti_table *table, uint32_t type, uint64_t count);

/* Native bytes of such a block, with layout. UINT64_MAX on overflow. */
uint64_t msrck_block_bytes(const struct ti_table *table, uint32_t type, uint64_t count);

/*
 * Fills base and block_leaves of the extents in their order, from address 1 on; *end is one past the last address.
 * False when the addresses, or the elements of an extent, reach 2^63.
 */
bool msrck_extents_number(const struct ti_table *table, struct extent *extents, size_t count, uint64_t *end);

/*
 * Rows of an extent's part (format/msrck-format.md, "Chunks"), and bytes of each, at least one. The products do not
 * overflow for extents that msrck_extents_number() accepted.
 */
uint64_t msrck_extent_rows(const struct ti_table *table, const struct extent *extent, uint32_t part);
uint64_t msrck_extent_row_width(const struct ti_table *table, const struct extent *extent, uint32_t part,
                                unsigned pointer_width);

/* Index of the extent that holds the address (not 0, below the end), by binary search. SIZE_MAX when none does. */
size_t msrck_extent_find(const struct extent *extents, size_t count, uint64_t address);

#endif
