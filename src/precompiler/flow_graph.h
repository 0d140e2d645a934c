/* SPDX-License-Identifier: MIT */
/*
 * The control-flow graph of a function and which variables are live in it: those whose value may still be read before it is written again.
 *
 * Variables are numbers. Uses and definitions are noted in the order in which they happen in their block.
 */
#ifndef MSRCK_PRECOMPILER_FLOW_GRAPH_H
#define MSRCK_PRECOMPILER_FLOW_GRAPH_H

#include <stdbool.h>
#include <stddef.h>

typedef struct flow_graph flow_graph;

flow_graph *flow_new(void);
void flow_free(flow_graph *graph);

/* Blocks are numbered from 0, the entry. */
unsigned flow_block(flow_graph *graph);
void flow_edge(flow_graph *graph, unsigned from, unsigned to);
void flow_use(flow_graph *graph, unsigned block, unsigned variable);
void flow_define(flow_graph *graph, unsigned block, unsigned variable);

/* Once, when the graph is whole. */
void flow_solve(flow_graph *graph, size_t variables);
/* Whether the variable is live at the beginning of the block. */
bool flow_live(const flow_graph *graph, unsigned block, unsigned variable);

#endif
