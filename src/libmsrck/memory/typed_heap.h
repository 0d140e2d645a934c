/* SPDX-License-Identifier: MIT */
/*
 * The typed heap: every type has its own pools of equal slots in aligned segments, so that address -> segment -> slot
 * is a mask, a table look-up and a multiplication, for interior pointers too. Blocks have no header; what is known of
 * them stands in side tables.
 *
 * Single objects lie back to back in slots of exactly their size. Arrays have at least one byte behind their end, so
 * that one past the end belongs to no other block. Large blocks have runs of their own.
 *
 * Logical order: the blocks of one pool in the order of their slot numbers, which depends only on the sequence of
 * allocations and frees, never on addresses, word size or byte order. It is the order in which blocks are numbered in
 * a file.
 */
#ifndef MSRCK_MEMORY_TYPED_HEAP_H
#define MSRCK_MEMORY_TYPED_HEAP_H

#include "base/failure.h"
#include "file/extent.h"

struct typed_heap;

/* A block of the heap as a look-up finds it. */
struct heap_block {
    unsigned char *address;         /* of its first byte */
    uint32_t type;                  /* not an array */
    uint64_t count;                 /* elements; trailing elements of a flexible struct */
    struct heap_segment *segment;   /* internal: where its marks are */
    uint32_t slot;
};

struct typed_heap *msrck_heap_new(const struct ti_table *types);   /* the table must outlive the heap */
void msrck_heap_free(struct typed_heap *heap);

/*
 * A zeroed block; count 0 gives a block of one element, but for flexible structs, where it counts the trailing
 * elements. Array types are stripped. NULL when memory is out, the size overflows, or the type has no layout. Not
 * while marks are kept.
 */
void *msrck_heap_allocate(struct typed_heap *heap, uint32_t type, uint64_t count);
/* Gives the block back; false when the address is not the beginning of a live block. Not while marks are kept. */
bool msrck_heap_release(struct typed_heap *heap, void *address);

/*
 * The live block that holds the address (anywhere inside, or one past its end). False when there is none. Single
 * objects lie back to back: one past the end of one is the beginning of the next one where that is live, as
 * everywhere in C.
 */
bool msrck_heap_find(const struct typed_heap *heap, const void *address, struct heap_block *block);

/* Whether blocks are put where the address is: it may be one that was given back. */
bool msrck_heap_reserves(const struct typed_heap *heap, const void *address);

/* Blocks and bytes that are live now. */
void msrck_heap_usage(const struct typed_heap *heap, uint64_t *blocks, uint64_t *bytes);

/* ---- Collecting: marks, numbers, streams. Marks take one bit a block; see msrm/mark.c for who calls when. ---- */

/* All blocks unmarked; allocates the mark tables. False when memory is out. */
bool msrck_heap_begin_marks(struct typed_heap *heap);
/* Marks everything that is live: collect all. */
void msrck_heap_mark_all(struct typed_heap *heap);
/* True when the block was not marked before. */
bool msrck_heap_mark(const struct heap_block *block);

/*
 * A second bit a block, for a marker whose work list is bounded: it defers what does not fit into the list, to find it
 * again. While nothing is deferred the table of these bits is never touched.
 */
void msrck_heap_defer(const struct heap_block *block);
struct heap_cursor { size_t pool, segment, word; };                     /* all zero: from the beginning */
/*
 * The next deferred block behind the cursor, which is not deferred any more. What is deferred meanwhile before the
 * cursor is found by the next round only. False at the end.
 */
bool msrck_heap_next_deferred(const struct typed_heap *heap, struct heap_cursor *cursor, struct heap_block *block);

void msrck_heap_end_marks(struct typed_heap *heap);

/*
 * After marking: the extents of the marked blocks (segment, type, count, blocks; in no particular order) are appended
 * to *extents, which grows with msrck_reserve. Ranks are made ready.
 */
msrck_result msrck_heap_list_extents(struct typed_heap *heap, struct extent **extents, size_t *count, size_t *capacity,
                                     msrck_error *error);
/*
 * After the caller has sorted and numbered the whole file's extents: tells each pool the canonical addresses of its
 * blocks.
 */
msrck_result msrck_heap_set_addresses(struct typed_heap *heap, const struct extent *extents, size_t count,
                                      msrck_error *error);
/* Canonical address of the first leaf of a marked block; 0 when it is not marked. O(1). */
uint64_t msrck_heap_address(const struct typed_heap *heap, const struct heap_block *block);

/* Bytes of the tables of marks and numbers now. */
size_t msrck_heap_overhead(const struct typed_heap *heap);

/*
 * Calls visit for runs of marked blocks of the extent in the order of their numbers: `blocks` blocks, the first at
 * `first`, each `stride` bytes behind the one before.
 */
msrck_result msrck_heap_stream(const struct typed_heap *heap, const struct extent *extent,
                               msrck_result (*visit)(void *context, const void *first, size_t stride, uint64_t blocks,
                                                     msrck_error *error),
                               void *context, msrck_error *error);

/* ---- Restoring: whole extents at once ---- */

/* Where block b of a restored extent lies: base[b / per_run] + (b % per_run) * stride. */
struct heap_placement {
    unsigned char **base;           /* owned by the caller: free() */
    uint64_t runs;
    uint64_t per_run;
    size_t stride;
};

/*
 * Allocates `blocks` zeroed blocks whose logical order is that of their numbers. On failure the heap is as before.
 * The type must not be an array, and the count not 0 but for flexible structs.
 */
msrck_result msrck_heap_allocate_extent(struct typed_heap *heap, uint32_t type, uint64_t count, uint64_t blocks,
                                        struct heap_placement *placement, msrck_error *error);
void msrck_heap_placement_free(struct heap_placement *placement);

#endif
