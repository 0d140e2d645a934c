/* SPDX-License-Identifier: MIT */
/* Names of types as C writes them, and what a name may hold. */
#ifndef MSRCK_TYPES_TYPE_NAME_H
#define MSRCK_TYPES_TYPE_NAME_H

#include "base/byte_buffer.h"
#include "types/ti_table.h"

/* The one name of the kind MSRCK_KIND_FUNCTION. */
#define TI_FUNCTION_NAME "void (*)(void)"

/*
 * Appends the declaration of `declared` ("" for the bare type) with the type `outer`, whose own name is not used where
 * it is a pointer or an array: so it may be an entry that is not in the table yet. False when pointers and arrays are
 * nested deeper than TI_MAX_NESTING, which also ends a pointer to itself.
 */
bool msrck_type_name_append(const struct ti_table *table, const struct ti_type *outer, const char *declared,
                            struct byte_buffer *out);

/* Valid UTF-8 without control characters, at most TI_MAX_NAME bytes. The empty text is printable. */
bool msrck_name_is_printable(const char *name);

#endif
