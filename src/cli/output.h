/* SPDX-License-Identifier: MIT */
/*
 * The tool's two streams: answers go to standard output, whose flush and close are checked; everything else goes to
 * standard error, one line each.
 */
#ifndef MSRCK_CLI_OUTPUT_H
#define MSRCK_CLI_OUTPUT_H

#include "exit_codes.h"

#define CLI_PRINTF(text, first) __attribute__((format(printf, text, first)))

/* Call first: keeps files from being opened as descriptors 0 to 2 where those are closed. */
void output_begin(void);

/* "msrck: FILE: what is wrong" on standard error; `file` NULL leaves it out. Control characters are masked. */
void output_message(const char *file, const char *format, ...) CLI_PRINTF(2, 3);

/* The message of a failed call of the library, and the exit code of its class. */
int output_error(const char *file, const msrck_error *error);

/* A usage error: the message, and where help is to be found. Returns EXIT_CODE_USAGE. */
int output_usage_error(const char *verb, const char *format, ...) CLI_PRINTF(2, 3);

/* Text from a file to standard output, control characters shown as '?'. */
void output_masked(const char *text);

/* The same, with blanks up to a width. */
void output_masked_padded(const char *text, int width);

/* "-" as messages call it. */
const char *output_file_name(const char *path);

/*
 * Flushes and closes standard output. The code, or EXIT_CODE_SYSTEM with a message when something could not be
 * written.
 */
int output_end(int code);

#endif
