/* SPDX-License-Identifier: MIT */
/*
 * Columns in the user's own source. Preprocessed text keeps lines by its markers, not columns: macros are gone, blanks and comments are fewer. So the tokens of both lines are
 * compared; what the source does not have comes from a macro, and stands where that is used.
 */
#ifndef MSRCK_PRECOMPILER_SOURCE_COLUMNS_H
#define MSRCK_PRECOMPILER_SOURCE_COLUMNS_H

#include <stddef.h>

struct source_columns;

/* Empty; files are read when they are asked for. */
struct source_columns *source_columns_new(void);
void source_columns_free(struct source_columns *columns);

/*
 * The column, from 1, in line `line` of the file, of what stands at text[at]; counted as gcc does: a tabulator goes to the next multiple of 8, bytes that continue a
 * character do not count. 0 where the file cannot be read or has no such line.
 */
unsigned source_column(struct source_columns *columns, const char *file, unsigned line, const char *text, size_t at);

#endif
