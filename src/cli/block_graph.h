/* SPDX-License-Identifier: MIT */
/*
 * The MSR graph of a checkpoint, blocks and edges only, in memory: 8 bytes a block and 4 an edge. The data is read once,
 * in file order.
 */
#ifndef MSRCK_CLI_BLOCK_GRAPH_H
#define MSRCK_CLI_BLOCK_GRAPH_H

#include "block_edges.h"

struct block_graph {
    uint64_t blocks;                /* numbered from 1 */
    uint64_t *first;                /* first[b] .. first[b + 1]: the edges of block b; blocks + 2 entries */
    uint32_t *targets;              /* block that each edge leads to */
    uint64_t edges, capacity;
    uint64_t dangling;              /* pointers that lead nowhere, which are no edges */
};

/* MSRCK_LIMIT when it needs more than `most` bytes (0: any number). Free it in any case. */
msrck_result block_graph_read(msrck_reader *reader, uint64_t most, struct block_graph *graph, msrck_error *error);
void block_graph_free(struct block_graph *graph);

/*
 * The strongly connected components, in an order in which no edge leads to a later one. `component` has an entry for
 * each block, from 1; `order` has the blocks, those of a component together.
 */
struct graph_components {
    uint32_t count;
    uint32_t *component;
    uint32_t *order;
};

/* False when memory is out. Free it in any case. */
bool graph_components_find(const struct block_graph *graph, struct graph_components *components);
void graph_components_free(struct graph_components *components);

#endif
