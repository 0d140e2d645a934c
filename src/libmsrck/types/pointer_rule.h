/* SPDX-License-Identifier: MIT */
/*
 * Whether a pointer of a type may lead to a place: what restoring refuses, and verifying tells. A program that uses a
 * pointer which may not would take what is there for something else.
 */
#ifndef MSRCK_TYPES_POINTER_RULE_H
#define MSRCK_TYPES_POINTER_RULE_H

#include "types/ti_table.h"

/* C lets characters point to the beginning of anything. */
bool msrck_type_is_character(const struct ti_type *type);

/* An object of type `there` may be looked at as one of `wanted`: the same, the other signedness, characters, pointers. */
bool msrck_type_may_stand_for(const struct ti_table *types, uint32_t wanted, uint32_t there);

/* The field of a struct that holds the leaf: the last that begins at or before it and is not empty. NULL when none does. */
const struct ti_field *msrck_type_field_at(const struct ti_table *types, const struct ti_type *entry, uint64_t leaf);

/*
 * A pointer to `target` may lead to leaf `leaf` of a block of `count` elements of `type` (trailing ones of a flexible
 * struct). True for what msrck_type_may_stand_for() allows at each level of nesting, for one past such an object, for elements of
 * arrays as arrays of them, for structs that begin with the same members, and for numbers as other numbers where there is room.
 */
bool msrck_pointer_may_lead(const struct ti_table *types, uint32_t target, uint32_t type, uint64_t count, uint64_t leaf);

#endif
