/* SPDX-License-Identifier: MIT */
/* Parts of msrck_reader_verify(). */
#ifndef MSRCK_FILE_READER_VERIFY_H
#define MSRCK_FILE_READER_VERIFY_H

#include "file/reader_state.h"

struct verification {
    msrck_reader *reader;
    msrck_verify_level level;
    msrck_finding_callback report;
    void *context;
    uint64_t findings;
    bool stopped;                   /* the callback has had enough */
    uint64_t offset;                /* of the section under examination */
    unsigned char *needs;           /* for each type whether its values need a look: enum need */
};

/* Counts a finding and reports it. `offset` MSRCK_NO_OFFSET means the section under examination. */
void msrck_verify_report(struct verification *verification, const char *id, uint64_t offset, const char *format, ...)
    MSRCK_PRINTF(4, 5);

/* Heads, checksums and padding of all sections; the payloads of chunks are left to the examination of the rows. */
msrck_result msrck_verify_sections(struct verification *verification, msrck_error *error);

/* Decides for each type whether its values need a look at this level. */
msrck_result msrck_verify_plan(struct verification *verification, msrck_error *error);
/* The rows of a chunk. */
void msrck_verify_rows(struct verification *verification, const struct section_place *place,
                       const unsigned char *rows, size_t width);

#endif
