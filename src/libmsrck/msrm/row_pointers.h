/* SPDX-License-Identifier: MIT */
/* The pointers of a canonical row, without a program: kinds and places come from the file's own TI table. */
#ifndef MSRCK_MSRM_ROW_POINTERS_H
#define MSRCK_MSRM_ROW_POINTERS_H

#include "types/ti_table.h"

/*
 * Calls visit for every pointer and opaque handle of the row that is not 0, in leaf order, also those in active
 * union members. The row is one element of the type, and complete.
 */
void msrck_row_pointers(const struct ti_table *types, uint32_t type, unsigned pointer_width, const unsigned char *row,
                        void (*visit)(void *context, uint64_t leaf, uint64_t address), void *context);

#endif
