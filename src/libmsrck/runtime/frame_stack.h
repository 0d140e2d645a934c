/* SPDX-License-Identifier: MIT */
/*
 * Native copies of the frames that return one after the other while a checkpoint is collected, innermost first: live
 * variables, and the address-taken locals with the addresses they had. From these the checkpoint is written; from these
 * a program that stays goes on.
 */
#ifndef MSRCK_RUNTIME_FRAME_STACK_H
#define MSRCK_RUNTIME_FRAME_STACK_H

#include <msrck/msrck.h>

#include "base/byte_buffer.h"
#include "runtime/program_tables.h"

struct local_copy {
    void *address;         /* where the local is while its function is active */
    uint64_t count;        /* values of the table's type; 0: not alive */
    size_t offset, length; /* of its bytes in frame_stack.bytes */
};

struct frame_copy {
    uint32_t function;        /* number in the program's tables */
    uint32_t point;           /* ordinal from 1 */
    size_t live, live_length; /* in frame_stack.bytes; length 0: no live variables */
    const msrck_locals *set;  /* whose locals these are; NULL: none */
    size_t first_local;       /* in frame_stack.locals */
};

struct frame_stack {
    struct frame_copy *frames;
    size_t count, capacity;
    struct local_copy *locals;
    size_t local_count, local_capacity;
    struct byte_buffer bytes;
    size_t last_claim; /* frame that claimed a set of locals last, plus one; 0: none */
    msrck_error error; /* the first thing that went wrong while frames were returning */
};

/* Empties the stack and gives its memory back. */
void msrck_frame_stack_clear(struct frame_stack *stack);

/*
 * Copies one activation that is about to return: its live variables, and the set of locals on top of the chain when it
 * belongs to `table`. On failure the stack is as before but for unused bytes.
 */
msrck_result msrck_frame_stack_push(struct frame_stack *stack, const struct program_tables *tables,
                                    const struct ti_table *types, const msrck_frame_table *table, int point,
                                    const void *live, msrck_error *error);

/* The bytes at an offset; valid until the next push. */
static inline unsigned char *msrck_frame_stack_at(const struct frame_stack *stack, size_t offset)
{
    return stack->bytes.bytes + offset;
}

#endif
