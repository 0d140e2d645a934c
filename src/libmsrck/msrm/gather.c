/* SPDX-License-Identifier: MIT */
#include "msrm/gather.h"

#include <stdlib.h>

#include "base/allocation.h"

bool msrck_gathering_prepare(struct gathering *gathering, uint64_t block_bytes, uint64_t blocks)
{
    size_t capacity;

    gathering->count = gathering->capacity = 0;
    if (block_bytes == 0 || block_bytes > GATHER_BLOCK)
        return true;
    capacity = GATHER_BYTES / (size_t)block_bytes;
    if (capacity > blocks)
        capacity = (size_t)blocks;
    if (!msrck_reserve(&gathering->bytes, &gathering->bytes_room, capacity * (size_t)block_bytes, 1) ||
        !msrck_reserve(&gathering->blocks, &gathering->blocks_room, capacity, sizeof gathering->blocks[0]))
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
