/* SPDX-License-Identifier: MIT */
/*
 * Files that verbs write with -o. They appear whole, or not at all: written to a file without a name in the same
 * folder, flushed to the disk, then given the name. Nothing is overwritten unless asked for, and never the input.
 */
#ifndef MSRCK_CLI_OUTPUT_FILE_H
#define MSRCK_CLI_OUTPUT_FILE_H

#include <stdbool.h>
#include <stdio.h>

struct output_file {
    FILE *stream;                   /* what to write to; standard output for "-" */
    char *path;                     /* owned; NULL for standard output */
    char *temporary;                /* owned; name to remove, or NULL while the file has none */
    bool direct;                    /* a pipe or device, written in place */
    bool force;
};

enum output_form { OUTPUT_TEXT, OUTPUT_BINARY };

/*
 * Opens the input first, then call this. `path` NULL or "-" is standard output, which must not be a terminal for
 * binary output. `source` (or NULL) is the path of the input. EXIT_CODE_OK, or another code after its message; then
 * there is nothing to close.
 */
int output_file_begin(const char *path, bool force, enum output_form form, const char *source,
                      struct output_file *file);

/* Gives the file its name. The code, after a message when it is not EXIT_CODE_OK; then nothing is left behind. */
int output_file_commit(struct output_file *file);

/* Leaves nothing behind; what was written to standard output stays. */
void output_file_discard(struct output_file *file);

#endif
