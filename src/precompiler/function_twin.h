/* SPDX-License-Identifier: MIT */
/*
 * Twins: a function that may reach a poll-point is emitted twice. The function itself tests the flag at its points, but cannot be entered in the middle; where the flag is set at its
 * entry it calls its twin, which can, and goes on there. The compiler sees loops with one entry and a small function, which it optimises, and inlines, nearly as if the points were not there.
 *
 * Compilers inline a static function that is called once, however large it is. The twin's call would be the second one, so it gets a copy of such a function for itself.
 */
#ifndef MSRCK_PRECOMPILER_FUNCTION_TWIN_H
#define MSRCK_PRECOMPILER_FUNCTION_TWIN_H

#include "lowering.h"

/* The twin's identifier, or NULL where a function cannot stand in the text twice. */
const char *twin_identifier(lowering *l);
/* "return twin(a, b);" */
void twin_add_call(lowering *l, const char *twin, text_builder *text);
/* The twin's definition, with what has to stand before it; `body` is that of the function, braces and all. */
void twin_add_definition(lowering *l, const char *twin, const char *body, text_builder *text);

#endif
