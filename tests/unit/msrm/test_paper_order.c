/* SPDX-License-Identifier: MIT */
/* Section 3.2 of the paper: the order in which the blocks and edges of its Figure 1 are collected. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "simulated_process.h"

struct paper_node {
    float data;
    struct paper_node *link;
};
extern const msrck_type paper_node_type;
MSRCK_STRUCT(paper_node_type, struct paper_node, MSRCK_FIELD(struct paper_node, data, &msrck_float),
             MSRCK_FIELD(struct paper_node, link, MSRCK_POINTER(&paper_node_type)));

static const msrck_type node_pointer = {
    .kind = MSRCK_KIND_POINTER, .size = sizeof(void *), .alignment = _Alignof(void *), .element = &paper_node_type
};
static const msrck_type node_pointers = { .kind = MSRCK_KIND_ARRAY, .element = &node_pointer, .count = 10 };

/* The variables of the paper's program, as its Figure 1 numbers them. */
static struct paper_node *first, *last; /* v1, v2 */
static int i, a, *b = &a;               /* v3, v4, v5 */
static struct paper_node *parray[10];   /* v6 */
static struct paper_node *created[4];   /* v7 to v10 are what these point to */

struct trace {
    char text[400];
    struct process *process;
};

static int number_of(const unsigned char *address)
{
    for (int k = 0; k < 4; k++)
        if (address == (const unsigned char *)created[k])
            return 7 + k;
    if (address == (const unsigned char *)&first)
        return 1;
    if (address == (const unsigned char *)parray)
        return 6;
    return 11;
}

static void note(void *context, enum visit_kind kind, const struct block *block, const void *target)
{
    struct trace *trace = context;
    size_t used = strlen(trace->text);

    cr_assert((kind == VISIT_EDGE) == (target != NULL));
    snprintf(trace->text + used, sizeof trace->text - used, kind == VISIT_EDGE ? " ->v%d" : " v%d",
             number_of(block->address));
}

static void run_paper_program(struct process *process)
{
    for (i = 0; i < 4; i++) {
        created[i] = process_allocate(process, &paper_node_type, 1);
        parray[i] = created[i];
        created[i]->data = 10.0f;
    }
    first = created[0];
    last = created[3];
    created[0]->link = created[3];
    created[1]->link = created[0];
    created[2]->link = created[1];
}

static const struct global globals[] = {
    { "first", &first, &node_pointer, sizeof first },
    { "last", &last, &node_pointer, sizeof last },
    { "i", &i, &msrck_int, sizeof i },
    { "a", &a, &msrck_int, sizeof a },
    { "parray", parray, &node_pointers, sizeof parray },
};

Test(paper_order, save_pointer_and_save_variable_follow_figure_1)
{
    struct process process;
    struct trace trace = { "", &process };
    msrck_error error = MSRCK_ERROR_INIT;
    struct collection *collection;

    process_begin(&process, globals, 5);
    run_paper_program(&process);
    process.options.observer = note;
    process.options.observer_context = &trace;
    cr_assert_eq(msrck_collection_new(process.msrlt, process.types, NULL, &process.options, &collection, &error),
                 MSRCK_OK);
    cr_assert_eq(
        msrck_collection_save_pointer(collection, "p", &parray[4], process_type(&process, &node_pointer), &error),
        MSRCK_OK, "%s", error.message);
    cr_expect_str_eq(trace.text, " v11 ->v6 v6 ->v10 v10 ->v9 v9 ->v8 v8 ->v7 v7 ->v10 ->v8 ->v7");
    trace.text[0] = '\0';
    cr_assert_eq(
        msrck_collection_save_variable(collection, "first", &first, process_type(&process, &node_pointer), &error),
        MSRCK_OK);
    cr_expect_str_eq(trace.text, " v1 ->v7");
    msrck_collection_free(collection);
    process_end(&process);
    (void)b;
}

Test(paper_order, restored_pointers_come_in_the_order_they_were_saved)
{
    struct process from, to;
    msrck_error error = MSRCK_ERROR_INIT;
    struct byte_buffer file = BYTE_BUFFER_INIT;
    struct collection *collection;
    struct restoration *restoration;
    struct source *source;
    struct paper_node **p, *restored_first = NULL;

    process_begin(&from, globals, 5);
    run_paper_program(&from);
    cr_assert_eq(msrck_collection_new(from.msrlt, from.types, NULL, &from.options, &collection, &error), MSRCK_OK);
    cr_assert_eq(msrck_collection_save_pointer(collection, "p", &parray[4], process_type(&from, &node_pointer), &error),
                 MSRCK_OK);
    cr_assert_eq(
        msrck_collection_save_variable(collection, "first", &first, process_type(&from, &node_pointer), &error),
        MSRCK_OK);
    cr_assert_eq(process_finish(&from, collection, &file, &error), MSRCK_OK, "%s", error.message);

    process_begin(&to, NULL, 0);
    process_type(&to, &paper_node_type);
    cr_assert_eq(msrck_source_open_memory(file.bytes, file.length, &source, &error), MSRCK_OK);
    cr_assert_eq(msrck_restoration_open(source, NULL, to.msrlt, to.types, NULL, &restoration, &error), MSRCK_OK, "%s",
                 error.message);
    cr_assert_eq(msrck_restoration_load(restoration, &error), MSRCK_OK, "%s", error.message);
    cr_assert_eq(msrck_restoration_restore_pointer(restoration, (void **)&p, process_type(&to, &node_pointer), &error),
                 MSRCK_OK, "%s", error.message);
    cr_assert_eq(
        msrck_restoration_restore_variable(restoration, &restored_first, process_type(&to, &node_pointer), &error),
        MSRCK_OK, "%s", error.message);
    cr_expect_eq(msrck_restoration_restore_pointer(restoration, (void **)&p, process_type(&to, &node_pointer), NULL),
                 MSRCK_MISUSE);
    cr_assert_eq(msrck_restoration_complete(restoration, &error), MSRCK_OK, "%s", error.message);

    /* parray was not saved by name: it lives on the typed heap now, and p points into it. Four nodes, no duplicates. */
    cr_expect_eq(process_blocks(&to), 5);
    cr_expect_eq(p[-4], restored_first);
    cr_expect_eq(p[-4]->link, p[-1]);
    cr_expect_eq(p[-2]->link, p[-3]);
    cr_expect_eq(p[-3]->link, p[-4]);
    cr_expect_null(p[-1]->link);
    cr_expect_null(p[0]);
    cr_expect_eq(p[-1]->data, 10.0f);
    msrck_restoration_free(restoration);
    msrck_source_close(source);
    msrck_buffer_free(&file);
    process_end(&to);
    process_end(&from);
}
