/* SPDX-License-Identifier: MIT */
/* One pointer, or one opaque handle, met while marking: what it leads to is looked up and marked. */
#ifndef MSRCK_MSRM_DISCOVER_H
#define MSRCK_MSRM_DISCOVER_H

#include "msrm/collection_state.h"

/*
 * Follows the value of the pointer at `slot`, which is not NULL and was declared to point to `target`. *fresh is
 * true when it leads to a block that was not marked before; *block is that block then. Literals and what
 * null_untracked leaves out are never fresh.
 */
msrck_result msrck_discover(struct collection *collection, const void *slot, const void *pointer, uint32_t target,
                            struct block *block, bool *fresh, msrck_error *error);

/* As msrck_discover, for a pointer that msrck_msrlt_find did not find: a literal, or a failure. */
msrck_result msrck_discover_untracked(struct collection *collection, const void *slot, const void *pointer,
                                      uint32_t target, msrck_error *error);

/* When marking has ended: turns the literals that were met into blocks. */
msrck_result msrck_settle_literals(struct collection *collection, msrck_error *error);

/* Asks the handle's save callback for its bytes and marks them. */
msrck_result msrck_discover_opaque(struct collection *collection, const void *object, uint32_t type,
                                   msrck_error *error);

#endif
