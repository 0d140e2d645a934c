/* SPDX-License-Identifier: MIT */
#include "file/chunk_pool.h"

#include <stdlib.h>

#include "base/allocation.h"
#include "file/work_ring.h"

struct chunk_pool {
    struct codec_choice choice;
    struct work_ring *ring;         /* owned */
};

static void code_chunk(void *item, void *room, const void *context)
{
    msrck_chunk_section_code(item, context, room);
}

static void clear_chunk(void *item)
{
    msrck_chunk_section_clear(item);
}

static void clear_scratch(void *room)
{
    msrck_chunk_scratch_free(room);
}

static const struct work_kind coding = { sizeof(struct chunk_section), sizeof(struct chunk_scratch), code_chunk,
                                         clear_chunk, clear_scratch };

struct chunk_pool *msrck_chunk_pool_new(unsigned threads, const struct codec_choice *choice)
{
    struct chunk_pool *pool = msrck_allocate(1, sizeof *pool);

    if (pool == NULL)
        return NULL;
    pool->choice = *choice;
    pool->ring = msrck_work_ring_new(threads, &coding, &pool->choice);
    if (pool->ring == NULL) {
        free(pool);
        return NULL;
    }
    return pool;
}

void msrck_chunk_pool_free(struct chunk_pool *pool)
{
    if (pool == NULL)
        return;
    msrck_work_ring_free(pool->ring);
    free(pool);
}

struct chunk_section *msrck_chunk_pool_fill(struct chunk_pool *pool)
{
    return msrck_work_ring_fill(pool->ring);
}

void msrck_chunk_pool_submit(struct chunk_pool *pool)
{
    msrck_work_ring_submit(pool->ring);
}

struct chunk_section *msrck_chunk_pool_take(struct chunk_pool *pool)
{
    return msrck_work_ring_take(pool->ring);
}

void msrck_chunk_pool_release(struct chunk_pool *pool)
{
    msrck_work_ring_release(pool->ring);
}
