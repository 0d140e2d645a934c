/* SPDX-License-Identifier: MIT */
#include "msrm/gather.h"

#include <stdlib.h>
#include <string.h>

/* What was there is not kept. */
static bool make_room(void *items, size_t *room, size_t needed)
{
    void *old, *larger;

    if (needed <= *room)
        return true;
    memcpy(&old, items, sizeof old);
    larger = malloc(needed);
    if (larger == NULL)
        return false;
    free(old);
    memcpy(items, &larger, sizeof larger);
    *room = needed;
    return true;
}

bool msrck_gathering_prepare(struct gathering *gathering, uint64_t block_bytes, uint64_t blocks)
{
    size_t capacity;

    gathering->count = gathering->capacity = 0;
    if (block_bytes == 0 || block_bytes > GATHER_BLOCK)
        return true;
    capacity = GATHER_BYTES / (size_t)block_bytes;
    if (capacity > blocks)
        capacity = (size_t)blocks;
    if (!make_room(&gathering->bytes, &gathering->bytes_room, capacity * (size_t)block_bytes) ||
        !make_room(&gathering->blocks, &gathering->blocks_room, capacity * sizeof gathering->blocks[0]))
        return false;
    gathering->block_bytes = (size_t)block_bytes;
    gathering->capacity = capacity;
    return true;
}

void msrck_gathering_free(struct gathering *gathering)
{
    free(gathering->bytes);
    free(gathering->blocks);
    *gathering = (struct gathering){ .bytes = NULL };
}
