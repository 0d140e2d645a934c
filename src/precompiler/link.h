/* SPDX-License-Identifier: MIT */
/* Linking the program with libmsrck and what that needs. */
#ifndef MSRCK_PRECOMPILER_LINK_H
#define MSRCK_PRECOMPILER_LINK_H

#include "toolchain.h"

/* `objects`: for each argument that is a C source the path of its object, else NULL. The linker's exit status. */
int link_program(struct toolchain *toolchain, const char *const *objects);

#endif
