/* SPDX-License-Identifier: MIT */
/*
 * Kinds: the distinct (type, count) pairs of registered blocks. A block needs four bytes to say what it is, and every
 * kind of foreign block is an extent of its own.
 */
#ifndef MSRCK_MEMORY_BLOCK_KINDS_H
#define MSRCK_MEMORY_BLOCK_KINDS_H

#include "base/failure.h"
#include "types/ti_table.h"

#define NO_KIND UINT32_MAX

struct block_kind {
    uint64_t count;
    uint64_t bytes;                 /* of a block on this machine */
    uint32_t type;
    bool has_pointers;

    /* Of the foreign blocks, while collecting */
    uint64_t marked;
    uint64_t base, step;            /* canonical */
    uint64_t start;                 /* place of the first block in the streaming order */
};

struct block_kinds {
    const struct ti_table *table;
    struct block_kind *items;       /* owned */
    size_t count, capacity;
    uint32_t *slots;                /* hash table of ids plus one; owned */
    size_t slot_count;              /* a power of two, or 0 */
    uint32_t last;                  /* interned last, since blocks are often registered in series */
};

void msrck_kinds_free(struct block_kinds *kinds);

/* Id of the pair; arrays are stripped. MSRCK_MISUSE for a type that cannot be that of a block, or no elements. */
msrck_result msrck_kinds_intern(struct block_kinds *kinds, uint32_t type, uint64_t count, uint32_t *id,
                                msrck_error *error);
/* Id of a stripped pair, or NO_KIND. */
uint32_t msrck_kinds_find(const struct block_kinds *kinds, uint32_t type, uint64_t count);

#endif
