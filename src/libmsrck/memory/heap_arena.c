/* SPDX-License-Identifier: MIT */
#include "memory/heap_arena.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "base/allocation.h"

#define HUGE_BYTES (HEAP_UNIT_BYTES * HEAP_HUGE_UNITS)
#define SMALLEST_ARENA (2 * HUGE_BYTES)
#define OPEN_UNITS 2u               /* units that become writable with the tables before them */
#define SEARCHED_RUNS 16u           /* looked at in one bin, so that taking a run stays short */

#if UINTPTR_MAX > UINT32_MAX
#define LARGEST_ARENA ((size_t)1 << 35)
#else
#define LARGEST_ARENA ((size_t)1 << 28)
#endif

/* ---- Address space ---- */

static void *map(void *place, size_t size, int protection, int flags)
{
    void *mapping = mmap(place, size, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | flags, -1, 0);

    return mapping == MAP_FAILED ? NULL : mapping;
}

/* The first place from there on that is a multiple of `alignment`, a power of two. */
static unsigned char *aligned(unsigned char *place, size_t alignment)
{
    return place + (((uintptr_t)0 - (uintptr_t)place) & (alignment - 1));
}

static void clear(struct heap_arena *arena)
{
    memset(arena, 0, sizeof *arena);
    memset(arena->bins, 0xff, sizeof arena->bins);
}

/* Reserved space counts against RLIMIT_AS, and the program's own malloc must not starve. */
static size_t first_try(void)
{
    struct rlimit limit;
    size_t size = LARGEST_ARENA;

    if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur / 4 < size)
        size = (size_t)(limit.rlim_cur / 4);
    return size & ~(HUGE_BYTES - 1);
}

/* Of the two tables of an arena of so many bytes, each on pages of its own. */
static size_t table_bytes(size_t size, size_t entry)
{
    size_t bytes = (size >> HEAP_UNIT_SHIFT) * entry;

    return (bytes + HEAP_UNIT_BYTES - 1) & ~(HEAP_UNIT_BYTES - 1);
}

/*
 * One mapping for everything, since for a small graph the calls that map and unmap are a good part of all time: the
 * tables, what alignment skips, and the arena. False when there is no such piece of address space.
 */
static bool map_arena(struct heap_arena *arena, size_t size)
{
    size_t units = table_bytes(size, sizeof *arena->units), runs = table_bytes(size, sizeof *arena->runs);
    size_t mapped = 3 * units + runs + HUGE_BYTES + size;
    unsigned char *mapping = mapped < size ? NULL : map(NULL, mapped, PROT_NONE, 0);

    if (mapping == NULL)
        return false;
    arena->mapping = mapping;
    arena->mapped = mapped;
    /* With room for neighbours as large on both sides. */
    arena->units = (struct heap_segment **)(void *)(mapping + units);
    arena->runs = (struct free_run *)(void *)(mapping + 3 * units);
    arena->base = aligned(mapping + 3 * units + runs, HUGE_BYTES);
    arena->size = size;
    arena->open = OPEN_UNITS;
    if (mprotect(mapping, (size_t)(arena->base - mapping) + OPEN_UNITS * HEAP_UNIT_BYTES, PROT_READ | PROT_WRITE) == 0)
        return true;
    munmap(mapping, mapped);
    arena->mapping = NULL;
    return false;
}

bool msrck_arena_open(struct heap_arena *arena, size_t least)
{
    size_t size = first_try(), smallest = SMALLEST_ARENA;

    clear(arena);
    if (least > SIZE_MAX / 2)
        return false;
    if (smallest < least)
        smallest = (least + HUGE_BYTES - 1) & ~(HUGE_BYTES - 1);
    if (size < smallest)
        size = smallest;
    while (!map_arena(arena, size)) {
        if (size == smallest)
            return false;
        size = size / 2 < smallest ? smallest : (size / 2) & ~(HUGE_BYTES - 1);
    }
    return true;
}

/* The tables of a few units: they need no pages of their own. */
struct small_tables {
    struct heap_segment *units[HEAP_SMALL_ARENA_UNITS];
    struct free_run runs[HEAP_SMALL_ARENA_UNITS];
};

bool msrck_arena_open_small(struct heap_arena *arena)
{
    struct small_tables *tables = msrck_allocate(1, sizeof *tables);

    clear(arena);
    arena->size = HEAP_SMALL_ARENA_UNITS * HEAP_UNIT_BYTES;
    arena->mapped = arena->size + HEAP_UNIT_BYTES;
    arena->mapping = tables == NULL ? NULL : map(NULL, arena->mapped, PROT_READ | PROT_WRITE, 0);
    if (arena->mapping == NULL) {
        free(tables);
        return false;
    }
    arena->small = tables;
    arena->base = aligned(arena->mapping, HEAP_UNIT_BYTES);
    arena->units = tables->units;
    arena->runs = tables->runs;
    arena->open = HEAP_SMALL_ARENA_UNITS;
    return true;
}

bool msrck_arena_adopt(const struct heap_arena *arena, struct heap_arena *small)
{
    uintptr_t base = (uintptr_t)arena->base, address = (uintptr_t)small->base;
    struct heap_segment **units;

    if (address < base ? base - address > arena->size : address - base > 2 * arena->size - small->size)
        return false;
    units = address < base ? arena->units - ((base - address) >> HEAP_UNIT_SHIFT)
                           : arena->units + ((address - base) >> HEAP_UNIT_SHIFT);
    memcpy(units, small->units, (small->size >> HEAP_UNIT_SHIFT) * sizeof *units);
    small->units = units;
    return true;
}

void msrck_arena_close(struct heap_arena *arena)
{
    if (arena->mapping != NULL)
        munmap(arena->mapping, arena->mapped);
    free(arena->small);
    memset(arena, 0, sizeof *arena);
}

/* ---- Free runs ---- */

static unsigned bin_of(uint32_t length)
{
    return 31u - (unsigned)__builtin_clz(length);
}

static void insert_run(struct heap_arena *arena, uint32_t first, uint32_t length)
{
    unsigned bin = bin_of(length);
    uint32_t head = arena->bins[bin];

    arena->runs[first + length - 1].length = length;
    arena->runs[first] = (struct free_run){ .length = length, .next = head, .previous = HEAP_NO_UNIT };
    if (head != HEAP_NO_UNIT)
        arena->runs[head].previous = first;
    arena->bins[bin] = first;
}

static void remove_run(struct heap_arena *arena, uint32_t first)
{
    struct free_run *run = &arena->runs[first];
    uint32_t length = run->length;

    if (run->previous == HEAP_NO_UNIT)
        arena->bins[bin_of(length)] = run->next;
    else
        arena->runs[run->previous].next = run->next;
    if (run->next != HEAP_NO_UNIT)
        arena->runs[run->next].previous = run->previous;
    arena->runs[first + length - 1].length = 0;
    run->length = 0;
}

static uint32_t align_up(uint32_t unit, uint32_t alignment)
{
    return (unit + alignment - 1) / alignment * alignment;
}

/* A run of the bin that holds `length` aligned units, or HEAP_NO_UNIT. */
static uint32_t search_bin(const struct heap_arena *arena, unsigned bin, uint32_t length, uint32_t alignment)
{
    uint32_t run = arena->bins[bin];
    unsigned searched;

    for (searched = 0; run != HEAP_NO_UNIT && searched < SEARCHED_RUNS; searched++, run = arena->runs[run].next) {
        uint32_t skipped = align_up(run, alignment) - run;

        if (arena->runs[run].length >= length && skipped <= arena->runs[run].length - length)
            return run;
    }
    return HEAP_NO_UNIT;
}

/* Takes `length` units at `first` out of the free run at `run`; what is left on both sides stays free. */
static void cut_run(struct heap_arena *arena, uint32_t run, uint32_t first, uint32_t length)
{
    uint32_t end = run + arena->runs[run].length;

    remove_run(arena, run);
    if (first > run)
        insert_run(arena, run, first - run);
    if (end > first + length)
        insert_run(arena, first + length, end - first - length);
}

static uint32_t take_free_run(struct heap_arena *arena, uint32_t length, uint32_t alignment)
{
    unsigned bin;

    for (bin = bin_of(length); bin < HEAP_RUN_BINS; bin++) {
        uint32_t run = search_bin(arena, bin, length, alignment);

        if (run != HEAP_NO_UNIT) {
            uint32_t first = align_up(run, alignment);

            cut_run(arena, run, first, length);
            return first;
        }
    }
    return HEAP_NO_UNIT;
}

static uint32_t take_top(struct heap_arena *arena, uint32_t length, uint32_t alignment)
{
    uint32_t units = (uint32_t)(arena->size >> HEAP_UNIT_SHIFT);
    uint32_t first = align_up(arena->top, alignment);

    if (first > units || length > units - first)
        return HEAP_NO_UNIT;
    if (first > arena->top)
        insert_run(arena, arena->top, first - arena->top);
    arena->top = first + length;
    return first;
}

/* Units are merged with free neighbours; a run that ends at the top lowers it. */
static void insert_merged(struct heap_arena *arena, uint32_t first, uint32_t length)
{
    uint32_t end = first + length;

    if (end < arena->top && arena->runs[end].length != 0) {
        uint32_t behind = arena->runs[end].length;

        remove_run(arena, end);
        end += behind;
    }
    if (first > 0 && arena->runs[first - 1].length != 0) {
        uint32_t before = arena->runs[first - 1].length;

        remove_run(arena, first - before);
        first -= before;
    }
    if (end == arena->top)
        arena->top = first;
    else
        insert_run(arena, first, end - first);
}

uint32_t msrck_arena_take(struct heap_arena *arena, uint32_t length, uint32_t alignment)
{
    uint32_t first = take_free_run(arena, length, alignment);
    unsigned char *place;
    size_t bytes = (size_t)length << HEAP_UNIT_SHIFT;

    if (first == HEAP_NO_UNIT)
        first = take_top(arena, length, alignment);
    if (first == HEAP_NO_UNIT)
        return HEAP_NO_UNIT;
    place = arena->base + ((size_t)first << HEAP_UNIT_SHIFT);
    if (first + length > arena->open && mprotect(place, bytes, PROT_READ | PROT_WRITE) != 0) {
        insert_merged(arena, first, length);
        return HEAP_NO_UNIT;
    }
#ifdef MADV_HUGEPAGE
    /* A first touch of 2 MiB costs a third of what 512 small pages cost. A refusal changes nothing but speed. */
    if (length >= HEAP_HUGE_UNITS)
        (void)madvise(place, bytes, MADV_HUGEPAGE);
#endif
    return first;
}

void msrck_arena_give(struct heap_arena *arena, uint32_t first, uint32_t length)
{
    unsigned char *place = arena->base + ((size_t)first << HEAP_UNIT_SHIFT);
    size_t bytes = (size_t)length << HEAP_UNIT_SHIFT;

    /*
     * Mapping anew drops pages everywhere, also where madvise(MADV_DONTNEED) is ignored. It fails only when the
     * process has too many mappings.
     */
    if (map(place, bytes, PROT_NONE, MAP_FIXED) == NULL)
        memset(place, 0, bytes);
    else if (first < arena->open)
        arena->open = first;
    insert_merged(arena, first, length);
}
