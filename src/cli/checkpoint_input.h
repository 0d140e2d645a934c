/* SPDX-License-Identifier: MIT */
/* Opening the checkpoints that a verb is given, with the limits that its options set. */
#ifndef MSRCK_CLI_CHECKPOINT_INPUT_H
#define MSRCK_CLI_CHECKPOINT_INPUT_H

#include <msrck/reader.h>

#include "option_table.h"

/* Fills an msrck_limits. */
extern const struct option_group limit_options;

/* "-" is standard input. *reader is NULL on failure. */
msrck_result checkpoint_open(const char *path, const msrck_limits *limits, msrck_reader **reader, msrck_error *error);

#endif
