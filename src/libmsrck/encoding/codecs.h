/* SPDX-License-Identifier: MIT */
/* The codecs alone, without filters. */
#ifndef MSRCK_ENCODING_CODECS_H
#define MSRCK_ENCODING_CODECS_H

#include <stdbool.h>

#include "base/failure.h"

/* What a codec needs for its work, kept from call to call. For one thread at a time; all zeros at first. */
struct codec_memory {
    void *compressor, *expander, *inflater;     /* owned; of zstd and of libdeflate */
};

void msrck_codec_memory_free(struct codec_memory *memory);

/* What is known of bytes that are to be compressed. All zeros: nothing. */
struct codec_hints {
    size_t piece;       /* the bytes change their nature every `piece` bytes; 0: not that anybody knows */
    bool shuffled;      /* sequences that come again are not worth a search: msrck_plane_is_shuffled() */
};

/*
 * The room with which msrck_codec_compress() gives the same bytes, or the same "not enough", on every machine; at least
 * `length`. 0 when `length` is more than the codec takes.
 */
size_t msrck_codec_bound(uint32_t codec, size_t length);

/*
 * Compresses into `room` bytes at `to`, of which there are msrck_codec_bound(); *written is 0 when they do not suffice.
 * Levels of 0 and beyond the codec's own mean its default or its last. Always the same compressor for one codec, so
 * that builds with different libraries write the same bytes.
 */
msrck_result msrck_codec_compress(uint32_t codec, int level, const unsigned char *from, size_t length,
                                  const struct codec_hints *hints, struct codec_memory *memory, unsigned char *to,
                                  size_t room, size_t *written, msrck_error *error);

/* Exactly `length` bytes to `to`, from exactly `stored` bytes; anything else is MSRCK_CORRUPT. */
msrck_result msrck_codec_expand(uint32_t codec, const unsigned char *from, size_t stored, struct codec_memory *memory,
                                unsigned char *to, size_t length, msrck_error *error);

#endif
