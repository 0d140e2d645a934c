/* SPDX-License-Identifier: MIT */
/* What OpenMP makes of statements, where the compiler was told to look at its pragmas: libclang is not, so they are found in the text. */
#ifndef MSRCK_PRECOMPILER_OPENMP_REGIONS_H
#define MSRCK_PRECOMPILER_OPENMP_REGIONS_H

#include "unit.h"

/* Whether such a pragma stands in the range: jumps into the statement behind it are no C any more, nor is another statement in its place. */
bool openmp_within(const struct unit *unit, text_range range);
/* Tells of each pragma that begins threads, or gives them variables of their own. */
void openmp_obstacles(struct unit *unit);

#endif
