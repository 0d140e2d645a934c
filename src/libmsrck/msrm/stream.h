/* SPDX-License-Identifier: MIT */
/* The rows of all marked blocks, extent by extent, into the writer's chunks. */
#ifndef MSRCK_MSRM_STREAM_H
#define MSRCK_MSRM_STREAM_H

#include "msrm/collection_state.h"

/* On failure collection.culprit is the element that could not be encoded. */
msrck_result msrck_stream_extents(struct collection *collection, const struct extent *extents, size_t count,
                                  unsigned pointer_width, struct file_writer *writer, msrck_error *error);

#endif
