/* SPDX-License-Identifier: MIT */
/*
 * What `msrck graph` draws: nodes that stand for one block or for many, in the columns of their segments, and edges
 * with labels. Small enough to be looked at, so everything is kept as text.
 */
#ifndef MSRCK_CLI_GRAPH_PICTURE_H
#define MSRCK_CLI_GRAPH_PICTURE_H

#include <stdio.h>

#include <msrck/reader.h>

#include "text_buffer.h"

struct picture_node {
    msrck_segment segment;
    uint64_t id;                    /* unique: the block's number, or that of the first block it stands for */
    char *title, *names, *body;     /* owned; body in lines */
    bool many;                      /* stands for many blocks */
};

struct picture_edge {
    size_t from, to;                /* nodes */
    char *label;                    /* owned */
};

struct picture {
    struct picture_node *nodes;
    size_t node_count, node_capacity;
    struct picture_edge *edges;
    size_t edge_count, edge_capacity;
    struct text_buffer note;        /* what is left out or folded; "" when all is shown */
    bool failed;                    /* memory was out */
};

/* Copies the texts. The index of the node. */
size_t picture_add_node(struct picture *picture, msrck_segment segment, uint64_t id, const char *title,
                        const char *names, const char *body, bool many);
void picture_add_edge(struct picture *picture, size_t from, size_t to, const char *label);
void picture_free(struct picture *picture);

/* The language of Graphviz. */
void picture_write_dot(const struct picture *picture, const char *name, FILE *stream);

#endif
