/* SPDX-License-Identifier: MIT */
/* Opening the checkpoints that a verb is given, with the limits that its options set. */
#ifndef MSRCK_CLI_CHECKPOINT_INPUT_H
#define MSRCK_CLI_CHECKPOINT_INPUT_H

#include <msrck/reader.h>

#include "option_table.h"

/* Fills an msrck_limits. */
extern const struct option_group limit_options;

struct checkpoint_input {
    msrck_reader *reader;           /* NULL when it could not be opened */
    int descriptor;                 /* -1 when there is none of its own */
};

/*
 * "-" is standard input. Messages leave the path out: whoever prints them puts it before. Close it also after a
 * failure.
 */
msrck_result checkpoint_open(const char *path, const msrck_limits *limits, struct checkpoint_input *input,
                             msrck_error *error);
void checkpoint_close(struct checkpoint_input *input);

#endif
