/* SPDX-License-Identifier: MIT */
/* The graph with a node for each block. */
#include <stdlib.h>
#include <string.h>

#include "graph.h"
#include "root_list.h"

struct block_drawing {
    msrck_reader *reader;
    const struct selection *selection;
    struct picture *picture;
    size_t node;                    /* whose edges are drawn */
    msrck_block_facts block;
};

/* "7 struct node", "6 struct node *[10]" */
static void put_title(const msrck_reader *reader, const msrck_block_facts *block, struct text_buffer *title)
{
    msrck_type_facts type;

    if (!msrck_reader_type(reader, block->type, &type))
        return;
    text_format(title, "%llu  %s", (unsigned long long)block->number, type.name);
    if (block->elements > 1)
        text_format(title, "[%llu]", (unsigned long long)block->elements);
    else if (type.flexible != 0)
        text_format(title, " + %llu", (unsigned long long)block->count);
}

static msrck_result draw_node(struct block_drawing *drawing, uint64_t number, msrck_error *error)
{
    struct text_buffer title = { NULL, 0, 0, false }, lines = { NULL, 0, 0, false };
    char *name = block_name(drawing->reader, number);
    msrck_result result = name == NULL ? graph_out_of_memory(error) : MSRCK_OK;

    if (result == MSRCK_OK && msrck_reader_block(drawing->reader, number, &drawing->block)) {
        put_title(drawing->reader, &drawing->block, &title);
        result = graph_block_lines(drawing->reader, number, drawing->selection, &lines, error);
    }
    if (result == MSRCK_OK && (title.failed || lines.failed))
        result = graph_out_of_memory(error);
    if (result == MSRCK_OK)
        picture_add_node(drawing->picture, drawing->block.segment, number, text_of(&title), name, text_of(&lines),
                         false);
    text_free(&title);
    text_free(&lines);
    free(name);
    return result;
}

static size_t node_of(const struct selection *selection, uint64_t block)
{
    size_t low = 0, high = selection->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (selection->blocks[middle] < block)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* "left", "[3].next"; where the pointer leads into the middle of a block, " -> [4]" follows. */
static msrck_result draw_edge(void *context, const struct block_edge *edge, msrck_error *error)
{
    struct block_drawing *drawing = context;
    struct text_buffer label = { NULL, 0, 0, false };
    msrck_type_facts pointer;
    msrck_block_facts target;
    uint64_t leaf;
    char *path, *inside = NULL;

    if (!msrck_reader_find_address(drawing->reader, edge->address, &target, &leaf) ||
        !graph_selected(drawing->selection, target.number))
        return MSRCK_OK;
    path = msrck_reader_path(drawing->reader, drawing->block.number, edge->leaf, edge->type);
    if (leaf != 0 && msrck_reader_type(drawing->reader, edge->type, &pointer))
        inside = msrck_reader_path(drawing->reader, target.number, leaf, pointer.element);
    if (path != NULL)
        text_put(&label, path[0] == '.' ? path + 1 : path);
    if (inside != NULL && inside[0] != '\0')
        text_format(&label, " \xe2\x86\x92 %s", inside[0] == '.' ? inside + 1 : inside);
    if (path != NULL && !label.failed)
        picture_add_edge(drawing->picture, drawing->node, node_of(drawing->selection, target.number),
                         text_of(&label));
    drawing->picture->failed = drawing->picture->failed || path == NULL || label.failed;
    text_free(&label);
    free(path);
    free(inside);
    return drawing->picture->failed ? graph_out_of_memory(error) : MSRCK_OK;
}

msrck_result graph_draw_blocks(msrck_reader *reader, const struct selection *selection, struct picture *picture,
                               msrck_error *error)
{
    struct block_drawing drawing = { .reader = reader, .selection = selection, .picture = picture };
    struct edge_walk walk = { NULL, NULL };
    msrck_result result = block_edges_begin(&walk, reader, error);

    for (size_t i = 0; result == MSRCK_OK && i < selection->count; i++)
        result = draw_node(&drawing, selection->blocks[i], error);
    for (size_t i = 0; result == MSRCK_OK && i < selection->count; i++) {
        drawing.node = i;
        if (msrck_reader_block(reader, selection->blocks[i], &drawing.block))
            result = block_edges(&walk, &drawing.block, draw_edge, &drawing, error);
    }
    block_edges_end(&walk);
    return result == MSRCK_OK && picture->failed ? graph_out_of_memory(error) : result;
}
