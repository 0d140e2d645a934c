/* SPDX-License-Identifier: MIT */
/*
 * The graph folded by type: a node stands for all blocks of a type in a segment, an edge for all pointers of the same
 * field between two nodes. Blocks that have a name keep nodes of their own, as long as they are few.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "edge_tally.h"
#include "graph.h"
#include "root_list.h"
#include "stat_table.h"

/* More variables than these are folded, too. */
#define MOST_NAMED 40u

/* What a node stands for. */
struct group {
    uint64_t first_block, blocks, bytes;
    msrck_segment segment;
    uint32_t type;
    bool named;
};

struct folding {
    msrck_reader *reader;
    const struct selection *selection;
    bool names_kept;
    struct tally groups;            /* (0, segment, type) or (1, block, 0) */
    struct group *facts;            /* owned; of the groups */
    size_t fact_capacity;
    struct tally places;            /* (type and whether an array, leaf in the element, pointer type): count is the label */
    char **labels;                  /* owned */
    size_t label_count, label_capacity;
    struct tally edges;             /* (group, label, group) */
    msrck_block_facts block;        /* whose edges are counted */
    size_t group;
};

/* ---- Groups ---- */

static bool is_named(const struct folding *folding, uint64_t block)
{
    uint32_t index, local;

    return folding->names_kept && msrck_reader_owner(folding->reader, block, &index, &local) != MSRCK_OWNER_NONE;
}

static bool names_are_few(const struct folding *folding)
{
    unsigned named = 0;

    for (size_t i = 0; i < folding->selection->count && named <= MOST_NAMED; i++)
        named += is_named(folding, folding->selection->blocks[i]);
    return named <= MOST_NAMED;
}

/* SIZE_MAX when memory is out. */
static size_t group_of(struct folding *folding, const msrck_block_facts *block)
{
    bool named = is_named(folding, block->number);
    size_t before = folding->groups.count;
    size_t group = named ? tally_find(&folding->groups, 1, block->number, 0)
                         : tally_find(&folding->groups, 0, block->segment, block->type);

    if (group == SIZE_MAX || group < before)
        return group;
    if (group == folding->fact_capacity) {
        size_t capacity = group == 0 ? 64 : 2 * group;
        struct group *facts = realloc(folding->facts, capacity * sizeof *facts);
        if (facts == NULL)
            return SIZE_MAX;
        folding->facts = facts;
        folding->fact_capacity = capacity;
    }
    folding->facts[group] = (struct group){ block->number, 0, 0, block->segment, block->type, named };
    return group;
}

/* ---- Labels ---- */

/* "[3].left" becomes "[*].left"; a dot at the beginning goes. */
static void generalize(char *path)
{
    char *to = path;

    for (const char *from = path[0] == '.' ? path + 1 : path; *from != '\0'; from++) {
        *to++ = *from;
        if (*from != '[')
            continue;
        *to++ = '*';
        from += strcspn(from, "]") - 1;
    }
    *to = '\0';
}

/* The label's number, plus one; 0 when memory is out. Labels are as many as fields that point. Takes the path over. */
static uint64_t number_label(struct folding *folding, char *path)
{
    for (size_t i = 0; i < folding->label_count; i++)
        if (strcmp(folding->labels[i], path) == 0) {
            free(path);
            return i + 1;
        }
    if (folding->label_count == folding->label_capacity) {
        size_t capacity = folding->label_capacity == 0 ? 64 : 2 * folding->label_capacity;
        char **labels = realloc(folding->labels, capacity * sizeof *labels);
        if (labels == NULL) {
            free(path);
            return 0;
        }
        folding->labels = labels;
        folding->label_capacity = capacity;
    }
    folding->labels[folding->label_count++] = path;
    return folding->label_count;
}

/* The same place in the first element, or in the first trailing element. */
static uint64_t place_in_element(const msrck_reader *reader, const msrck_block_facts *block, uint64_t leaf)
{
    msrck_type_facts type, trailing;

    if (!msrck_reader_type(reader, block->type, &type))
        return leaf;
    if (leaf < type.leaves || type.flexible == 0)
        return type.leaves == 0 ? leaf : leaf % type.leaves;
    if (!msrck_reader_type(reader, type.flexible, &trailing) || trailing.leaves == 0)
        return leaf;
    return type.leaves + (leaf - type.leaves) % trailing.leaves;
}

static uint64_t label_of(struct folding *folding, const struct block_edge *edge)
{
    const msrck_block_facts *block = &folding->block;
    uint64_t leaf = place_in_element(folding->reader, block, edge->leaf);
    size_t place = tally_find(&folding->places, (uint64_t)block->type << 1 | (block->elements > 1), leaf, edge->type);

    if (place == SIZE_MAX)
        return 0;
    if (folding->places.entries[place].count == 0) {
        char *path = msrck_reader_path(folding->reader, block->number, leaf, edge->type);
        if (path == NULL)
            return 0;
        generalize(path);
        folding->places.entries[place].count = number_label(folding, path);
    }
    return folding->places.entries[place].count;
}

/* ---- Counting ---- */

static msrck_result count_edge(void *context, const struct block_edge *edge, msrck_error *error)
{
    struct folding *folding = context;
    msrck_block_facts target;
    uint64_t leaf, label;
    size_t to, entry;

    if (!msrck_reader_find_address(folding->reader, edge->address, &target, &leaf) ||
        !graph_selected(folding->selection, target.number))
        return MSRCK_OK;
    label = label_of(folding, edge);
    to = group_of(folding, &target);
    entry = label == 0 || to == SIZE_MAX ? SIZE_MAX : tally_find(&folding->edges, folding->group, label - 1, to);
    if (entry == SIZE_MAX)
        return graph_out_of_memory(error);
    folding->edges.entries[entry].count++;
    return MSRCK_OK;
}

static msrck_result fold(struct folding *folding, msrck_error *error)
{
    struct edge_walk walk = { NULL, NULL };
    msrck_result result = block_edges_begin(&walk, folding->reader, error);

    for (size_t i = 0; result == MSRCK_OK && i < folding->selection->count; i++) {
        if (!msrck_reader_block(folding->reader, folding->selection->blocks[i], &folding->block))
            continue;
        folding->group = group_of(folding, &folding->block);
        if (folding->group == SIZE_MAX) {
            result = graph_out_of_memory(error);
            break;
        }
        folding->facts[folding->group].blocks++;
        folding->facts[folding->group].bytes += block_bytes(folding->reader, &folding->block);
        result = block_edges(&walk, &folding->block, count_edge, folding, error);
    }
    block_edges_end(&walk);
    return result;
}

/* ---- Drawing ---- */

static msrck_result draw_group(const struct folding *folding, const struct group *group, struct picture *picture,
                               msrck_error *error)
{
    struct text_buffer title = { NULL, 0, 0, false }, body = { NULL, 0, 0, false };
    char *name = group->named ? block_name(folding->reader, group->first_block) : strdup("");
    msrck_result result = name == NULL ? graph_out_of_memory(error) : MSRCK_OK;
    char size[STAT_SIZE_TEXT];
    msrck_type_facts type;

    if (result == MSRCK_OK && msrck_reader_type(folding->reader, group->type, &type)) {
        text_put(&title, type.name);
        if (group->named)
            result = graph_block_lines(folding->reader, group->first_block, folding->selection, &body, error);
        else
            text_format(&body, "%llu block%s, %s\n", (unsigned long long)group->blocks, group->blocks == 1 ? "" : "s",
                        stat_size(group->bytes, size));
        picture_add_node(picture, group->segment, group->first_block, text_of(&title), name, text_of(&body),
                         !group->named);
    }
    if (result == MSRCK_OK && (title.failed || body.failed))
        result = graph_out_of_memory(error);
    text_free(&title);
    text_free(&body);
    free(name);
    return result;
}

static msrck_result draw(const struct folding *folding, struct picture *picture, msrck_error *error)
{
    msrck_result result = MSRCK_OK;

    for (size_t i = 0; result == MSRCK_OK && i < folding->groups.count; i++)
        result = draw_group(folding, &folding->facts[i], picture, error);
    for (size_t i = 0; result == MSRCK_OK && i < folding->edges.count; i++) {
        const struct tally_entry *edge = &folding->edges.entries[i];
        struct text_buffer label = { NULL, 0, 0, false };
        text_put(&label, folding->labels[edge->key[1]]);
        if (edge->count > 1)
            text_format(&label, " \xc3\x97%llu", (unsigned long long)edge->count);
        if (label.failed)
            result = graph_out_of_memory(error);
        else
            picture_add_edge(picture, (size_t)edge->key[0], (size_t)edge->key[2], text_of(&label));
        text_free(&label);
    }
    return result == MSRCK_OK && picture->failed ? graph_out_of_memory(error) : result;
}

msrck_result graph_draw_types(msrck_reader *reader, const struct selection *selection, struct picture *picture,
                              msrck_error *error)
{
    struct folding folding = { .reader = reader, .selection = selection, .names_kept = true };
    msrck_result result;

    folding.names_kept = names_are_few(&folding);
    result = fold(&folding, error);
    if (result == MSRCK_OK)
        result = draw(&folding, picture, error);
    for (size_t i = 0; i < folding.label_count; i++)
        free(folding.labels[i]);
    free(folding.labels);
    free(folding.facts);
    tally_free(&folding.groups);
    tally_free(&folding.places);
    tally_free(&folding.edges);
    return result;
}
