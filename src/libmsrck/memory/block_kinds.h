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
    uint32_t plain;                 /* the kind to collect it as: itself, but for a late-typed one that nothing typed */
    bool has_pointers;
    bool late;                      /* late-typed: `count` is in bytes, `type` what its maker hinted at, or TI_VOID */

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
    uint32_t last_late;
    uint32_t byte_type;             /* of late-typed blocks that nothing types; TI_VOID: not looked up yet */
};

void msrck_kinds_free(struct block_kinds *kinds);

/* Id of the pair; arrays are stripped. MSRCK_MISUSE for a type that cannot be that of a block, or no elements. */
msrck_result msrck_kinds_intern(struct block_kinds *kinds, uint32_t type, uint64_t count, uint32_t *id,
                                msrck_error *error);
/*
 * Id of the late-typed blocks of so many bytes whose maker hinted at a type, which is no array, or at none (TI_VOID). The
 * TI table must hold unsigned char.
 */
msrck_result msrck_kinds_intern_late(struct block_kinds *kinds, uint32_t hint, uint64_t bytes, uint32_t *id,
                                     msrck_error *error);
/*
 * How many elements of a type that is no array (trailing ones of a flexible struct) fit into the bytes; false when not
 * even one does. *rest is what is left over.
 */
bool msrck_kinds_fit(const struct ti_table *types, uint32_t type, uint64_t bytes, uint64_t *count, uint64_t *rest);
/* Id of a stripped pair that is not late-typed, or NO_KIND. */
uint32_t msrck_kinds_find(const struct block_kinds *kinds, uint32_t type, uint64_t count);

#endif
