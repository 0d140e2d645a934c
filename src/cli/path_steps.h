/* SPDX-License-Identifier: MIT */
/* What a path is made of: shared by parsing (path_query.c) and walking (path_walk.c). */
#ifndef MSRCK_CLI_PATH_STEPS_H
#define MSRCK_CLI_PATH_STEPS_H

#include <stdarg.h>

#include "path_query.h"

#define MOST_STEPS 256u

enum step_kind {
    STEP_FIELD,
    STEP_INDEX,
    STEP_RANGE,
    STEP_ALL,                       /* [*]: every element, behind a pointer to the end of the block */
    STEP_ALL_FIELDS                 /* .*: every field, pointers followed */
};

struct path_step {
    enum step_kind kind;
    char *name;                     /* STEP_FIELD; owned */
    int64_t first, last;            /* STEP_INDEX, STEP_RANGE; negative before where a pointer points to */
};

struct path_query {
    char *text;                     /* owned */
    unsigned dereferences;          /* asterisks before the path */
    size_t root, root_end;          /* of the text: the first name */
    struct path_step steps[MOST_STEPS];
    size_t count;
    uint64_t repeat;                /* behind @, or 0 */
};

/* Sets a message of class MSRCK_MISUSE where none is set. */
msrck_result path_fail(msrck_error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * The variable that the path begins with; *step is the first step behind it: names registered with a dot, and function.variable, take more than the first name.
 */
msrck_result path_find_root(const struct path_query *query, msrck_reader *reader, msrck_value *value, size_t *step, msrck_error *error);

#endif
