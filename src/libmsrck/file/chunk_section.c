/* SPDX-License-Identifier: MIT */
#include "file/chunk_section.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/allocation.h"
#include "encoding/checksum.h"

#define HEADS_SIZE (SECTION_HEAD_SIZE + CHUNK_HEAD_SIZE)
#define PADDING_MOST 8u

uint64_t msrck_nanoseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void free_bytes(struct chunk_section *chunk)
{
    if (chunk->capacity > 0 && !chunk->lent)
        free(chunk->bytes);
    chunk->bytes = NULL;
    chunk->capacity = 0;
    chunk->lent = false;
}

void msrck_chunk_section_clear(struct chunk_section *chunk)
{
    free_bytes(chunk);
    msrck_buffer_free(&chunk->coded);
    memset(chunk, 0, sizeof *chunk);
}

msrck_result msrck_chunk_section_reserve(struct chunk_section *chunk, size_t length, msrck_error *error)
{
    if (length > SIZE_MAX / 2)
        return msrck_fail_memory(error, length, "a row");
    if (length + HEADS_SIZE + PADDING_MOST <= chunk->capacity)
        return MSRCK_OK;
    free_bytes(chunk);
    chunk->bytes = malloc(length + HEADS_SIZE + PADDING_MOST);
    if (chunk->bytes == NULL)
        return msrck_fail_memory(error, length, "rows");
    msrck_touch(chunk->bytes, length);
    chunk->capacity = length + HEADS_SIZE + PADDING_MOST;
    return MSRCK_OK;
}

void msrck_chunk_section_lend(struct chunk_section *chunk, struct large_pages *pages)
{
    unsigned char *bytes = chunk->bytes == NULL ? msrck_large_pages_take(pages, CHUNK_PIECE_BYTES) : NULL;
    unsigned char *coded = chunk->coded.bytes == NULL ? msrck_large_pages_take(pages, CHUNK_PIECE_BYTES) : NULL;

    if (bytes != NULL) {
        chunk->bytes = bytes;
        chunk->capacity = CHUNK_PIECE_BYTES;
        chunk->lent = true;
    }
    if (coded != NULL)
        msrck_buffer_lend(&chunk->coded, coded, CHUNK_PIECE_BYTES);
}

bool msrck_chunk_section_borrow(struct chunk_section *chunk, struct sink *sink, size_t length)
{
    unsigned char *room = length > SIZE_MAX / 2 ? NULL : msrck_sink_room(sink, length + HEADS_SIZE + PADDING_MOST);

    if (room == NULL)
        return false;
    free_bytes(chunk);
    chunk->bytes = room;
    return true;
}

unsigned char *msrck_chunk_section_rows(struct chunk_section *chunk)
{
    return chunk->bytes + HEADS_SIZE;
}

void msrck_chunk_section_sum(struct chunk_section *chunk, size_t length)
{
    unsigned char *head = chunk->bytes + SECTION_HEAD_SIZE;

    if (length <= chunk->summed)
        return;
    if (chunk->summed == 0) {
        chunk->head.codec = CODEC_NONE;
        chunk->head.filter = FILTER_NONE;
        msrck_chunk_head_encode(&chunk->head, head);
        chunk->sum = msrck_crc32(0, head, CHUNK_HEAD_SIZE);
    }
    chunk->sum = msrck_crc32(chunk->sum, head + CHUNK_HEAD_SIZE + chunk->summed, length - chunk->summed);
    chunk->summed = length;
}

/* Fills heads and padding around `stored` bytes of data that stand in their place already. */
static void frame(struct chunk_section *chunk, unsigned char *bytes, size_t stored)
{
    struct section_head head = { .tag = "DATA", .length = CHUNK_HEAD_SIZE + stored };

    if (bytes == chunk->bytes) {
        msrck_chunk_section_sum(chunk, stored);
        head.payload_crc = chunk->sum;
    } else {
        msrck_chunk_head_encode(&chunk->head, bytes + SECTION_HEAD_SIZE);
        head.payload_crc = msrck_crc32(0, bytes + SECTION_HEAD_SIZE, CHUNK_HEAD_SIZE + stored);
    }
    msrck_section_head_encode(&head, bytes);
    memset(bytes + HEADS_SIZE + stored, 0, padding_of(stored));
    chunk->section = bytes;
    chunk->payload_length = CHUNK_HEAD_SIZE + stored;
    chunk->section_length = HEADS_SIZE + stored + padding_of(stored);
}

/* Coded rows into `coded`, behind room for the heads. *used says how they were coded. */
static msrck_result encode(struct chunk_section *chunk, const struct codec_choice *choice,
                           struct chunk_scratch *scratch, struct codec_choice *used, msrck_error *error)
{
    struct byte_buffer *coded = &chunk->coded;
    msrck_result result;

    msrck_buffer_clear(coded);
    if (msrck_buffer_extend(coded, HEADS_SIZE) == NULL)
        return msrck_fail_memory(error, HEADS_SIZE, "a chunk");
    result = msrck_chunk_encode(choice, msrck_chunk_section_rows(chunk), (size_t)chunk->head.raw_length, chunk->width,
                                scratch, coded, used, error);
    if (result != MSRCK_OK)
        return result;
    /* Room for the padding, not counted as used. */
    if (msrck_buffer_extend(coded, PADDING_MOST) == NULL)
        return msrck_fail_memory(error, PADDING_MOST, "a chunk");
    coded->length -= PADDING_MOST;
    return MSRCK_OK;
}

void msrck_chunk_section_code(struct chunk_section *chunk, const struct codec_choice *choice,
                              struct chunk_scratch *scratch)
{
    struct codec_choice used = { CODEC_NONE, FILTER_NONE, 0 };
    uint64_t begin = msrck_nanoseconds();

    chunk->error = (msrck_error)MSRCK_ERROR_INIT;
    chunk->result = MSRCK_OK;
    if (choice->codec != CODEC_NONE)
        chunk->result = encode(chunk, choice, scratch, &used, &chunk->error);
    if (chunk->result == MSRCK_OK) {
        chunk->head.codec = used.codec;
        chunk->head.filter = used.filter;
        /* What did not become shorter stands in its place already. */
        if (used.codec == CODEC_NONE)
            frame(chunk, chunk->bytes, (size_t)chunk->head.raw_length);
        else
            frame(chunk, chunk->coded.bytes, chunk->coded.length - HEADS_SIZE);
    }
    chunk->nanoseconds = msrck_nanoseconds() - begin;
}
