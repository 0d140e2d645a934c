/* SPDX-License-Identifier: MIT */
/*
 * The functions of a unit: those that may reach a poll-point are emitted anew in the migratable format (DESIGN section 7; msrck/msrck.h, "Frames"); in those that cannot
 * be, calls that may reach one are held.
 */
#ifndef MSRCK_PRECOMPILER_FUNCTION_PLAN_H
#define MSRCK_PRECOMPILER_FUNCTION_PLAN_H

#include "unit.h"

/* Behind all passes that register edits inside functions. */
void functions_transform(struct unit *unit);

#endif
