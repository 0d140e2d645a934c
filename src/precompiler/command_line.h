/* SPDX-License-Identifier: MIT */
/*
 * The command line of msrck cc: its own options, and those of the compiler it wraps, sorted by the step that they belong to.
 */
#ifndef MSRCK_PRECOMPILER_COMMAND_LINE_H
#define MSRCK_PRECOMPILER_COMMAND_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "unit.h"

/* What the compiler is asked to make. */
enum compile_goal {
    GOAL_LINK, GOAL_OBJECT, GOAL_ASSEMBLY,
    GOAL_OTHER                      /* -E, -M, --version, nothing at all: the compiler's own business */
};

enum argument_kind {
    ARGUMENT_OPTION,                /* of every step */
    ARGUMENT_PREPROCESSOR,          /* -D, -I, -include ... */
    ARGUMENT_DEPENDENCIES,          /* -MD, -MF FILE ... */
    ARGUMENT_LINKER,                /* -l, -L, -Wl, ... */
    ARGUMENT_KEEP,                  /* -save-temps */
    ARGUMENT_LANGUAGE,              /* -x LANGUAGE */
    ARGUMENT_OUTPUT,                /* -o FILE */
    ARGUMENT_GOAL,                  /* -c, -S, -E ... */
    ARGUMENT_INPUT
};

struct argument {
    enum argument_kind kind;
    const char *text;
    const char *value;              /* where it is an argument of its own; else NULL */
    const char *language;           /* of an input: that of the last -x, or NULL */
    bool c_source;                  /* an input that is transformed */
};

/* Where a build of the library and its headers are; NULL: not given. */
struct command_line {
    const char *compiler;           /* --cc */
    const char *target;             /* --target */
    const char *library;            /* --msrck-lib: a directory with libmsrck.a */
    const char *include;            /* --msrck-include: a directory with msrck/precompiled.h */
    const char *program_name;       /* --program-name */
    const char *report_file;        /* --report=FILE */
    enum poll_choice poll;
    bool strict, check, report, keep, help;
    enum compile_goal goal;
    const char *output;             /* -o */
    bool dependencies;              /* -MD or -MMD */
    const char *dependency_file;    /* -MF */
    bool dependency_target;         /* -MT or -MQ was given */
    bool partial, shared;           /* -r; -shared */
    struct argument *arguments;     /* in order, without msrck's own */
    size_t count, capacity;
    size_t inputs, c_sources;
    char **owned;                   /* texts out of @files */
    size_t owned_count, owned_capacity;
};

/* The exit code, after a message, or -1: go on. */
int command_line_parse(struct command_line *line, int count, char **argv);
void command_line_free(struct command_line *line);
/* Whether an option with that spelling is there. */
bool command_line_has(const struct command_line *line, const char *option);
void command_line_help(void);

#endif
