/* SPDX-License-Identifier: MIT */
/* Whether one type is found inside another, for deciding what a block is from the pointers into it. */
#ifndef MSRCK_MSRM_TYPE_WITHIN_H
#define MSRCK_MSRM_TYPE_WITHIN_H

#include "types/ti_table.h"

/*
 * True when memory that holds a `larger` may be looked at as a `smaller`, from its beginning: equal types, integers of one
 * width, any two pointers, and structs that begin with the same members.
 */
bool msrck_type_begins_with(const struct ti_table *types, uint32_t larger, uint32_t smaller);

/*
 * True when a value of type `inner` stands `offset` bytes into one of type `outer`, or when an array of them inside it ends
 * there.
 */
bool msrck_type_within(const struct ti_table *types, uint32_t outer, uint64_t offset, uint32_t inner);

/* The same for a block: `count` elements, trailing ones of a flexible struct. The end of the block suits every type. */
bool msrck_type_within_block(const struct ti_table *types, uint32_t type, uint64_t count, uint64_t offset,
                             uint32_t inner);

#endif
