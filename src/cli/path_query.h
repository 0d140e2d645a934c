/* SPDX-License-Identifier: MIT */
/*
 * Paths into a checkpoint, as a debugger's user would type them:
 *
 *     main.root->left->value    variable `root` of the innermost frame of main, then through pointers
 *     sort#3.root               the same in the fourth frame of sort, counted from the innermost
 *     grid[3].rho  grid[2][*]   globals, elements, every element
 *     grid[10..19].rho          elements 10 to 19
 *     node.*                    every field
 *     *p  *p@10                 what p points to; ten elements from there on
 *     heap#12[0].left           a block by the name that dump shows
 *
 * A name alone is a global, else a variable of the innermost frame that has one. `.` and `->` are the same, as in gdb: both go through a pointer.
 */
#ifndef MSRCK_CLI_PATH_QUERY_H
#define MSRCK_CLI_PATH_QUERY_H

#include <msrck/reader.h>

struct path_query;

/* MSRCK_MISUSE with the column of what is wrong when the text is no path. */
msrck_result path_query_parse(const char *text, struct path_query **query, msrck_error *error);
void path_query_free(struct path_query *query);
/* True when the path names at most one value: it has no globs. */
bool path_query_single(const struct path_query *query);

/* A value that the path names; `path` has indices instead of globs and is valid during the call. Anything but MSRCK_OK ends the walk. */
typedef msrck_result path_match(void *context, const char *path, const msrck_value *value, msrck_error *error);

/*
 * Calls match for each value in order. MSRCK_MISUSE, with what is missing, when the path leads nowhere; behind a glob such elements (NULL pointers, say) are
 * left out.
 */
msrck_result path_query_walk(const struct path_query *query, msrck_reader *reader, path_match *match, void *context, msrck_error *error);

#endif
