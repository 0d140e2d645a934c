/* SPDX-License-Identifier: MIT */
/* The patch of `msrck diff --json`: schemas/README.md says what its operations mean. Values stay in the file. */
#ifndef MSRCK_CLI_PATCH_OPERATIONS_H
#define MSRCK_CLI_PATCH_OPERATIONS_H

#include "json_input.h"
#include "json_tree.h"

/* Bytes of a value in the patch or in a document. */
struct text_range { uint64_t begin, end; };

/* One step of the way to a value: a key, or an index where `key` is NULL. */
struct patch_step {
    char *key;                      /* owned */
    uint64_t index;
};

struct patch_operation {
    uint64_t block;                 /* of an added one: its number behind "new:" */
    struct patch_step *steps;       /* owned; of "set" */
    size_t step_count;
    struct text_range old, new;     /* "add": new is its elements */
    char *segment, *type, *count;   /* owned; of "add" */
};

struct patch {
    struct json_input input;
    struct patch_operation *sets, *adds;    /* owned; sets ascend by block and way */
    size_t set_count, set_capacity, add_count, add_capacity;
    struct json_node *variables, *frames;   /* owned; the new lists, or NULL */
};

/* Reads the patch on a descriptor that can seek. Free it also after a failure. */
msrck_result patch_read(struct patch *patch, int descriptor, msrck_error *error);
void patch_free(struct patch *patch);

/* Below zero, zero, above zero: by block, then by way. */
int patch_compare_steps(const struct patch_step *a, const struct patch_step *b);

#endif
