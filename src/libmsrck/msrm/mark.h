/* SPDX-License-Identifier: MIT */
/* Marking everything that the roots reach, and the paper's depth-first traversal from one root. */
#ifndef MSRCK_MSRM_MARK_H
#define MSRCK_MSRM_MARK_H

#include "msrm/collection_state.h"

/* Begins marking when that has not happened yet. */
msrck_result msrck_mark_begin(struct collection *collection, msrck_error *error);

/*
 * All roots and frames, and what they reach, in an order that is made for speed. It depends on the graph alone, so
 * that two machines with the same graph number the blocks alike.
 */
msrck_result msrck_mark_reachable(struct collection *collection, msrck_error *error);

/*
 * Collect all: every live block, and the literals and opaque handles that they lead to. The blocks are numbered for
 * the sweep; the caller numbers again.
 */
msrck_result msrck_mark_everything(struct collection *collection, const uint32_t *file_id, msrck_error *error);

/*
 * The paper's order, from a block that stands for a root: its pointers are pushed in the order of the fields, and
 * the one pushed last is followed first. An edge is met when it is popped, and the block behind it, unless it was
 * met before, directly after.
 */
msrck_result msrck_mark_depth_first(struct collection *collection, const struct block *root, msrck_error *error);

#endif
