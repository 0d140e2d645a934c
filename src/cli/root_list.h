/* SPDX-License-Identifier: MIT */
/*
 * What a program can name: variables, the live variables of its frames, their address-taken locals. Each is a root of
 * the graph.
 */
#ifndef MSRCK_CLI_ROOT_LIST_H
#define MSRCK_CLI_ROOT_LIST_H

#include <msrck/reader.h>

enum root_kind { ROOT_GLOBAL, ROOT_COLLECTED, ROOT_LIVE, ROOT_LOCAL };

struct root {
    enum root_kind kind;
    char *name;                     /* owned: "grid", "merge.root", "merge#2.root" for the third frame of merge */
    uint32_t frame;                 /* or MSRCK_NO_INDEX */
    uint32_t type;                  /* declared; of a flexible member its element type */
    uint64_t block;
    /* A live variable is a field of its block: its leaves. Otherwise the whole block. */
    uint64_t leaf, leaves;
    uint64_t bytes;                 /* its own, as stored in rows; a flexible member of a live block is not counted */
};

struct root_list {
    struct root *roots;
    size_t count, capacity;
};

/* Variables in file order, then frames, innermost first. False when memory is out. Free it in any case. */
bool root_list_find(const msrck_reader *reader, struct root_list *list);
void root_list_free(struct root_list *list);

/* "global", "root", "live", "local". */
const char *root_kind_text(enum root_kind kind);

/* "merge", "merge#2": a frame as paths name it. NULL when memory is out; free it. */
char *frame_name(const msrck_reader *reader, uint32_t frame);

/* Bytes of all rows of a block. */
uint64_t block_bytes(const msrck_reader *reader, const msrck_block_facts *block);
/* "grid", "merge.a", "merge" for its live variables, or "" for a block that nothing names; free it. NULL: memory. */
char *block_name(const msrck_reader *reader, uint64_t block);

#endif
