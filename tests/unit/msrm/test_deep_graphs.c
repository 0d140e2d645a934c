/* SPDX-License-Identifier: MIT */
/* Graphs as deep as they are large, on a stack of 256 KiB. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <string.h>

#include "graph_types.h"
#include "simulated_process.h"

static struct node *root, *restored;
static const struct global from_globals[] = { { "root", &root, &node_pointer_type, sizeof root } };
static const struct global to_globals[] = { { "root", &restored, &node_pointer_type, sizeof restored } };
static struct process from, to;
static struct byte_buffer file = BYTE_BUFFER_INIT;
static msrck_error error = MSRCK_ERROR_INIT;

static void *collect_and_restore(void *context)
{
    cr_assert_eq(process_collect(&from, &file, &error), MSRCK_OK, "%s", error.message);
    cr_assert_eq(process_restore(&to, &file, &error), MSRCK_OK, "%s", error.message);
    return context;
}

/* Depth first as Save_pointer does it. */
static void *save_from_root(void *context)
{
    struct collection *collection;

    cr_assert_eq(msrck_collection_new(from.msrlt, from.types, NULL, &from.options, &collection, &error), MSRCK_OK);
    cr_assert_eq(msrck_collection_save_pointer(collection, "root", root, process_type(&from, &node_type), &error),
                 MSRCK_OK, "%s", error.message);
    msrck_collection_free(collection);
    return context;
}

static void run_on_small_stack(void *(*function)(void *))
{
    pthread_attr_t attributes;
    pthread_t thread;

    cr_assert_eq(pthread_attr_init(&attributes), 0);
    cr_assert_eq(pthread_attr_setstacksize(&attributes, 256 * 1024), 0);
    cr_assert_eq(pthread_create(&thread, &attributes, function, NULL), 0);
    cr_assert_eq(pthread_join(thread, NULL), 0);
    pthread_attr_destroy(&attributes);
}

static void begin(void)
{
    process_begin(&from, from_globals, 1);
    process_begin(&to, to_globals, 1);
}

static void end(void)
{
    msrck_buffer_free(&file);
    process_end(&from);
    process_end(&to);
}

TestSuite(deep_graphs, .init = begin, .fini = end);

/* A list of `count` nodes; with `teeth`, each also has a node beside it. */
static void build(int count, bool teeth)
{
    struct node *last = root = process_allocate(&from, &node_type, 1);

    for (int k = 1; k < count; k++) {
        if (teeth)
            last->right = process_allocate(&from, &node_type, 1);
        last = last->left = process_allocate(&from, &node_type, 1);
        last->value = k;
    }
}

static void check(int count, bool teeth)
{
    struct node *node = restored;

    for (int k = 1; k < count; k++) {
        if (teeth && node->right == NULL)
            cr_assert_fail("tooth %d is missing", k);
        node = node->left;
        if (node == NULL || node->value != k)
            cr_assert_fail("node %d is missing", k);
    }
    cr_expect_null(node->left);
}

Test(deep_graphs, a_list_of_ten_million_nodes)
{
    build(10000000, false);
    run_on_small_stack(collect_and_restore);
    check(10000000, false);
    cr_expect_eq(process_blocks(&to), 10000000);
}

Test(deep_graphs, a_tree_a_million_deep)
{
    build(1000000, true);
    run_on_small_stack(collect_and_restore);
    check(1000000, true);
    cr_expect_eq(process_blocks(&to), 1999999);
}

Test(deep_graphs, save_pointer_needs_no_stack_either)
{
    build(1000000, true);
    run_on_small_stack(save_from_root);
}
