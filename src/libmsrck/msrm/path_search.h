/* SPDX-License-Identifier: MIT */
/*
 * Finding a shortest path of pointers from the variables to a place, breadth first. Only used when a collection or
 * restoration has failed and its message has to name a variable; memory and time matter less there. Works on blocks
 * in memory and on blocks in a file: the owner expands the nodes.
 */
#ifndef MSRCK_MSRM_PATH_SEARCH_H
#define MSRCK_MSRM_PATH_SEARCH_H

#include "msrm/access_path.h"
#include "msrm/number_map.h"

#define PATH_NO_PARENT SIZE_MAX

struct path_node {
    uint64_t key;                   /* identity of the block: address of its first byte, or its canonical address */
    struct block_shape shape;
    size_t parent;                  /* node whose pointer led here; PATH_NO_PARENT: a variable */
    /* leaf of that pointer in the parent; of a variable: its ordinal among the variables */
    uint64_t slot;
    uint64_t entry;                 /* leaf it points to */
};

struct path_search {
    const struct ti_table *types;
    struct path_node *nodes;        /* owned; the queue, and all that was ever in it */
    size_t count, capacity;
    size_t next;                    /* first node that was not expanded */
    size_t most;                    /* nodes at most; the search gives up behind them */
    struct number_map known;        /* keys of all nodes */
    bool failed;                    /* memory ran out or `most` was reached */
    /* Appends a variable's name, and says with which type it was declared. */
    void (*name_variable)(void *context, uint64_t variable, struct byte_buffer *out, uint32_t *declared);
    void *context;
};

/* A block that was reached; nothing happens when it was reached before. */
void msrck_path_search_add(struct path_search *search, uint64_t key, struct block_shape shape, size_t parent,
                           uint64_t slot, uint64_t entry);
/* Index of the next node to expand, or SIZE_MAX when there is none. */
size_t msrck_path_search_next(struct path_search *search);
void msrck_path_search_free(struct path_search *search);

/*
 * Appends the path of leaf `leaf` of the node's block. With `message` not NULL: of the element that holds the leaf,
 * and the message behind it. Very long chains are shortened in the middle.
 */
void msrck_path_search_print(const struct path_search *search, size_t node, uint64_t leaf, const char *message,
                             struct byte_buffer *out);

#endif
