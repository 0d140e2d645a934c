/* SPDX-License-Identifier: MIT */
/* A program inside the fuzzer: types, variables and memory of its own, filled from checkpoints and collected into them. */
#ifndef MSRCK_TEST_RESTORED_PROGRAM_H
#define MSRCK_TEST_RESTORED_PROGRAM_H

#include "graph_types.h"

#include "base/byte_buffer.h"
#include "msrm/collection.h"
#include "msrm/restoration.h"

struct program_state {
    struct node *root;
    struct zoo *zoo;
    struct table *table;
    int *pointers[3];
    int numbers[10];
    int gap;                        /* one past the end of the numbers is no other variable */
    const char *text;
    void *end;
};

#define PROGRAM_VARIABLES 7u

struct program {
    struct program_state state;
    struct ti_table *types;
    struct msrlt *msrlt;
    size_t handles[PROGRAM_VARIABLES];
    uint32_t ids[PROGRAM_VARIABLES];
};

void program_begin(struct program *program);
void program_end(struct program *program);
msrck_result program_restore(struct program *program, const struct byte_buffer *file, msrck_error *error);
msrck_result program_collect(struct program *program, struct byte_buffer *file, msrck_error *error);

#endif
