/* SPDX-License-Identifier: MIT */
/* Running the compiler, and temporary files that are gone afterwards, also when a signal ends this process. */
#ifndef MSRCK_PRECOMPILER_RUN_PROGRAM_H
#define MSRCK_PRECOMPILER_RUN_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

/* Arguments of a program; texts are borrowed, but for those of program_own(). All zero: none. */
struct program_arguments {
    const char **items;             /* NULL behind the last */
    size_t count, capacity;
    char **owned;
    size_t owned_count;
};

void program_add(struct program_arguments *arguments, const char *text);
/* Takes `text` over. */
void program_own(struct program_arguments *arguments, char *text);
/* `text` and, unless NULL, `value`. */
void program_add_pair(struct program_arguments *arguments, const char *text, const char *value);
/* The words of a text with blanks between them, as in CC="ccache gcc"; copies of them. */
void program_add_words(struct program_arguments *arguments, const char *text);
void program_free(struct program_arguments *arguments);

/* Runs it and waits. Its exit status; 128 + N where signal N ended it; 127 after a message where it cannot be run. */
int program_run(const struct program_arguments *arguments);
/* The same, without its messages. */
int program_run_quietly(const struct program_arguments *arguments);
/* As program_run(); what it writes to standard output, without newlines at its end, becomes *output, for free(). */
int program_ask(const struct program_arguments *arguments, char **output);
/* Becomes that program. Returns 127 after a message. */
int program_become(const struct program_arguments *arguments);

/* A path in this process's temporary directory, which is made by the first call; NULL after a message. The name ends in `name`. Borrowed until temporary_remove(). */
const char *temporary_path(const char *name);
/* Removes all of them. */
void temporary_remove(void);

#endif
