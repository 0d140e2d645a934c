/* SPDX-License-Identifier: MIT */
/* The inside of the MSRLT, shared by its own sources. */
#ifndef MSRCK_MEMORY_MSRLT_STATE_H
#define MSRCK_MEMORY_MSRLT_STATE_H

#include "memory/block_kinds.h"
#include "memory/content_store.h"
#include "memory/foreign_map.h"
#include "memory/late_slots.h"
#include "memory/literal_ranges.h"
#include "memory/msrlt.h"
#include "memory/ordered_table.h"

enum { CONTENT_LITERAL, CONTENT_OPAQUE, CONTENT_STORES };

struct msrlt {
    const struct ti_table *types;
    struct typed_heap *heap;
    struct ordered_table *ordered;  /* by pointer, for look-ups remember the last hit */
    struct foreign_map *foreign;
    struct late_slots *slots;       /* owned; NULL until somebody asked for them */
    struct block_kinds kinds;
    struct literal_ranges literals;
    bool marking;
    bool has_late;                  /* a late-typed block was registered, now or earlier */
    uintptr_t stack;                /* 0: not known */
    uintptr_t long_first, long_end; /* where late-typed blocks longer than a page have been */
    bool late_restored;             /* foreign blocks of a checkpoint come back late-typed */

    /* While collecting */
    struct content_store contents[CONTENT_STORES];
    struct extent *extents;         /* ascending in (segment, file id, count) */
    size_t extent_count, extent_capacity;
    uint64_t *starts;               /* of each extent: place of its first block in its store's order; not the heap's */
    size_t *named;                  /* handles of marked named blocks, in the order of their addresses */
    size_t named_count;
    const unsigned char **placed;   /* marked foreign blocks, in the order of their addresses */
    uint64_t placed_count;
};

/* Registers the blocks in late slots that are not. */
msrck_result msrck_msrlt_register_late(struct msrlt *msrlt, msrck_error *error);

/* Frees what numbering made. */
void msrck_msrlt_forget_numbers(struct msrlt *msrlt);

/* The store of literals or of opaque bytes; NULL for other segments. */
static inline const struct content_store *msrlt_contents(const struct msrlt *msrlt, uint32_t segment)
{
    if (segment == SEGMENT_LITERAL)
        return &msrlt->contents[CONTENT_LITERAL];
    return segment == SEGMENT_OPAQUE ? &msrlt->contents[CONTENT_OPAQUE] : NULL;
}

#endif
