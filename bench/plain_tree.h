/* SPDX-License-Identifier: MIT */
/* The tree workload in plain C, from malloc: for the limits and for libtirpc. */
#ifndef MSRCK_BENCH_PLAIN_TREE_H
#define MSRCK_BENCH_PLAIN_TREE_H

#include "workload.h"

struct node { int value; struct node *left, *right; };

/* A balanced tree of n nodes, allocated in traversal order or shuffled. */
static inline struct node *build_plain_tree(uint32_t n, int shuffled)
{
    struct node **nodes = must_allocate(n * sizeof *nodes), *root;
    uint32_t *left, *right, *order = make_order(n, shuffled, 42);

    make_tree_shape(n, &left, &right);
    for (uint32_t k = 0; k < n; k++)
        nodes[order[k]] = must_allocate(sizeof(struct node));
    for (uint32_t i = 0; i < n; i++) {
        nodes[i]->value = (int)(i * 2654435761u);
        nodes[i]->left = left[i] == NO_CHILD ? NULL : nodes[left[i]];
        nodes[i]->right = right[i] == NO_CHILD ? NULL : nodes[right[i]];
    }
    root = nodes[0];
    free(nodes);
    free(left);
    free(right);
    free(order);
    return root;
}

#endif
