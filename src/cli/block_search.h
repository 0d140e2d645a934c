/* SPDX-License-Identifier: MIT */
/*
 * What is reachable, and how: a breadth-first walk over the blocks of a checkpoint that remembers, for each block it
 * meets, the pointer that led there first. Takes 16 bytes for each block of the file and nothing else that grows.
 */
#ifndef MSRCK_CLI_BLOCK_SEARCH_H
#define MSRCK_CLI_BLOCK_SEARCH_H

#include <msrck/reader.h>

struct block_search {
    msrck_reader *reader;
    uint64_t *parents;              /* owned; by block: 0 not met, ROOT, or the address of the pointer that led there */
    uint64_t *queue;                /* owned; blocks in the order in which they were met */
    uint64_t count, done;           /* of the queue */
    uint64_t current;               /* address of the block whose pointers are visited ... */
    uint64_t first, end;            /* ... from this leaf to that one */
};

/* A block from which the walk begins, in `parents`. */
#define BLOCK_SEARCH_ROOT UINT64_MAX

msrck_result block_search_begin(struct block_search *search, msrck_reader *reader, msrck_error *error);
void block_search_end(struct block_search *search);

/* Begins at a block; at all variables and frames. */
void block_search_add(struct block_search *search, uint64_t block);
void block_search_add_roots(struct block_search *search);
/* Begins at what the pointers between two leaves of a block point to. */
msrck_result block_search_add_value(struct block_search *search, uint64_t block, uint64_t first, uint64_t end,
                                    msrck_error *error);
/* Follows pointers at most `depth` times in a row. */
msrck_result block_search_run(struct block_search *search, uint64_t depth, msrck_error *error);

static inline bool block_search_met(const struct block_search *search, uint64_t block)
{
    return search->parents[block] != 0;
}

/*
 * How a program would spell the value of a type at a leaf of a block: "main.root->left.value"; by the shortest way
 * from a root, or beginning with the block ("heap#12[3]") where there is none or a pointer leads into its middle. The
 * paths are those of `msrck get`. Free with free(); NULL when memory is out.
 */
char *block_search_path(struct block_search *search, uint64_t block, uint64_t leaf, uint32_t type);

#endif
