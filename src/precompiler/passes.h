/* SPDX-License-Identifier: MIT */
/* The passes over one unit, in their order: see unit.h. */
#ifndef MSRCK_PRECOMPILER_PASSES_H
#define MSRCK_PRECOMPILER_PASSES_H

#include "unit.h"

void passes_run(struct unit *unit);

/* program_main.c: the program's main becomes a function that the generated one calls. */
void program_main_pass(struct unit *unit);

#endif
