/* SPDX-License-Identifier: MIT */
/* Rows: room for them, and the chunks they become. */
#include "file/file_writer_state.h"

/* Chunks of rows wider than this are coded one at a time: several at once could take any amount of memory. */
#define WIDEST_FOR_THREADS ((size_t)4 << 20)

static msrck_result write_chunk(struct file_writer *writer, struct chunk_section *chunk, msrck_error *error)
{
    struct section_place place = { .tag = "DATA",
                                   .offset = writer->offset,
                                   .length = chunk->payload_length,
                                   .extent = chunk->head.extent,
                                   .part = chunk->head.part,
                                   .first_row = chunk->head.first_row,
                                   .rows = chunk->head.rows };
    msrck_result result;

    writer->totals.code_ns += chunk->nanoseconds;
    if (chunk->result != MSRCK_OK)
        return msrck_fail(error, chunk->result, "%s", chunk->error.message);
    writer->totals.chunks++;
    writer->totals.raw += chunk->head.raw_length;
    writer->totals.stored += chunk->payload_length - CHUNK_HEAD_SIZE;
    result = msrck_index_add(&writer->index, &place, error);
    return result != MSRCK_OK ? result : msrck_writer_put(writer, chunk->section, chunk->section_length, error);
}

static struct chunk_section *take_coded(struct file_writer *writer)
{
    uint64_t begin = msrck_nanoseconds();
    struct chunk_section *chunk = msrck_chunk_pool_take(writer->pool);

    writer->totals.wait_ns += msrck_nanoseconds() - begin;
    return chunk;
}

/* Chunks to code come first, so that nobody who codes has to wait for them while one is written. */
msrck_result msrck_writer_put_coded(struct file_writer *writer, bool all, msrck_error *error)
{
    struct chunk_section *chunk;

    while (writer->pool != NULL && (all || msrck_chunk_pool_fill(writer->pool) == NULL) &&
           (chunk = take_coded(writer)) != NULL) {
        msrck_result result = write_chunk(writer, chunk, error);

        msrck_chunk_pool_release(writer->pool);
        if (result != MSRCK_OK)
            return result;
    }
    return MSRCK_OK;
}

/* True when the chunks of the current rows go to the threads. */
static bool uses_pool(const struct file_writer *writer)
{
    return writer->pool != NULL && writer->width <= WIDEST_FOR_THREADS;
}

/* Rows that are stored as they are can be encoded right where they stay, if the sink has memory for them. */
static msrck_result make_room_for(struct file_writer *writer, size_t length, msrck_error *error)
{
    msrck_result result = MSRCK_OK;

    if (writer->choice.codec == CODEC_NONE && length >= DIRECT_PIECE) {
        result = msrck_writer_flush(writer, error);
        if (result == MSRCK_OK && msrck_chunk_section_borrow(writer->chunk, writer->sink, length))
            return MSRCK_OK;
    }
    return result == MSRCK_OK ? msrck_chunk_section_reserve(writer->chunk, length, error) : result;
}

static void lend(struct file_writer *writer, struct chunk_section *chunk, size_t length)
{
    if (length < SMALLEST_LENT || length > CHUNK_RAW_TARGET || writer->threads > MOST_THREADS_LENT)
        return;
    if (writer->pages.mapping == NULL)
        msrck_large_pages_open(&writer->pages, CHUNK_LENT_BYTES * 2 * writer->threads);
    msrck_chunk_section_lend(chunk, &writer->pages);
}

static msrck_result begin_chunk(struct file_writer *writer, msrck_error *error)
{
    uint64_t rows = writer->rows - writer->rows_given;
    msrck_result result;

    writer->chunk = uses_pool(writer) ? msrck_chunk_pool_fill(writer->pool) : &writer->own;
    if (rows > writer->chunk_rows)
        rows = writer->chunk_rows;
    if (uses_pool(writer))
        lend(writer, writer->chunk, (size_t)rows * writer->width);
    result = make_room_for(writer, (size_t)rows * writer->width, error);
    writer->chunk->head =
        (struct chunk_head) { .extent = writer->extent, .part = writer->part, .first_row = writer->rows_given,
                              .rows = rows, .raw_length = rows * writer->width };
    writer->chunk->summed = 0;
    writer->chunk->width = writer->width;
    writer->rows_in_chunk = 0;
    return result;
}

static msrck_result end_chunk(struct file_writer *writer, msrck_error *error)
{
    struct chunk_section *chunk = writer->chunk;

    if (chunk == NULL)
        return MSRCK_OK;
    writer->chunk = NULL;
    if (uses_pool(writer)) {
        msrck_chunk_pool_submit(writer->pool);
        return msrck_writer_put_coded(writer, false, error);
    }
    msrck_chunk_section_code(chunk, &writer->choice, &writer->scratch);
    writer->totals.own_code_ns += chunk->nanoseconds;
    return write_chunk(writer, chunk, error);
}

static msrck_result check_begin(const struct file_writer *writer, uint32_t extent, size_t width, msrck_error *error)
{
    if (width == 0)
        return msrck_fail(error, MSRCK_MISUSE, "rows of extent %lu have no bytes", (unsigned long)extent);
    if (writer->in_rows)
        return msrck_fail(error, MSRCK_MISUSE, "rows of extent %lu begin before those of extent %lu end",
                          (unsigned long)extent, (unsigned long)writer->extent);
    if (writer->order.stage != STAGE_DATA || writer->order.digest)
        return msrck_fail(error, MSRCK_MISUSE, "rows are written out of place");
    return msrck_writer_usable(writer, error);
}

msrck_result msrck_file_writer_begin_rows(struct file_writer *writer, uint32_t extent, uint32_t part, uint64_t rows,
                                          size_t width, msrck_error *error)
{
    msrck_result result = check_begin(writer, extent, width, error);

    if (result != MSRCK_OK)
        return result;
    writer->in_rows = true;
    writer->extent = extent;
    writer->part = part;
    writer->rows = rows;
    writer->rows_given = 0;
    writer->width = width;
    writer->chunk_rows = width > CHUNK_RAW_TARGET ? 1 : CHUNK_RAW_TARGET / width;
    /* The threads' chunks come before the one that is coded here. */
    if (!uses_pool(writer))
        result = msrck_writer_put_coded(writer, true, error);
    if (writer->own.capacity > WIDEST_FOR_THREADS && width <= WIDEST_FOR_THREADS)
        msrck_chunk_section_clear(&writer->own);
    return msrck_writer_keep(writer, result);
}

msrck_result msrck_file_writer_room(struct file_writer *writer, uint64_t wanted, unsigned char **room, uint64_t *rows,
                                    msrck_error *error)
{
    msrck_result result = msrck_writer_usable(writer, error);

    *room = NULL;
    *rows = 0;
    if (result != MSRCK_OK)
        return result;
    if (!writer->in_rows || wanted == 0 || wanted > writer->rows - writer->rows_given)
        return msrck_fail(error, MSRCK_MISUSE, "room for %llu rows is asked for where %llu are left",
                          (unsigned long long)wanted,
                          writer->in_rows ? (unsigned long long)(writer->rows - writer->rows_given) : 0);
    if (writer->chunk != NULL && writer->rows_in_chunk == writer->chunk_rows)
        result = end_chunk(writer, error);
    if (result == MSRCK_OK && writer->chunk == NULL)
        result = begin_chunk(writer, error);
    if (result != MSRCK_OK)
        return msrck_writer_keep(writer, result);
    *rows = wanted < writer->chunk_rows - writer->rows_in_chunk ? wanted : writer->chunk_rows - writer->rows_in_chunk;
    *room = msrck_chunk_section_rows(writer->chunk) + (size_t)writer->rows_in_chunk * writer->width;
    writer->rows_in_chunk += *rows;
    writer->rows_given += *rows;
    return MSRCK_OK;
}

void msrck_file_writer_filled(struct file_writer *writer, const unsigned char *end)
{
    if (writer->chunk != NULL && writer->choice.codec == CODEC_NONE)
        msrck_chunk_section_sum(writer->chunk, (size_t)(end - msrck_chunk_section_rows(writer->chunk)));
}

msrck_result msrck_file_writer_end_rows(struct file_writer *writer, msrck_error *error)
{
    msrck_result result = msrck_writer_usable(writer, error);

    if (result != MSRCK_OK)
        return result;
    if (!writer->in_rows || writer->rows_given != writer->rows)
        return msrck_fail(error, MSRCK_MISUSE, "%llu rows of extent %lu are missing",
                          (unsigned long long)(writer->rows - writer->rows_given), (unsigned long)writer->extent);
    writer->in_rows = false;
    return msrck_writer_keep(writer, end_chunk(writer, error));
}
