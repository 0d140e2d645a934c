/* SPDX-License-Identifier: MIT */
/* The reader's life, and the way forward through the chunks to the end of the file. */
#include "file/file_reader.h"

#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"
#include "file/file_reader_state.h"

msrck_result msrck_file_reader_new(struct source *source, const msrck_limits *limits, struct file_reader **reader,
                                   msrck_error *error)
{
    struct file_reader *made = msrck_allocate(1, sizeof *made);
    msrck_result result;

    *reader = NULL;
    if (made == NULL)
        return msrck_fail_memory(error, sizeof *made, "a reader");
    made->source = source;
    made->last_section = SIZE_MAX;
    made->tiling.metadata = &made->metadata;
    msrck_limits_fill(limits, &made->limits);
    msrck_window_open(&made->window, source);
    result = msrck_metadata_read(made, error);
    if (result != MSRCK_OK) {
        msrck_file_reader_free(made);
        return result;
    }
    *reader = made;
    return MSRCK_OK;
}

void msrck_file_reader_free(struct file_reader *reader)
{
    if (reader == NULL)
        return;
    /* Threads first: they look at the rest. */
    msrck_chunk_ahead_free(reader->forward);
    msrck_chunk_ahead_free(reader->indexed);
    msrck_metadata_clear(&reader->metadata);
    msrck_window_close(&reader->window);
    msrck_index_clear(&reader->seen);
    msrck_index_clear(&reader->loaded);
    msrck_buffer_free(&reader->rows);
    msrck_chunk_scratch_free(&reader->scratch);
    msrck_buffer_free(&reader->stored);
    msrck_large_pages_close(&reader->pages);
    free(reader);
}

void msrck_file_reader_use_threads(struct file_reader *reader, unsigned threads)
{
    reader->threads = threads;
}

const struct metadata *msrck_file_reader_metadata(const struct file_reader *reader)
{
    return &reader->metadata;
}

const unsigned char *msrck_file_reader_digest(const struct file_reader *reader, size_t *length)
{
    *length = reader->has_digest ? sizeof reader->digest : 0;
    return reader->has_digest ? reader->digest : NULL;
}

/* ---- Chunks ---- */

/* The head of the section that comes next is read once, by whoever gets there first. */
static void know_next(struct file_reader *reader)
{
    struct next_section *next = &reader->next;

    if (next->known)
        return;
    next->known = true;
    next->error = (msrck_error)MSRCK_ERROR_INIT;
    next->result = msrck_section_begin(&reader->window, &next->head, &next->offset, &next->error);
    if (next->result == MSRCK_OK)
        next->result = msrck_order_accept(&reader->order, next->head.tag, next->offset, &next->error);
}

/* Reads the DATA section that comes next. */
static msrck_result read_chunk(struct file_reader *reader, struct chunk *chunk, msrck_error *error)
{
    const struct section_head *head = &reader->next.head;
    uint64_t offset = reader->next.offset;
    const unsigned char *payload;
    msrck_result result;

    result = msrck_section_limit(head, offset, chunk_section_limit(reader), &reader->limits, "max-chunk", error);
    if (result == MSRCK_OK)
        result = msrck_section_payload(&reader->window, head, &payload, error);
    if (result == MSRCK_OK)
        result = msrck_chunk_inspect(reader, payload, (size_t)head->length, offset, chunk, error);
    if (result == MSRCK_OK)
        result = msrck_tiling_accept(&reader->tiling, chunk->place.extent, chunk->place.part, chunk->place.first_row,
                                     chunk->place.rows, offset, error);
    if (result == MSRCK_OK)
        result = msrck_chunk_load(&reader->rows, &reader->scratch, payload, chunk, error);
    return result != MSRCK_OK ? result : msrck_index_add(&reader->seen, &chunk->place, error);
}

/* The next section: a chunk (then *got), one to pass over, or INDX, which ends the chunks. */
static msrck_result read_next(struct file_reader *reader, struct chunk *chunk, bool *got, msrck_error *error)
{
    const struct section_head *head = &reader->next.head;
    uint64_t offset;
    msrck_result result;

    know_next(reader);
    reader->next.known = false;
    offset = reader->next.offset;
    if (reader->next.result != MSRCK_OK)
        return msrck_error_hand_on(error, &reader->next.error);
    if (msrck_tag_ancillary(head->tag)) {
        result = msrck_reader_ancillary(reader, head, error);
        return result != MSRCK_OK ? result : msrck_reader_note(reader, head, offset, NULL, error);
    }
    if (strcmp(head->tag, "DATA") == 0) {
        *got = true;
        return read_chunk(reader, chunk, error);
    }
    reader->index_head = *head;
    reader->index_offset = offset;
    reader->state = FORWARD_INDEX;
    return msrck_tiling_finish(&reader->tiling, offset, error);
}

/* ---- Chunks ahead of the caller ---- */

/*
 * Whether the section that comes next is a chunk for the threads. Everything else, and everything that is wrong with
 * it, waits until its turn comes and read_next() gets to it. A single chunk that is stored as it is costs no more than
 * its checksum. `head` is the chunk's then.
 */
static bool is_for_threads(struct file_reader *reader, struct chunk_head *head)
{
    const struct section_head *section = &reader->next.head;
    const unsigned char *bytes;

    if (reader->next.result != MSRCK_OK || strcmp(section->tag, "DATA") != 0 || section->length < CHUNK_HEAD_SIZE ||
        section->length > chunk_section_limit(reader) ||
        msrck_window_need(&reader->window, CHUNK_HEAD_SIZE, &bytes, NULL) != MSRCK_OK)
        return false;
    msrck_chunk_head_decode(bytes, head);
    if (head->codec == CODEC_NONE && (reader->forward == NULL || msrck_chunk_ahead_under_way(reader->forward) == 0))
        return false;
    return msrck_chunk_ahead_fits(section->length, head->raw_length);
}

static void lend(struct large_pages *pages, struct byte_buffer *buffer, size_t length)
{
    unsigned char *piece = buffer->bytes == NULL ? msrck_large_pages_take(pages, length) : NULL;

    if (piece != NULL)
        msrck_buffer_lend(buffer, piece, length);
}

/* Memory for a chunk of so many bytes, and for the window, which exchanges its memory with chunks. */
static void lend_to(struct file_reader *reader, struct decoding *decoding, uint64_t stored, uint64_t raw)
{
    struct large_pages *pages = &reader->pages;
    bool reads = reader->window.memory == NULL && stored >= SMALLEST_LENT && stored <= CHUNK_RAW_TARGET;
    unsigned char *piece;

    if (pages->mapping == NULL && raw >= SMALLEST_LENT && reader->threads <= MOST_THREADS_LENT)
        msrck_large_pages_open(pages, (2 * (size_t)reader->threads + 1) * (CHUNK_PIECE_BYTES + CHUNK_RAW_TARGET));
    if (raw >= SMALLEST_LENT && raw <= CHUNK_RAW_TARGET)
        lend(pages, &decoding->rows, CHUNK_RAW_TARGET);
    if (!reads)
        return;
    lend(pages, &decoding->stored, CHUNK_PIECE_BYTES);
    piece = reader->window.lent ? NULL : msrck_large_pages_take(pages, CHUNK_PIECE_BYTES);
    if (piece != NULL)
        msrck_window_lend(&reader->window, piece, CHUNK_PIECE_BYTES);
}

/* Hands the chunk that comes next to the threads; false when it has to wait for its turn. */
static bool submit_next(struct file_reader *reader, uint64_t raw_length)
{
    const struct section_head *head = &reader->next.head;
    size_t length = (size_t)head->length + padding_of(head->length);
    const unsigned char *bytes;
    struct decoding *decoding = msrck_chunk_ahead_fill(reader->forward);

    if (decoding != NULL)
        lend_to(reader, decoding, head->length, raw_length);
    if (msrck_window_need(&reader->window, length, &bytes, NULL) != MSRCK_OK || decoding == NULL)
        return false;
    decoding->head = *head;
    decoding->offset = reader->next.offset;
    if (reader->window.memory == NULL)
        bytes = msrck_window_take(&reader->window, length, &decoding->stored);
    else
        msrck_window_consume(&reader->window, length);
    if (bytes == NULL)
        return false;
    decoding->payload = bytes;
    msrck_chunk_ahead_submit(reader->forward);
    reader->next.known = false;
    return true;
}

/* Keeps the threads busy, as far as the file and the bound of chunks under way go. */
static void read_ahead(struct file_reader *reader)
{
    struct chunk_head head;

    if (reader->threads <= 1)
        return;
    if (reader->forward != NULL)
        msrck_chunk_ahead_release(reader->forward);
    for (;;) {
        know_next(reader);
        if (!is_for_threads(reader, &head))
            return;
        if (reader->forward == NULL)
            reader->forward = msrck_chunk_ahead_new(reader, reader->threads);
        /* Without threads it is done by the caller's, as if they had not been asked for. */
        if (reader->forward == NULL)
            reader->threads = 1;
        if (reader->forward == NULL || !submit_next(reader, head.raw_length))
            return;
    }
}

/* The oldest chunk that the threads have; what they found in the order in which read_chunk() would. */
static msrck_result take_chunk(struct file_reader *reader, struct chunk *chunk, bool *got, msrck_error *error)
{
    const struct decoding *decoding = reader->forward == NULL ? NULL : msrck_chunk_ahead_take(reader->forward);
    const struct section_place *place;
    msrck_result result;

    *got = decoding != NULL;
    if (decoding == NULL)
        return MSRCK_OK;
    if (decoding->checked != MSRCK_OK)
        return msrck_error_hand_on(error, &decoding->error);
    place = &decoding->chunk.place;
    result = msrck_tiling_accept(&reader->tiling, place->extent, place->part, place->first_row, place->rows,
                                 decoding->offset, error);
    if (result == MSRCK_OK && decoding->loaded != MSRCK_OK)
        result = msrck_error_hand_on(error, &decoding->error);
    if (result != MSRCK_OK)
        return result;
    *chunk = decoding->chunk;
    return msrck_index_add(&reader->seen, place, error);
}

/* Threads are there while chunks are read, and no longer: a program that forks later finds none. */
static void end_threads(struct file_reader *reader)
{
    msrck_chunk_ahead_free(reader->forward);
    reader->forward = NULL;
}

msrck_result msrck_file_reader_next_chunk(struct file_reader *reader, struct chunk *chunk, bool *end,
                                          msrck_error *error)
{
    msrck_result result = MSRCK_OK;
    bool got = false;

    memset(chunk, 0, sizeof *chunk);
    *end = reader->state != FORWARD_CHUNKS;
    if (reader->state == FORWARD_FAILED)
        return msrck_fail(error, MSRCK_MISUSE, "chunks are asked for after a failure");
    while (result == MSRCK_OK && !got && reader->state == FORWARD_CHUNKS) {
        read_ahead(reader);
        result = take_chunk(reader, chunk, &got, error);
        if (result == MSRCK_OK && !got)
            result = read_next(reader, chunk, &got, error);
    }
    *end = reader->state == FORWARD_INDEX;
    if (result != MSRCK_OK) {
        chunk->rows = NULL;
        reader->state = FORWARD_FAILED;
    }
    if (reader->state != FORWARD_CHUNKS)
        end_threads(reader);
    return result;
}

/* ---- The end of the file ---- */

static msrck_result compare_index(const struct file_reader *reader, const struct file_index *index, msrck_error *error)
{
    if (index->count != reader->seen.count)
        return msrck_fail_at(error, MSRCK_CORRUPT, reader->index_offset,
                             "the index lists %zu sections, the file has %zu", index->count, reader->seen.count);
    for (size_t i = 0; i < index->count; i++)
        if (!msrck_place_equal(&index->places[i], &reader->seen.places[i]))
            return msrck_fail_at(error, MSRCK_CORRUPT, reader->index_offset,
                                 "entry %zu of the index differs from section '%s' at offset %llu", i,
                                 reader->seen.places[i].tag, (unsigned long long)reader->seen.places[i].offset);
    return MSRCK_OK;
}

static msrck_result finish_index(struct file_reader *reader, msrck_error *error)
{
    struct file_index index;
    const unsigned char *payload;
    msrck_result result;

    memset(&index, 0, sizeof index);
    result = msrck_section_limit(&reader->index_head, reader->index_offset, reader->limits.metadata_bytes,
                                 &reader->limits, "max-metadata", error);
    if (result == MSRCK_OK)
        result = msrck_section_payload(&reader->window, &reader->index_head, &payload, error);
    if (result == MSRCK_OK)
        result = msrck_index_decode(payload, (size_t)reader->index_head.length, &index, error);
    if (result == MSRCK_OK)
        result = compare_index(reader, &index, error);
    msrck_index_clear(&index);
    return result;
}

static msrck_result finish_trailer(struct file_reader *reader, msrck_error *error)
{
    uint64_t offset = reader->window.offset;
    const unsigned char *bytes;
    struct trailer trailer;
    size_t got;
    msrck_result result = msrck_window_need(&reader->window, TRAILER_SIZE, &bytes, error);

    if (result == MSRCK_OK)
        result = msrck_trailer_decode(bytes, offset, &trailer, error);
    if (result != MSRCK_OK)
        return result;
    if (trailer.index_offset != reader->index_offset || trailer.file_length != offset + TRAILER_SIZE ||
        trailer.sections != reader->seen.count + 1)
        return msrck_fail_at(error, MSRCK_CORRUPT, offset, "the trailer is that of another file");
    msrck_window_consume(&reader->window, TRAILER_SIZE);
    result = msrck_window_peek(&reader->window, 1, &bytes, &got, error);
    if (result == MSRCK_OK && got > 0)
        result =
            msrck_fail_at(error, MSRCK_CORRUPT, reader->window.offset, "bytes follow after the end of the checkpoint");
    return result;
}

msrck_result msrck_file_reader_finish(struct file_reader *reader, msrck_error *error)
{
    msrck_result result;

    if (reader->state == FORWARD_FINISHED)
        return MSRCK_OK;
    if (reader->state != FORWARD_INDEX)
        return msrck_fail(error, MSRCK_MISUSE, "the end of the file is asked for before its last chunk");
    result = finish_index(reader, error);
    if (result == MSRCK_OK)
        result = finish_trailer(reader, error);
    reader->state = result == MSRCK_OK ? FORWARD_FINISHED : FORWARD_FAILED;
    return result;
}
