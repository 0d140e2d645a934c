/* SPDX-License-Identifier: MIT */
/* What the pre-compiler knows of functions outside the program: of the C library, POSIX and GNU. */
#ifndef MSRCK_PRECOMPILER_LIBRARY_FUNCTIONS_H
#define MSRCK_PRECOMPILER_LIBRARY_FUNCTIONS_H

/* What is done about a call. */
enum library_action {
    LIBRARY_TYPED,          /* `text` is called instead, with a description before the arguments; `plain` where its address is taken */
    LIBRARY_RENAMED,        /* `text` is called instead, in calls and where its address is taken */
    LIBRARY_WRAPPED,        /* `text` stands before the call, ")" behind it; `plain`: what else there is to say, or NULL */
    LIBRARY_TM,             /* struct tm in static storage */
    LIBRARY_HELD,           /* calls functions of the program: no poll-points inside */
    LIBRARY_OBSTACLE        /* cannot migrate: `text` says why and what to do */
};

typedef struct library_function {
    const char *name;
    enum library_action action;
    const char *text, *plain;
} library_function;

/* NULL for functions there is nothing to say of. */
const library_function *library_function_find(const char *name);

#endif
