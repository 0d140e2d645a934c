/* SPDX-License-Identifier: MIT */
/*
 * Where a checkpoint comes from: a path, a descriptor (also a pipe), memory, or a function. Forward reading works on
 * all; reading at an offset on all but pipes and functions.
 */
#ifndef MSRCK_FILE_SOURCE_H
#define MSRCK_FILE_SOURCE_H

#include "base/failure.h"

#include <stdbool.h>

struct source;

msrck_result msrck_source_open_file(const char *path, struct source **source,
                                    msrck_error *error); /* a directory is refused */
msrck_result msrck_source_open_descriptor(int descriptor, struct source **source,
                                          msrck_error *error); /* stays the caller's */
/* The bytes are borrowed until the source is closed. */
msrck_result msrck_source_open_memory(const void *bytes, size_t length, struct source **source, msrck_error *error);
/* `read` gives up to `length` bytes, fewer only at the end. Read forward only. The context is borrowed. */
msrck_result msrck_source_open_callback(msrck_result (*read)(void *context, void *bytes, size_t length, size_t *got,
                                                             msrck_error *error),
                                        void *context, struct source **source, msrck_error *error);
void msrck_source_close(struct source *source);             /* NULL is allowed */

/* Up to `length` bytes; *got is less only at the end of the input. */
msrck_result msrck_source_read(struct source *source, void *bytes, size_t length, size_t *got, msrck_error *error);
/* Bytes in all, or UINT64_MAX where that is not known (pipes). */
uint64_t msrck_source_size(const struct source *source);
bool msrck_source_seekable(const struct source *source);
/* The bytes of a source in memory, for readers that need no copy; NULL for the other kinds. Borrowed. */
const unsigned char *msrck_source_memory(const struct source *source);
/* Exactly `length` bytes at `offset`; MSRCK_TRUNCATED when there are fewer. Does not move the forward position. */
msrck_result msrck_source_read_at(struct source *source, uint64_t offset, void *bytes, size_t length,
                                  msrck_error *error);

#endif
