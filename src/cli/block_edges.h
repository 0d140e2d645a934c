/* SPDX-License-Identifier: MIT */
/* The pointers in a block: the edges of the MSR graph that leave it. */
#ifndef MSRCK_CLI_BLOCK_EDGES_H
#define MSRCK_CLI_BLOCK_EDGES_H

#include <msrck/reader.h>

/* A pointer, or the bytes of an opaque handle, that is not NULL. */
struct block_edge {
    uint64_t leaf;                  /* its place in the block */
    uint32_t type;                  /* of the pointer or handle */
    uint64_t address;               /* canonical address it holds; may lead nowhere in a damaged file */
};

/* Anything but MSRCK_OK ends the walk. */
typedef msrck_result block_edge_visit(void *context, const struct block_edge *edge, msrck_error *error);

/* Where the pointers of each type are. One serves a reader for its life; fill with block_edges_begin(). */
struct edge_walk {
    msrck_reader *reader;
    struct edge_plan *plans;        /* owned; one a type */
};

msrck_result block_edges_begin(struct edge_walk *walk, msrck_reader *reader, msrck_error *error);
void block_edges_end(struct edge_walk *walk);

/* Calls visit for the edges of a block in the order of their leaves. */
msrck_result block_edges(struct edge_walk *walk, const msrck_block_facts *block, block_edge_visit *visit, void *context,
                         msrck_error *error);

#endif
