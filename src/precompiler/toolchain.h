/* SPDX-License-Identifier: MIT */
/* The compiler that is wrapped, and where the library and the headers for its machine are. */
#ifndef MSRCK_PRECOMPILER_TOOLCHAIN_H
#define MSRCK_PRECOMPILER_TOOLCHAIN_H

#include "command_line.h"
#include "run_program.h"

struct toolchain {
    const struct command_line *line;
    char *machine;                  /* as it answers to -dumpmachine, or --target */
    char *prelude;                  /* path of msrck/precompiled.h */
    char *archive;                  /* path of libmsrck.a; NULL when there is none for this machine */
    struct program_arguments libraries;     /* what libmsrck.a needs: paths of archives, -lNAME, -pthread */
};

/* Machine and headers, for compiling. 0, or the exit code after a message. */
int toolchain_find(struct toolchain *toolchain, const struct command_line *line);
/* Archive and libraries, for linking. 0, or the exit code after a message. */
int toolchain_find_library(struct toolchain *toolchain);
void toolchain_free(struct toolchain *toolchain);

/* The compiler's own words, to begin a command with. */
void toolchain_begin(const struct toolchain *toolchain, struct program_arguments *arguments);

#endif
