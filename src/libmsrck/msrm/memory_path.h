/* SPDX-License-Identifier: MIT */
/* Completing a failure of a collection with the path of the variable it is about. */
#ifndef MSRCK_MSRM_MEMORY_PATH_H
#define MSRCK_MSRM_MEMORY_PATH_H

#include "msrm/collection_state.h"

/*
 * Puts the path of collection.culprit before the message of `error`; the name of its type and its address where no
 * root reaches it. Nothing happens when there is no culprit.
 */
void msrck_memory_path_explain(struct collection *collection, msrck_error *error);

/*
 * Appends the path of a pointer, not the one at `other`, that was declared to point to `target` and points into the bytes.
 * False when there is none.
 */
bool msrck_memory_path_to_pointer(struct collection *collection, const unsigned char *first, uint64_t bytes,
                                  uint32_t target, const void *other, struct byte_buffer *out);

#endif
