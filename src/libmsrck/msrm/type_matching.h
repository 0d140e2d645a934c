/* SPDX-License-Identifier: MIT */
/*
 * The program's type for a type of the file. Structs, unions, enums and handles are known by their names; the rest
 * is made from what it consists of.
 */
#ifndef MSRCK_MSRM_TYPE_MATCHING_H
#define MSRCK_MSRM_TYPE_MATCHING_H

#include "types/ti_table.h"

/* MSRCK_DOES_NOT_FIT when the program has no such type. May add pointers, arrays and scalars to `types`. */
msrck_result msrck_match_type(const struct ti_table *file_types, uint32_t file_type, struct ti_table *types,
                              uint32_t *type, msrck_error *error);

#endif
