/* SPDX-License-Identifier: MIT */
/* -MD and its like: files with the rules of a makefile, as the compiler would have written them. */
#ifndef MSRCK_PRECOMPILER_DEPENDENCY_FILE_H
#define MSRCK_PRECOMPILER_DEPENDENCY_FILE_H

#include "toolchain.h"

/* Adds the name of the file and of its target, which the compiler would take from a temporary file. The file's name, or NULL where none is written; for free(). */
char *dependency_file_name(struct program_arguments *arguments, const struct command_line *line, const struct argument *input);
/* Removes the headers that are put before every source: no part of it, and gone where msrck is. False after a message. */
bool dependency_file_clean(const char *path, const char *prelude);

#endif
