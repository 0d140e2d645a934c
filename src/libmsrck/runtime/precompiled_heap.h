/* SPDX-License-Identifier: MIT */
/*
 * The heap of a pre-compiled program. It outlives the session: functions that atexit() named run after msrck_finish(), and they use and free the program's blocks.
 */
#ifndef MSRCK_RUNTIME_PRECOMPILED_HEAP_H
#define MSRCK_RUNTIME_PRECOMPILED_HEAP_H

#include <msrck/precompiled_memory.h>

#include "memory/msrlt.h"

struct session;

/* Before msrck_init(): the session that is opened next belongs to a pre-compiled program. */
void msrck_precompiled_expect(void);
/* When the session's stores are made, before anything is restored. */
void msrck_precompiled_begin(struct ti_table *types, struct msrlt *msrlt);
/* The program's stack begins here. */
void msrck_precompiled_stack(const void *base);
/* True when the stores stay with the program, and the session must not free them. */
bool msrck_precompiled_keeps(const struct msrlt *msrlt);

#endif
