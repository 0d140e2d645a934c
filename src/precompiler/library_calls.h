/* SPDX-License-Identifier: MIT */
/*
 * Calls of the C library whose results or state a checkpoint has to hold become calls of the runtime; those that call functions of the program back are
 * surrounded by msrck_hold() and msrck_release(). The same for functions of the library whose address is taken.
 */
#ifndef MSRCK_PRECOMPILER_LIBRARY_CALLS_H
#define MSRCK_PRECOMPILER_LIBRARY_CALLS_H

#include "unit.h"

void library_calls_pass(struct unit *unit);

#endif
