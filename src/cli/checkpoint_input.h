/* SPDX-License-Identifier: MIT */
/* Opening the checkpoints that a verb is given, with the limits and the threads that its options set. */
#ifndef MSRCK_CLI_CHECKPOINT_INPUT_H
#define MSRCK_CLI_CHECKPOINT_INPUT_H

#include <msrck/reader.h>

#include "option_table.h"

/* Fills an msrck_limits. */
extern const struct option_group limit_options;
/* --threads, for all verbs that read contents: comes with limit_options. */
extern const struct option_group thread_options;
/* Where its value goes. */
void *thread_target(void);
/* The value; at least 1. */
unsigned checkpoint_threads(void);

struct checkpoint_input {
    msrck_reader *reader;           /* NULL when it could not be opened */
    int descriptor;                 /* -1 when there is none of its own */
};

/* The descriptor stays the caller's. */
msrck_result checkpoint_open_descriptor(int descriptor, const msrck_limits *limits, msrck_reader **reader,
                                        msrck_error *error);
/*
 * "-" is standard input. Messages leave the path out: whoever prints them puts it before. Close it also after a
 * failure.
 */
msrck_result checkpoint_open(const char *path, const msrck_limits *limits, struct checkpoint_input *input,
                             msrck_error *error);
void checkpoint_close(struct checkpoint_input *input);

#endif
