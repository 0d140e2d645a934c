/* SPDX-License-Identifier: MIT */
/*
 * A chunk on its way to the file: rows are collected in a buffer that has room for the heads before them and the
 * padding behind, so that a chunk which is stored as it is needs no copy. Coding gives a whole DATA section, whose
 * bytes depend on nothing but the rows.
 */
#ifndef MSRCK_FILE_CHUNK_SECTION_H
#define MSRCK_FILE_CHUNK_SECTION_H

#include "base/large_pages.h"
#include "encoding/chunk_codec.h"
#include "file/container.h"
#include "file/sink.h"

struct chunk_section {
    unsigned char *bytes;           /* heads, rows, padding; owned, unless lent, but where capacity is 0: then borrowed from the sink */
    size_t capacity;
    bool lent;                      /* `bytes` belong to somebody else, who keeps them until the chunk is cleared */
    struct byte_buffer coded;       /* the same with coded rows */

    struct chunk_head head;         /* filled by the writer, but for filter and codec */
    size_t summed;                  /* bytes of rows that are part of `sum` already; 0: neither is the head */
    uint32_t sum;                   /* checksum of the chunk as it is if it is stored as it is */
    size_t width;                   /* bytes of a row */

    const unsigned char *section;   /* after coding: borrowed from `bytes` or `coded` */
    size_t section_length;
    size_t payload_length;
    uint64_t nanoseconds;           /* that coding took */
    msrck_result result;
    msrck_error error;
};

void msrck_chunk_section_clear(struct chunk_section *chunk);        /* a zeroed struct is allowed */
/* Makes room for `length` bytes of rows; what was there is lost. */
msrck_result msrck_chunk_section_reserve(struct chunk_section *chunk, size_t length, msrck_error *error);
/* What lending to one chunk takes. */
#define CHUNK_LENT_BYTES (2 * CHUNK_PIECE_BYTES)
/* Lends memory from `pages`, where there is some, to a chunk that has none, for up to CHUNK_RAW_TARGET bytes of rows. */
void msrck_chunk_section_lend(struct chunk_section *chunk, struct large_pages *pages);
/* Takes memory of the sink for the rows instead; false when it has none. Valid until the next bytes are written. */
bool msrck_chunk_section_borrow(struct chunk_section *chunk, struct sink *sink, size_t length);
/* Where the rows go. */
unsigned char *msrck_chunk_section_rows(struct chunk_section *chunk);
/*
 * Takes the checksum of the first `length` bytes of rows, which stay as they are from now on, while they are at hand. For
 * chunks that will be stored as they are; the head must be complete.
 */
void msrck_chunk_section_sum(struct chunk_section *chunk, size_t length);
/* Makes the section of head.rows rows; result and error say whether that worked. */
void msrck_chunk_section_code(struct chunk_section *chunk, const struct codec_choice *choice,
                              struct chunk_scratch *scratch);

/* Nanoseconds of a clock that only goes forward. */
uint64_t msrck_nanoseconds(void);

#endif
