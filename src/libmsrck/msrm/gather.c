/* SPDX-License-Identifier: MIT */
#include "msrm/gather.h"

#include <stdlib.h>

#include "base/allocation.h"

bool msrck_gathering_prepare(struct gathering *gathering, uint64_t block_bytes)
{
    gathering->count = gathering->capacity = 0;
    if (block_bytes == 0 || block_bytes > GATHER_BLOCK)
        return true;
    if (gathering->bytes == NULL)
        gathering->bytes = msrck_allocate(GATHER_BYTES, 1);
    if (gathering->blocks == NULL)
        gathering->blocks = msrck_allocate(GATHER_BYTES, sizeof gathering->blocks[0]);
    if (gathering->bytes == NULL || gathering->blocks == NULL)
        return false;
    gathering->block_bytes = (size_t)block_bytes;
    gathering->capacity = GATHER_BYTES / gathering->block_bytes;
    return true;
}

void msrck_gathering_free(struct gathering *gathering)
{
    free(gathering->bytes);
    free(gathering->blocks);
    *gathering = (struct gathering){ .bytes = NULL };
}
