/* SPDX-License-Identifier: MIT */
/* Loops of which the text tells how many rounds they make. */
#ifndef MSRCK_PRECOMPILER_COUNTED_LOOPS_H
#define MSRCK_PRECOMPILER_COUNTED_LOOPS_H

#include "syntax_tree.h"

/* Rounds of `for (i = 0; i < 5; i++)` and its like, at most `most`; 0: more, or not known. A variable of the loop that anything else writes to tells nothing. */
unsigned counted_rounds(const syntax *loop, unsigned most);

#endif
