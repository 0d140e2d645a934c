/* SPDX-License-Identifier: MIT */
/* A checkpoint with one of every kind of type, block and pointer, for the tests of the reader and the tool. */
#ifndef READER_SAMPLE_H
#define READER_SAMPLE_H

#include "graph_builder.h"

#define SAMPLE_NUMBERS 100000u      /* doubles in the block `numbers` points to: several chunks */

/* What is wrong in the file that is made. */
enum sample_fault {
    FAULT_NONE,
    FAULT_POINTER,                  /* a pointer outside of every block */
    FAULT_POINTER_TYPE,             /* a struct node * to a double */
    FAULT_FUNCTION,                 /* a function number too large */
    FAULT_UNION,                    /* a member number too large */
    FAULT_OPAQUE,                   /* a handle whose bytes are a heap block */
    FAULT_BOOL,                     /* a _Bool of 2; deep */
    FAULT_BITS,                     /* a 3-bit field of 9; deep */
    FAULT_TAG,                      /* a union whose tag names another member; deep */
    FAULT_UNION_PADDING,            /* bytes behind the active member; deep */
    FAULT_COUNT_
};

/* Name of the fault, and the id of the finding that verify must report. */
const char *sample_fault_name(enum sample_fault fault);
const char *sample_fault_finding(enum sample_fault fault);
bool sample_fault_is_deep(enum sample_fault fault);

void reader_sample(const struct codec_choice *codec, enum sample_fault fault, struct byte_buffer *bytes);

#endif
