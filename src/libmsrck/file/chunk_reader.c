/* SPDX-License-Identifier: MIT */
/* One chunk: what its head may say, and its rows. */
#include "file/file_reader_state.h"

#include <string.h>

#include "base/allocation.h"

/* Buffers above this are given back before the next smaller chunk. */
#define LARGEST_KEPT ((size_t)8 << 20)

static msrck_result check_place(const struct file_reader *reader, const struct chunk_head *head, uint64_t offset,
                                uint64_t *width, msrck_error *error)
{
    const struct metadata *metadata = &reader->metadata;
    uint64_t total;

    if (head->extent >= metadata->extent_count)
        return msrck_fail_at(error, MSRCK_CORRUPT, offset, "the chunk belongs to extent %lu, which does not exist",
                             (unsigned long)head->extent);
    total = msrck_extent_rows(metadata->types, &metadata->extents[head->extent], head->part);
    if (head->rows == 0 || head->first_row >= total || head->rows > total - head->first_row)
        return msrck_fail_at(error, MSRCK_CORRUPT, offset,
                             "the chunk claims %llu rows from row %llu on, extent %lu, part %lu has %llu",
                             (unsigned long long)head->rows, (unsigned long long)head->first_row,
                             (unsigned long)head->extent, (unsigned long)head->part, (unsigned long long)total);
    *width = msrck_extent_row_width(metadata->types, &metadata->extents[head->extent], head->part,
                                    metadata->header.pointer_width);
    return MSRCK_OK;
}

static msrck_result check_sizes(const struct file_reader *reader, const struct chunk_head *head, uint64_t width,
                                uint64_t stored, uint64_t offset, msrck_error *error)
{
    uint64_t raw = head->raw_length, product;

    if (__builtin_mul_overflow(head->rows, width, &product) || product != raw)
        return msrck_fail_at(error, MSRCK_CORRUPT, offset, "the chunk claims %llu bytes for %llu rows of %llu",
                             (unsigned long long)raw, (unsigned long long)head->rows, (unsigned long long)width);
    if (raw > CHUNK_RAW_TARGET && head->rows > 1)
        return msrck_fail_at(error, MSRCK_CORRUPT, offset,
                             "the chunk holds %llu bytes, more than %u and more than one row", (unsigned long long)raw,
                             CHUNK_RAW_TARGET);
    /* What coding does not make shorter is stored as it is, so nothing is ever longer. */
    if (stored > raw || raw > msrck_codec_most(head->codec, stored) || (head->codec == CODEC_NONE && stored != raw))
        return msrck_fail_at(error, MSRCK_CORRUPT, offset, "the chunk claims to code %llu bytes as %llu",
                             (unsigned long long)raw, (unsigned long long)stored);
    if (raw > reader->limits.chunk_bytes)
        return msrck_fail_at(error, MSRCK_LIMIT, offset, "the chunk takes %llu bytes, the limit is %llu (%smax-chunk)",
                             (unsigned long long)raw, (unsigned long long)reader->limits.chunk_bytes,
                             reader->limits.option_prefix);
    if (raw > SIZE_MAX / 2)
        return msrck_fail_at(error, MSRCK_LIMIT, offset,
                             "the chunk takes %llu bytes, more than this machine can address", (unsigned long long)raw);
    return MSRCK_OK;
}

static msrck_result check_coding(const struct file_reader *reader, const struct chunk_head *head, uint64_t offset,
                                 msrck_error *error)
{
    if (head->codec > CODEC_ZSTD || head->filter > FILTER_SPLIT)
        return msrck_fail_at(error, MSRCK_CORRUPT, offset,
                             "the chunk has codec %lu and filter %lu, which this format does not have",
                             (unsigned long)head->codec, (unsigned long)head->filter);
    if (head->codec == CODEC_ZSTD && (reader->metadata.header.must_understand & FEATURE_ZSTD) == 0)
        return msrck_fail_at(error, MSRCK_CORRUPT, offset,
                             "the chunk is coded with zstd, which the header does not announce");
    if (!msrck_codec_available(head->codec))
        return msrck_fail_at(error, MSRCK_UNSUPPORTED, offset,
                             "the chunk is coded with %s, which this build of msrck lacks",
                             msrck_codec_name(head->codec));
    return MSRCK_OK;
}

msrck_result msrck_chunk_inspect(const struct file_reader *reader, const unsigned char *payload, size_t length,
                                 uint64_t offset, struct chunk *chunk, msrck_error *error)
{
    struct chunk_head head;
    msrck_result result;
    uint64_t width = 0;

    if (length < CHUNK_HEAD_SIZE)
        return msrck_fail_at(error, MSRCK_CORRUPT, offset, "the chunk has no head");
    msrck_chunk_head_decode(payload, &head);
    result = check_place(reader, &head, offset, &width, error);
    if (result == MSRCK_OK)
        result = check_coding(reader, &head, offset, error);
    if (result == MSRCK_OK)
        result = check_sizes(reader, &head, width, length - CHUNK_HEAD_SIZE, offset, error);
    if (result != MSRCK_OK)
        return result;
    memset(chunk, 0, sizeof *chunk);
    memcpy(chunk->place.tag, "DATA", 5);
    chunk->place.offset = offset;
    chunk->place.length = length;
    chunk->place.extent = head.extent;
    chunk->place.part = head.part;
    chunk->place.first_row = head.first_row;
    chunk->place.rows = head.rows;
    chunk->filter = head.filter;
    chunk->codec = head.codec;
    chunk->raw_length = head.raw_length;
    chunk->stored_length = length - CHUNK_HEAD_SIZE;
    chunk->width = (size_t)width;
    return MSRCK_OK;
}

/* A buffer of exactly the raw bytes. */
static unsigned char *make_room(struct byte_buffer *buffer, size_t length)
{
    bool enough = length <= buffer->capacity;
    unsigned char *room;

    if (buffer->capacity > LARGEST_KEPT && length <= LARGEST_KEPT)
        msrck_buffer_free(buffer);
    msrck_buffer_clear(buffer);
    room = msrck_buffer_extend(buffer, length);
    if (room != NULL && !enough)
        msrck_touch(room, length);
    return room;
}

msrck_result msrck_chunk_load(struct byte_buffer *rows, struct chunk_scratch *scratch, const unsigned char *payload,
                              struct chunk *chunk, msrck_error *error)
{
    const unsigned char *stored = payload + CHUNK_HEAD_SIZE;
    size_t raw_length = (size_t)chunk->raw_length;
    unsigned char *raw;
    msrck_result result;

    /* Rows that are stored as they are need no copy. */
    if (chunk->codec == CODEC_NONE && chunk->filter == FILTER_NONE) {
        chunk->rows = stored;
        return MSRCK_OK;
    }
    raw = make_room(rows, raw_length);
    if (raw == NULL)
        return msrck_fail_memory(error, raw_length, "the rows of a chunk");
    result = msrck_chunk_decode(chunk->codec, chunk->filter, stored, (size_t)chunk->stored_length, chunk->width, raw,
                                raw_length, scratch, error);
    if (result != MSRCK_OK) {
        if (error != NULL && error->offset == MSRCK_NO_OFFSET)
            error->offset = chunk->place.offset;
        msrck_error_prefix(error, "offset %llu: chunk of extent %lu", (unsigned long long)chunk->place.offset,
                           (unsigned long)chunk->place.extent);
        return result;
    }
    chunk->rows = raw;
    return MSRCK_OK;
}
