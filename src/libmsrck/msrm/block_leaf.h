/* SPDX-License-Identifier: MIT */
/*
 * Places in whole blocks: byte offsets to leaf ordinals and back over all elements, the trailing elements of a
 * flexible struct, and the place one past the end. types/leaf_map.h does the same inside one element.
 */
#ifndef MSRCK_MSRM_BLOCK_LEAF_H
#define MSRCK_MSRM_BLOCK_LEAF_H

#include "types/ti_table.h"

/*
 * Leaf ordinal of byte `offset` in a block of `count` elements whose bytes are `data`. False when the offset names
 * no place: in the middle of a scalar, in a skipped member, behind the block.
 */
bool msrck_block_leaf(const struct ti_table *types, uint32_t type, uint64_t count, const unsigned char *data,
                      uint64_t offset, uint64_t *leaf);

/*
 * The reverse; `data` is read only where the type has unions. False when the block has no such leaf, or it is in an
 * inactive part of a union.
 */
bool msrck_block_offset(const struct ti_table *types, uint32_t type, uint64_t count, const unsigned char *data,
                        uint64_t leaf, uint64_t *offset);

/* The scalar that covers byte `offset` of an element of the type, for messages: "int"; NULL when no scalar does. */
const char *msrck_scalar_around(const struct ti_table *types, uint32_t type, uint64_t offset);

#endif
