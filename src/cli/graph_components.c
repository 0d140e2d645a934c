/* SPDX-License-Identifier: MIT */
/* Tarjan's strongly connected components with a stack of its own: graphs may be deeper than any call stack. */
#include <stdlib.h>
#include <string.h>

#include "block_graph.h"

struct component_search {
    const struct block_graph *graph;
    struct graph_components *found;
    uint32_t *number;               /* order in which blocks were met; 0: not yet */
    uint32_t *low;                  /* smallest number that is reached from the block */
    uint64_t *next;                 /* edge to look at next */
    uint32_t *path;                 /* blocks whose edges are being followed */
    uint32_t *open;                 /* blocks that belong to no component yet */
    uint32_t met, depth, opened, ordered;
};

static void enter(struct component_search *search, uint32_t block)
{
    search->number[block] = search->low[block] = ++search->met;
    search->next[block] = search->graph->first[block];
    search->path[search->depth++] = block;
    search->open[search->opened++] = block;
}

/* All edges of the block were followed: it may be the first of its component. */
static void leave(struct component_search *search, uint32_t block)
{
    struct graph_components *found = search->found;
    uint32_t member;

    search->depth--;
    if (search->depth > 0 && search->low[search->path[search->depth - 1]] > search->low[block])
        search->low[search->path[search->depth - 1]] = search->low[block];
    if (search->low[block] != search->number[block])
        return;
    do {
        member = search->open[--search->opened];
        found->component[member] = found->count;
        found->order[search->ordered++] = member;
        search->low[member] = UINT32_MAX;       /* closed: counts for nobody any more */
    } while (member != block);
    found->count++;
}

static void follow(struct component_search *search, uint32_t start)
{
    enter(search, start);
    while (search->depth > 0) {
        uint32_t block = search->path[search->depth - 1], target;
        if (search->next[block] == search->graph->first[block + 1]) {
            leave(search, block);
            continue;
        }
        target = search->graph->targets[search->next[block]++];
        if (search->number[target] == 0)
            enter(search, target);
        else if (search->low[target] != UINT32_MAX && search->number[target] < search->low[block])
            search->low[block] = search->number[target];
    }
}

bool graph_components_find(const struct block_graph *graph, struct graph_components *components)
{
    size_t entries = (size_t)graph->blocks + 2;
    struct component_search search = { .graph = graph, .found = components };
    bool found;

    components->count = 0;
    components->component = calloc(entries, sizeof *components->component);
    components->order = calloc(entries, sizeof *components->order);
    search.number = calloc(entries, sizeof *search.number);
    search.low = calloc(entries, sizeof *search.low);
    search.next = calloc(entries, sizeof *search.next);
    search.path = calloc(entries, sizeof *search.path);
    search.open = calloc(entries, sizeof *search.open);
    found = components->component != NULL && components->order != NULL && search.number != NULL &&
            search.low != NULL && search.next != NULL && search.path != NULL && search.open != NULL;
    for (uint32_t b = 1; found && b <= graph->blocks; b++)
        if (search.number[b] == 0)
            follow(&search, b);
    free(search.number);
    free(search.low);
    free(search.next);
    free(search.path);
    free(search.open);
    return found;
}

void graph_components_free(struct graph_components *components)
{
    free(components->component);
    free(components->order);
    memset(components, 0, sizeof *components);
}
