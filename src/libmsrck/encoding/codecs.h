/* SPDX-License-Identifier: MIT */
/* The codecs alone, without filters. */
#ifndef MSRCK_ENCODING_CODECS_H
#define MSRCK_ENCODING_CODECS_H

#include "base/failure.h"

/*
 * Compresses into `room` bytes at `to`; *written is 0 when they do not suffice. Levels of 0 and beyond the codec's own
 * mean its default or its last. Always the same compressor for one codec, so that builds with different libraries write
 * the same bytes.
 */
msrck_result msrck_codec_compress(uint32_t codec, int level, const unsigned char *from, size_t length,
                                  unsigned char *to, size_t room, size_t *written, msrck_error *error);

/* Exactly `length` bytes to `to`, from exactly `stored` bytes; anything else is MSRCK_CORRUPT. */
msrck_result msrck_codec_expand(uint32_t codec, const unsigned char *from, size_t stored, unsigned char *to,
                                size_t length, msrck_error *error);

#endif
