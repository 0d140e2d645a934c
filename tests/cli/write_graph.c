/* SPDX-License-Identifier: MIT */
/*
 * Writes a graph of a given size and shape, with given changes, for comparing checkpoints.
 * usage: write_graph FILE SHAPE COUNT [CHANGE]...
 *
 * SHAPE: list, ring (linked both ways), tree, table (a list, and an array of pointers to its nodes, backwards),
 * shuffled (a list whose nodes stand in another order in the file), numbers (an array of COUNT doubles). CHANGE:
 * insert=N, remove=N (before node N, node N, counted from 0), value=N:V, step=V (node i has the value i * V), and
 * for lists name=N:TEXT (the text constant of node N).
 *
 * Built with GROWN, it is the next version of the program: nodes of lists have a wider value and a field more.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "graph_builder.h"

#ifdef GROWN
#define VALUE_WIDTH 8
struct node { long value; const char *name; struct node *next; double weight; };
#else
#define VALUE_WIDTH 4
struct node { int value; const char *name; struct node *next; };
#endif
struct twin { int value; struct twin *next, *back; };
struct leaf { int value; struct leaf *left, *right; };

extern const msrck_type node_type, twin_type, leaf_type;
#ifdef GROWN
MSRCK_STRUCT(node_type, struct node, MSRCK_FIELD(struct node, value, &msrck_long),
             MSRCK_FIELD(struct node, name, MSRCK_POINTER(&msrck_char)),
             MSRCK_FIELD(struct node, next, MSRCK_POINTER(&node_type)),
             MSRCK_FIELD(struct node, weight, &msrck_double));
#else
MSRCK_STRUCT(node_type, struct node, MSRCK_FIELD(struct node, value, &msrck_int),
             MSRCK_FIELD(struct node, name, MSRCK_POINTER(&msrck_char)),
             MSRCK_FIELD(struct node, next, MSRCK_POINTER(&node_type)));
#endif
MSRCK_STRUCT(twin_type, struct twin, MSRCK_FIELD(struct twin, value, &msrck_int),
             MSRCK_FIELD(struct twin, next, MSRCK_POINTER(&twin_type)),
             MSRCK_FIELD(struct twin, back, MSRCK_POINTER(&twin_type)));
MSRCK_STRUCT(leaf_type, struct leaf, MSRCK_FIELD(struct leaf, value, &msrck_int),
             MSRCK_FIELD(struct leaf, left, MSRCK_POINTER(&leaf_type)),
             MSRCK_FIELD(struct leaf, right, MSRCK_POINTER(&leaf_type)));

static const msrck_type *const described[] = { &node_type, &twin_type, &leaf_type,
                                               MSRCK_POINTER(MSRCK_POINTER(&node_type)), MSRCK_POINTER(&msrck_double) };

/* The nodes in the order of the list, after the changes. */
struct plan {
    int *values;
    const char **names;
    size_t count;
    size_t first, stride;           /* node i is the (first + i * stride) mod count -th block */
};

static void insert(struct plan *plan, size_t at)
{
    memmove(plan->values + at + 1, plan->values + at, (plan->count - at) * sizeof *plan->values);
    memmove(plan->names + at + 1, plan->names + at, (plan->count - at) * sizeof *plan->names);
    plan->values[at] = -1;
    plan->names[at] = NULL;
    plan->count++;
}

static void take_out(struct plan *plan, size_t at)
{
    plan->count--;
    memmove(plan->values + at, plan->values + at + 1, (plan->count - at) * sizeof *plan->values);
    memmove(plan->names + at, plan->names + at + 1, (plan->count - at) * sizeof *plan->names);
}

static void change(struct plan *plan, const char *text)
{
    const char *number = strchr(text, '=') + 1, *colon = strchr(number, ':');
    size_t at = strtoul(number, NULL, 10);

    if (strncmp(text, "insert=", 7) == 0)
        insert(plan, at);
    else if (strncmp(text, "remove=", 7) == 0)
        take_out(plan, at);
    else if (strncmp(text, "step=", 5) == 0)
        for (size_t i = 0; i < plan->count; i++)
            plan->values[i] = (int)(i * at % 1000000);
    else if (strncmp(text, "value=", 6) == 0)
        plan->values[at] = atoi(colon + 1);
    else
        plan->names[at] = colon + 1;
}

static size_t handle_of(const struct plan *plan, size_t base, size_t node)
{
    return base + (plan->first + node * plan->stride) % plan->count;
}

/* Which node the block-th block is. */
static size_t *invert(const struct plan *plan)
{
    size_t *nodes = calloc(plan->count + 1, sizeof *nodes);

    for (size_t i = 0; nodes != NULL && i < plan->count; i++)
        nodes[handle_of(plan, 0, i)] = i;
    return nodes;
}

static size_t add_texts(struct graph_builder *builder, const struct plan *plan)
{
    size_t base = SIZE_MAX;

    for (size_t i = 0; i < plan->count; i++)
        if (plan->names[i] != NULL) {
            size_t handle = builder_block(builder, SEGMENT_LITERAL, "char", strlen(plan->names[i]) + 1);
            builder_bytes(builder, plan->names[i], strlen(plan->names[i]) + 1);
            base = base == SIZE_MAX ? handle : base;
        }
    return base;
}

/* `base` is the first of the nodes' handles, which must be known before. */
static void add_list(struct graph_builder *builder, const struct plan *plan, size_t base, size_t texts)
{
    size_t *nodes = invert(plan), text = texts;

    for (size_t i = 0; nodes != NULL && i < plan->count; i++) {
        size_t node = nodes[i];
        builder_block(builder, SEGMENT_HEAP, "struct node", 1);
        builder_integer(builder, VALUE_WIDTH, (uint64_t)plan->values[node]);
        text = texts;
        for (size_t k = 0; plan->names[node] != NULL && k < node; k++)
            text += plan->names[k] != NULL;
        builder_pointer(builder, plan->names[node] != NULL ? text : SIZE_MAX, 0);
        builder_pointer(builder, node + 1 < plan->count ? handle_of(plan, base, node + 1) : SIZE_MAX, 0);
#ifdef GROWN
        builder_double(builder, 1.5);
#endif
    }
    free(nodes);
}

static void add_root(struct graph_builder *builder, const char *name, const char *type, size_t target)
{
    size_t handle = builder_block(builder, SEGMENT_GLOBAL, type, 1);

    builder_pointer(builder, target, 0);
    builder_variable(builder, VARIABLE_GLOBAL, name, type, handle);
}

static void add_ring(struct graph_builder *builder, const struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        builder_block(builder, SEGMENT_HEAP, "struct twin", 1);
        builder_integer(builder, 4, (uint64_t)plan->values[i]);
        builder_pointer(builder, i + 1 < plan->count ? i + 1 : 0, 0);
        builder_pointer(builder, i > 0 ? i - 1 : plan->count - 1, 0);
    }
    add_root(builder, "ring", "struct twin *", 0);
    add_root(builder, "end", "struct twin *", plan->count - 1);
}

static void add_tree(struct graph_builder *builder, const struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        builder_block(builder, SEGMENT_HEAP, "struct leaf", 1);
        builder_integer(builder, 4, (uint64_t)plan->values[i]);
        builder_pointer(builder, 2 * i + 1 < plan->count ? 2 * i + 1 : SIZE_MAX, 0);
        builder_pointer(builder, 2 * i + 2 < plan->count ? 2 * i + 2 : SIZE_MAX, 0);
    }
    add_root(builder, "tree", "struct leaf *", 0);
}

static void add_numbers(struct graph_builder *builder, const struct plan *plan)
{
    size_t handle = builder_block(builder, SEGMENT_HEAP, "double", plan->count);

    for (size_t i = 0; i < plan->count; i++)
        builder_double(builder, plan->values[i] * 0.25);
    add_root(builder, "numbers", "double *", handle);
}

static void add_nodes(struct graph_builder *builder, struct plan *plan, const char *shape)
{
    size_t texts = add_texts(builder, plan), base = 0;

    for (size_t i = 0; i < plan->count; i++)
        base += plan->names[i] != NULL;
    /* Coprime to the count, so that every block is met once. */
    if (strcmp(shape, "shuffled") == 0) {
        plan->stride = plan->count - 1;
        plan->first = plan->count / 2;
    }
    add_list(builder, plan, base, texts);
    if (strcmp(shape, "table") == 0) {
        size_t table = builder_block(builder, SEGMENT_HEAP, "struct node *", plan->count);
        for (size_t i = plan->count; i > 0; i--)
            builder_pointer(builder, handle_of(plan, base, i - 1), 0);
        add_root(builder, "all", "struct node **", table);
    }
    add_root(builder, "last", "struct node *", handle_of(plan, base, plan->count - 1));
    add_root(builder, "list", "struct node *", handle_of(plan, base, 0));
}

int main(int argc, char **argv)
{
    struct codec_choice codec = { CODEC_ZLIB, FILTER_PLANES, 1 };
    struct byte_buffer bytes = BYTE_BUFFER_INIT;
    struct plan plan = { NULL, NULL, 0, 0, 1 };
    struct graph_builder *builder;
    FILE *file;

    if (argc < 4)
        return 2;
    plan.count = strtoul(argv[3], NULL, 10);
    plan.values = calloc(plan.count + (size_t)argc, sizeof *plan.values);
    plan.names = calloc(plan.count + (size_t)argc, sizeof *plan.names);
    if (plan.values == NULL || plan.names == NULL)
        return 3;
    for (size_t i = 0; i < plan.count; i++)
        plan.values[i] = (int)(i * 7 % 1000);
    for (int i = 4; i < argc; i++)
        change(&plan, argv[i]);
    builder = builder_new(described, sizeof described / sizeof described[0], 4);
    if (strcmp(argv[2], "ring") == 0)
        add_ring(builder, &plan);
    else if (strcmp(argv[2], "tree") == 0)
        add_tree(builder, &plan);
    else if (strcmp(argv[2], "numbers") == 0)
        add_numbers(builder, &plan);
    else
        add_nodes(builder, &plan, argv[2]);
    builder_finish(builder, &codec, &bytes);
    builder_free(builder);
    free(plan.values);
    free(plan.names);
    file = fopen(argv[1], "wb");
    if (file == NULL || fwrite(bytes.bytes, 1, bytes.length, file) != bytes.length || fclose(file) != 0)
        return 3;
    msrck_buffer_free(&bytes);
    return 0;
}
