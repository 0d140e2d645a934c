/* SPDX-License-Identifier: MIT */
/* Files that compilers write beside their output: notes of --coverage, debug information of -gsplit-dwarf, dumps. */
#ifndef MSRCK_PRECOMPILER_AUXILIARY_FILES_H
#define MSRCK_PRECOMPILER_AUXILIARY_FILES_H

#include "toolchain.h"

/* Whether the option asks for such a file. */
bool auxiliary_is_wanted(const char *option);
/* Has the compiler name them as it would have done where no temporary object is between the source and the program. */
void auxiliary_add_names(struct program_arguments *arguments, const struct command_line *line, const struct argument *input);

#endif
