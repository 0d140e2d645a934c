/* SPDX-License-Identifier: MIT */
/*
 * The TI table in the form of the TYPE section of format/msrck.x, and back. A table read from a file has no layout,
 * and nothing in it is believed: ids in range, acyclic by value, counts and products bounded, names unique and
 * printable.
 */
#ifndef MSRCK_TYPES_TI_SECTION_H
#define MSRCK_TYPES_TI_SECTION_H

#include "base/byte_buffer.h"
#include "types/ti_table.h"

/* Appends the XDR of the table in file order. `order` is msrck_ti_file_order(): file id f is table id order[f]. */
msrck_result msrck_ti_encode(const struct ti_table *table, const uint32_t *order, struct byte_buffer *out,
                             msrck_error *error);

/*
 * A new table whose ids are the file's ids. Errors carry MSRCK_CORRUPT, MSRCK_UNSUPPORTED (unknown kind) or
 * MSRCK_LIMIT.
 */
msrck_result msrck_ti_decode(const void *bytes, size_t length, struct ti_table **table, msrck_error *error);

#endif
