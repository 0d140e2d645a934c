/* SPDX-License-Identifier: MIT */
/* What the compiler itself says of a source: its errors and warnings are the ones that users see. */
#ifndef MSRCK_PRECOMPILER_SOURCE_CHECK_H
#define MSRCK_PRECOMPILER_SOURCE_CHECK_H

#include "toolchain.h"

/* Whether -w is given. */
bool source_wants_no_warnings(const struct command_line *line);
/* Whether the compiler can read the source a second time, which has columns and comments that its preprocessed text has not. */
bool source_is_checked_itself(const struct argument *input);
/* `preprocessed`: the path of its text, which is looked at where the source cannot be read a second time. The compiler's exit status. */
int source_check(const struct toolchain *toolchain, const struct argument *input, const char *preprocessed);

#endif
