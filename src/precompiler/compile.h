/* SPDX-License-Identifier: MIT */
/* One C source on its way to an object: preprocessed, transformed, compiled. */
#ifndef MSRCK_PRECOMPILER_COMPILE_H
#define MSRCK_PRECOMPILER_COMPILE_H

#include "toolchain.h"

/* To `output`, an object or (-S) assembly; NULL with --check. The exit status of the step that failed, or 0. */
int compile_source(const struct toolchain *toolchain, const struct argument *input, const char *output);

#endif
