/* SPDX-License-Identifier: MIT */
/*
 * The block that a pointer means. Usually the one that holds its address; where one named block ends and the next begins at that
 * address, the pointer's type decides.
 */
#ifndef MSRCK_MSRM_POINTER_BLOCK_H
#define MSRCK_MSRM_POINTER_BLOCK_H

#include "memory/msrlt.h"

/* As msrck_msrlt_find, for a pointer that was declared to point to `target`. */
bool msrck_pointer_block(const struct msrlt *msrlt, const struct ti_table *types, const void *pointer, uint32_t target,
                         struct block *block);

#endif
