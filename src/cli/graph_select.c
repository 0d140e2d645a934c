/* SPDX-License-Identifier: MIT */
/* Which blocks are drawn: all, or those within reach of a root. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "graph.h"
#include "path_query.h"
#include "root_list.h"

msrck_result graph_out_of_memory(msrck_error *error)
{
    error->result = MSRCK_SYSTEM;
    snprintf(error->message, sizeof error->message, "out of memory");
    return MSRCK_SYSTEM;
}

/* A search, breadth first. selection->blocks is its queue. */
struct breadth_search {
    msrck_reader *reader;
    const struct selection_wish *wish;
    struct selection *selection;
    unsigned char *met;             /* a bit a block */
    uint64_t from;                  /* block whose edges are followed */
};

static msrck_result meet(struct breadth_search *search, uint64_t block, msrck_error *error)
{
    struct selection *selection = search->selection;

    if ((search->met[block / 8] >> block % 8 & 1) != 0)
        return MSRCK_OK;
    if (selection->count == search->wish->most) {
        selection->limited = true;
        return MSRCK_OK;
    }
    if (selection->count == selection->capacity) {
        size_t capacity = selection->capacity == 0 ? 256 : 2 * selection->capacity;
        uint64_t *blocks = realloc(selection->blocks, capacity * sizeof *blocks);
        if (blocks == NULL)
            return graph_out_of_memory(error);
        selection->blocks = blocks;
        selection->capacity = capacity;
    }
    search->met[block / 8] = (unsigned char)(search->met[block / 8] | 1u << block % 8);
    selection->blocks[selection->count++] = block;
    return MSRCK_OK;
}

static msrck_result follow(void *context, const struct block_edge *edge, msrck_error *error)
{
    struct breadth_search *search = context;
    const struct selection *selection = search->selection;
    msrck_block_facts block;
    uint64_t leaf;

    if (search->from == selection->part_block &&
        (edge->leaf < selection->part_leaf || edge->leaf - selection->part_leaf >= selection->part_leaves))
        return MSRCK_OK;
    if (!msrck_reader_find_address(search->reader, edge->address, &block, &leaf))
        return MSRCK_OK;
    return meet(search, block.number, error);
}

/* ---- Where to start ---- */

static msrck_result start_at_value(void *context, const char *path, const msrck_value *value, msrck_error *error)
{
    struct breadth_search *search = context;
    struct selection *selection = search->selection;
    msrck_type_facts type;
    msrck_block_facts block;
    uint64_t leaf;

    (void)path;
    if (!msrck_reader_find_address(search->reader, value->address, &block, &leaf))
        return MSRCK_OK;
    /* A pointer's own block is of interest where it is a variable; a glob names many, whose blocks count whole. */
    if (selection->count == 0 && msrck_reader_type(search->reader, value->type, &type) && !msrck_value_unnamed(value)) {
        selection->part_block = block.number;
        selection->part_leaf = leaf;
        selection->part_leaves = type.leaves;
    } else {
        selection->part_block = 0;
    }
    return meet(search, block.number, error);
}

static msrck_result start_at_path(struct breadth_search *search, msrck_error *error)
{
    struct path_query *query = NULL;
    msrck_result result = path_query_parse(search->wish->root, &query, error);

    if (result == MSRCK_OK)
        result = path_query_walk(query, search->reader, start_at_value, search, error);
    path_query_free(query);
    return result;
}

static msrck_result start_at_roots(struct breadth_search *search, msrck_error *error)
{
    msrck_result result = MSRCK_OK;
    struct root_list list;

    if (!root_list_find(search->reader, &list))
        result = graph_out_of_memory(error);
    for (size_t i = 0; result == MSRCK_OK && i < list.count; i++)
        result = meet(search, list.roots[i].block, error);
    root_list_free(&list);
    return result;
}

static msrck_result start_everywhere(struct breadth_search *search, msrck_error *error)
{
    uint64_t blocks = msrck_reader_block_count(search->reader);
    msrck_result result = MSRCK_OK;

    for (uint64_t b = 1; result == MSRCK_OK && b <= blocks && !search->selection->limited; b++)
        result = meet(search, b, error);
    return result;
}

/* ---- The search ---- */

static msrck_result spread(struct breadth_search *search, msrck_error *error)
{
    struct selection *selection = search->selection;
    size_t level_end = selection->count;
    struct edge_walk walk = { NULL, NULL };
    msrck_result result = block_edges_begin(&walk, search->reader, error);
    msrck_block_facts block;
    uint64_t depth = 0;

    for (size_t i = 0; result == MSRCK_OK && i < selection->count; i++) {
        if (i == level_end) {
            depth++;
            level_end = selection->count;
        }
        if (search->wish->by_depth && depth >= search->wish->depth)
            break;
        search->from = selection->blocks[i];
        if (msrck_reader_block(search->reader, search->from, &block))
            result = block_edges(&walk, &block, follow, search, error);
    }
    block_edges_end(&walk);
    return result;
}

static int ascending(const void *a, const void *b)
{
    const uint64_t *left = a, *right = b;

    return (*left > *right) - (*left < *right);
}

msrck_result graph_select(msrck_reader *reader, const struct selection_wish *wish, struct selection *selection,
                          msrck_error *error)
{
    struct breadth_search search = { reader, wish, selection, NULL, 0 };
    uint64_t bytes = msrck_reader_block_count(reader) / 8 + 1;
    msrck_result result;

    memset(selection, 0, sizeof *selection);
    search.met = bytes > SIZE_MAX ? NULL : calloc((size_t)bytes, 1);
    if (search.met == NULL)
        return graph_out_of_memory(error);
    if (wish->root != NULL)
        result = start_at_path(&search, error);
    else
        result = wish->by_depth ? start_at_roots(&search, error) : start_everywhere(&search, error);
    if (result == MSRCK_OK && (wish->root != NULL || wish->by_depth))
        result = spread(&search, error);
    if (result == MSRCK_OK && selection->count > 0)
        qsort(selection->blocks, selection->count, sizeof *selection->blocks, ascending);
    free(search.met);
    return result;
}

bool graph_selected(const struct selection *selection, uint64_t block)
{
    return selection->count > 0 &&
           bsearch(&block, selection->blocks, selection->count, sizeof block, ascending) != NULL;
}
