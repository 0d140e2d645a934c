/* SPDX-License-Identifier: MIT */
/*
 * Bounded use of the coding functions that rpcgen makes from format/msrck.x.
 *
 * The generated functions for whole tables allocate what a count claims before they read it. So tables are decoded
 * element by element here: the count is taken first and compared with the bytes there are, names are checked and given
 * their memory before the generated function fills them in. What remains for the generated function cannot allocate,
 * and fails only where the bytes end.
 */
#ifndef MSRCK_FILE_XDR_CURSOR_H
#define MSRCK_FILE_XDR_CURSOR_H

#include "base/byte_buffer.h"

#include "msrck_xdr.h"

/* Reads a section's payload. The first failure stays: `error` is filled and `result` is no longer MSRCK_OK. */
struct xdr_cursor {
    XDR xdr;
    const unsigned char *bytes;     /* borrowed */
    size_t length;
    const char *section;            /* its tag, for messages */
    msrck_error *error;
    msrck_result result;
};

/* False, with the failure noted, when the payload is larger than XDR streams can be. */
bool msrck_cursor_open(struct xdr_cursor *cursor, const void *bytes, size_t length, const char *section,
                       msrck_error *error);
size_t msrck_cursor_position(struct xdr_cursor *cursor);

/*
 * The length of a table: at most `most`, and no more than elements of `smallest` bytes can follow. False and noted
 * otherwise.
 */
bool msrck_cursor_count(struct xdr_cursor *cursor, uint32_t most, size_t smallest, const char *what, uint32_t *count);

/*
 * Checks the string that begins `skip` bytes from here - its length, its padding, no control characters - and gives
 * *name memory to decode it into: free() it. `next` (may be NULL) is how far from here the string ends. `what` and
 * `number` are the entry, for messages.
 */
bool msrck_cursor_prepare_name(struct xdr_cursor *cursor, size_t skip, const char *what, uint64_t number, char **name,
                               size_t *next);

/* Notes MSRCK_CORRUPT "section 'TAG', WHAT NUMBER: ...". Always false. */
bool msrck_cursor_corrupt(struct xdr_cursor *cursor, const char *what, uint64_t number, const char *format, ...)
    MSRCK_PRINTF(4, 5);
/* Notes that the payload ends inside an entry. Always false. */
bool msrck_cursor_cut(struct xdr_cursor *cursor, const char *what, uint64_t number);
/* Notes that memory is out. Always false. */
bool msrck_cursor_memory(struct xdr_cursor *cursor, size_t bytes, const char *what);

/* After the last element: nothing may follow. Returns the cursor's result. */
msrck_result msrck_cursor_close(struct xdr_cursor *cursor);

/* ---- Writing ---- */

/* Appends one element to a buffer: begin with room for it, hand `xdr` to the generated function, end. */
struct xdr_element {
    XDR xdr;
    struct byte_buffer *out;
    size_t start;
};

/* `most` is what the element takes at most. False when memory is out. */
bool msrck_element_begin(struct xdr_element *element, struct byte_buffer *out, size_t most);
/* `coded` is what the generated function answered. */
void msrck_element_end(struct xdr_element *element, bool_t coded);

/* Bytes of a string in XDR. */
size_t msrck_xdr_string_size(const char *text);

#endif
