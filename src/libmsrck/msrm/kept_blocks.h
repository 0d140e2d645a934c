/* SPDX-License-Identifier: MIT */
/*
 * Global blocks that stand for something outside the graph, such as an open file: no variable names them, and where
 * they are is known only when their bytes have been read. The program reads them after the load, makes what they
 * stand for, and gives its address; pointers to them are filled then, or when the restoration is completed.
 */
#ifndef MSRCK_MSRM_KEPT_BLOCKS_H
#define MSRCK_MSRM_KEPT_BLOCKS_H

#include "msrm/restoration.h"

/* Before the load: keeps all blocks of globals of the struct `name` that no variable names. */
void msrck_restoration_keep(struct restoration *restoration, const char *name);

/* The kept block after the one at `address` (0: the first), in the file's order; 0: there is none. */
uint64_t msrck_restoration_next_kept(const struct restoration *restoration, uint64_t address);

/* After the load: the bytes of a kept block into *object, of type `type`. */
msrck_result msrck_restoration_take_kept(struct restoration *restoration, uint64_t address, void *object, uint32_t type,
                                         msrck_error *error);
/* What pointers to a kept block will hold. */
void msrck_restoration_place_kept(struct restoration *restoration, uint64_t address, void *place, uint32_t type);

#endif
