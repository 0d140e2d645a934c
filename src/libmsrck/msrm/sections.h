/* SPDX-License-Identifier: MIT */
/* The metadata of a collection, and the file around its rows. */
#ifndef MSRCK_MSRM_SECTIONS_H
#define MSRCK_MSRM_SECTIONS_H

#include "msrm/collection_state.h"

/*
 * Numbers the marked blocks and writes the whole file. `order` is msrck_ti_file_order() and file_id its inverse.
 * The ids of collection.file become file ids: nothing may be added to the collection afterwards.
 */
msrck_result msrck_sections_write(struct collection *collection, const uint32_t *order, const uint32_t *file_id,
                                  struct sink *sink, struct collection_report *report, msrck_error *error);

/* Nanoseconds of a clock that only goes forward. */
uint64_t msrck_monotonic_ns(void);

#endif
