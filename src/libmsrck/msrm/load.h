/* SPDX-License-Identifier: MIT */
/* Rows into memory: chunk by chunk as they come, and kept rows of variables when these get their memory. */
#ifndef MSRCK_MSRM_LOAD_H
#define MSRCK_MSRM_LOAD_H

#include "msrm/restoration_state.h"

/* Reads every chunk and the rest of the file. Memory was allocated before. */
msrck_result msrck_load_chunks(struct restoration *restoration, msrck_error *error);

/*
 * Decodes the kept rows of a global or stack block into `bytes`, which have room for `room` elements of `type` and of
 * which as many as the file has are zeroed first, through `decoder`.
 */
msrck_result msrck_load_kept(struct restoration *restoration, struct placed_extent *extent, uint64_t block,
                             const struct row_decoder *decoder, uint32_t type, uint64_t room, void *bytes,
                             msrck_error *error);

#endif
