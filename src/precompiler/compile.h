/* SPDX-License-Identifier: MIT */
/* One C source on its way to an object: preprocessed, transformed, compiled. */
#ifndef MSRCK_PRECOMPILER_COMPILE_H
#define MSRCK_PRECOMPILER_COMPILE_H

#include "toolchain.h"

/* To `output`, an object or (-S) assembly; NULL with --check. The exit status of the step that failed, or 0. */
int compile_source(const struct toolchain *toolchain, const struct argument *input, const char *output);

/* Whether the input needs no preprocessing, by its name or -x. */
bool source_is_preprocessed(const struct argument *input);

/* ---- Paths and files ---- */

/* Behind the last slash. */
const char *path_last_part(const char *path);
/* The path with another ending, or one more where it has none. For free(). */
char *path_with_ending(const char *path, const char *ending);
/* False after a message. */
bool file_write(const char *path, const char *text);

#endif
