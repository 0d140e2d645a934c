/* SPDX-License-Identifier: MIT */
/*
 * Options as tables: the parser, the help text and the completions are made from the same rows. A verb has one or
 * more groups of options; each group fills a struct of its own.
 */
#ifndef MSRCK_CLI_OPTION_TABLE_H
#define MSRCK_CLI_OPTION_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum option_kind {
    OPTION_FLAG,                    /* bool */
    OPTION_CHOICE,                  /* unsigned, becomes `choice`: --quick, --deep */
    OPTION_COUNT,                   /* uint64_t, a decimal number */
    OPTION_SIZE,                    /* uint64_t, bytes: a number with KiB, MiB or GiB behind it, or none */
    OPTION_TIME,                    /* uint64_t, nanoseconds: seconds with a fraction, or with s, m, h or d behind it */
    OPTION_TEXT,                    /* const char *, borrowed from argv; the last one counts */
    OPTION_TEXTS                    /* struct option_texts: may be given several times */
};

#define MOST_OPTION_TEXTS 64u

/* What an option of kind OPTION_TEXTS collects, in order. */
struct option_texts {
    const char *items[MOST_OPTION_TEXTS];
    size_t count;
};

struct option {
    const char *name;               /* without the dashes */
    char letter;                    /* or 0 */
    enum option_kind kind;
    unsigned choice;                /* of OPTION_CHOICE; of OPTION_COUNT: the largest number, 0 for any */
    size_t place;                   /* offset of the member in the group's struct */
    const char *argument;           /* "N" in the help text; NULL for those without */
    const char *help;               /* one line, no full stop */
};

struct option_group {
    const char *title;
    const struct option *options;
    size_t count;
};

struct verb;

/*
 * Calls for each group of a verb in order; `index` is that of the verb's table. Stops at true and returns it. Verbs
 * with limit_options read contents and so have thread_options and progress_options, too.
 */
bool option_table_each_group(const struct verb *verb, bool (*call)(void *context, const struct option_group *group,
                                                                   size_t index), void *context);

/*
 * Takes the options out of argv[0 .. count); what is left are operands, moved to its beginning. Options and
 * operands may be mixed; "--" ends the options; "-" is an operand. targets[i] is the struct that group i of the
 * verb fills. -1, or the exit code after a message (EXIT_CODE_USAGE) or the help text (EXIT_CODE_OK) was printed.
 */
int option_table_parse(const struct verb *verb, void *const *targets, int count, char **argv, int *operands);

/* The help text of a verb, on standard output. */
void option_table_help(const struct verb *verb);

/* "512", "64KiB", "2 GiB" is not: no space. False when it is no size. */
bool option_table_size(const char *text, uint64_t *bytes);

#endif
