/* SPDX-License-Identifier: MIT */
/*
 * Arenas: address space reserved for the typed heap in large pieces and handed out in runs of units. Because a piece
 * is contiguous, the segment that an address belongs to is one subtraction, one shift and one table entry away.
 *
 * Reserved space costs no memory: it cannot be touched until a run is taken, and a run that is given back loses its
 * pages.
 */
#ifndef MSRCK_MEMORY_HEAP_ARENA_H
#define MSRCK_MEMORY_HEAP_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct heap_segment;

#define HEAP_UNIT_SHIFT 16u                                 /* 64 KiB: the largest page size in common use */
#define HEAP_UNIT_BYTES ((size_t)1 << HEAP_UNIT_SHIFT)
#define HEAP_HUGE_UNITS 32u                                 /* 2 MiB: runs of this length are backed by huge pages */
#define HEAP_SMALL_ARENA_UNITS 4u
#define HEAP_NO_UNIT UINT32_MAX
#define HEAP_RUN_BINS 32u

/* A free run, described at its first and its last unit; length 0 everywhere else. */
struct free_run {
    uint32_t length;                /* units */
    uint32_t next, previous;        /* first units of the neighbours in its bin, valid at the first unit */
};

struct heap_arena {
    void *mapping;                  /* holds the arena, and the tables unless it is small */
    size_t mapped;
    void *small;                    /* owned; the tables of a small arena; NULL: they are in the mapping */
    unsigned char *base;            /* aligned to 2 MiB; of a small arena to a unit */
    size_t size;                    /* bytes */
    struct heap_segment **units;    /* the segment each unit belongs to; NULL for free ones. Kept by the caller */
    struct free_run *runs;
    uint32_t bins[HEAP_RUN_BINS];   /* bin b: free runs of 2^b units up to twice that */
    uint32_t open;                  /* units before this one can be written whether they are taken or not */
    uint32_t top;                   /* units from here on were never taken, or were given back last */
};

/* Reserves an arena of at least `least` bytes, larger where the system lets it. False when there is no space. */
bool msrck_arena_open(struct heap_arena *arena, size_t least);
/*
 * An arena of HEAP_SMALL_ARENA_UNITS units that takes one system call and no memory but its own: most of what a large
 * one costs is for a few blocks more than they cost themselves. False when memory is out.
 */
bool msrck_arena_open_small(struct heap_arena *arena);
/*
 * Moves the table of units of a small arena into that of a large one, which has room for it and for NULL in what lies
 * between them: one look-up finds the segments of both then. False when they lie further apart than the large one is
 * long. Systems put new mappings beside old ones, so that this is rare.
 */
bool msrck_arena_adopt(const struct heap_arena *arena, struct heap_arena *small);
void msrck_arena_close(struct heap_arena *arena);

/*
 * First unit of a run of zeroed, writable units whose number is a multiple of `alignment`; HEAP_NO_UNIT when there is
 * none.
 */
uint32_t msrck_arena_take(struct heap_arena *arena, uint32_t length, uint32_t alignment);
void msrck_arena_give(struct heap_arena *arena, uint32_t first, uint32_t length);

#endif
