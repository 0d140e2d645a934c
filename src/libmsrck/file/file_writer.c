/* SPDX-License-Identifier: MIT */
/* The writer's life, its bytes, sections and index. */
#include "file/file_writer.h"

#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"
#include "encoding/checksum.h"
#include "file/file_writer_state.h"
#include "file/metadata.h"

/* Pieces below DIRECT_PIECE are gathered, so that a file of many small extents does not take a system call for each. */
#define GATHERED_MOST 262144u

/* ---- Bytes ---- */

msrck_result msrck_writer_flush(struct file_writer *writer, msrck_error *error)
{
    uint64_t begin = msrck_nanoseconds();
    msrck_result result;

    if (writer->gathered.length == 0)
        return MSRCK_OK;
    result = msrck_sink_write(writer->sink, writer->gathered.bytes, writer->gathered.length, error);
    writer->totals.write_ns += msrck_nanoseconds() - begin;
    msrck_buffer_clear(&writer->gathered);
    return result;
}

msrck_result msrck_writer_put(struct file_writer *writer, const void *bytes, size_t length, msrck_error *error)
{
    msrck_result result;
    uint64_t begin;

    writer->offset += length;
    if (length < DIRECT_PIECE) {
        msrck_buffer_append(&writer->gathered, bytes, length);
        if (writer->gathered.failed)
            return msrck_fail_memory(error, length, "output");
        return writer->gathered.length >= GATHERED_MOST ? msrck_writer_flush(writer, error) : MSRCK_OK;
    }
    result = msrck_writer_flush(writer, error);
    if (result != MSRCK_OK)
        return result;
    begin = msrck_nanoseconds();
    result = msrck_sink_write(writer->sink, bytes, length, error);
    writer->totals.write_ns += msrck_nanoseconds() - begin;
    return result;
}

msrck_result msrck_writer_keep(struct file_writer *writer, msrck_result result)
{
    if (result != MSRCK_OK)
        writer->result = result;
    return result;
}

msrck_result msrck_writer_usable(const struct file_writer *writer, msrck_error *error)
{
    return writer->result == MSRCK_OK
               ? MSRCK_OK
               : msrck_fail(error, writer->result, "the checkpoint could not be written further");
}

/* ---- Life ---- */

msrck_result msrck_file_writer_new(struct sink *sink, unsigned pointer_width, const struct codec_choice *codec,
                                   unsigned threads, struct file_writer **writer, msrck_error *error)
{
    struct file_header header = { .major = FORMAT_MAJOR, .minor = FORMAT_MINOR, .pointer_width = pointer_width };
    unsigned char bytes[HEADER_SIZE];
    struct file_writer *made;
    msrck_result result;

    *writer = NULL;
    if (!msrck_codec_available(codec->codec))
        return msrck_fail(error, MSRCK_UNSUPPORTED, "this build of msrck lacks the codec %s",
                          msrck_codec_name(codec->codec));
    made = msrck_allocate(1, sizeof *made);
    if (made == NULL)
        return msrck_fail_memory(error, sizeof *made, "a writer");
    made->sink = sink;
    made->choice = *codec;
    made->threads = threads;
    /* The header comes first, before anybody knows whether a chunk gets smaller by zstd: it announces the intention. */
    header.must_understand = codec->codec == CODEC_ZSTD ? FEATURE_ZSTD : 0;
    msrck_header_encode(&header, bytes);
    result = msrck_writer_put(made, bytes, sizeof bytes, error);
    if (result != MSRCK_OK) {
        msrck_file_writer_free(made);
        return result;
    }
    /* Rows that are stored as they are cost no more than a checksum: threads would only be in the way. */
    if (threads > 1 && codec->codec != CODEC_NONE)
        made->pool = msrck_chunk_pool_new(threads, codec);
    *writer = made;
    return MSRCK_OK;
}

void msrck_file_writer_free(struct file_writer *writer)
{
    if (writer == NULL)
        return;
    msrck_chunk_pool_free(writer->pool);
    msrck_chunk_section_clear(&writer->own);
    msrck_chunk_scratch_free(&writer->scratch);
    msrck_buffer_free(&writer->gathered);
    msrck_index_clear(&writer->index);
    msrck_large_pages_close(&writer->pages);
    free(writer);
}

void msrck_file_writer_totals(const struct file_writer *writer, struct file_writer_totals *totals)
{
    *totals = writer->totals;
}

/* ---- Sections, index, trailer ---- */

static msrck_result put_section(struct file_writer *writer, const char *tag, const void *bytes, size_t length,
                                msrck_error *error)
{
    static const unsigned char zeros[8];
    struct section_head head = { .length = length };
    unsigned char coded[SECTION_HEAD_SIZE];
    msrck_result result;

    memcpy(head.tag, tag, sizeof head.tag);
    head.payload_crc = msrck_crc32(0, length > 0 ? bytes : zeros, length);
    msrck_section_head_encode(&head, coded);
    result = msrck_writer_put(writer, coded, sizeof coded, error);
    if (result == MSRCK_OK && length > 0)
        result = msrck_writer_put(writer, bytes, length, error);
    return result != MSRCK_OK ? result : msrck_writer_put(writer, zeros, padding_of(length), error);
}

msrck_result msrck_file_writer_section(struct file_writer *writer, const char *tag, const void *bytes, size_t length,
                                       msrck_error *error)
{
    struct section_place place = { .offset = 0, .length = length };
    msrck_error misplaced = MSRCK_ERROR_INIT;
    msrck_result result = msrck_writer_usable(writer, error);

    if (result != MSRCK_OK)
        return result;
    if (strlen(tag) != 4 || !msrck_tag_valid(tag) || strcmp(tag, "DATA") == 0 || strcmp(tag, "INDX") == 0 ||
        writer->in_rows)
        return msrck_fail(error, MSRCK_MISUSE, "section '%s' cannot be written here", tag);
    if (msrck_order_accept(&writer->order, tag, writer->offset, &misplaced) != MSRCK_OK)
        return msrck_fail(error, MSRCK_MISUSE, "%s", misplaced.message);
    result = msrck_writer_put_coded(writer, true, error);
    memcpy(place.tag, tag, sizeof place.tag);
    place.offset = writer->offset;
    if (result == MSRCK_OK)
        result = msrck_index_add(&writer->index, &place, error);
    if (result == MSRCK_OK)
        result = put_section(writer, tag, bytes, length, error);
    return msrck_writer_keep(writer, result);
}

static msrck_result put_index(struct file_writer *writer, msrck_error *error)
{
    struct byte_buffer payload = BYTE_BUFFER_INIT;
    struct trailer trailer = { .index_offset = writer->offset, .sections = (uint32_t)writer->index.count + 1 };
    unsigned char coded[TRAILER_SIZE];
    msrck_result result = msrck_index_encode(&writer->index, &payload, error);

    if (result == MSRCK_OK)
        result = put_section(writer, "INDX", payload.bytes, payload.length, error);
    msrck_buffer_free(&payload);
    if (result != MSRCK_OK)
        return result;
    trailer.file_length = writer->offset + TRAILER_SIZE;
    msrck_trailer_encode(&trailer, coded);
    result = msrck_writer_put(writer, coded, sizeof coded, error);
    return result != MSRCK_OK ? result : msrck_writer_flush(writer, error);
}

msrck_result msrck_file_writer_finish(struct file_writer *writer, msrck_error *error)
{
    msrck_result result = msrck_writer_usable(writer, error);

    if (result != MSRCK_OK)
        return result;
    if (writer->in_rows || writer->order.stage != STAGE_DATA)
        return msrck_fail(error, MSRCK_MISUSE, "the checkpoint ends before it is complete");
    result = msrck_writer_put_coded(writer, true, error);
    if (result == MSRCK_OK)
        result = put_index(writer, error);
    writer->order.stage = STAGE_END;
    return msrck_writer_keep(writer, result);
}
