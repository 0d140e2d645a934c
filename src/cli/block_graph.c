/* SPDX-License-Identifier: MIT */
#include "block_graph.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is known while the edges of one block after the other are appended. */
struct graph_reading {
    msrck_reader *reader;
    struct block_graph *graph;
    uint64_t most;
};

static msrck_result out_of_memory(msrck_error *error)
{
    error->result = MSRCK_SYSTEM;
    snprintf(error->message, sizeof error->message, "out of memory for the graph");
    return MSRCK_SYSTEM;
}

static msrck_result refuse(uint64_t needed, const char *option, msrck_error *error)
{
    error->result = MSRCK_LIMIT;
    snprintf(error->message, sizeof error->message, "the graph needs %llu bytes of memory%s%s",
             (unsigned long long)needed, option[0] != '\0' ? "; raise " : "", option);
    return MSRCK_LIMIT;
}

/* Room for at least one more edge. */
static msrck_result grow(struct graph_reading *reading, msrck_error *error)
{
    struct block_graph *graph = reading->graph;
    uint64_t capacity = graph->capacity == 0 ? 1024 : graph->capacity + graph->capacity / 2;
    uint64_t needed = capacity * sizeof *graph->targets + graph->blocks * sizeof *graph->first;
    uint32_t *targets;

    if (reading->most != 0 && needed > reading->most)
        return refuse(needed, "--max-memory", error);
    if (needed > SIZE_MAX)
        return refuse(needed, "", error);
    targets = realloc(graph->targets, (size_t)(capacity * sizeof *targets));
    if (targets == NULL)
        return out_of_memory(error);
    graph->targets = targets;
    graph->capacity = capacity;
    return MSRCK_OK;
}

static msrck_result append(void *context, const struct block_edge *edge, msrck_error *error)
{
    struct graph_reading *reading = context;
    struct block_graph *graph = reading->graph;
    msrck_block_facts block;
    msrck_result result = MSRCK_OK;
    uint64_t leaf;

    if (!msrck_reader_find_address(reading->reader, edge->address, &block, &leaf)) {
        graph->dangling++;
        return MSRCK_OK;
    }
    if (graph->edges == graph->capacity)
        result = grow(reading, error);
    if (result == MSRCK_OK)
        graph->targets[graph->edges++] = (uint32_t)block.number;
    return result;
}

static msrck_result read_edges(struct graph_reading *reading, msrck_error *error)
{
    struct block_graph *graph = reading->graph;
    struct edge_walk walk = { NULL, NULL };
    msrck_result result = block_edges_begin(&walk, reading->reader, error);
    msrck_block_facts block;

    for (uint64_t b = 1; result == MSRCK_OK && b <= graph->blocks; b++) {
        graph->first[b] = graph->edges;
        if (msrck_reader_block(reading->reader, b, &block))
            result = block_edges(&walk, &block, append, reading, error);
    }
    graph->first[graph->blocks + 1] = graph->edges;
    block_edges_end(&walk);
    return result;
}

msrck_result block_graph_read(msrck_reader *reader, uint64_t most, struct block_graph *graph, msrck_error *error)
{
    struct graph_reading reading = { reader, graph, most };
    uint64_t entries, needed;

    memset(graph, 0, sizeof *graph);
    graph->blocks = msrck_reader_block_count(reader);
    entries = graph->blocks + 2;
    needed = entries * sizeof *graph->first;
    /* Block numbers take 32 bits here: more of them need more memory than machines have. */
    if (graph->blocks >= UINT32_MAX || needed > SIZE_MAX)
        return refuse(needed, "", error);
    if (most != 0 && needed > most)
        return refuse(needed, "--max-memory", error);
    graph->first = calloc((size_t)entries, sizeof *graph->first);
    return graph->first == NULL ? out_of_memory(error) : read_edges(&reading, error);
}

void block_graph_free(struct block_graph *graph)
{
    free(graph->first);
    free(graph->targets);
    memset(graph, 0, sizeof *graph);
}
