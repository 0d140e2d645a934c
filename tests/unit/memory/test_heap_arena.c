/* SPDX-License-Identifier: MIT */
/* Runs of units, and the heap in little address space. */
#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "memory/heap_arena.h"
#include "memory/typed_heap_inline.h"
#include "memory_types.h"

#define RUNS 200
#define UNITS 4000

TestSuite(heap_arena, .timeout = 120);

struct taken { uint32_t first, length; };

static bool overlap(const struct taken *a, const struct taken *b)
{
    return a->length != 0 && b->length != 0 && a->first < b->first + b->length && b->first < a->first + a->length;
}

Test(heap_arena, runs_never_overlap_are_aligned_and_zero)
{
    struct heap_arena arena;
    struct taken taken[RUNS] = { { 0, 0 } };
    uint64_t random = 99;
    int step, i;

    cr_assert(msrck_arena_open(&arena, 1));
    for (step = 0; step < 5000; step++) {
        struct taken *run = &taken[next_random(&random) % RUNS];
        unsigned char *place;

        if (run->length != 0) {
            msrck_arena_give(&arena, run->first, run->length);
            run->length = 0;
            continue;
        }
        run->length = 1 + (uint32_t)(next_random(&random) % (next_random(&random) % 4 == 0 ? 70 : 5));
        run->first = msrck_arena_take(&arena, run->length, run->length >= HEAP_HUGE_UNITS ? HEAP_HUGE_UNITS : 1);
        cr_assert_neq(run->first, HEAP_NO_UNIT);
        if (run->length >= HEAP_HUGE_UNITS)
            cr_assert_eq(run->first % HEAP_HUGE_UNITS, 0);
        for (i = 0; i < RUNS; i++)
            cr_assert(&taken[i] == run || !overlap(&taken[i], run));
        place = arena.base + ((size_t)run->first << HEAP_UNIT_SHIFT);
        cr_assert(place[0] == 0 && place[((size_t)run->length << HEAP_UNIT_SHIFT) - 1] == 0);
        place[0] = place[((size_t)run->length << HEAP_UNIT_SHIFT) - 1] = 1;
    }
    msrck_arena_close(&arena);
}

Test(heap_arena, everything_given_back_is_one_free_space_again)
{
    struct heap_arena arena;
    uint32_t firsts[RUNS];
    int i;

    cr_assert(msrck_arena_open(&arena, 1));
    for (i = 0; i < RUNS; i++)
        firsts[i] = msrck_arena_take(&arena, 1 + (uint32_t)i % 7, 1);
    for (i = 0; i < RUNS; i++) {
        int j = (i * 77) % RUNS;

        msrck_arena_give(&arena, firsts[j], 1 + (uint32_t)j % 7);
    }
    cr_assert_eq(arena.top, 0);
    msrck_arena_close(&arena);
}

Test(heap_arena, a_run_longer_than_the_arena_is_refused)
{
    struct heap_arena arena;

    cr_assert(msrck_arena_open(&arena, 1));
    cr_assert_eq(msrck_arena_take(&arena, (uint32_t)(arena.size >> HEAP_UNIT_SHIFT) + 1, 1), HEAP_NO_UNIT);
    cr_assert_eq(msrck_arena_take(&arena, UINT32_MAX - 1, 1), HEAP_NO_UNIT);
    msrck_arena_close(&arena);
}

Test(heap_arena, a_small_arena_gives_its_units_and_no_more)
{
    struct heap_arena arena;
    uint32_t first;
    unsigned char *place;

    cr_assert(msrck_arena_open_small(&arena));
    cr_expect_eq((uintptr_t)arena.base % HEAP_UNIT_BYTES, 0);
    cr_expect_eq(msrck_arena_take(&arena, HEAP_SMALL_ARENA_UNITS + 1, 1), HEAP_NO_UNIT);
    first = msrck_arena_take(&arena, HEAP_SMALL_ARENA_UNITS, 1);
    cr_assert_eq(first, 0);
    cr_expect_eq(msrck_arena_take(&arena, 1, 1), HEAP_NO_UNIT);
    memset(arena.base, 1, HEAP_SMALL_ARENA_UNITS * HEAP_UNIT_BYTES);
    msrck_arena_give(&arena, 0, HEAP_SMALL_ARENA_UNITS);
    first = msrck_arena_take(&arena, 2, 1);
    cr_assert_eq(first, 0);
    place = arena.base;
    cr_expect(place[0] == 0 && place[2 * HEAP_UNIT_BYTES - 1] == 0);
    place[0] = place[2 * HEAP_UNIT_BYTES - 1] = 1;
    msrck_arena_close(&arena);
}

/* `distance` units from the large arena's base, where the small one is said to be. */
static bool adopts(const struct heap_arena *large, struct heap_arena *small, intptr_t distance)
{
    unsigned char *base = small->base;
    struct heap_segment **units = small->units, *segment = (struct heap_segment *)(void *)base;
    bool adopted, moved;

    units[0] = units[HEAP_SMALL_ARENA_UNITS - 1] = segment;
    small->base = (unsigned char *)((uintptr_t)large->base + (uintptr_t)distance * HEAP_UNIT_BYTES);
    adopted = msrck_arena_adopt(large, small);
    moved = small->units == large->units + distance && small->units[0] == segment &&
            small->units[HEAP_SMALL_ARENA_UNITS - 1] == segment;
    cr_expect_eq(adopted, moved);
    cr_expect(adopted || small->units == units);
    small->base = base;
    small->units = units;
    return adopted;
}

Test(heap_arena, a_large_arena_adopts_a_small_one_on_both_sides_within_its_length)
{
    struct heap_arena large, small;
    intptr_t units;

    cr_assert(msrck_arena_open_small(&small));
    cr_assert(msrck_arena_open(&large, 1));
    units = (intptr_t)(large.size >> HEAP_UNIT_SHIFT);
    cr_expect(adopts(&large, &small, units));
    cr_expect(adopts(&large, &small, 2 * units - (intptr_t)HEAP_SMALL_ARENA_UNITS));
    cr_expect_not(adopts(&large, &small, 2 * units - (intptr_t)HEAP_SMALL_ARENA_UNITS + 1));
    cr_expect(adopts(&large, &small, -(intptr_t)HEAP_SMALL_ARENA_UNITS));
    cr_expect(adopts(&large, &small, -units));
    cr_expect_not(adopts(&large, &small, -units - 1));
    msrck_arena_close(&large);
    msrck_arena_close(&small);
}

/* Else pointers to the first blocks of a program, which may be those that all others point to, would be followed slowly. */
Test(heap_arena, one_look_up_finds_the_first_blocks_of_a_heap_that_has_grown)
{
    enum { NODES = 100000 };
    struct memory_types types;
    struct typed_heap *heap;
    struct heap_block block;
    unsigned char *first, *last = NULL;

    memory_types_open(&types);
    heap = msrck_heap_new(types.table);
    first = msrck_heap_allocate(heap, types.node, 1);
    cr_assert_eq(heap->size, HEAP_SMALL_ARENA_UNITS * HEAP_UNIT_BYTES);
    for (int i = 0; i < NODES; i++)
        last = msrck_heap_allocate(heap, types.node, 1);
    cr_assert_eq(heap->arena_count, 2);
    cr_expect((uintptr_t)first - heap->base < heap->size && (uintptr_t)last - heap->base < heap->size);
    cr_expect(msrck_heap_find(heap, first, &block) && block.address == first);
    cr_expect(msrck_heap_find(heap, last, &block) && block.address == last);
    cr_expect_not(msrck_heap_find(heap, heap->arenas[0].base + heap->arenas[0].size, &block));
    cr_expect_not(msrck_heap_find(heap, heap->arenas[0].base - 1, &block));
    cr_expect(msrck_heap_release(heap, first));
    cr_expect_not(msrck_heap_find(heap, first, &block));
    msrck_heap_free(heap);
    memory_types_close(&types);
}

/* The sanitizer's own tables do not survive a limit. */
#ifndef __SANITIZE_ADDRESS__

static void limit_address_space(size_t bytes)
{
    struct rlimit limit;

    cr_assert_eq(getrlimit(RLIMIT_AS, &limit), 0);
    limit.rlim_cur = bytes;
    cr_assert_eq(setrlimit(RLIMIT_AS, &limit), 0);
}

Test(heap_arena, a_heap_in_limited_address_space_uses_several_arenas_and_leaves_room)
{
    enum { NODES = 3000000 };
    struct memory_types types;
    struct typed_heap *heap;
    struct heap_block block;
    void **nodes = malloc(NODES * sizeof *nodes), *field, *other;
    size_t i;

    memory_types_open(&types);
    limit_address_space((size_t)512 << 20);
    heap = msrck_heap_new(types.table);
    cr_assert(heap != NULL);
    for (i = 0; i < NODES; i++) {
        nodes[i] = msrck_heap_allocate(heap, types.node, 1);
        cr_assert(nodes[i] != NULL, "no memory for node %zu", i);
    }
    field = msrck_heap_allocate(heap, types.real, 10000000);
    cr_assert(field != NULL);
    other = malloc((size_t)64 << 20);
    cr_assert(other != NULL, "the heap has taken all address space");
    free(other);
    for (i = 0; i < NODES; i++)
        cr_assert(msrck_heap_find(heap, nodes[i], &block) && block.address == nodes[i]);
    for (i = 0; i < NODES; i++)
        cr_assert(msrck_heap_release(heap, nodes[i]));
    msrck_heap_free(heap);
    memory_types_close(&types);
    free(nodes);
}

Test(heap_arena, look_ups_stay_with_the_first_large_arena_when_a_larger_one_comes)
{
    enum { NODES = 20000, NUMBERS = 40000000 };
    struct memory_types types;
    struct typed_heap *heap;
    struct heap_block block;
    unsigned char *node = NULL, *field;

    memory_types_open(&types);
    limit_address_space((size_t)1 << 30);
    heap = msrck_heap_new(types.table);
    for (int i = 0; i < NODES; i++)
        node = msrck_heap_allocate(heap, types.node, 1);
    cr_assert_eq(heap->arena_count, 2);
    field = msrck_heap_allocate(heap, types.real, NUMBERS);
    cr_assert_eq(heap->arena_count, 3);
    cr_assert_gt(heap->arenas[2].size, heap->arenas[1].size);
    cr_expect((uintptr_t)node - heap->base < heap->size);
    cr_expect(msrck_heap_find(heap, node, &block) && block.address == node);
    cr_expect(msrck_heap_find(heap, field + 8, &block) && block.address == field);
    msrck_heap_free(heap);
    memory_types_close(&types);
}

Test(heap_arena, a_heap_without_memory_gives_no_block_and_goes_on)
{
    struct memory_types types;
    struct typed_heap *heap;
    struct heap_placement placement;
    uint64_t blocks, bytes;
    void *field;

    memory_types_open(&types);
    limit_address_space((size_t)512 << 20);
    heap = msrck_heap_new(types.table);
    cr_assert(heap != NULL);
    cr_assert(msrck_heap_allocate(heap, types.real, 100000000) == NULL);
    cr_assert_eq(msrck_heap_allocate_extent(heap, types.real, 4000000, 100, &placement, NULL), MSRCK_SYSTEM);
    msrck_heap_usage(heap, &blocks, &bytes);
    cr_assert_eq(blocks, 0);
    field = msrck_heap_allocate(heap, types.real, 4000000);
    cr_assert(field != NULL);
    cr_assert(msrck_heap_release(heap, field));
    msrck_heap_free(heap);
    memory_types_close(&types);
}

#endif
