/* SPDX-License-Identifier: MIT */
/*
 * malloc() and its like: each call becomes one of the runtime's, with a description of what the block holds where the place of the call
 * shows it: by a cast, by what the result is assigned to, passed to or returned as, or by a sizeof in the size. Where nothing shows, the
 * block is typed late, at a checkpoint. Calls of the program's own allocators get what is known as a hint around them.
 */
#ifndef MSRCK_PRECOMPILER_HEAP_CALLS_H
#define MSRCK_PRECOMPILER_HEAP_CALLS_H

#include "unit.h"

void heap_calls_pass(struct unit *unit);

#endif
