/* SPDX-License-Identifier: MIT */
/*
 * Changes to a text, registered in any order by several passes and applied when a part of the text is rendered.
 *
 * Places are byte offsets in the original text, which never change. Edits of ranges nest: a range either contains another, or
 * lies apart from it, or is the same. Of two edits of the same range the one registered later is the outer one.
 *
 * ## What rendering does
 *
 * edit_list_render(begin, end) is the text from begin to end with every edit that lies inside, also those of exactly that
 * range. A replacement hides all edits inside its range. So hoisting a call out of an expression is:
 *
 *     text = edit_list_render(list, call.begin, call.end);         inner edits (heap calls, inner hoisted calls) are applied
 *     emit("msrck_t3 = %s;", text);
 *     edit_list_replace(list, call.begin, call.end, "msrck_t3");   from now on the expression around it shows msrck_t3
 *
 * Where the replacement had to be registered first, edit_list_render_inside() gives the text as it was before that replacement.
 *
 * Insertions are points. One that stands at the beginning or end of a replaced range is not hidden by it; rendering a range
 * includes the points from its beginning up to, and without, its end (at the end of the text: with it).
 *
 * Prefer small edits: to make malloc(n) a call of another function, replace the six letters, not the call; then the edits of
 * others inside the arguments are kept.
 */
#ifndef MSRCK_PRECOMPILER_EDIT_LIST_H
#define MSRCK_PRECOMPILER_EDIT_LIST_H

#include <stdbool.h>
#include <stddef.h>

typedef struct edit_list edit_list;

/* The text is borrowed. */
edit_list *edit_list_new(const char *text, size_t length);
void edit_list_free(edit_list *list);

/*
 * The texts are copied. False, and nothing registered, when the range crosses the edge of one that was registered before; the
 * list remembers it (edit_list_conflict), so that passes need not test.
 */
bool edit_list_replace(edit_list *list, size_t begin, size_t end, const char *text);
/* `before` and `after` around what the range renders to. */
bool edit_list_wrap(edit_list *list, size_t begin, size_t end, const char *before, const char *after);
/* At one point; of several at the same point the first registered comes first. */
bool edit_list_insert(edit_list *list, size_t at, const char *text);

/* The first edit that was refused: its range. False when there was none. */
bool edit_list_conflict(const edit_list *list, size_t *begin, size_t *end);

/* For free(). */
char *edit_list_render(const edit_list *list, size_t begin, size_t end);
/* Without the last replacement or wrap of exactly this range. */
char *edit_list_render_inside(const edit_list *list, size_t begin, size_t end);

#endif
