/* SPDX-License-Identifier: MIT */
/* Allocating, releasing and finding blocks of the typed heap. */
#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include "memory/typed_heap.h"
#include "memory_types.h"

static struct memory_types types;
static struct typed_heap *heap;

static void open_heap(void)
{
    memory_types_open(&types);
    heap = msrck_heap_new(types.table);
    cr_assert(heap != NULL);
}

static void close_heap(void)
{
    msrck_heap_free(heap);
    memory_types_close(&types);
}

TestSuite(typed_heap, .init = open_heap, .fini = close_heap);

static bool finds(const void *address, const void *block, uint32_t type, uint64_t count)
{
    struct heap_block found;

    return msrck_heap_find(heap, address, &found) && found.address == (const unsigned char *)block &&
           found.type == type && found.count == count;
}

static bool finds_nothing(const void *address)
{
    struct heap_block found;

    return !msrck_heap_find(heap, address, &found);
}

Test(typed_heap, single_objects_lie_back_to_back)
{
    struct triple *first = msrck_heap_allocate(heap, types.triple, 1),
                  *second = msrck_heap_allocate(heap, types.triple, 1);

    cr_assert(second == first + 1);
}

Test(typed_heap, every_byte_of_a_block_and_one_past_it_are_found)
{
    char *text = msrck_heap_allocate(heap, types.text, 100);
    struct packet *packet = msrck_heap_allocate(heap, types.packet, 7);
    int i;

    for (i = 0; i <= 100; i++)
        cr_assert(finds(text + i, text, types.text, 100));
    cr_assert(finds_nothing(text + 101));
    cr_assert(finds(&packet->values[7], packet, types.packet, 7));
    cr_assert(finds_nothing(text - 1));
}

Test(typed_heap, one_past_a_single_object_is_the_next_one_only_when_that_is_live)
{
    struct tree_node *a = msrck_heap_allocate(heap, types.node, 1), *b = msrck_heap_allocate(heap, types.node, 1);

    cr_assert(finds(a + 1, b, types.node, 1));
    cr_assert(finds(b + 1, b, types.node, 1));
    cr_assert(msrck_heap_release(heap, b));
    cr_assert(finds(a + 1, a, types.node, 1));
    cr_assert(finds_nothing((char *)(a + 1) + 1));
}

Test(typed_heap, one_past_the_last_slot_of_a_segment_is_found)
{
    struct tree_node *node = msrck_heap_allocate(heap, types.node, 1), *before = node;
    int i;

    /* The first segment is followed by another one somewhere else: its last slot ends where no other slot begins. */
    for (i = 0; i < 20000; i++, before = node) {
        node = msrck_heap_allocate(heap, types.node, 1);
        if (node != before + 1)
            cr_assert(finds(before + 1, before, types.node, 1));
    }
}

Test(typed_heap, a_released_block_is_not_found_and_not_released_again)
{
    struct tree_node *nodes[100];
    int i;

    for (i = 0; i < 100; i++)
        nodes[i] = msrck_heap_allocate(heap, types.node, 1);
    for (i = 1; i < 100; i += 2)
        cr_assert(msrck_heap_release(heap, nodes[i]));
    for (i = 1; i < 100; i += 2) {
        cr_assert(finds_nothing(&nodes[i]->left));
        cr_assert_not(msrck_heap_release(heap, nodes[i]));
    }
}

Test(typed_heap, only_the_beginning_of_a_block_can_be_released)
{
    struct tree_node *node = msrck_heap_allocate(heap, types.node, 1);
    int local = 0;

    cr_assert_not(msrck_heap_release(heap, &node->left));
    cr_assert_not(msrck_heap_release(heap, node + 1));
    cr_assert_not(msrck_heap_release(heap, &local));
    cr_assert_not(msrck_heap_release(heap, NULL));
    cr_assert(msrck_heap_release(heap, node));
}

Test(typed_heap, blocks_are_zero_when_their_slots_are_used_again)
{
    static const struct tree_node zero;
    struct tree_node *nodes[200];
    int round, i;

    for (round = 0; round < 3; round++) {
        for (i = 0; i < 200; i++) {
            nodes[i] = msrck_heap_allocate(heap, types.node, 1);
            cr_assert(memcmp(nodes[i], &zero, sizeof zero) == 0);
            memset(nodes[i], 0xee, sizeof *nodes[i]);
        }
        for (i = 0; i < 200; i++)
            cr_assert(msrck_heap_release(heap, nodes[i]));
    }
}

Test(typed_heap, large_blocks_are_found_to_their_ends)
{
    struct plate *plate = msrck_heap_allocate(heap, types.plate, 1);
    double *field = msrck_heap_allocate(heap, types.real, 1000000);

    field[999999] = 1;
    plate->bytes[49999] = 1;
    cr_assert(finds(&field[700000], field, types.real, 1000000));
    cr_assert(finds(field + 1000000, field, types.real, 1000000));
    cr_assert(finds(plate + 1, plate, types.plate, 1));
    cr_assert(finds_nothing((char *)(field + 1000000) + 1));
    cr_assert(msrck_heap_release(heap, field));
    cr_assert(finds_nothing(field));
    cr_assert(finds(plate, plate, types.plate, 1));
}

Test(typed_heap, large_blocks_are_zero_when_their_memory_is_used_again)
{
    int round;
    size_t i;

    for (round = 0; round < 3; round++) {
        double *field = msrck_heap_allocate(heap, types.real, 40000);

        for (i = 0; i < 40000; i++) {
            cr_assert(field[i] == 0);
            field[i] = 1;
        }
        cr_assert(msrck_heap_release(heap, field));
    }
}

Test(typed_heap, counts_whose_bytes_overflow_give_no_block)
{
    cr_assert(msrck_heap_allocate(heap, types.real, UINT64_MAX) == NULL);
    cr_assert(msrck_heap_allocate(heap, types.real, UINT64_MAX / 8 + 2) == NULL);
    cr_assert(msrck_heap_allocate(heap, types.packet, UINT64_MAX / 8) == NULL);
    cr_assert(msrck_heap_allocate(heap, TI_VOID, 1) == NULL);
    cr_assert(msrck_heap_allocate(heap, 60000, 1) == NULL);
}

Test(typed_heap, no_elements_are_one_but_for_flexible_structs)
{
    int *number = msrck_heap_allocate(heap, types.number, 0);
    struct packet *packet = msrck_heap_allocate(heap, types.packet, 0);

    cr_assert(finds(number, number, types.number, 1));
    cr_assert(finds(packet, packet, types.packet, 0));
    cr_assert(finds(packet + 1, packet, types.packet, 0));
}

Test(typed_heap, usage_counts_what_is_live)
{
    uint64_t blocks, bytes;
    void *node = msrck_heap_allocate(heap, types.node, 1), *text = msrck_heap_allocate(heap, types.text, 1001);
    void *plate = msrck_heap_allocate(heap, types.plate, 1);

    msrck_heap_allocate(heap, types.real, 3);
    msrck_heap_usage(heap, &blocks, &bytes);
    cr_assert_eq(blocks, 4);
    cr_assert_eq(bytes, sizeof(struct tree_node) + 1001 + sizeof(struct plate) + 24);
    msrck_heap_release(heap, node);
    msrck_heap_release(heap, text);
    msrck_heap_release(heap, plate);
    msrck_heap_usage(heap, &blocks, &bytes);
    cr_assert_eq(blocks, 1);
    cr_assert_eq(bytes, 24);
}

/* ---- Against a model: a list of what is live ---- */

struct model_block { unsigned char *address; uint32_t type; uint64_t count; size_t bytes; unsigned char mark; };

#define MODEL_BLOCKS 3000

static size_t bytes_of(uint32_t type, uint64_t count)
{
    if (type == types.node)
        return count * sizeof(struct tree_node);
    if (type == types.packet)
        return sizeof(struct packet) + count * sizeof(double) +
               (offsetof(struct packet, values) - sizeof(struct packet));
    if (type == types.plate)
        return count * sizeof(struct plate);
    return type == types.triple ? count * 3 : count * sizeof(double);
}

static struct model_block model_allocate(uint64_t *random)
{
    uint32_t choices[] = { types.node, types.node, types.packet, types.triple, types.real };
    struct model_block block = { .type = choices[next_random(random) % 5] };
    size_t i;

    block.count = next_random(random) % 3 == 0 ? next_random(random) % 300 : 1;
    if (next_random(random) % 2000 == 0)
        block = (struct model_block){ .type = types.plate, .count = 1 };
    if (block.count == 0 && block.type != types.packet)
        block.count = 1;
    block.bytes = bytes_of(block.type, block.count);
    block.mark = (unsigned char)(1 + next_random(random) % 255);
    block.address = msrck_heap_allocate(heap, block.type, block.count);
    cr_assert(block.address != NULL);
    for (i = 0; i < block.bytes; i++)
        cr_assert(block.address[i] == 0, "a new block is not zero");
    memset(block.address, block.mark, block.bytes);
    return block;
}

static void model_check(const struct model_block *block, uint64_t *random)
{
    cr_assert(finds(block->address + next_random(random) % block->bytes, block->address, block->type, block->count));
    cr_assert(block->address[0] == block->mark && block->address[block->bytes - 1] == block->mark, "blocks overlap");
}

Test(typed_heap, thousands_of_random_steps_agree_with_a_model)
{
    struct model_block *model = calloc(MODEL_BLOCKS, sizeof *model);
    uint64_t random = 42, blocks, bytes, live = 0, live_bytes = 0;
    int step;
    size_t i;

    for (step = 0; step < 60000; step++) {
        struct model_block *block = &model[next_random(&random) % MODEL_BLOCKS];

        if (block->address == NULL) {
            *block = model_allocate(&random);
        } else {
            model_check(block, &random);
            if (next_random(&random) % 2 == 0) {
                cr_assert(msrck_heap_release(heap, block->address));
                cr_assert(finds_nothing(block->address + block->bytes / 2));
                block->address = NULL;
            }
        }
    }
    for (i = 0; i < MODEL_BLOCKS; i++)
        if (model[i].address != NULL) {
            model_check(&model[i], &random);
            live++;
            live_bytes += model[i].bytes;
        }
    msrck_heap_usage(heap, &blocks, &bytes);
    cr_assert_eq(blocks, live);
    cr_assert_eq(bytes, live_bytes);
    free(model);
}

Test(typed_heap, memory_is_used_again_after_everything_was_freed)
{
    enum { NODES = 400000 };
    struct tree_node **nodes = malloc(NODES * sizeof *nodes);
    int round, i;
    uint64_t blocks, bytes;

    for (round = 0; round < 3; round++) {
        for (i = 0; i < NODES; i++) {
            nodes[i] = msrck_heap_allocate(heap, types.node, 1);
            cr_assert(nodes[i] != NULL && nodes[i]->value == 0 && nodes[i]->left == NULL);
            nodes[i]->value = 1;
        }
        for (i = 0; i < NODES; i++)
            cr_assert(msrck_heap_release(heap, nodes[(i * 7919L) % NODES]));
    }
    msrck_heap_usage(heap, &blocks, &bytes);
    cr_assert_eq(blocks, 0);
    free(nodes);
}
