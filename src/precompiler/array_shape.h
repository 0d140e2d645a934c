/* SPDX-License-Identifier: MIT */
/*
 * Types whose size is known at run time only. Nothing may be jumped into where such a type is declared, and a resume has to do that, so:
 *
 * - an array of variable length is a pointer to its elements, on the heap; where it is used stands (*(T (*)[n])name);
 * - a pointer to such arrays is a void *; where it is used stands ((T (*)[n])name).
 *
 * What alloca() gives is a block of the heap that is freed when the function returns.
 *
 * The lengths are variables of lowering's own, with the values that they had at the declaration.
 */
#ifndef MSRCK_PRECOMPILER_ARRAY_SHAPE_H
#define MSRCK_PRECOMPILER_ARRAY_SHAPE_H

#include "local_table.h"

/* Why the function has to stay as it is, or NULL. */
const char *array_shape_refused(local_table *table);
/* Of a lifted variable: sets shaped, pointer and target. */
void array_shape_find(local_table *table, local *variable);
/* What alloca() gives is on the heap, too, and one more temporary points to it. True when there is any. */
bool array_shape_allocations(local_table *table);
/* Makes the variables for lengths and registers the edits of uses. True when there are arrays that have to be freed. */
bool array_shape_prepare(local_table *table);

#endif
