/* SPDX-License-Identifier: MIT */
/* What the two parts of applying a patch share. */
#ifndef MSRCK_CLI_PATCHING_H
#define MSRCK_CLI_PATCHING_H

#include <msrck/reader.h>

#include <stdio.h>

#include "patch_operations.h"

struct patching {
    struct patch patch;
    int patch_descriptor;
    struct json_input base;         /* the document that is changed */
    msrck_reader *reader;           /* borrowed; of the same checkpoint */
    FILE *out;
    uint64_t copied;                /* bytes of the document that are in the output, or replaced there */
    size_t applied;                 /* sets */
    char **targets;                 /* owned; functions that values of the patch name */
    size_t target_count;
};

/* Everything before the offset of the document that is not in the output yet. */
bool patching_copy_up_to(struct patching *patching, uint64_t offset);

/* patch_lists.c: what stands in the place of the document's next value. */
bool patching_put_variables(struct patching *patching);
bool patching_put_frames(struct patching *patching);
/* The program, with the functions that were found among its targets. */
bool patching_change_program(struct patching *patching);
/* Finds the functions that values of the patch name: those that the program's targets lack have to be added. */
bool patching_gather_targets(struct patching *patching);

#endif
