/* SPDX-License-Identifier: MIT */
/*
 * Where "#pragma msrck WORD ARGUMENTS" stands (also as _Pragma). The lines are taken out of what is compiled.
 *
 * A pragma belongs to the statement or declaration that follows it: only white space, line markers and other pragmas stand between. Several pragmas may belong to the same construct. At the
 * end of the unit, pragmas that nothing asked for get a warning, so look each one up that a pass understands.
 *
 * Words: poll, nopoll (functions, loops, statements: B); type T, member M, ignore ... (values: C; descriptions of unions: A):
 *
 *     #pragma msrck poll                        a poll-point here, before the next statement; at a function: at its entry
 *     #pragma msrck nopoll                      none in the next statement (loop) or function
 *     #pragma msrck tag KIND                    before a union member of a struct: the member KIND of that struct tells the active one
 *     #pragma msrck when VALUE                  before a member of such a union: active when the tag is VALUE (default: 0, 1, 2 ... in order)
 *     #pragma msrck member NAME                 before a union member without a tag: NAME is always the active one
 *     #pragma msrck skip                        before a member or variable: not part of the state; zero after a resume
 *     #pragma msrck flexible                    before a struct's last member, an array of one element that allocations make longer
 *     #pragma msrck name NAME                   before a struct: its name in checkpoints, where two files have different ones of one tag
 *     #pragma msrck accept                      before a statement or declaration: no diagnostic about it
 */
#ifndef MSRCK_PRECOMPILER_PRAGMA_TABLE_H
#define MSRCK_PRECOMPILER_PRAGMA_TABLE_H

#include "unit.h"

typedef struct pragma_entry {
    text_range range;               /* of the line, with its newline */
    const char *word;               /* "poll" */
    const char *arguments;          /* what stands behind it, without white space at its ends; "" for nothing */
} pragma_entry;

/* The pragma with this word that belongs to the construct at `offset`; NULL for none. Counts as used. */
const pragma_entry *pragma_before(struct unit *unit, unsigned offset, const char *word);
/* Whether one with this word belongs to the construct at `offset` or to a statement or declaration around it, up to the function (`scope` begins there). */
bool pragma_covers(struct unit *unit, CXCursor cursor, const char *word);
bool pragma_covers_place(struct unit *unit, unsigned offset, const char *word);
/* All pragmas inside a range, in order: call with index 0, 1, 2 ... until NULL. Does not count as used; pragma_use() does. */
const pragma_entry *pragma_inside(struct unit *unit, text_range range, size_t index);
void pragma_use(struct unit *unit, const pragma_entry *entry);

#endif
