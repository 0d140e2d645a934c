/* SPDX-License-Identifier: MIT */
#include "msrm/stream.h"

#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"
#include "encoding/row_encoder.h"
#include "msrm/gather.h"
#include "msrm/translate.h"

/* One part of one extent on its way into the writer. */
struct row_stream {
    struct collection *collection;
    struct file_writer *writer;
    const struct row_encoder *encoder;
    struct row_translator translator;
    size_t element_size; /* native bytes from one element of a block to the next */
    size_t first_offset; /* of the part's first element in a block: not 0 for trailing elements */
    uint64_t per_block;  /* elements of a block */
    size_t width;        /* of a row */
    unsigned char *room; /* where the next rows go, in the writer's chunk */
    uint64_t room_rows;
    uint64_t piece_rows;        /* that are encoded at once */
    uint64_t left;              /* rows that were not asked room for */
    struct gathering gathering; /* owned */
};

/* Room for as many rows as the chunk takes is asked for at once, and filled by many calls. */
static msrck_result make_room(struct row_stream *stream, msrck_error *error)
{
    msrck_result result = msrck_file_writer_room(stream->writer, stream->left, &stream->room, &stream->room_rows,
                                                 error);

    if (result == MSRCK_OK)
        stream->left -= stream->room_rows;
    return result;
}

/*
 * Rows are encoded in pieces whose checksum is taken while they are in the first-level cache, and while the processor
 * fetches what the next piece is made of. So they have to be small: a page was the best of 1 to 16 KiB.
 */
#define PIECE_BYTES 4096u

static msrck_result encode_run(struct row_stream *stream, const unsigned char *elements, size_t stride, uint64_t count,
                               msrck_error *error)
{
    while (count > 0) {
        uint64_t part, failed = 0;
        msrck_result result = stream->room_rows > 0 ? MSRCK_OK : make_room(stream, error);

        if (result != MSRCK_OK)
            return result;
        part = count < stream->room_rows ? count : stream->room_rows;
        if (part > stream->piece_rows)
            part = stream->piece_rows;
        result = msrck_encode_rows(stream->encoder, elements, stride, part, stream->room, &stream->translator, &failed,
                                   error);
        if (result != MSRCK_OK) {
            stream->collection->culprit = elements + (size_t)failed * stride;
            stream->collection->culprit_is_element = true;
            return result;
        }
        stream->room += (size_t)part * stream->width;
        if (part == stream->piece_rows)
            msrck_file_writer_filled(stream->writer, stream->room);
        stream->room_rows -= part;
        count -= part;
        if (count > 0)
            elements += (size_t)part * stride;
    }
    return MSRCK_OK;
}

/* Encodes the copies that were gathered. */
static msrck_result flush(struct row_stream *stream, msrck_error *error)
{
    struct gathering *gathering = &stream->gathering;
    msrck_result result;

    if (gathering->count == 0)
        return MSRCK_OK;
    result = encode_run(stream, gathering->bytes, stream->element_size, gathering->count * stream->per_block, error);
    if (result != MSRCK_OK)
        stream->collection->culprit = gathering_origin(gathering,
                                                       (unsigned char *)(uintptr_t)stream->collection->culprit);
    gathering->count = 0;
    return result;
}

static msrck_result gather(struct row_stream *stream, const unsigned char *block, size_t stride, uint64_t blocks,
                           msrck_error *error)
{
    struct gathering *gathering = &stream->gathering;
    msrck_result result = MSRCK_OK;

    for (; blocks > 0 && result == MSRCK_OK; blocks--) {
        memcpy(gathering->bytes + gathering->count * gathering->block_bytes, block, gathering->block_bytes);
        gathering->blocks[gathering->count++] = (unsigned char *)(uintptr_t)block;
        if (gathering->count == gathering->capacity)
            result = flush(stream, error);
        if (blocks > 1)
            block += stride;
    }
    return result;
}

/*
 * A run of blocks: one long run of elements where they lie at equal distances, else copied together, or block by
 * block.
 */
static msrck_result encode_blocks(void *context, const void *first, size_t stride, uint64_t blocks, msrck_error *error)
{
    struct row_stream *stream = context;
    const unsigned char *block = (const unsigned char *)first + stream->first_offset;
    bool even = stream->per_block == 1 || stride == stream->per_block * stream->element_size;
    msrck_result result;

    if (stream->gathering.capacity > 0 && (!even || blocks < GATHER_RUN))
        return gather(stream, block, stride, blocks, error);
    result = flush(stream, error);
    if (result != MSRCK_OK)
        return result;
    if (stream->per_block == 1)
        return encode_run(stream, block, stride, blocks, error);
    if (stride == stream->per_block * stream->element_size)
        return encode_run(stream, block, stream->element_size, blocks * stream->per_block, error);
    for (; blocks > 0 && result == MSRCK_OK; blocks--) {
        result = encode_run(stream, block, stream->element_size, stream->per_block, error);
        if (blocks > 1)
            block += stride;
    }
    return result;
}

/* Rows without bytes, and extents without rows, have no chunks. */
static msrck_result stream_rows(struct row_stream *stream, const struct extent *extent, uint32_t index, uint32_t part,
                                msrck_error *error)
{
    uint64_t rows = extent->blocks * stream->per_block;
    msrck_result result;

    if (rows == 0 || stream->width == 0)
        return MSRCK_OK;
    stream->left = rows;
    stream->room_rows = 0;
    stream->piece_rows = stream->width < PIECE_BYTES ? PIECE_BYTES / stream->width : 1;
    result = msrck_file_writer_begin_rows(stream->writer, index, part, rows, stream->width, error);
    if (result == MSRCK_OK)
        result = msrck_msrlt_stream(stream->collection->msrlt, extent, encode_blocks, stream, error);
    if (result == MSRCK_OK)
        result = flush(stream, error);
    return result == MSRCK_OK ? msrck_file_writer_end_rows(stream->writer, error) : result;
}

/* Encoders of the file's pointer width, compiled at first use and kept: many extents may have one type. */
struct encoder_cache {
    const struct ti_table *types;
    unsigned pointer_width;
    struct row_encoder **by_type;
};

static msrck_result encoder_for(struct encoder_cache *cache, uint32_t type, const struct row_encoder **encoder,
                                msrck_error *error)
{
    msrck_result result = MSRCK_OK;

    if (cache->by_type[type] == NULL)
        result = msrck_row_encoder_new(cache->types, type, cache->pointer_width, &cache->by_type[type], error);
    *encoder = cache->by_type[type];
    return result;
}

/* Opaque handles are known by their addresses, so they are encoded where they are. */
static msrck_result prepare_gathering(struct row_stream *stream, uint32_t type, uint64_t blocks, msrck_error *error)
{
    const struct scan_plan *plan;
    uint64_t bytes;
    msrck_result result = msrck_scan_plan_get(&stream->collection->plans, type, &plan, error);

    if (result != MSRCK_OK)
        return result;
    if (plan->has_opaque || __builtin_mul_overflow(stream->per_block, (uint64_t)stream->element_size, &bytes))
        bytes = 0;
    if (!msrck_gathering_prepare(&stream->gathering, bytes, blocks))
        return msrck_fail_memory(error, GATHER_BYTES, "gathered blocks");
    return MSRCK_OK;
}

static msrck_result stream_part(struct row_stream *stream, struct encoder_cache *cache, const struct extent *extent,
                                uint32_t index, uint32_t part, msrck_error *error)
{
    const struct ti_type *entry = msrck_ti_get(cache->types, extent->type);
    uint32_t type = part == 0 ? extent->type : entry->flexible;
    msrck_result result = encoder_for(cache, type, &stream->encoder, error);

    if (result != MSRCK_OK)
        return result;
    stream->element_size = (size_t)msrck_ti_get(cache->types, type)->size;
    stream->first_offset = part == 0 ? 0 : (size_t)entry->flexible_offset;
    stream->per_block = part == 0 && entry->flexible != TI_VOID ? 1 : extent->count;
    stream->width = (size_t)msrck_row_encoder_width(stream->encoder);
    result = prepare_gathering(stream, type, extent->blocks, error);
    if (result != MSRCK_OK)
        return result;
    return stream_rows(stream, extent, index, part, error);
}

msrck_result msrck_stream_extents(struct collection *collection, const struct extent *extents, size_t count,
                                  unsigned pointer_width, struct file_writer *writer, msrck_error *error)
{
    uint32_t type_count = msrck_ti_count(collection->types), type;
    struct encoder_cache cache = { collection->types, pointer_width,
                                   msrck_allocate(type_count, sizeof cache.by_type[0]) };
    struct row_stream stream = { .collection = collection,
                                 .writer = writer,
                                 .translator = msrck_translator(collection) };
    msrck_result result = MSRCK_OK;
    size_t i;

    if (cache.by_type == NULL)
        return msrck_fail_memory(error, type_count * sizeof cache.by_type[0], "the table of encoders");
    for (i = 0; i < count && result == MSRCK_OK; i++) {
        result = stream_part(&stream, &cache, &extents[i], (uint32_t)i, 0, error);
        if (result == MSRCK_OK && msrck_ti_get(collection->types, extents[i].type)->flexible != TI_VOID)
            result = stream_part(&stream, &cache, &extents[i], (uint32_t)i, 1, error);
    }
    for (type = 0; type < type_count; type++)
        msrck_row_encoder_free(cache.by_type[type]);
    free(cache.by_type);
    msrck_gathering_free(&stream.gathering);
    return result;
}
