/* SPDX-License-Identifier: MIT */
/*
 * Decoded chunks, the least recently used one going first. A reader that walks in file order decodes each chunk
 * once and finds it by one comparison; one that follows pointers keeps the last chunks it has been to.
 */
#include "file/reader_state.h"

#include <stdlib.h>
#include <string.h>

static bool holds(const struct cached_chunk *slot, uint32_t extent, uint32_t part, uint64_t row)
{
    return slot->extent == extent && slot->part == part && row >= slot->first_row && row - slot->first_row < slot->rows;
}

static struct cached_chunk *find_cached(struct chunk_cache *cache, uint32_t extent, uint32_t part, uint64_t row)
{
    if (cache->current != NULL && holds(cache->current, extent, part, row))
        return cache->current;
    for (size_t i = 0; i < CACHE_SLOTS; i++)
        if (holds(&cache->slots[i], extent, part, row))
            return &cache->slots[i];
    return NULL;
}

static struct cached_chunk *least_recent(struct chunk_cache *cache)
{
    struct cached_chunk *oldest = &cache->slots[0];

    for (size_t i = 1; i < CACHE_SLOTS; i++)
        if (cache->slots[i].last_use < oldest->last_use)
            oldest = &cache->slots[i];
    return oldest;
}

static void drop(struct chunk_cache *cache, struct cached_chunk *slot)
{
    cache->held -= slot->capacity;
    free(slot->bytes);
    memset(slot, 0, sizeof *slot);
    if (cache->current == slot)
        cache->current = NULL;
}

/* Frees chunks until `needed` more bytes are within the bound, or none are left. */
static void make_room(struct chunk_cache *cache, uint64_t needed)
{
    while (cache->held > 0 && (cache->held > cache->most || needed > cache->most - cache->held)) {
        struct cached_chunk *oldest = NULL;
        for (size_t i = 0; i < CACHE_SLOTS; i++) {
            struct cached_chunk *slot = &cache->slots[i];
            if (slot->capacity > 0 && (oldest == NULL || slot->last_use < oldest->last_use))
                oldest = slot;
        }
        drop(cache, oldest);
    }
}

/* An emptied slot with room for the bytes; its old memory is used again where it fits. NULL when memory is out. */
static struct cached_chunk *take_slot(struct chunk_cache *cache, size_t length)
{
    struct cached_chunk *slot = least_recent(cache);

    slot->rows = 0;
    if (slot->capacity >= length && slot->capacity / 2 <= length)
        return slot;
    drop(cache, slot);
    make_room(cache, length);
    slot = least_recent(cache);
    drop(cache, slot);
    slot->bytes = malloc(length > 0 ? length : 1);
    if (slot->bytes == NULL)
        return NULL;
    slot->capacity = length;
    cache->held += length;
    return slot;
}

static msrck_result load(msrck_reader *reader, uint32_t extent, uint32_t part, uint64_t row,
                         struct cached_chunk **loaded, msrck_error *error)
{
    size_t section = msrck_file_reader_find_row(reader->file, extent, part, row);
    struct chunk chunk;
    struct cached_chunk *slot;
    msrck_result result;

    if (section == SIZE_MAX)
        return msrck_fail(error, MSRCK_CORRUPT, "extent %u, part %u: no chunk holds row %llu", extent, part,
                          (unsigned long long)row);
    result = msrck_file_reader_read_chunk(reader->file, section, &chunk, error);
    if (result != MSRCK_OK)
        return result;
    slot = take_slot(&reader->cache, (size_t)chunk.raw_length);
    if (slot == NULL)
        return msrck_fail_memory(error, (size_t)chunk.raw_length, "chunk");
    if (chunk.raw_length > 0)
        memcpy(slot->bytes, chunk.rows, (size_t)chunk.raw_length);
    slot->length = (size_t)chunk.raw_length;
    slot->extent = extent;
    slot->part = part;
    slot->first_row = chunk.place.first_row;
    slot->rows = chunk.place.rows;
    slot->width = chunk.width;
    slot->offset = chunk.place.offset;
    *loaded = slot;
    return MSRCK_OK;
}

msrck_result msrck_reader_rows(msrck_reader *reader, uint32_t extent, uint32_t part, uint64_t row,
                               const unsigned char **bytes, uint64_t *rows, size_t *width, uint64_t *chunk_offset,
                               msrck_error *error)
{
    struct chunk_cache *cache = &reader->cache;
    struct cached_chunk *slot;

    /* Those who ask for the chunk's place want to know what is wrong with it. */
    if (reader->held != NULL && chunk_offset == NULL)
        return msrck_reader_held_rows(reader, extent, part, row, bytes, rows, width, error);
    slot = find_cached(cache, extent, part, row);
    if (slot == NULL) {
        msrck_result result = load(reader, extent, part, row, &slot, error);
        if (result != MSRCK_OK)
            return result;
    }
    slot->last_use = ++cache->clock;
    cache->current = slot;
    *bytes = slot->bytes + (size_t)(row - slot->first_row) * slot->width;
    *rows = slot->rows - (row - slot->first_row);
    *width = slot->width;
    if (chunk_offset != NULL)
        *chunk_offset = slot->offset;
    return MSRCK_OK;
}

void msrck_chunk_cache_free(struct chunk_cache *cache)
{
    for (size_t i = 0; i < CACHE_SLOTS; i++)
        free(cache->slots[i].bytes);
    memset(cache, 0, sizeof *cache);
}
