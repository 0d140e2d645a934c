/* SPDX-License-Identifier: MIT */
/* Graphs of every kind of member, segment and pointer: collected in one process, restored in another, compared. */
#include <criterion/criterion.h>
#include <string.h>

#include "graph_types.h"
#include "simulated_process.h"

/* The globals of a process. Two sets, so that nothing is the same by accident. */
struct state {
    struct node *root;
    struct zoo *zoo;
    struct table *table;
    int *pointers[3];
    int numbers[10];
    const char *text;
    void *end;
};

static struct state here, there;

#define GLOBALS(of)                                                                                                    \
    {                                                                                                                  \
        { "root", &(of).root, &node_pointer_type, sizeof(void *) },                                                    \
            { "zoo", &(of).zoo, &zoo_pointer_type, sizeof(void *) },                                                   \
            { "table", &(of).table, &table_pointer_type, sizeof(void *) },                                             \
            { "pointers", (of).pointers, &int_pointer_array_type, sizeof(of).pointers },                               \
            { "numbers", (of).numbers, &int_array_type, sizeof(of).numbers },                                          \
            { "text", &(of).text, &text_type, sizeof(void *) },                                                        \
        {                                                                                                              \
            "end", &(of).end, &void_pointer_type, sizeof(void *)                                                       \
        }                                                                                                              \
    }

static const struct global here_globals[] = GLOBALS(here), there_globals[] = GLOBALS(there);

static struct process from, to;
static struct byte_buffer file = BYTE_BUFFER_INIT;
static msrck_error error = MSRCK_ERROR_INIT;

static void begin(void)
{
    process_begin(&from, here_globals, 7);
    process_begin(&to, there_globals, 7);
    from.targets = to.targets = (struct function_targets){ actions, 2 };
    memset(&there, 0xee, sizeof there);
}

static void end(void)
{
    msrck_buffer_free(&file);
    process_end(&from);
    process_end(&to);
}

static void transfer(void)
{
    cr_assert_eq(process_collect(&from, &file, &error), MSRCK_OK, "%s", error.message);
    cr_assert_eq(process_restore(&to, &file, &error), MSRCK_OK, "%s", error.message);
}

static struct node *make_node(int value)
{
    struct node *node = process_allocate(&from, &node_type, 1);

    node->value = value;
    return node;
}

TestSuite(graphs, .init = begin, .fini = end);

Test(graphs, an_empty_state_restores_to_an_empty_state)
{
    transfer();
    cr_expect_null(there.root);
    cr_expect_null(there.pointers[2]);
    cr_expect_eq(there.numbers[9], 0);
    cr_expect_eq(process_blocks(&to), 0);
}

Test(graphs, sharing_and_cycles_keep_their_shape_without_duplicates)
{
    here.root = make_node(1);
    here.root->left = make_node(2);
    here.root->right = here.root->left;
    here.root->left->left = here.root;
    here.root->left->right = here.root->left;
    transfer();
    cr_expect_eq(process_blocks(&to), 2);
    cr_expect_eq(there.root->value, 1);
    cr_expect_eq(there.root->left->value, 2);
    cr_expect_eq(there.root->left, there.root->right);
    cr_expect_eq(there.root->left->left, there.root);
    cr_expect_eq(there.root->left->right, there.root->left);
    cr_expect_neq(there.root, here.root);
}

Test(graphs, garbage_is_left_behind_unless_everything_is_asked_for)
{
    here.root = make_node(1);
    make_node(2);
    transfer();
    cr_expect_eq(process_blocks(&to), 1);
    from.options.everything = true;
    transfer();
    cr_expect_eq(process_blocks(&to), 3, "one from before, and two");
    cr_expect_eq(there.root->value, 1);
}

Test(graphs, pointers_into_globals_keep_their_element_also_one_past_the_end)
{
    here.numbers[3] = 33;
    here.pointers[0] = &here.numbers[3];
    here.pointers[1] = here.numbers + 10;
    here.pointers[2] = here.numbers;
    here.end = here.pointers + 2;
    transfer();
    cr_expect_eq(there.pointers[0], &there.numbers[3]);
    cr_expect_eq(*there.pointers[0], 33);
    cr_expect_eq(there.pointers[1], there.numbers + 10);
    cr_expect_eq(there.pointers[2], there.numbers);
    cr_expect_eq(there.end, there.pointers + 2);
}

Test(graphs, interior_pointers_into_heap_blocks_of_many_elements)
{
    struct node *nodes = process_allocate(&from, &node_type, 100);

    for (int k = 0; k < 100; k++) {
        nodes[k].value = k;
        nodes[k].left = &nodes[99 - k];
    }
    here.root = &nodes[42];
    here.pointers[0] = &nodes[7].value;
    here.end = nodes + 100;
    transfer();
    cr_expect_eq(process_blocks(&to), 1);
    cr_expect_eq(there.root->value, 42);
    cr_expect_eq(there.root->left, there.root - 42 + 57);
    cr_expect_eq(*there.pointers[0], 7);
    cr_expect_eq((struct node *)there.end, there.root - 42 + 100);
}

Test(graphs, one_past_the_end_of_a_variable_is_told_from_the_next_variable_by_type)
{
    /* Nothing stands between the two: the same address is the end of one and the beginning of the other. */
    cr_assert_eq((void *)(here.numbers + 10), (void *)&here.text);
    here.text = "neighbour";
    here.pointers[0] = here.numbers + 10;
    here.pointers[1] = here.numbers;
    here.end = &here.text;
    transfer();
    cr_expect_eq(there.pointers[0], there.numbers + 10);
    cr_expect_eq(there.pointers[1], there.numbers);
    cr_expect_eq(there.end, (void *)&there.text);
    cr_expect_str_eq(there.text, "neighbour");
}

Test(graphs, literals_travel_by_content_and_equal_ones_are_one_block)
{
    struct zoo *zoo = here.zoo = process_allocate(&from, &zoo_type, 1);

    here.text = "a literal";
    zoo->text = here.text;
    zoo->next = process_allocate(&from, &zoo_type, 1);
    zoo->next->text = "another";
    transfer();
    cr_expect_str_eq(there.text, "a literal");
    cr_expect_neq(there.text, here.text);
    cr_expect_eq(there.zoo->text, there.text);
    cr_expect_str_eq(there.zoo->next->text, "another");
    /* They are literals again: the restored process is collected like the first. */
    cr_assert_eq(process_collect(&to, &file, &error), MSRCK_OK, "%s", error.message);
}

Test(graphs, pointers_into_one_literal_stay_in_one_block)
{
    static const char source[] = "begin middle end";

    here.zoo = process_allocate(&from, &zoo_type, 1);
    here.text = source + 6;
    here.zoo->text = source;
    here.zoo->next = process_allocate(&from, &zoo_type, 1);
    here.zoo->next->text = source + 13;
    transfer();
    cr_expect_str_eq(there.zoo->text, "begin middle end");
    cr_expect_eq(there.text, there.zoo->text + 6);
    cr_expect_eq(there.zoo->next->text, there.zoo->text + 13);
}

Test(graphs, a_restored_literal_and_an_equal_one_of_the_program_are_one_literal)
{
    struct byte_buffer again = BYTE_BUFFER_INIT;

    here.zoo = process_allocate(&from, &zoo_type, 1);
    here.zoo->text = here.text = "same text";
    transfer();
    /* As a program does that goes on after the restore and takes the literal once more. */
    there.text = "same text";
    cr_assert_neq(there.text, there.zoo->text);
    cr_assert_eq(process_collect(&to, &again, &error), MSRCK_OK, "%s", error.message);
    cr_expect_eq(again.length, file.length);
    cr_expect_arr_eq(again.bytes, file.bytes, file.length);
    msrck_buffer_free(&again);
}

Test(graphs, text_on_the_heap_is_an_ordinary_block)
{
    char *text = process_allocate(&from, &msrck_char, 6);

    strcpy(text, "heap!");
    here.text = text + 1;
    here.end = text;
    transfer();
    cr_expect_str_eq(there.text, "eap!");
    cr_expect_eq(there.end, there.text - 1);
}

static void fill_zoo(struct zoo *zoo)
{
    zoo->tag = 'z';
    zoo->numbers[4] = -5;
    zoo->inside = &here.numbers[2];
    zoo->anything = zoo->numbers + 1;
    zoo->action = second_action;
    zoo->shape = SHAPE_NODE;
    zoo->payload.node = make_node(77);
    zoo->low = 5;
    zoo->high = -31;
    zoo->handle.secret = 1234;
    zoo->inner[1].x = 9;
    zoo->inner[1].corner = zoo->payload.node;
    zoo->wide = 1.25L;
    zoo->size = 123456789;
    zoo->cache = 99;
}

Test(graphs, every_kind_of_member_arrives)
{
    struct zoo *zoo = here.zoo = process_allocate(&from, &zoo_type, 1);

    fill_zoo(zoo);
    transfer();
    zoo = there.zoo;
    cr_expect_eq(zoo->tag, 'z');
    cr_expect_eq(zoo->numbers[4], -5);
    cr_expect_eq(zoo->inside, &there.numbers[2]);
    cr_expect_eq(zoo->anything, zoo->numbers + 1);
    cr_expect_eq(zoo->action, second_action);
    cr_expect_eq(zoo->shape, SHAPE_NODE);
    cr_expect_eq(zoo->payload.node->value, 77);
    cr_expect_eq(zoo->low, 5);
    cr_expect_eq(zoo->high, -31);
    cr_expect_eq(zoo->handle.secret, 1234);
    cr_expect_eq(zoo->inner[1].x, 9);
    cr_expect_eq(zoo->inner[1].corner, zoo->payload.node);
    cr_expect_eq(zoo->wide, 1.25L);
    cr_expect_eq(zoo->size, 123456789u);
    cr_expect_eq(zoo->cache, 0, "skipped members are zero");
    cr_expect_null(zoo->next);
    cr_expect_eq(process_blocks(&to), 2);
}

Test(graphs, pointers_into_unions_wait_for_their_blocks)
{
    struct zoo *zoo = here.zoo = process_allocate(&from, &zoo_type, 1), *behind = process_allocate(&from, &zoo_type, 1);

    /* The pointer stands in the first block and goes into a union of the second, which is decoded later. */
    zoo->next = behind;
    behind->shape = SHAPE_SMALL;
    behind->payload.small[2] = 222;
    zoo->inside = &behind->payload.small[2];
    here.pointers[1] = &behind->payload.small[1];
    transfer();
    cr_expect_eq(there.zoo->inside, &there.zoo->next->payload.small[2]);
    cr_expect_eq(*there.zoo->inside, 222);
    cr_expect_eq(there.pointers[1], &there.zoo->next->payload.small[1]);
}

Test(graphs, a_handle_that_saves_no_bytes_is_restored_from_none)
{
    here.zoo = process_allocate(&from, &zoo_type, 1);
    handle_log.last = -1;
    transfer();
    cr_expect_eq(handle_log.last, 0);
    cr_expect_eq(handle_log.saved, 1);
    cr_expect_eq(handle_log.restored, 1);
}

Test(graphs, flexible_structs_keep_their_entries_and_pointers_into_them)
{
    struct table *table = here.table = process_allocate(&from, &table_type, 3),
                 *empty = process_allocate(&from, &table_type, 0);

    table->used = 3;
    table->other = empty;
    empty->used = -1;
    for (int k = 0; k < 3; k++) {
        table->entries[k].key = 10 * k;
        table->entries[k].node = make_node(k);
    }
    here.pointers[0] = &table->entries[2].key;
    here.end = &table->entries[3];
    transfer();
    cr_expect_eq(there.table->used, 3);
    cr_expect_eq(there.table->other->used, -1);
    cr_expect_eq(there.table->entries[2].key, 20);
    cr_expect_eq(there.table->entries[2].node->value, 2);
    cr_expect_eq(there.pointers[0], &there.table->entries[2].key);
    cr_expect_eq(there.end, &there.table->entries[3]);
    cr_expect_eq(process_blocks(&to), 5);
}

Test(graphs, foreign_blocks_come_back_from_malloc_and_are_registered)
{
    struct node *nodes = calloc(4, sizeof *nodes);
    struct block block;

    cr_assert_eq(msrck_msrlt_add_foreign(from.msrlt, nodes, process_type(&from, &node_type), 4, &error), MSRCK_OK);
    nodes[3].value = 333;
    nodes[0].left = &nodes[3];
    here.root = nodes;
    here.pointers[2] = &nodes[2].value;
    transfer();
    cr_expect_eq(there.root->left->value, 333);
    cr_expect_eq(there.root->left, there.root + 3);
    cr_expect_eq(there.pointers[2], &there.root[2].value);
    cr_expect_eq(process_blocks(&to), 0);
    cr_assert(msrck_msrlt_find(to.msrlt, there.root, &block));
    cr_expect_eq(block.segment, SEGMENT_FOREIGN);
    cr_expect_eq(block.count, 4);
    cr_expect(msrck_msrlt_remove_foreign(to.msrlt, there.root));
    free(there.root);
    free(nodes);
}

Test(graphs, a_pipe_is_enough_to_restore_from)
{
    here.root = make_node(5);
    here.root->left = make_node(6);
    cr_assert_eq(process_collect(&from, &file, &error), MSRCK_OK, "%s", error.message);
    cr_assert_eq(process_restore_pipe(&to, &file, &error), MSRCK_OK, "%s", error.message);
    cr_expect_eq(there.root->left->value, 6);
}

Test(graphs, untracked_pointers_become_null_where_that_is_asked_for)
{
    static int untracked;

    here.root = make_node(5);
    here.pointers[0] = &untracked;
    here.pointers[1] = &here.numbers[1];
    from.options.null_untracked = true;
    transfer();
    cr_expect_null(there.pointers[0]);
    cr_expect_eq(there.pointers[1], &there.numbers[1]);
    cr_expect_eq(there.root->value, 5);
}

Test(graphs, collecting_everything_finds_literals_and_handles_too)
{
    struct zoo *zoo = here.zoo = process_allocate(&from, &zoo_type, 1);

    fill_zoo(zoo);
    zoo->text = "inside";
    from.options.everything = true;
    transfer();
    cr_expect_str_eq(there.zoo->text, "inside");
    cr_expect_eq(there.zoo->handle.secret, 1234);
}
