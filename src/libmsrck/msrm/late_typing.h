/* SPDX-License-Identifier: MIT */
/*
 * Before marking: gives every late-typed block that the roots reach the type that the pointers to it tell. A block has only
 * a size until then; its allocation said nothing of its type.
 *
 * - A pointer to void tells nothing, one to characters decides only where no other pointer does.
 * - A pointer to T at the beginning, or a whole number of Ts behind it, makes the block an array of T.
 * - Of two structs of which one begins with the other the larger one wins, in whatever order they are met.
 * - Pointers into the middle agree with the type that a pointer to the beginning gave, when something of their type is there.
 * - All else is a conflict, and the message names both pointers.
 */
#ifndef MSRCK_MSRM_LATE_TYPING_H
#define MSRCK_MSRM_LATE_TYPING_H

#include "msrm/collection_state.h"

/* All roots and frames must be added, marking must not have begun. Types stay until msrck_msrlt_end_typing(). */
msrck_result msrck_late_typing(struct collection *collection, msrck_error *error);

#endif
