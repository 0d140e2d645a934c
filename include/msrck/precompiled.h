/* SPDX-License-Identifier: MIT */
/*
 * msrck/precompiled.h - what code that `msrck cc` emits calls
 *
 * ## Purpose
 *
 * The pre-compiler puts this header before the text of every source, while that is preprocessed; nobody includes it by hand. It includes no system header, so the feature
 * macros of the source still count, and it leaves no macro behind: emitted code is not preprocessed again.
 *
 * What may be written in C by hand stands in msrck/msrck.h; a source that includes that, too, sees the same declarations twice.
 */
#ifndef MSRCK_PRECOMPILED_H
#define MSRCK_PRECOMPILED_H

#pragma GCC system_header

#include "description.h"
#include "precompiled_frames.h"
#include "precompiled_memory.h"

/* Emitted code is C. */
#ifndef __cplusplus

#pragma GCC visibility push(default)

/* ---- The program ------------------------------------------------------------------------------------------ */

/*
 * The whole life of a program: msrck_init, the program's own main, again as often as a checkpoint in place or a failed one asks for it, msrck_finish. `program` calls that main with as
 * many arguments as it has. Returns what main returns. Also where the program calls exit(), a checkpoint that is still being written is waited for.
 */
int msrck_cc_main(int count, char **values, char **environment, int (*program)(int, char **, char **),
                  const msrck_program *tables);

/* Of constants whose types cannot be described: nothing is saved. */
extern const msrck_opaque_handlers msrck_cc_constant;

/*
 * A file with static functions or variables, whose names in checkpoints begin with its own: "file.c:function". Where two files of one name have the same, all such names of
 * both begin with as much of the files' paths as tells them apart.
 */
struct msrck_cc_file {
    const char *label;              /* "file.c" */
    const char *path;               /* "project/part/file.c": its last parts */
    const char **const *names;      /* where the names stand; they are changed in place */
    __SIZE_TYPE__ count;
};
extern const struct msrck_cc_file *const __start_msrck_files[] __attribute__((weak, visibility("hidden")));
extern const struct msrck_cc_file *const __stop_msrck_files[] __attribute__((weak, visibility("hidden")));
/* Before msrck_cc_main(). What memory does not suffice for keeps its name, which msrck_init() then refuses. */
void msrck_cc_tell_files_apart(const struct msrck_cc_file *const *files, const struct msrck_cc_file *const *end);

/*
 * What one link makes, the program or a shared library of it, with the tables of the objects in it. A shared library adds its own before main() runs, by a constructor that
 * `msrck cc -shared` puts into it. What is loaded later is no part of the state.
 */
struct msrck_cc_module {
    msrck_program tables;
    const struct msrck_cc_file *const *files, *const *files_end;
    const char *name;               /* "libpart" */
    struct msrck_cc_module *next;
};
void msrck_cc_add_module(struct msrck_cc_module *module);
/* msrck_cc_main() with the tables of the program and of its shared libraries, whose files are told apart before. */
int msrck_cc_run(int count, char **values, char **environment, int (*program)(int, char **, char **), struct msrck_cc_module *own);

/* Declared where the compiler can tell padding: the pre-compiler looks for the name. */
#if defined(__has_builtin)
#if __has_builtin(__builtin_clear_padding)
struct msrck_cc_clears_padding;
#endif
#endif

#pragma GCC visibility pop
#endif

#endif
