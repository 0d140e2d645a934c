/* SPDX-License-Identifier: MIT */
/*
 * Small blocks that do not lie side by side - from malloc, or arrays with gaps - are copied together before they
 * are encoded, and copied apart after they are decoded: rows are coded by columns, which pays from a few dozen
 * elements on. A copy costs less than a call.
 */
#ifndef MSRCK_MSRM_GATHER_H
#define MSRCK_MSRM_GATHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    GATHER_BYTES = 16384,           /* of copies: they stay in the first-level cache */
    GATHER_BLOCK = 1024,            /* larger blocks are worth a call of their own */
    GATHER_RUN = 16                 /* longer runs of blocks at equal distances too */
};

struct gathering {
    unsigned char *bytes;           /* owned; aligned as malloc does it */
    unsigned char **blocks;         /* owned; where each copy belongs */
    size_t block_bytes;             /* of the elements that are copied */
    size_t bytes_room, blocks_room; /* how many both tables have room for */
    size_t capacity;                /* blocks; 0: this extent's blocks are not gathered */
    size_t count;
};

/* Makes ready for so many blocks of that many bytes; false when memory is out. Too large ones give a capacity of 0. */
bool msrck_gathering_prepare(struct gathering *gathering, uint64_t block_bytes, uint64_t blocks);
void msrck_gathering_free(struct gathering *gathering);

/* Where a place in the copies belongs: the same byte of its block. Other places belong to themselves. */
static inline unsigned char *gathering_origin(const struct gathering *gathering, unsigned char *place)
{
    uintptr_t offset = (uintptr_t)place - (uintptr_t)gathering->bytes;

    if (gathering->count == 0 || offset >= gathering->count * gathering->block_bytes)
        return place;
    return gathering->blocks[offset / gathering->block_bytes] + offset % gathering->block_bytes;
}

#endif
