/* SPDX-License-Identifier: MIT */
/*
 * Paths of variables for people: "main.grid->cell[3].n". A path begins at a variable and follows pointers; this
 * file spells one step. Leaves are ordinals in whole blocks, so that it serves memory and files alike.
 */
#ifndef MSRCK_MSRM_ACCESS_PATH_H
#define MSRCK_MSRM_ACCESS_PATH_H

#include "base/byte_buffer.h"
#include "types/ti_table.h"

/* A block of `count` elements (trailing elements of a flexible struct). */
struct block_shape { uint32_t type; uint64_t count; };

/*
 * Appends the place of a leaf inside a variable that was declared with type `declared` (arrays included): ".left",
 * "[2].x". The variable's name stands in `out` already.
 */
void msrck_access_variable(const struct ti_table *types, uint32_t declared, struct block_shape shape, uint64_t leaf,
                           struct byte_buffer *out);

/*
 * `out` ends in the path of a pointer to leaf `entry` of a block; turns it into the path of leaf `leaf` of that
 * block: "->left", "[3]".
 */
void msrck_access_target(const struct ti_table *types, struct block_shape shape, uint64_t entry, uint64_t leaf,
                         struct byte_buffer *out);

/*
 * The same for the element that holds the leaf, where the message that follows begins with the path inside it:
 * ".value: ..." becomes "->value: ...".
 */
void msrck_access_target_before(const struct ti_table *types, struct block_shape shape, uint64_t entry, uint64_t leaf,
                                const char *message, struct byte_buffer *out);

/* Appends `message` behind a path: directly when it begins with a path itself, else after ": ". */
void msrck_access_message(const char *message, struct byte_buffer *out);

#endif
