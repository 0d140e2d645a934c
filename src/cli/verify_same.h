/* SPDX-License-Identifier: MIT */
/* msrck verify --same: whether two checkpoints hold the same state. */
#ifndef MSRCK_CLI_VERIFY_SAME_H
#define MSRCK_CLI_VERIFY_SAME_H

#include <msrck/reader.h>

#include "json_writer.h"

/*
 * Compares two checkpoints that have been found good: the same variables and frames, graphs of the same shape, equal
 * values. The first difference is printed unless `quiet` is set; with a writer as members of the JSON document.
 * Returns the exit code.
 */
int verify_same(const char *path_a, const char *path_b, const msrck_limits *limits, bool quiet,
                struct json_writer *writer);

#endif
