/* SPDX-License-Identifier: MIT */
/* What the parts of `msrck graph` share. */
#ifndef MSRCK_CLI_GRAPH_H
#define MSRCK_CLI_GRAPH_H

#include "block_edges.h"
#include "graph_picture.h"

/* Blocks to draw. */
struct selection {
    uint64_t *blocks;               /* owned; ascending */
    size_t count, capacity;
    bool limited;                   /* there were more than `most` */
    /* A root that is part of a block: only its edges are followed there. Block 0: none. */
    uint64_t part_block, part_leaf, part_leaves;
};

struct selection_wish {
    const char *root;               /* a path, or NULL: everything */
    bool by_depth;                  /* only what is within `depth` pointers of the roots */
    uint64_t depth;
    uint64_t most;                  /* blocks */
};

/* Breadth first. Free selection->blocks in any case. */
msrck_result graph_select(msrck_reader *reader, const struct selection_wish *wish, struct selection *selection,
                          msrck_error *error);

/* A node for each block. */
msrck_result graph_draw_blocks(msrck_reader *reader, const struct selection *selection, struct picture *picture,
                               msrck_error *error);
/* A node for each type and segment; variables keep a node of their own where they are few. */
msrck_result graph_draw_types(msrck_reader *reader, const struct selection *selection, struct picture *picture,
                              msrck_error *error);

/*
 * What is in a block, a line for each scalar, as far as there is room. Pointers are left to the edges but for NULL and those
 * that lead to blocks that are not selected.
 */
msrck_result graph_block_lines(msrck_reader *reader, uint64_t block, const struct selection *selection,
                               struct text_buffer *lines, msrck_error *error);
bool graph_selected(const struct selection *selection, uint64_t block);

/* Runs `dot -Tsvg` with the DOT text; the exit code, after a message when it is not EXIT_CODE_OK. */
int graph_run_dot(FILE *dot_text, FILE *svg);

/* One page that explores the checkpoint; `most` blocks of a kind and elements of an array (0: all). */
msrck_result graph_write_page(msrck_reader *reader, const char *title, uint64_t most, FILE *stream, msrck_error *error);

msrck_result graph_out_of_memory(msrck_error *error);

#endif
