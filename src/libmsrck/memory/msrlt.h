/* SPDX-License-Identifier: MIT */
/*
 * The MSRLT: every memory block the process can point to, and the way from an address to its block.
 *
 * It joins three kinds of store: the typed heap; foreign blocks, registered one by one by whoever allocated them (a
 * page map of start bits with ranks: O(1), interior pointers too); and named blocks - globals, address-taken locals,
 * big arrays - in a small ordered table with a cache of the last hit.
 */
#ifndef MSRCK_MEMORY_MSRLT_H
#define MSRCK_MEMORY_MSRLT_H

#include "memory/typed_heap.h"

struct msrlt;
struct foreign_page;
struct late_slots;

/* A block as a look-up finds it, whichever store holds it. */
struct block {
    uint32_t segment;               /* enum segment */
    uint32_t type;                  /* not an array */
    uint64_t count;
    const unsigned char *address;   /* where the program knows it */
    const unsigned char *data;      /* where its bytes are: address, or a snapshot of a stack block that is gone */
    struct heap_block heap;         /* SEGMENT_HEAP */
    struct foreign_page *page;      /* internal: of a block in the page map; NULL for all others */
    size_t entry;                   /* internal: number in its store, unless on the typed heap */
};

struct msrlt *msrck_msrlt_new(const struct ti_table *types);       /* owns a typed heap */
void msrck_msrlt_free(struct msrlt *msrlt);
struct typed_heap *msrck_msrlt_heap(struct msrlt *msrlt);

/* ---- Named blocks: globals and stack ---- */

/*
 * Registers a named block of `count` values of `type` (arrays allowed: stripped). `order` decides its number among
 * the blocks of its extent: ascending; equal orders keep the sequence of registration. `data` NULL means at
 * `address`. Overlap with another named block, other than by the same address and size, is MSRCK_MISUSE; the same
 * block registered again, equal in everything but `order`, gets the same handle and counts twice. *handle serves to
 * remove it and to ask for its address.
 */
msrck_result msrck_msrlt_add_named(struct msrlt *msrlt, uint32_t segment, const void *address, const void *data,
                                   uint32_t type, uint64_t count, uint64_t order, size_t *handle, msrck_error *error);
void msrck_msrlt_remove_named(struct msrlt *msrlt, size_t handle);
void msrck_msrlt_named_block(const struct msrlt *msrlt, size_t handle, struct block *block);

/*
 * ---- Foreign blocks ----
 *
 * Overlap with another foreign block is MSRCK_MISUSE, for it means that one was freed and not removed; it is found
 * among blocks of up to a page, and among longer ones.
 */

msrck_result msrck_msrlt_add_foreign(struct msrlt *msrlt, const void *address, uint32_t type, uint64_t count,
                                     msrck_error *error);
/* False when no foreign block begins there. */
bool msrck_msrlt_remove_foreign(struct msrlt *msrlt, const void *address);

/*
 * ---- Late-typed blocks ----
 *
 * Foreign blocks of which only the size is known. While nothing else is said they are arrays of unsigned char, or of
 * the type that their maker hinted at. Each collection gives them the types that the pointers to them tell, and
 * forgets them afterwards: see msrm/late_typing.h.
 */

/*
 * A block of `bytes` (not 0) bytes that may hold elements of type `hint`; TI_VOID: nobody said. What was registered at
 * its place before is gone, since malloc does not give memory out twice.
 */
msrck_result msrck_msrlt_add_late(struct msrlt *msrlt, const void *address, uint64_t bytes, uint32_t hint,
                                  msrck_error *error);
/*
 * Where to allocate late-typed blocks that the MSRLT registers by itself, when marking begins. They are not found by
 * look-ups before that. NULL when memory is out.
 */
struct late_slots *msrck_msrlt_late_slots(struct msrlt *msrlt);
/* True when there may be one. */
bool msrck_msrlt_has_late(const struct msrlt *msrlt);
/* The foreign block that begins at the address, as it was registered; *block.type is the hint of a late-typed one. */
bool msrck_msrlt_foreign_at(const struct msrlt *msrlt, const void *address, struct block *block, uint64_t *bytes);
/* Size and hint of a late-typed block; false for all others. */
bool msrck_msrlt_late(const struct msrlt *msrlt, const struct block *block, uint64_t *bytes, uint32_t *hint);
/* Another hint for a late-typed block. Others stay as they are. */
msrck_result msrck_msrlt_hint(struct msrlt *msrlt, const struct block *block, uint32_t hint, msrck_error *error);
/*
 * Whether the program is one with late-typed blocks: restoring registers foreign blocks as such, with what they were as a
 * hint, and what was declared as characters must not be pointed to as anything else.
 */
void msrck_msrlt_restore_late(struct msrlt *msrlt, bool late);
bool msrck_msrlt_restores_late(const struct msrlt *msrlt);

/*
 * Whether the block is a copy of a frame's live variables, in such a program. Only a pointer to freed memory can point there, where the copy was
 * put afterwards.
 */
bool msrck_msrlt_is_copy(const struct msrlt *msrlt, const struct block *block);
/* Where the stack of such a program begins: pointers below, to what is no block, are to functions' variables that are gone. */
void msrck_msrlt_set_stack(struct msrlt *msrlt, const void *base);
/*
 * True when the pointer, which no block holds, is to memory that was a block and is freed, or to a variable of a function that has returned.
 * C allows such pointers to exist; they must not be used. Always false for programs without late-typed blocks, which may point to memory of their own.
 */
bool msrck_msrlt_is_stale(const struct msrlt *msrlt, const void *pointer);

/* After msrck_msrlt_begin_marks: no late-typed block has a type yet. Types stay until _end_typing, marks or no marks. */
msrck_result msrck_msrlt_begin_typing(struct msrlt *msrlt, msrck_error *error);
/* The late-typed block is collected as so many elements of the type. */
msrck_result msrck_msrlt_set_type(struct msrlt *msrlt, struct block *block, uint32_t type, uint64_t count,
                                  msrck_error *error);
void msrck_msrlt_end_typing(struct msrlt *msrlt);

/* ---- Look-up ---- */

/*
 * The block that holds the address, also one past its end when no other block begins there. block->heap is set for
 * heap blocks only.
 */
bool msrck_msrlt_find(const struct msrlt *msrlt, const void *address, struct block *block);
/*
 * The named block whose end is the address, even where another block begins there: neighbours in memory leave it to the
 * pointer's type which of them is meant.
 */
bool msrck_msrlt_find_ended(const struct msrlt *msrlt, const void *address, struct block *block);

/*
 * True when `text` is a NUL-terminated string inside a segment of the program's image that cannot be written: a
 * string literal. *length is without the NUL. Never touches memory outside such segments.
 */
bool msrck_msrlt_is_literal(struct msrlt *msrlt, const char *text, size_t *length);

/*
 * Memory for string literals that a checkpoint brings: `length` (not 0) zeroed bytes, writable until sealed. They count
 * as literals, not as blocks. NULL when memory is out. Given back by _drop_, or with the MSRLT.
 */
unsigned char *msrck_msrlt_restore_literals(struct msrlt *msrlt, size_t length);
void msrck_msrlt_drop_literals(struct msrlt *msrlt, const unsigned char *bytes);
void msrck_msrlt_seal_literals(struct msrlt *msrlt);

/* ---- Collecting: the same steps as for the typed heap, over all stores ---- */

msrck_result msrck_msrlt_begin_marks(struct msrlt *msrlt, msrck_error *error);
/*
 * Everything that is live. Foreign blocks that were not marked before are numbered in an order that has no meaning
 * elsewhere.
 */
void msrck_msrlt_mark_all(struct msrlt *msrlt);
/*
 * True when it was not marked before. Foreign blocks are numbered within their extent in the order in which they are
 * marked first, since addresses differ between machines and the order of discovery does not.
 */
bool msrck_msrlt_mark(struct msrlt *msrlt, const struct block *block);
/* As msrck_heap_defer(), of a marked block. */
void msrck_msrlt_defer(struct msrlt *msrlt, const struct block *block);
/* All zero: from the beginning. */
struct msrlt_cursor { struct heap_cursor heap; size_t entry, region; uint32_t page, granule; };
/* As msrck_heap_next_deferred(), over all stores. */
bool msrck_msrlt_next_deferred(struct msrlt *msrlt, struct msrlt_cursor *cursor, struct block *block);

/*
 * Marks the literal (by content: equal texts are one block) or the bytes of an opaque handle, and gives them a
 * number. The bytes are copied. *index identifies the block among those of its segment; true in *fresh when it is
 * new. A literal is a block of `length` + 1 elements of char, an opaque handle one of `length` elements of unsigned
 * char (of none: it has no block, and its address is 0); the TI table must hold these types. A literal must have its
 * NUL behind `length` bytes.
 */
msrck_result msrck_msrlt_mark_bytes(struct msrlt *msrlt, uint32_t segment, const void *bytes, size_t length,
                                    size_t *index, bool *fresh, msrck_error *error);
/*
 * Ends marking: sorts and numbers the extents of everything marked. *extents is borrowed until msrck_msrlt_end_marks.
 * `file_id` maps table ids to file ids, which decide the order of extents (extent.type stays a table id).
 */
msrck_result msrck_msrlt_number(struct msrlt *msrlt, const uint32_t *file_id, const struct extent **extents,
                                size_t *count, uint64_t *end, msrck_error *error);
/* Canonical address of the first leaf of a marked block; 0 when it is not marked. */
uint64_t msrck_msrlt_address(const struct msrlt *msrlt, const struct block *block);
uint64_t msrck_msrlt_bytes_address(const struct msrlt *msrlt, uint32_t segment, size_t index);
/* As msrck_heap_stream, for extents of every segment. */
msrck_result msrck_msrlt_stream(const struct msrlt *msrlt, const struct extent *extent,
                                msrck_result (*visit)(void *context, const void *first, size_t stride, uint64_t blocks,
                                                      msrck_error *error),
                                void *context, msrck_error *error);
/* Bytes the marks and numbers take now, for measurements. */
size_t msrck_msrlt_overhead(const struct msrlt *msrlt);
void msrck_msrlt_end_marks(struct msrlt *msrlt);

#endif
