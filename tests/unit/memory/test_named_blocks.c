/* SPDX-License-Identifier: MIT */
/* Globals and stack blocks in the MSRLT. */
#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "memory/msrlt.h"
#include "memory_types.h"

static struct memory_types types;
static struct msrlt *msrlt;

static void open_msrlt(void)
{
    memory_types_open(&types);
    msrlt = msrck_msrlt_new(types.table);
    cr_assert(msrlt != NULL);
}

static void close_msrlt(void)
{
    msrck_msrlt_free(msrlt);
    memory_types_close(&types);
}

TestSuite(named_blocks, .init = open_msrlt, .fini = close_msrlt, .timeout = 120);

static size_t add(const void *address, uint32_t type, uint64_t count)
{
    msrck_error error = MSRCK_ERROR_INIT;
    size_t handle;

    cr_assert_eq(msrck_msrlt_add_named(msrlt, SEGMENT_STACK, address, NULL, type, count, 0, &handle, &error), MSRCK_OK,
                 "%s", error.message);
    return handle;
}

static msrck_result try(const void *address, uint32_t type, uint64_t count)
{
    size_t handle;

    return msrck_msrlt_add_named(msrlt, SEGMENT_GLOBAL, address, NULL, type, count, 0, &handle, NULL);
}

static bool finds(const void *address, const void *expected)
{
    struct block block;

    return msrck_msrlt_find(msrlt, address, &block) && block.address == (const unsigned char *)expected;
}

static bool finds_nothing(const void *address)
{
    struct block block;

    return !msrck_msrlt_find(msrlt, address, &block);
}

Test(named_blocks, are_found_inside_and_one_past_the_end)
{
    static int numbers[13], far[400];
    double *reals = (double *)(void *)&far[200];
    struct block block;
    size_t handle;

    add(numbers + 1, types.number, 10);
    add(reals, types.real, 4);
    cr_assert(finds(&numbers[1], &numbers[1]));
    cr_assert(finds((char *)&numbers[5] + 2, &numbers[1]));
    cr_assert(finds(&numbers[11], &numbers[1]));
    cr_assert(finds_nothing((char *)&numbers[11] + 1));
    cr_assert(finds_nothing(&numbers[0]));
    handle = add(numbers + 11, types.number, 1);
    cr_assert(finds(&numbers[11], &numbers[11]), "one past an end is the block that begins there");
    msrck_msrlt_named_block(msrlt, handle, &block);
    cr_assert_eq(block.segment, SEGMENT_STACK);
    cr_assert_eq(block.type, types.number);
    cr_assert_eq(block.count, 1);
    cr_assert_eq(block.data, (unsigned char *)&numbers[11]);
}

Test(named_blocks, are_not_found_after_they_were_removed)
{
    static int numbers[10];
    size_t handle = add(numbers, types.number, 10);

    cr_assert(finds(&numbers[3], numbers));
    msrck_msrlt_remove_named(msrlt, handle);
    cr_assert(finds_nothing(&numbers[3]));
    cr_assert(finds_nothing(&numbers[0]));
}

Test(named_blocks, may_not_overlap)
{
    static int numbers[20];

    add(numbers + 5, types.number, 10);
    cr_assert_eq(try(numbers + 4, types.number, 2), MSRCK_MISUSE);
    cr_assert_eq(try(numbers + 14, types.number, 2), MSRCK_MISUSE);
    cr_assert_eq(try(numbers + 7, types.number, 2), MSRCK_MISUSE);
    cr_assert_eq(try(numbers, types.number, 20), MSRCK_MISUSE);
    cr_assert_eq(try(numbers + 5, types.number, 9), MSRCK_MISUSE);
    cr_assert_eq(try(numbers + 15, types.number, 5), MSRCK_OK);
    cr_assert_eq(try(numbers, types.number, 5), MSRCK_OK);
}

Test(named_blocks, registered_twice_are_one_block_until_they_are_removed_twice)
{
    static int numbers[4];
    size_t first = add(numbers, types.number, 4), second = add(numbers, types.number, 4);

    cr_assert_eq(first, second);
    msrck_msrlt_remove_named(msrlt, first);
    cr_assert(finds(numbers, numbers));
    msrck_msrlt_remove_named(msrlt, second);
    cr_assert(finds_nothing(numbers));
}

Test(named_blocks, of_the_same_place_with_another_type_are_blocks_of_their_own)
{
    static struct { int only; } box;
    size_t first = add(&box, types.number, 1), second;
    struct block block;

    second = add(&box, types.text, sizeof box);
    cr_assert_neq(first, second);
    cr_assert(msrck_msrlt_find(msrlt, &box, &block));
    cr_assert_eq(block.type, types.number, "the one registered first is found");
    msrck_msrlt_remove_named(msrlt, first);
    cr_assert(msrck_msrlt_find(msrlt, &box, &block));
    cr_assert_eq(block.type, types.text);
}

Test(named_blocks, keep_the_place_of_their_bytes)
{
    static int place, snapshot = 7;
    struct block block;
    size_t handle;

    cr_assert_eq(msrck_msrlt_add_named(msrlt, SEGMENT_STACK, &place, &snapshot, types.number, 1, 0, &handle, NULL),
                 MSRCK_OK);
    cr_assert(msrck_msrlt_find(msrlt, &place, &block));
    cr_assert_eq(block.data, (unsigned char *)&snapshot);
    cr_assert(finds_nothing(&snapshot));
}

Test(named_blocks, without_type_elements_or_address_are_refused)
{
    static int number;

    cr_assert_eq(try(NULL, types.number, 1), MSRCK_MISUSE);
    cr_assert_eq(try(&number, TI_VOID, 1), MSRCK_MISUSE);
    cr_assert_eq(try(&number, types.number, 0), MSRCK_MISUSE);
    cr_assert_eq(try(&number, 60000, 1), MSRCK_MISUSE);
    cr_assert_eq(try(&number, types.number, UINT64_MAX / 2), MSRCK_MISUSE);
}

/* ---- Against a model ---- */

#define CELLS 4096

Test(named_blocks, thousands_of_random_steps_agree_with_a_model)
{
    unsigned char *memory = calloc(CELLS, 4);
    short owner[CELLS];
    size_t handles[CELLS];
    uint64_t random = 5;
    int step, i, start, length;

    memset(owner, 0xff, sizeof owner);
    for (step = 0; step < 40000; step++) {
        start = (int)(next_random(&random) % CELLS);
        length = 1 + (int)(next_random(&random) % 6);
        if (start + length > CELLS)
            length = CELLS - start;
        if (owner[start] >= 0) {
            int first = owner[start];

            cr_assert(finds(memory + 4 * start + step % 4, memory + 4 * first));
            if (step % 2 == 0)
                continue;
            msrck_msrlt_remove_named(msrlt, handles[first]);
            for (i = first; i < CELLS && owner[i] == first; i++)
                owner[i] = -1;
        } else {
            bool vacant = true;

            for (i = start; i < start + length; i++)
                vacant = vacant && owner[i] < 0;
            cr_assert(finds_nothing(memory + 4 * start + 1));
            cr_assert_eq(msrck_msrlt_add_named(msrlt, SEGMENT_GLOBAL, memory + 4 * start, NULL, types.number,
                                               (uint64_t)length, 0, &handles[start], NULL),
                         vacant ? MSRCK_OK : MSRCK_MISUSE);
            for (i = start; vacant && i < start + length; i++)
                owner[i] = (short)start;
        }
    }
    free(memory);
}

static double seconds(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/*
 * Frames hand over their locals from the innermost function out, that is with ascending addresses; a resume attaches
 * them the other way round.
 */
Test(named_blocks, a_million_stack_blocks_are_added_found_and_removed_in_seconds)
{
    enum { LOCALS = 1000000 };
    int *stack = calloc(LOCALS, 2 * sizeof *stack);
    size_t *handles = malloc(LOCALS * sizeof *handles), i, j;
    double start = seconds();
    int round;

    for (round = 0; round < 2; round++) {
        for (i = 0; i < LOCALS; i++) {
            j = round == 0 ? i : LOCALS - 1 - i;
            handles[j] = add(&stack[2 * j], types.number, 1);
        }
        for (i = 0; i < LOCALS; i++)
            cr_assert(finds(&stack[2 * ((i * 7919) % LOCALS)], &stack[2 * ((i * 7919) % LOCALS)]));
        for (i = 0; i < LOCALS; i++)
            msrck_msrlt_remove_named(msrlt, handles[round == 0 ? i : (i * 7919) % LOCALS]);
    }
    cr_assert_lt(seconds() - start, 30);
    free(stack);
    free(handles);
}
