/* SPDX-License-Identifier: MIT */
/* What cannot be collected is refused with the path of the pointer from a variable. */
#include <criterion/criterion.h>
#include <string.h>

#include "graph_types.h"
#include "msrm/collection_state.h"
#include "simulated_process.h"

static struct node *root, *roots[10];
static struct zoo *zoo;
static struct table *table;
static int *numbers;
static int untracked[4];
static char untracked_text[8] = "text";

static const struct global globals[] = {
    { "root", &root, &node_pointer_type, sizeof root },
    { "roots", roots, &node_table_type, sizeof roots },
    { "zoo", &zoo, &zoo_pointer_type, sizeof zoo },
    { "table", &table, &table_pointer_type, sizeof table },
    { "numbers", &numbers, &int_pointer_type, sizeof numbers },
};

static struct process process;
static struct byte_buffer file = BYTE_BUFFER_INIT;
static msrck_error error = MSRCK_ERROR_INIT;

static void begin(void)
{
    process_begin(&process, globals, 5);
    process.targets = (struct function_targets){ actions, 2 };
}

static void end(void)
{
    msrck_buffer_free(&file);
    process_end(&process);
}

TestSuite(collect_failures, .init = begin, .fini = end);

static struct node *make_node(void)
{
    return process_allocate(&process, &node_type, 1);
}

/* The message without the address in brackets at its end, which differs from run to run. */
static const char *refused(void)
{
    char *bracket;

    error = (msrck_error)MSRCK_ERROR_INIT;
    cr_assert_eq(process_collect(&process, &file, &error), MSRCK_MISUSE);
    bracket = strstr(error.message, " (0x");
    if (bracket != NULL)
        *bracket = '\0';
    return error.message;
}

Test(collect_failures, an_untracked_pointer_names_its_path)
{
    root = make_node();
    root->right = make_node();
    root->right->left = (struct node *)untracked;
    cr_expect_str_eq(refused(), "root->right->left: points to memory that nothing tracks");
}

Test(collect_failures, a_variable_itself_may_be_the_pointer)
{
    numbers = untracked;
    cr_expect_str_eq(refused(), "numbers: points to memory that nothing tracks");
}

Test(collect_failures, arrays_show_their_index)
{
    roots[3] = process_allocate(&process, &node_type, 8);
    roots[3][5].left = (struct node *)untracked;
    cr_expect_str_eq(refused(), "roots[3][5].left: points to memory that nothing tracks");
}

Test(collect_failures, the_shortest_path_is_named)
{
    struct node *far = make_node();

    root = make_node();
    root->left = make_node();
    root->left->left = far;
    roots[2] = far;
    far->right = (struct node *)untracked;
    cr_expect_str_eq(refused(), "roots[2]->right: points to memory that nothing tracks");
}

Test(collect_failures, text_in_memory_that_can_be_written_is_no_literal)
{
    zoo = process_allocate(&process, &zoo_type, 1);
    zoo->text = untracked_text;
    cr_expect_str_eq(refused(), "zoo->text: points to memory that nothing tracks");
}

Test(collect_failures, a_pointer_into_a_scalar_says_so)
{
    root = make_node();
    numbers = (int *)((char *)&root->value + 1);
    cr_expect_str_eq(refused(), "numbers: points to the middle of an int");
}

Test(collect_failures, a_pointer_to_a_skipped_member_says_so)
{
    zoo = process_allocate(&process, &zoo_type, 1);
    numbers = &zoo->cache;
    numbers = (int *)((char *)numbers + 2);
    cr_expect_str_eq(refused(), "numbers: points to a place in struct zoo that is not saved");
}

Test(collect_failures, a_function_that_is_not_registered_is_named_by_its_path)
{
    zoo = process_allocate(&process, &zoo_type, 1);
    zoo->action = (void (*)(void))abort;
    cr_expect_str_eq(refused(), "zoo->action: points to a function that is not registered");
}

Test(collect_failures, a_member_of_a_union_is_named)
{
    zoo = process_allocate(&process, &zoo_type, 1);
    zoo->shape = SHAPE_NODE;
    zoo->payload.node = (struct node *)untracked;
    cr_expect(strncmp(refused(), "zoo->payload", 12) == 0, "%s", error.message);
}

Test(collect_failures, trailing_entries_are_named)
{
    table = process_allocate(&process, &table_type, 4);
    table->entries[2].node = (struct node *)untracked;
    cr_expect_str_eq(refused(), "table->entries[2].node: points to memory that nothing tracks");
}

Test(collect_failures, a_pointer_into_the_middle_of_a_block_is_described)
{
    struct node *nodes = process_allocate(&process, &node_type, 8);

    numbers = &nodes[2].value + 0;
    nodes[5].right = (struct node *)untracked;
    /* value is the first member: the pointer goes to an element of the array. */
    cr_expect_str_eq(refused(), "numbers[3].right: points to memory that nothing tracks");
}

Test(collect_failures, a_handle_that_refuses_is_named)
{
    zoo = process_allocate(&process, &zoo_type, 1);
    handle_log.refuse = 1;
    cr_expect_str_eq(refused(), "zoo->handle: struct handle refused to be saved");
}

Test(collect_failures, long_chains_are_shortened)
{
    struct node *last = root = make_node();

    for (int k = 0; k < 100; k++)
        last = last->left = make_node();
    last->right = (struct node *)untracked;
    cr_expect(strstr(refused(), "more)") != NULL, "%s", error.message);
    cr_expect(strncmp(error.message, "root->left->left", 16) == 0, "%s", error.message);
    cr_expect(strstr(error.message, "->left->right: points to memory that nothing tracks") != NULL, "%s",
              error.message);
}

Test(collect_failures, nothing_is_left_behind_after_a_failure)
{
    root = make_node();
    root->left = (struct node *)untracked;
    refused();
    root->left = NULL;
    error = (msrck_error)MSRCK_ERROR_INIT;
    cr_expect_eq(process_collect(&process, &file, &error), MSRCK_OK, "%s", error.message);
}

Test(collect_failures, two_variables_of_one_name_are_refused)
{
    struct collection *collection = process_collection(&process);

    cr_assert_eq(msrck_collection_add_variable(collection, VARIABLE_GLOBAL, "root", process.handles[0],
                                               process_type(&process, &node_pointer_type), &error),
                 MSRCK_OK);
    cr_expect_eq(process_finish(&process, collection, &file, &error), MSRCK_MISUSE);
    cr_expect_str_eq(error.message, "root: two variables have this name");
}

Test(collect_failures, blocks_that_no_root_reaches_are_named_by_type)
{
    make_node()->left = (struct node *)untracked;
    process.options.everything = true;
    error = (msrck_error)MSRCK_ERROR_INIT;
    cr_expect_eq(process_collect(&process, &file, &error), MSRCK_MISUSE);
    cr_expect(strncmp(error.message, "struct node at 0x", 17) == 0, "%s", error.message);
    cr_expect(strstr(error.message, ".left: points to memory that nothing tracks") != NULL, "%s", error.message);
}

Test(collect_failures, two_functions_of_one_name_are_refused)
{
    static const msrck_function_entry one = { "action", first_action }, other = { "action", second_action };
    const msrck_function_entry *const both[] = { &one, &other };
    const struct function_targets targets = { both, 2 };
    struct collection *collection;

    cr_expect_eq(msrck_collection_new(process.msrlt, process.types, &targets, &process.options, &collection, &error),
                 MSRCK_MISUSE);
    cr_expect_str_eq(error.message, "function action: two functions are registered under this name");
}

Test(collect_failures, a_small_work_list_still_marks_everything)
{
    struct collection *collection;
    uint64_t blocks;

    /* A comb: each node of the spine has a tooth, which waits on the list while the spine is followed. */
    root = make_node();
    for (struct node *spine = root; blocks = process_blocks(&process), blocks < 2000; spine = spine->left) {
        spine->right = make_node();
        spine->right->right = make_node();
        spine->left = make_node();
    }
    collection = process_collection(&process);
    collection->work.most = 3;
    cr_assert_eq(process_finish(&process, collection, &file, &error), MSRCK_OK, "%s", error.message);
    cr_expect_eq(process.report.blocks, blocks + 5, "the globals count too");
}
