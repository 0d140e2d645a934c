/* SPDX-License-Identifier: MIT */
/* A ring of chunks that are filled with rows, coded by threads, and written in the same order: see file/work_ring.h. */
#ifndef MSRCK_FILE_CHUNK_POOL_H
#define MSRCK_FILE_CHUNK_POOL_H

#include "file/chunk_section.h"

struct chunk_pool;

/* NULL when no thread can be started; fewer than asked for are as good. `choice` is copied. */
struct chunk_pool *msrck_chunk_pool_new(unsigned threads, const struct codec_choice *choice);
/* Chunks that are not written yet are lost. NULL is allowed. */
void msrck_chunk_pool_free(struct chunk_pool *pool);

/* The chunk to fill next; NULL when all are under way and one has to be taken first. */
struct chunk_section *msrck_chunk_pool_fill(struct chunk_pool *pool);
/* Hands the filled chunk to the threads. */
void msrck_chunk_pool_submit(struct chunk_pool *pool);
/* The oldest chunk that was submitted, once it is coded; NULL when there is none. */
struct chunk_section *msrck_chunk_pool_take(struct chunk_pool *pool);
/* The taken chunk is written and may be filled again. */
void msrck_chunk_pool_release(struct chunk_pool *pool);

#endif
