/* SPDX-License-Identifier: MIT */
/*
 * Which section may stand where, whichever way the file is read: [prov] TYPE PROG EXTE VARS FRAM DATA* [dgsT] INDX, and
 * sections that this version does not know but may skip anywhere between.
 */
#ifndef MSRCK_FILE_SECTION_ORDER_H
#define MSRCK_FILE_SECTION_ORDER_H

#include "file/metadata.h"

/* What comes next among the critical sections. The first five are stages of reading the metadata. */
enum section_stage { STAGE_TYPE, STAGE_PROG, STAGE_EXTE, STAGE_VARS, STAGE_FRAM, STAGE_DATA, STAGE_END };

/* Zeroed at the start of a file. */
struct section_order {
    unsigned stage;                 /* enum section_stage */
    bool provenance, digest;        /* met already */
};

/*
 * Goes on behind the section. MSRCK_CORRUPT when it is out of place, MSRCK_UNSUPPORTED when it cannot be skipped and
 * is not known.
 */
msrck_result msrck_order_accept(struct section_order *order, const char *tag, uint64_t offset, msrck_error *error);

/* How far the chunks have covered the rows of the extents, in order. Zeroed but for the first member at the start. */
struct row_tiling {
    const struct metadata *metadata;
    size_t extent;
    uint32_t part;
    uint64_t row;
};

/*
 * Goes on behind a chunk of these rows. MSRCK_CORRUPT when it is not exactly the next one, or holds more rows than
 * are left.
 */
msrck_result msrck_tiling_accept(struct row_tiling *tiling, uint32_t extent, uint32_t part, uint64_t first_row,
                                 uint64_t rows, uint64_t offset, msrck_error *error);
/* MSRCK_CORRUPT when rows are missing. `offset` is where they should have been. */
msrck_result msrck_tiling_finish(struct row_tiling *tiling, uint64_t offset, msrck_error *error);

#endif
