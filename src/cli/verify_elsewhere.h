/* SPDX-License-Identifier: MIT */
/* verify --target and --program: what keeps a good checkpoint from being restored elsewhere. */
#ifndef MSRCK_CLI_VERIFY_ELSEWHERE_H
#define MSRCK_CLI_VERIFY_ELSEWHERE_H

#include <msrck/reader.h>

#include "json_writer.h"
#include "option_table.h"

struct elsewhere_options {
    struct option_texts targets;    /* lists of machines, with commas between them */
    struct option_texts programs;   /* paths */
    uint64_t most;                  /* obstacles to print for each; 0: the default */
    bool quiet;
};

/* "i386,s390x": EXIT_CODE_USAGE after a message when a name is not known, else EXIT_CODE_OK. */
int elsewhere_check_options(const struct elsewhere_options *options);
/* Whether --target=list was given; the table of machines, on standard output or in an array of JSON. */
bool elsewhere_wants_list(const struct elsewhere_options *options);
void elsewhere_list(struct json_writer *writer);

/* Every target and program for one file; `writer` is NULL for text, else in the file's object. The exit code. */
int elsewhere_examine(msrck_reader *reader, const char *path, const struct elsewhere_options *options,
                      struct json_writer *writer);

#endif
