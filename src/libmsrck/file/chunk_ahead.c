/* SPDX-License-Identifier: MIT */
#include "file/chunk_ahead.h"

#include <stdlib.h>

#include "base/allocation.h"
#include "file/file_reader_state.h"
#include "file/work_ring.h"

/* Larger chunks are decoded one at a time, as they are coded: several at once could take any amount of memory. */
#define LARGEST_AHEAD (UINT64_C(4) << 20)

struct chunk_ahead {
    struct work_ring *ring;         /* owned */
    bool taken;                     /* the oldest chunk is in use */
};

/*
 * The same checks in the same order as for a chunk that the caller's thread reads. Reads nothing of the reader but
 * what stays as it is while chunks are under way: metadata, limits, and who examines rows.
 */
static void decode(void *item, void *room, const void *context)
{
    const struct file_reader *reader = context;
    struct decoding *decoding = item;

    decoding->error = (msrck_error)MSRCK_ERROR_INIT;
    decoding->loaded = MSRCK_OK;
    decoding->checked =
        msrck_payload_check(decoding->payload, &decoding->head, decoding->offset, &decoding->error);
    if (decoding->checked == MSRCK_OK)
        decoding->checked = msrck_chunk_inspect(reader, decoding->payload, (size_t)decoding->head.length,
                                                decoding->offset, &decoding->chunk, &decoding->error);
    if (decoding->checked == MSRCK_OK)
        decoding->loaded =
            msrck_chunk_load(&decoding->rows, room, decoding->payload, &decoding->chunk, &decoding->error);
    if (decoding->checked == MSRCK_OK && decoding->loaded == MSRCK_OK && reader->examine != NULL)
        decoding->chunk.sound = reader->examine(reader->examine_context, &decoding->chunk);
}

static void clear(void *item)
{
    struct decoding *decoding = item;

    msrck_buffer_free(&decoding->stored);
    msrck_buffer_free(&decoding->rows);
}

static void clear_scratch(void *room)
{
    msrck_chunk_scratch_free(room);
}

static const struct work_kind kind = { sizeof(struct decoding), sizeof(struct chunk_scratch), decode, clear,
                                       clear_scratch };

struct chunk_ahead *msrck_chunk_ahead_new(const struct file_reader *reader, unsigned threads)
{
    struct chunk_ahead *ahead = msrck_allocate(1, sizeof *ahead);

    if (ahead == NULL)
        return NULL;
    ahead->ring = msrck_work_ring_new(threads, &kind, reader);
    if (ahead->ring == NULL) {
        free(ahead);
        return NULL;
    }
    return ahead;
}

void msrck_chunk_ahead_free(struct chunk_ahead *ahead)
{
    if (ahead == NULL)
        return;
    msrck_work_ring_free(ahead->ring);
    free(ahead);
}

bool msrck_chunk_ahead_usable(const struct chunk_ahead *ahead)
{
    return msrck_work_ring_usable(ahead->ring);
}

bool msrck_chunk_ahead_fits(uint64_t stored, uint64_t raw)
{
    return stored <= LARGEST_AHEAD && raw <= LARGEST_AHEAD;
}

struct decoding *msrck_chunk_ahead_fill(struct chunk_ahead *ahead)
{
    return msrck_work_ring_fill(ahead->ring);
}

void msrck_chunk_ahead_submit(struct chunk_ahead *ahead)
{
    msrck_work_ring_submit(ahead->ring);
}

size_t msrck_chunk_ahead_under_way(const struct chunk_ahead *ahead)
{
    return msrck_work_ring_under_way(ahead->ring);
}

struct decoding *msrck_chunk_ahead_take(struct chunk_ahead *ahead)
{
    struct decoding *decoding;

    msrck_chunk_ahead_release(ahead);
    decoding = msrck_work_ring_take(ahead->ring);
    ahead->taken = decoding != NULL;
    return decoding;
}

void msrck_chunk_ahead_release(struct chunk_ahead *ahead)
{
    if (ahead->taken)
        msrck_work_ring_release(ahead->ring);
    ahead->taken = false;
}

void msrck_chunk_ahead_drop(struct chunk_ahead *ahead)
{
    msrck_work_ring_drop(ahead->ring);
    ahead->taken = false;
}
