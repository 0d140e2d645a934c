/* SPDX-License-Identifier: MIT */
/* The verbs: one file each, one row each in the table of main.c. */
#ifndef MSRCK_CLI_VERB_H
#define MSRCK_CLI_VERB_H

#include "option_table.h"

#define MOST_OPTION_GROUPS 4

struct verb {
    const char *name;
    const char *operands;           /* "FILE...", as the usage line shows it */
    const char *summary;            /* one line, no full stop */
    const char *description;        /* some lines for its help text, or "" */
    int least_operands, most_operands;      /* most -1: any number */
    const struct option_group *groups[MOST_OPTION_GROUPS];      /* NULL behind the last */
    /* `argv` is what stands behind the verb's name. Returns the exit code. */
    int (*run)(const struct verb *verb, int count, char **argv);
};

extern const struct verb verb_info, verb_dump, verb_get, verb_diff, verb_verify, verb_stat, verb_graph, verb_convert, verb_ps, verb_checkpoint, verb_migrate, verb_cc, verb_help, verb_version, verb_completion;

/* All verbs, in the order in which help lists them; NULL behind the last. */
extern const struct verb *const verb_table[];

const struct verb *verb_find(const char *name);
/* "unknown verb" with the most similar one as a hint. Returns EXIT_CODE_USAGE. */
int verb_unknown(const char *name);

#endif
