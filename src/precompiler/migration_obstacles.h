/* SPDX-License-Identifier: MIT */
/*
 * What cannot migrate: constructs whose values mean something in this process, or on this machine, only. Each is told with its place and what to do about it. "#pragma msrck accept" (or
 * ignore) before the statement or declaration silences it there.
 */
#ifndef MSRCK_PRECOMPILER_MIGRATION_OBSTACLES_H
#define MSRCK_PRECOMPILER_MIGRATION_OBSTACLES_H

#include "unit.h"

void obstacles_pass(struct unit *unit);

#endif
