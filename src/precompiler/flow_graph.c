/* SPDX-License-Identifier: MIT */
#include "flow_graph.h"

#include <stdint.h>
#include <stdlib.h>

#include "text_builder.h"

#define BITS 64u

struct flow_event {
    unsigned variable;
    bool definition;
};

struct flow_basic_block {
    struct flow_event *events;
    size_t event_count, event_capacity;
    unsigned *next;
    size_t next_count, next_capacity;
    uint64_t *use, *define, *live;  /* sets of variables; one allocation at `use` */
};

struct flow_graph {
    struct flow_basic_block *blocks;
    size_t count, capacity, words;
};

flow_graph *flow_new(void)
{
    return storage_new(1, sizeof(flow_graph));
}

void flow_free(flow_graph *graph)
{
    if (graph == NULL)
        return;
    for (size_t b = 0; b < graph->count; b++) {
        free(graph->blocks[b].events);
        free(graph->blocks[b].next);
        free(graph->blocks[b].use);
    }
    free(graph->blocks);
    free(graph);
}

unsigned flow_block(flow_graph *graph)
{
    static const struct flow_basic_block empty;

    if (graph->count == graph->capacity) {
        graph->capacity = graph->capacity * 2 + 16;
        graph->blocks = storage_resize(graph->blocks, graph->capacity, sizeof *graph->blocks);
    }
    graph->blocks[graph->count] = empty;
    return (unsigned)graph->count++;
}

void flow_edge(flow_graph *graph, unsigned from, unsigned to)
{
    struct flow_basic_block *block = &graph->blocks[from];

    if (block->next_count == block->next_capacity) {
        block->next_capacity = block->next_capacity * 2 + 2;
        block->next = storage_resize(block->next, block->next_capacity, sizeof *block->next);
    }
    block->next[block->next_count++] = to;
}

static void add_event(flow_graph *graph, unsigned number, unsigned variable, bool definition)
{
    struct flow_basic_block *block = &graph->blocks[number];

    if (block->event_count == block->event_capacity) {
        block->event_capacity = block->event_capacity * 2 + 4;
        block->events = storage_resize(block->events, block->event_capacity, sizeof *block->events);
    }
    block->events[block->event_count++] = (struct flow_event){ variable, definition };
}

void flow_use(flow_graph *graph, unsigned block, unsigned variable)
{
    add_event(graph, block, variable, false);
}

void flow_define(flow_graph *graph, unsigned block, unsigned variable)
{
    add_event(graph, block, variable, true);
}

static bool has(const uint64_t *set, unsigned variable)
{
    return set[variable / BITS] >> (variable % BITS) & 1;
}

static void put(uint64_t *set, unsigned variable)
{
    set[variable / BITS] |= UINT64_C(1) << (variable % BITS);
}

/* What a block reads before it writes, and what it writes. */
static void summarise(struct flow_basic_block *block, size_t words)
{
    block->use = storage_new(words * 3, sizeof *block->use);
    block->define = block->use + words;
    block->live = block->define + words;
    for (size_t e = 0; e < block->event_count; e++) {
        unsigned variable = block->events[e].variable;

        if (block->events[e].definition)
            put(block->define, variable);
        else if (!has(block->define, variable))
            put(block->use, variable);
    }
}

/* live = use + (what lives behind it - define). True when that changed. */
static bool pass_back(flow_graph *graph, struct flow_basic_block *block)
{
    bool changed = false;

    for (size_t w = 0; w < graph->words; w++) {
        uint64_t behind = 0, live;

        for (size_t n = 0; n < block->next_count; n++)
            behind |= graph->blocks[block->next[n]].live[w];
        live = block->use[w] | (behind & ~block->define[w]);
        changed |= live != block->live[w];
        block->live[w] = live;
    }
    return changed;
}

void flow_solve(flow_graph *graph, size_t variables)
{
    bool changed = true;

    graph->words = variables / BITS + 1;
    for (size_t b = 0; b < graph->count; b++)
        summarise(&graph->blocks[b], graph->words);
    while (changed) {
        changed = false;
        for (size_t b = graph->count; b > 0; b--)
            changed |= pass_back(graph, &graph->blocks[b - 1]);
    }
}

bool flow_live(const flow_graph *graph, unsigned block, unsigned variable)
{
    return has(graph->blocks[block].live, variable);
}
