/* SPDX-License-Identifier: MIT */
/* Foreign blocks in the MSRLT. */
#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

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

TestSuite(foreign_blocks, .init = open_msrlt, .fini = close_msrlt, .timeout = 120);

static msrck_result add(const void *address, uint32_t type, uint64_t count)
{
    return msrck_msrlt_add_foreign(msrlt, address, type, count, NULL);
}

static bool finds(const void *address, const void *expected, uint32_t type, uint64_t count)
{
    struct block block;

    return msrck_msrlt_find(msrlt, address, &block) && block.address == (const unsigned char *)expected &&
           block.data == block.address && block.segment == SEGMENT_FOREIGN && block.type == type &&
           block.count == count;
}

static bool finds_nothing(const void *address)
{
    struct block block;

    return !msrck_msrlt_find(msrlt, address, &block);
}

Test(foreign_blocks, are_found_inside_and_one_past_the_end)
{
    char *text = calloc(1, 40), *far = calloc(1, 100000);
    int i;

    cr_assert_eq(add(text, types.text, 33), MSRCK_OK);
    cr_assert_eq(add(far, types.text, 100000), MSRCK_OK);
    for (i = 0; i <= 33; i++)
        cr_assert(finds(text + i, text, types.text, 33));
    cr_assert(finds_nothing(text + 34));
    cr_assert(finds_nothing(text - 1));
    cr_assert(finds(far + 54321, far, types.text, 100000));
    cr_assert(finds(far + 100000, far, types.text, 100000));
    cr_assert(msrck_msrlt_remove_foreign(msrlt, far));
    cr_assert(finds_nothing(far + 54321));
    cr_assert_not(msrck_msrlt_remove_foreign(msrlt, far));
    cr_assert_not(msrck_msrlt_remove_foreign(msrlt, text + 1));
    cr_assert(msrck_msrlt_remove_foreign(msrlt, text));
    cr_assert(finds_nothing(text));
    free(text);
    free(far);
}

Test(foreign_blocks, one_past_an_end_is_the_block_that_begins_there)
{
    char *memory = calloc(1, 64);

    cr_assert_eq(add(memory, types.text, 32), MSRCK_OK);
    cr_assert(finds(memory + 32, memory, types.text, 32));
    cr_assert_eq(add(memory + 32, types.text, 16), MSRCK_OK);
    cr_assert(finds(memory + 32, memory + 32, types.text, 16));
    free(memory);
}

Test(foreign_blocks, may_begin_in_the_same_granule)
{
    char *memory = aligned_alloc(16, 64);
    int i;

    for (i = 0; i < 8; i++)
        cr_assert_eq(add(memory + 8 * i, types.text, 8), MSRCK_OK);
    for (i = 0; i < 64; i++)
        cr_assert(finds(memory + i, memory + i / 8 * 8, types.text, 8));
    for (i = 0; i < 8; i += 2)
        cr_assert(msrck_msrlt_remove_foreign(msrlt, memory + 8 * i));
    for (i = 0; i < 64; i++)
        if (i % 16 < 8)
            cr_assert(i % 16 == 0 && i > 0 ? finds(memory + i, memory + i - 8, types.text, 8)
                                           : finds_nothing(memory + i));
        else
            cr_assert(finds(memory + i, memory + i / 8 * 8, types.text, 8));
    free(memory);
}

Test(foreign_blocks, cross_the_ends_of_pages)
{
    char *memory = aligned_alloc(4096, 5 * 4096);

    cr_assert_eq(add(memory + 4000, types.text, 4096), MSRCK_OK);
    cr_assert_eq(add(memory + 8192, types.text, 4096), MSRCK_OK);
    cr_assert(finds(memory + 4096, memory + 4000, types.text, 4096));
    cr_assert(finds(memory + 8095, memory + 4000, types.text, 4096));
    cr_assert(finds(memory + 8096, memory + 4000, types.text, 4096));
    cr_assert(finds_nothing(memory + 8097));
    cr_assert(finds(memory + 3 * 4096, memory + 8192, types.text, 4096));
    cr_assert(finds_nothing(memory + 3 * 4096 + 1));
    free(memory);
}

Test(foreign_blocks, may_not_overlap)
{
    char *memory = aligned_alloc(4096, 8 * 4096);

    cr_assert_eq(add(memory + 4000, types.text, 200), MSRCK_OK);
    cr_assert_eq(add(memory + 4000, types.text, 200), MSRCK_MISUSE);
    cr_assert_eq(add(memory + 4000, types.number, 3), MSRCK_MISUSE);
    cr_assert_eq(add(memory + 4160, types.text, 10), MSRCK_MISUSE);
    cr_assert_eq(add(memory + 3968, types.text, 100), MSRCK_MISUSE);
    cr_assert_eq(add(memory + 3968, types.text, 32), MSRCK_OK);
    cr_assert_eq(add(memory + 4240, types.text, 4096), MSRCK_OK);
    cr_assert_eq(add(memory + 12288, types.text, 10000), MSRCK_OK);
    cr_assert_eq(add(memory + 12288, types.text, 10000), MSRCK_MISUSE);
    cr_assert_eq(add(memory + 16384, types.text, 10000), MSRCK_MISUSE);
    free(memory);
}

Test(foreign_blocks, of_arrays_are_stripped_to_their_elements)
{
    uint32_t row;
    double *matrix = calloc(12, sizeof *matrix);

    cr_assert_eq(msrck_ti_add(types.table, MSRCK_ARRAY(&msrck_double, 4), &row, NULL), MSRCK_OK);
    cr_assert_eq(add(matrix, row, 3), MSRCK_OK);
    cr_assert(finds(&matrix[7], matrix, types.real, 12));
    free(matrix);
}

/* ---- Against a model ---- */

#define MODEL_BLOCKS 20000

struct model_block { char *address; uint32_t type; uint64_t count; size_t bytes; };

Test(foreign_blocks, many_random_steps_agree_with_a_model)
{
    struct model_block *model = calloc(MODEL_BLOCKS, sizeof *model);
    uint64_t random = 17;
    int step;
    size_t i;

    for (step = 0; step < 200000; step++) {
        struct model_block *block = &model[next_random(&random) % MODEL_BLOCKS];

        if (block->address == NULL) {
            block->type = next_random(&random) % 2 == 0 ? types.text : types.node;
            block->count = 1 + next_random(&random) % (next_random(&random) % 16 == 0 ? 600 : 40);
            block->bytes = (size_t)block->count * (block->type == types.text ? 1 : sizeof(struct tree_node));
            block->address = calloc(1, block->bytes);
            cr_assert_eq(add(block->address, block->type, block->count), MSRCK_OK);
            continue;
        }
        cr_assert(
            finds(block->address + next_random(&random) % block->bytes, block->address, block->type, block->count));
        if (next_random(&random) % 2 == 0) {
            cr_assert(msrck_msrlt_remove_foreign(msrlt, block->address));
            cr_assert_not(finds(block->address, block->address, block->type, block->count));
            free(block->address);
            block->address = NULL;
        }
    }
    for (i = 0; i < MODEL_BLOCKS; i++)
        if (model[i].address != NULL) {
            cr_assert(finds(model[i].address + model[i].bytes - 1, model[i].address, model[i].type, model[i].count));
            free(model[i].address);
        }
    free(model);
}
