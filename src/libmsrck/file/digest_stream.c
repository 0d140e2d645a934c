/* SPDX-License-Identifier: MIT */
#include "file/digest_stream.h"

#include <string.h>

#include "base/big_endian.h"

void msrck_digest_begin(struct digest_stream *stream)
{
    sha256_init(&stream->hash);
    stream->used = 0;
}

static void flush(struct digest_stream *stream)
{
    sha256_update(&stream->hash, stream->used, stream->bytes);
    stream->used = 0;
}

void msrck_digest_bytes(struct digest_stream *stream, const void *bytes, size_t length)
{
    if (length > sizeof stream->bytes - stream->used)
        flush(stream);
    if (length > sizeof stream->bytes) {
        sha256_update(&stream->hash, length, bytes);
    } else if (length > 0) {
        memcpy(stream->bytes + stream->used, bytes, length);
        stream->used += length;
    }
}

void msrck_digest_number(struct digest_stream *stream, uint64_t number)
{
    if (sizeof stream->bytes - stream->used < 8)
        flush(stream);
    store_be64(stream->bytes + stream->used, number);
    stream->used += 8;
}

void msrck_digest_text(struct digest_stream *stream, const char *text)
{
    size_t length = strlen(text);

    msrck_digest_number(stream, length);
    msrck_digest_bytes(stream, text, length);
}

void msrck_digest_type(struct digest_stream *stream, const struct ti_table *table, const struct ti_type *type)
{
    msrck_digest_text(stream, type->name);
    msrck_digest_number(stream, type->kind);
    msrck_digest_number(stream, type->scalar);
    msrck_digest_text(stream, msrck_ti_get(table, type->element)->name);
    msrck_digest_number(stream, type->count);
    msrck_digest_number(stream, type->field_count);
    for (uint32_t i = 0; i < type->field_count; i++) {
        const struct ti_field *field = &type->fields[i];

        msrck_digest_text(stream, field->name);
        msrck_digest_text(stream, msrck_ti_get(table, field->type)->name);
        msrck_digest_number(stream, field->role);
        msrck_digest_number(stream, field->bits);
        msrck_digest_number(stream, (uint64_t)field->tag);
        msrck_digest_number(stream, field->tag_field);
    }
    msrck_digest_number(stream, type->enumerator_count);
    for (uint32_t i = 0; i < type->enumerator_count; i++) {
        msrck_digest_text(stream, type->enumerators[i].name);
        msrck_digest_number(stream, (uint64_t)type->enumerators[i].value);
    }
}

void msrck_digest_end(struct digest_stream *stream, unsigned char digest[SHA256_DIGEST_SIZE])
{
    flush(stream);
    sha256_digest(&stream->hash, SHA256_DIGEST_SIZE, digest);
}
