/* SPDX-License-Identifier: MIT */
/* The bytes that a digest is of, in the form that format/msrck-format.md, "Digest", gives them: numbers, texts and
 * bytes, collected before they are hashed. */
#ifndef MSRCK_FILE_DIGEST_STREAM_H
#define MSRCK_FILE_DIGEST_STREAM_H

#include <nettle/sha2.h>

#include "types/ti_table.h"

struct digest_stream {
    struct sha256_ctx hash;
    size_t used;
    unsigned char bytes[32768];
};

void msrck_digest_begin(struct digest_stream *stream);
void msrck_digest_bytes(struct digest_stream *stream, const void *bytes, size_t length);
void msrck_digest_number(struct digest_stream *stream, uint64_t number); /* eight bytes */
void msrck_digest_text(struct digest_stream *stream, const char *text);  /* its length and its bytes */
/* Description of one type, other types in it by their names. */
void msrck_digest_type(struct digest_stream *stream, const struct ti_table *table, const struct ti_type *type);
void msrck_digest_end(struct digest_stream *stream, unsigned char digest[SHA256_DIGEST_SIZE]);

#endif
