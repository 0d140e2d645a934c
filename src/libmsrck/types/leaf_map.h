/* SPDX-License-Identifier: MIT */
/*
 * Places inside a block: byte offsets of this machine to leaf ordinals and back, and leaf ordinals to paths for
 * people.
 *
 * Tables need a layout for everything that speaks of bytes. An element is one value of the block's type, without its
 * flexible member; callers divide by the element's size or leaves first. All functions take O(nesting * log fields).
 */
#ifndef MSRCK_TYPES_LEAF_MAP_H
#define MSRCK_TYPES_LEAF_MAP_H

#include "types/ti_table.h"

struct byte_buffer;

/*
 * Leaf ordinal of byte `offset` (< size) in an element of type `id`. `object` is the element's bytes, read only to
 * find the active members of unions; may be NULL where the type has none. False when the offset is in the middle of a
 * scalar, in a skipped member, in a bit-field, in an inactive member of a union or in the middle of padding. Padding
 * directly behind a member stands for one past that member: the ordinal of the next leaf, or the element's number of
 * leaves at its end. Where a struct begins, its first leaf stands for the struct; so the first saved member has no
 * place of its own when skipped members lie before it (false).
 */
bool msrck_leaf_of_offset(const struct ti_table *table, uint32_t id, const void *object, uint64_t offset,
                          uint64_t *leaf);

/*
 * The reverse: byte offset of a leaf (< leaves). False when the leaf lies in an inactive part of a union; one past the
 * active member is no such part.
 */
bool msrck_offset_of_leaf(const struct ti_table *table, uint32_t id, const void *object, uint64_t leaf,
                          uint64_t *offset);

/*
 * Index of the active member of union field `field` of the struct entry `owner` whose bytes are `object`; UINT32_MAX
 * for none.
 */
uint32_t msrck_active_member(const struct ti_table *table, const struct ti_type *owner, const struct ti_field *field,
                             const void *object);

/*
 * Appends ".left", "[3].x", ".real" ... for a leaf (< leaves); unions show the first member that reaches so far.
 * Nothing for a scalar. Works without layout.
 */
void msrck_leaf_path(const struct ti_table *table, uint32_t id, uint64_t leaf, struct byte_buffer *out);

#endif
