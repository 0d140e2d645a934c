/* SPDX-License-Identifier: MIT */
/* Memory for the extents of a file, and the way from blocks and leaves to addresses. */
#ifndef MSRCK_MSRM_PLACEMENT_H
#define MSRCK_MSRM_PLACEMENT_H

#include "msrm/restoration_state.h"

/*
 * Makes restoration.extents from the metadata and finds the claims to global and stack blocks. Allocates nothing
 * for blocks.
 */
msrck_result msrck_placement_plan(struct restoration *restoration, msrck_error *error);

/* Matches types, checks limits.memory_bytes, allocates everything that the program does not bring itself. */
msrck_result msrck_placement_allocate(struct restoration *restoration, msrck_error *error);
/* Gives the memory of blocks back, after a failed load. */
void msrck_placement_release(struct restoration *restoration);
/* Frees the tables; blocks stay. */
void msrck_placement_free(struct restoration *restoration);

/*
 * Gives a global or stack block, which the file declares as `file_type`, memory: `count` values of `type` at `address`.
 * MSRCK_DOES_NOT_FIT when type or number of values cannot be matched. The first dimension of an array may be another
 * than in the file. `name` is for notes.
 */
msrck_result msrck_placement_attach(struct restoration *restoration, uint64_t canonical, uint32_t file_type,
                                    void *address, uint32_t type, uint64_t count, const char *name,
                                    msrck_error *error);

/* First byte of block `block`; NULL when it has no memory (yet). */
unsigned char *msrck_placement_block(const struct placed_extent *extent, uint64_t block);

/* "NAME" or "FUNCTION.NAME" of a global or stack block. */
void msrck_placement_describe(const struct restoration *restoration, const struct named_place *place,
                              struct byte_buffer *out);

#endif
