/* SPDX-License-Identifier: MIT */
/*
 * Chunk payloads: a filter that regroups bytes, then a codec that compresses them. Ids stand in files and never change.
 * Results do not depend on the machine or the number of threads.
 */
#ifndef MSRCK_ENCODING_CHUNK_CODEC_H
#define MSRCK_ENCODING_CHUNK_CODEC_H

#include "base/byte_buffer.h"
#include "encoding/codecs.h"

enum codec_id { CODEC_NONE = 0, CODEC_ZLIB = 1, CODEC_ZSTD = 2 };
/*
 * FILTER_PLANES: byte k of every row, then byte k + 1 of every row, ...
 * FILTER_SPLIT: a bitmap of ceil(width / 8) bytes, bit k % 8 of byte k / 8 set where plane k is noise; those planes as
 * they are; then what the codec makes of the others. Choosing it means: look for noise, and use FILTER_PLANES where
 * there is none.
 */
enum filter_id { FILTER_NONE = 0, FILTER_PLANES = 1, FILTER_SPLIT = 2 };

/* Rows wider than this are not filtered. */
#define FILTER_WIDEST_ROW 4096u

struct codec_choice {
    uint32_t codec;
    uint32_t filter;
    int level;
};

/* Whether this build can code and decode it. */
bool msrck_codec_available(uint32_t codec);
/* The level and filter that earn their place with a codec, and the codec to use when nobody asks: docs/performance.md. */
struct codec_choice msrck_codec_usual(uint32_t codec);
struct codec_choice msrck_codec_default(void);
const char *msrck_codec_name(uint32_t codec);   /* "none", "zlib", "zstd", or "unknown" */
const char *msrck_filter_name(uint32_t filter); /* "none", "planes", "split", or "unknown" */

/* "zstd:3" as a choice; MSRCK_MISUSE names what is wrong. NULL gives the default. */
msrck_result msrck_codec_parse(const char *text, struct codec_choice *codec, msrck_error *error);
/* "planes" as its number. */
msrck_result msrck_filter_parse(const char *text, uint32_t *filter, msrck_error *error);

/* What coding and decoding need besides input and output, kept from chunk to chunk. For one thread at a time. */
struct chunk_scratch {
    struct byte_buffer bytes;
    struct codec_memory codec;
};

#define CHUNK_SCRATCH_INIT { BYTE_BUFFER_INIT, { NULL, NULL, NULL } }

void msrck_chunk_scratch_free(struct chunk_scratch *scratch);

/*
 * Appends to `out` the coded form of `length` raw bytes that are rows of `width` bytes. *used is what was really done:
 * a chunk that does not shrink is stored as it is (none, none).
 */
msrck_result msrck_chunk_encode(const struct codec_choice *choice, const unsigned char *raw, size_t length,
                                size_t width, struct chunk_scratch *scratch, struct byte_buffer *out,
                                struct codec_choice *used, msrck_error *error);

/*
 * Decodes exactly `raw_length` bytes to `raw`. Anything else in the input is MSRCK_CORRUPT; never writes beyond
 * raw_length.
 */
msrck_result msrck_chunk_decode(uint32_t codec, uint32_t filter, const unsigned char *stored, size_t stored_length,
                                size_t width, unsigned char *raw, size_t raw_length, struct chunk_scratch *scratch,
                                msrck_error *error);

/*
 * Most raw bytes that `stored_length` bytes of this codec can give, with any filter; a larger claim is a lie and is
 * refused before allocation.
 */
uint64_t msrck_codec_most(uint32_t codec, uint64_t stored_length);

#endif
