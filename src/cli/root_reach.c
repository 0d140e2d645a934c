/* SPDX-License-Identifier: MIT */
/*
 * Reachability of many roots at once: a word holds a bit for each of 64 roots, and the words of the components are
 * handed on along the edges, every component once. The blocks of live variables are nobody's: each variable's bytes are
 * counted with its root.
 */
#include "root_reach.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Where the roots lead ---- */

struct start_list {
    msrck_reader *reader;
    const struct root *root;
    uint32_t *targets;
    uint64_t count, capacity;
};

static msrck_result add_start(struct start_list *list, uint64_t block, msrck_error *error)
{
    if (list->count == list->capacity) {
        uint64_t capacity = list->capacity == 0 ? 64 : 2 * list->capacity;
        uint32_t *targets = realloc(list->targets, (size_t)capacity * sizeof *targets);
        if (targets == NULL) {
            error->result = MSRCK_SYSTEM;
            snprintf(error->message, sizeof error->message, "out of memory for the roots");
            return MSRCK_SYSTEM;
        }
        list->targets = targets;
        list->capacity = capacity;
    }
    list->targets[list->count++] = (uint32_t)block;
    return MSRCK_OK;
}

static msrck_result take_live_edge(void *context, const struct block_edge *edge, msrck_error *error)
{
    struct start_list *list = context;
    msrck_block_facts block;
    uint64_t leaf;

    if (edge->leaf < list->root->leaf || edge->leaf - list->root->leaf >= list->root->leaves ||
        !msrck_reader_find_address(list->reader, edge->address, &block, &leaf))
        return MSRCK_OK;
    return add_start(list, block.number, error);
}

msrck_result root_reach_starts(msrck_reader *reader, const struct root_list *list, uint64_t **starts,
                               uint32_t **targets, msrck_error *error)
{
    struct start_list found = { .reader = reader };
    struct edge_walk walk = { NULL, NULL };
    msrck_result result = block_edges_begin(&walk, reader, error);
    msrck_block_facts block;

    *starts = calloc(list->count + 1, sizeof **starts);
    if (result == MSRCK_OK && *starts == NULL)
        result = MSRCK_SYSTEM;
    for (size_t i = 0; result == MSRCK_OK && i < list->count; i++) {
        found.root = &list->roots[i];
        if (found.root->kind != ROOT_LIVE)
            result = add_start(&found, found.root->block, error);
        else if (msrck_reader_block(reader, found.root->block, &block))
            result = block_edges(&walk, &block, take_live_edge, &found, error);
        (*starts)[i + 1] = found.count;
    }
    *targets = found.targets;
    block_edges_end(&walk);
    return result;
}

/* ---- Reaching ---- */

struct reach_search {
    const struct block_graph *graph;
    const struct root_list *list;
    const uint64_t *starts;
    const uint32_t *targets;
    struct graph_components components;
    struct amount *weights;         /* of the components */
    uint64_t *bits;                 /* of the components: roots of the batch that reach them */
    unsigned char *times;           /* of the components: how many roots reach them, up to 2 */
    uint32_t *sole;                 /* of the components: the last root that reaches them */
};

static bool owns_live(const msrck_reader *reader, uint64_t block)
{
    uint32_t index, local;

    return msrck_reader_owner(reader, block, &index, &local) == MSRCK_OWNER_LIVE;
}

static void weigh(const msrck_reader *reader, struct reach_search *search)
{
    msrck_extent_facts extent;
    msrck_block_facts block;

    for (uint32_t e = 0; msrck_reader_extent(reader, e, &extent); e++) {
        uint64_t bytes = msrck_reader_block(reader, extent.first_block, &block) ? block_bytes(reader, &block) : 0;
        for (uint64_t b = extent.first_block; b < extent.first_block + extent.blocks; b++) {
            struct amount *weight = &search->weights[search->components.component[b]];
            if (extent.segment == MSRCK_SEGMENT_STACK && owns_live(reader, b))
                continue;
            weight->blocks++;
            weight->bytes += bytes;
        }
    }
}

static void add_amount(struct amount *sum, const struct amount *more)
{
    sum->blocks += more->blocks;
    sum->bytes += more->bytes;
}

/* Which reach a root counts for: its own, or that of its frame. MSRCK_NO_INDEX: none. */
static uint32_t group_of(const struct root_list *list, size_t root, bool by_frame)
{
    return by_frame ? list->roots[root].frame : (uint32_t)root;
}

/* Components in reverse order: all that lead to one come before it. */
static void hand_on(struct reach_search *search)
{
    const struct block_graph *graph = search->graph;
    const uint32_t *component = search->components.component;

    for (uint64_t i = graph->blocks; i-- > 0;) {
        uint32_t block = search->components.order[i];
        uint64_t bits = search->bits[component[block]];
        for (uint64_t e = graph->first[block]; bits != 0 && e < graph->first[block + 1]; e++)
            search->bits[component[graph->targets[e]]] |= bits;
    }
}

static void count_batch(struct reach_search *search, uint32_t base, struct reach *reaches)
{
    for (uint32_t c = 0; c < search->components.count; c++)
        for (uint64_t bits = search->bits[c]; bits != 0; bits &= bits - 1) {
            uint32_t group = base + (uint32_t)__builtin_ctzll(bits);
            add_amount(&reaches[group].all, &search->weights[c]);
            search->times[c] = search->times[c] < 2 ? (unsigned char)(search->times[c] + 1) : 2;
            search->sole[c] = group;
        }
}

static void reach_groups(struct reach_search *search, bool by_frame, uint32_t groups, struct reach *reaches)
{
    const uint32_t *component = search->components.component;

    memset(search->times, 0, search->components.count);
    for (uint32_t base = 0; base < groups; base += 64) {
        memset(search->bits, 0, search->components.count * sizeof *search->bits);
        for (size_t r = 0; r < search->list->count; r++) {
            uint32_t group = group_of(search->list, r, by_frame);
            for (uint64_t s = search->starts[r]; s < search->starts[r + 1]; s++)
                if (group >= base && group - base < 64)
                    search->bits[component[search->targets[s]]] |= UINT64_C(1) << (group - base);
        }
        hand_on(search);
        count_batch(search, base, reaches);
    }
}

/* What variables reach is not only the frames', though no frame may reach it twice. */
static void mark_variables(struct reach_search *search)
{
    const uint32_t *component = search->components.component;

    memset(search->bits, 0, search->components.count * sizeof *search->bits);
    for (size_t r = 0; r < search->list->count; r++)
        for (uint64_t s = search->starts[r]; search->list->roots[r].frame == MSRCK_NO_INDEX && s < search->starts[r + 1];
             s++)
            search->bits[component[search->targets[s]]] = 1;
    hand_on(search);
    for (uint32_t c = 0; c < search->components.count; c++)
        if (search->bits[c] != 0)
            search->times[c] = 2;
}

static void count_only(struct reach_search *search, struct reach *reaches)
{
    for (uint32_t c = 0; c < search->components.count; c++)
        if (search->times[c] == 1)
            add_amount(&reaches[search->sole[c]].only, &search->weights[c]);
}

static void add_own(const struct root_list *list, bool by_frame, struct reach *reaches)
{
    for (size_t r = 0; r < list->count; r++) {
        uint32_t group = group_of(list, r, by_frame);
        if (list->roots[r].kind != ROOT_LIVE || group == MSRCK_NO_INDEX)
            continue;
        reaches[group].all.bytes += list->roots[r].bytes;
        reaches[group].only.bytes += list->roots[r].bytes;
        reaches[group].first.bytes += list->roots[r].bytes;
    }
}

/* ---- Who comes first ---- */

static bool reach_first(msrck_reader *reader, struct reach_search *search, struct reaches *reaches)
{
    const struct block_graph *graph = search->graph;
    uint32_t *stack = calloc((size_t)graph->blocks + 1, sizeof *stack);
    msrck_block_facts facts;
    size_t depth = 0;

    for (size_t r = 0; stack != NULL && r < search->list->count; r++)
        for (uint64_t s = search->starts[r]; s < search->starts[r + 1]; s++) {
            if (reaches->first_root[search->targets[s]] != 0)
                continue;
            reaches->first_root[search->targets[s]] = (uint32_t)r + 1;
            stack[depth++] = search->targets[s];
            while (depth > 0) {
                uint32_t block = stack[--depth];
                if (msrck_reader_block(reader, block, &facts) &&
                    !(facts.segment == MSRCK_SEGMENT_STACK && owns_live(reader, block)))
                    add_amount(&reaches->roots[r].first, &(struct amount){ 1, block_bytes(reader, &facts) });
                for (uint64_t e = graph->first[block]; e < graph->first[block + 1]; e++)
                    if (reaches->first_root[graph->targets[e]] == 0) {
                        reaches->first_root[graph->targets[e]] = (uint32_t)r + 1;
                        stack[depth++] = graph->targets[e];
                    }
            }
        }
    free(stack);
    return stack != NULL;
}

static void count_unreachable(msrck_reader *reader, const struct block_graph *graph, struct reaches *reaches)
{
    msrck_block_facts facts;

    for (uint64_t b = 1; b <= graph->blocks; b++)
        if (reaches->first_root[b] == 0 && msrck_reader_block(reader, b, &facts) &&
            !(facts.segment == MSRCK_SEGMENT_STACK && owns_live(reader, b)))
            add_amount(&reaches->unreachable, &(struct amount){ 1, block_bytes(reader, &facts) });
}

/* ---- All of it ---- */

static bool allocate(struct reach_search *search)
{
    size_t entries = (size_t)search->components.count + 1;

    search->weights = calloc(entries, sizeof *search->weights);
    search->bits = calloc(entries, sizeof *search->bits);
    search->times = calloc(entries, sizeof *search->times);
    search->sole = calloc(entries, sizeof *search->sole);
    return search->weights != NULL && search->bits != NULL && search->times != NULL && search->sole != NULL;
}

static void search_all(msrck_reader *reader, struct reach_search *search, struct reaches *reaches)
{
    uint32_t frames = msrck_reader_frame_count(reader);

    weigh(reader, search);
    reach_groups(search, false, (uint32_t)search->list->count, reaches->roots);
    count_only(search, reaches->roots);
    add_own(search->list, false, reaches->roots);
    reach_groups(search, true, frames, reaches->frames);
    mark_variables(search);
    count_only(search, reaches->frames);
    add_own(search->list, true, reaches->frames);
}

bool root_reach_find(msrck_reader *reader, const struct block_graph *graph, const struct root_list *list,
                     const uint64_t *starts, const uint32_t *targets, struct reaches *reaches)
{
    struct reach_search search = { .graph = graph, .list = list, .starts = starts, .targets = targets };
    bool found;

    memset(reaches, 0, sizeof *reaches);
    reaches->roots = calloc(list->count + 1, sizeof *reaches->roots);
    reaches->frames = calloc((size_t)msrck_reader_frame_count(reader) + 1, sizeof *reaches->frames);
    reaches->first_root = calloc((size_t)graph->blocks + 1, sizeof *reaches->first_root);
    found = reaches->roots != NULL && reaches->frames != NULL && reaches->first_root != NULL &&
            graph_components_find(graph, &search.components) && allocate(&search);
    if (found) {
        search_all(reader, &search, reaches);
        found = reach_first(reader, &search, reaches);
        count_unreachable(reader, graph, reaches);
    }
    graph_components_free(&search.components);
    free(search.weights);
    free(search.bits);
    free(search.times);
    free(search.sole);
    return found;
}

void root_reach_free(struct reaches *reaches)
{
    free(reaches->roots);
    free(reaches->frames);
    free(reaches->first_root);
    memset(reaches, 0, sizeof *reaches);
}
