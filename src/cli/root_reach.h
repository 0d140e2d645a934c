/* SPDX-License-Identifier: MIT */
/* How much of the graph hangs on each root. */
#ifndef MSRCK_CLI_ROOT_REACH_H
#define MSRCK_CLI_ROOT_REACH_H

#include "block_graph.h"
#include "root_list.h"

/* Blocks and the bytes of their rows. */
struct amount {
    uint64_t blocks, bytes;
};

/* Each includes the root's own storage. Storage of live variables counts as bytes, not as blocks. */
struct reach {
    struct amount all;              /* reachable from it */
    struct amount only;             /* reachable from it and from no other: what would go with it */
    struct amount first;            /* reached from it and from none before it in the list; these add up */
};

struct reaches {
    struct reach *roots;            /* one for each of the list */
    struct reach *frames;           /* one for each frame: its variables together; `first` is not filled */
    uint32_t *first_root;           /* for each block, from 1: index of the root that reaches it first, plus one */
    struct amount unreachable;
};

/* Everything is O(blocks + edges), for each 64 roots. False when memory is out. Free it in any case. */
bool root_reach_find(msrck_reader *reader, const struct block_graph *graph, const struct root_list *list,
                     const uint64_t *starts, const uint32_t *targets, struct reaches *reaches);
void root_reach_free(struct reaches *reaches);

/*
 * The blocks that each root points to directly or, where it is a block of its own, that block: starts[i] to starts[i + 1]
 * of *targets. Both are the caller's to free, in any case.
 */
msrck_result root_reach_starts(msrck_reader *reader, const struct root_list *list, uint64_t **starts,
                               uint32_t **targets, msrck_error *error);

#endif
