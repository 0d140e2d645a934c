/* SPDX-License-Identifier: MIT */
/*
 * Variables of static storage: static locals move to file scope, where tables can name them; all of the program's own are entered into the table of globals.
 */
#ifndef MSRCK_PRECOMPILER_STATIC_LOCALS_H
#define MSRCK_PRECOMPILER_STATIC_LOCALS_H

#include "unit.h"

/*
 * Registers the edits that rename uses of static locals, and takes their declarations out of the function: a declaration statement that declares nothing else renders to
 * ";" (a statement that does nothing), so passes behind this one treat a declaration with static storage as no statement at all.
 */
void static_locals_pass(struct unit *unit);
/* Whether a variable is a static local that the pass has moved. */
bool static_local_moved(const struct unit *unit, CXCursor variable);

void globals_pass(struct unit *unit);

#endif
