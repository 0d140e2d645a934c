/* SPDX-License-Identifier: MIT */
/*
 * The fixed parts of the file, byte by byte: header, section head, chunk head, trailer. format/msrck-format.md, section
 * 1, is their specification; nobody else knows the offsets.
 */
#ifndef MSRCK_FILE_CONTAINER_H
#define MSRCK_FILE_CONTAINER_H

#include "base/failure.h"

#include <stdbool.h>

struct file_header;

#define HEADER_SIZE 64u
#define SECTION_HEAD_SIZE 24u
#define CHUNK_HEAD_SIZE 40u
#define TRAILER_SIZE 32u

#define FORMAT_MAJOR 1u
#define FORMAT_MINOR 0u

#define CHUNK_RAW_TARGET 262144u    /* a chunk holds as many whole rows as fit, at least one */
/* Memory for a chunk, its heads, and what codecs want beyond the raw bytes. */
#define CHUNK_PIECE_BYTES ((size_t)CHUNK_RAW_TARGET + 4096)
/* Pieces for fewer bytes are not worth large pages; more threads take more address space than a small machine may have. */
#define SMALLEST_LENT (CHUNK_RAW_TARGET / 2)
#define MOST_THREADS_LENT 16u
#define MOST_SECTIONS 16777216u     /* MSRCK_X_MAX_SECTIONS */

/* Bits of must_understand. */
#define FEATURE_ZSTD UINT64_C(1)    /* chunks may be coded with zstd */

struct section_head {
    char tag[5];                    /* NUL-terminated */
    uint64_t length;                /* bytes of the payload, without padding */
    uint32_t payload_crc;
};

struct chunk_head {
    uint32_t extent, part;
    uint64_t first_row, rows;
    uint32_t filter, codec;
    uint64_t raw_length;
};

struct trailer {
    uint64_t index_offset;
    uint64_t file_length;
    uint32_t sections;
};

/* Zero bytes behind a payload: 0 to 7. */
static inline size_t padding_of(uint64_t length)
{
    return (size_t)(0 - length) & 7;
}

/* True for four ASCII letters. */
bool msrck_tag_valid(const char *tag);
/* True when a reader that does not know the section may skip it. */
bool msrck_tag_ancillary(const char *tag);

void msrck_header_encode(const struct file_header *header, unsigned char bytes[HEADER_SIZE]);
/*
 * `length` is HEADER_SIZE, or what a shorter file has. Tells files that are no checkpoint, text-mode transfers,
 * truncation, damage and newer formats apart. Features that must be understood and are not known here give
 * MSRCK_UNSUPPORTED.
 */
msrck_result msrck_header_decode(const unsigned char *bytes, size_t length, struct file_header *header,
                                 msrck_error *error);

void msrck_section_head_encode(const struct section_head *head, unsigned char bytes[SECTION_HEAD_SIZE]);
/* `offset` is where the head stands, for messages. */
msrck_result msrck_section_head_decode(const unsigned char bytes[SECTION_HEAD_SIZE], uint64_t offset,
                                       struct section_head *head, msrck_error *error);

/* As the XDR of struct msrck_x_chunk. Any bytes are a chunk head; who reads one checks what it says. */
void msrck_chunk_head_encode(const struct chunk_head *head, unsigned char bytes[CHUNK_HEAD_SIZE]);
void msrck_chunk_head_decode(const unsigned char bytes[CHUNK_HEAD_SIZE], struct chunk_head *head);

void msrck_trailer_encode(const struct trailer *trailer, unsigned char bytes[TRAILER_SIZE]);
msrck_result msrck_trailer_decode(const unsigned char bytes[TRAILER_SIZE], uint64_t offset, struct trailer *trailer,
                                  msrck_error *error);

#endif
