/* SPDX-License-Identifier: MIT */
/* The same graph gives the same bytes, wherever its blocks lie and in whatever order its parts were made known. */
#include <criterion/criterion.h>
#include <string.h>

#include "graph_types.h"
#include "simulated_process.h"

static struct node *root_a, *root_b;
static int number_a = 5, number_b = 5;
static const char *text_a = "text", *text_b;
static char other_place[] = "text";

static const struct global globals_a[] = { { "root", &root_a, &node_pointer_type, sizeof root_a },
                                           { "number", &number_a, &msrck_int, sizeof number_a },
                                           { "text", &text_a, &text_type, sizeof text_a } };
/* Registered in another order. */
static const struct global globals_b[] = { { "text", &text_b, &text_type, sizeof text_b },
                                           { "number", &number_b, &msrck_int, sizeof number_b },
                                           { "root", &root_b, &node_pointer_type, sizeof root_b } };

static struct process a, b;
static struct byte_buffer file_a = BYTE_BUFFER_INIT, file_b = BYTE_BUFFER_INIT;
static msrck_error error = MSRCK_ERROR_INIT;

static void begin(void)
{
    process_begin(&a, globals_a, 3);
    process_begin(&b, globals_b, 3);
}

static void end(void)
{
    msrck_buffer_free(&file_a);
    msrck_buffer_free(&file_b);
    process_end(&a);
    process_end(&b);
}

TestSuite(determinism, .init = begin, .fini = end);

static struct node *make_tree(struct process *process, unsigned depth)
{
    struct node *node = process_allocate(process, &node_type, 1);

    node->value = (int)depth;
    if (depth > 0) {
        node->left = make_tree(process, depth - 1);
        node->right = make_tree(process, depth - 1);
    }
    return node;
}

static void expect_same_bytes(void)
{
    cr_assert_eq(process_collect(&a, &file_a, &error), MSRCK_OK, "%s", error.message);
    cr_assert_eq(process_collect(&b, &file_b, &error), MSRCK_OK, "%s", error.message);
    cr_expect_eq(file_a.length, file_b.length);
    cr_expect_eq(memcmp(file_a.bytes, file_b.bytes, file_a.length), 0);
}

Test(determinism, one_process_gives_the_same_bytes_again)
{
    struct byte_buffer again = BYTE_BUFFER_INIT;

    root_a = make_tree(&a, 8);
    cr_assert_eq(process_collect(&a, &file_a, &error), MSRCK_OK);
    cr_assert_eq(process_collect(&a, &again, &error), MSRCK_OK);
    cr_assert_eq(again.length, file_a.length);
    cr_expect_eq(memcmp(again.bytes, file_a.bytes, again.length), 0);
    msrck_buffer_free(&again);
}

Test(determinism, the_order_of_types_and_variables_does_not_show)
{
    /* The other process knows its types in another order, and one literal from elsewhere with the same content. */
    process_type(&b, &node_type);
    process_type(&a, &int_array_type);
    process_type(&b, &int_array_type);
    root_a = make_tree(&a, 5);
    root_b = make_tree(&b, 5);
    text_b = text_a;
    expect_same_bytes();
    (void)other_place;
}

Test(determinism, addresses_of_foreign_blocks_do_not_show)
{
    static struct node pool_a[64], pool_b[64];

    for (int k = 0; k < 64; k++) {
        /* The second process has them in reversed places. */
        cr_assert_eq(msrck_msrlt_add_foreign(a.msrlt, &pool_a[k], process_type(&a, &node_type), 1, &error), MSRCK_OK);
        cr_assert_eq(msrck_msrlt_add_foreign(b.msrlt, &pool_b[63 - k], process_type(&b, &node_type), 1, &error),
                     MSRCK_OK);
        pool_a[k].value = pool_b[63 - k].value = k;
        if (2 * k + 2 < 64) {
            pool_a[k].left = &pool_a[2 * k + 1];
            pool_a[k].right = &pool_a[2 * k + 2];
            pool_b[63 - k].left = &pool_b[63 - (2 * k + 1)];
            pool_b[63 - k].right = &pool_b[63 - (2 * k + 2)];
        }
    }
    root_a = &pool_a[0];
    root_b = &pool_b[63];
    text_b = text_a;
    expect_same_bytes();
}

Test(determinism, provenance_is_one_section_that_can_be_left_out)
{
    root_a = make_tree(&a, 3);
    cr_assert_eq(process_collect(&a, &file_a, &error), MSRCK_OK);
    a.options.provenance = true;
    cr_assert_eq(process_collect(&a, &file_b, &error), MSRCK_OK);
    cr_expect_gt(file_b.length, file_a.length);
    /* Past the headers, the sections that follow are the same. */
    cr_expect_eq(memcmp(file_b.bytes, file_a.bytes, 64), 0);
    cr_expect_eq(memcmp(file_b.bytes + 64, "prov", 4), 0);
    cr_expect_eq(memcmp(file_a.bytes + 64, "TYPE", 4), 0);
}

Test(determinism, threads_do_not_change_the_bytes)
{
    root_a = make_tree(&a, 14);
    root_b = make_tree(&b, 14);
    text_b = text_a;
    b.options.threads = 2;
    expect_same_bytes();
}

Test(determinism, the_report_counts_blocks_and_bytes)
{
    root_a = make_tree(&a, 3);
    cr_assert_eq(process_collect(&a, &file_a, &error), MSRCK_OK);
    cr_expect_eq(a.report.blocks, 15 + 3 + 1);
    cr_expect_eq(a.report.bytes_live, 15 * sizeof(struct node) + sizeof root_a + sizeof number_a + sizeof text_a + 5,
                 "%llu", (unsigned long long)a.report.bytes_live);
    cr_expect_eq(a.report.bytes_raw, 15 * 12 + 4 + 4 + 4 + 5, "%llu", (unsigned long long)a.report.bytes_raw);
    cr_expect_eq(a.report.bytes_file, file_a.length);
}
