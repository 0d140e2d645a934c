/* SPDX-License-Identifier: MIT */
/*
 * A source read front to back through a window: callers ask for the next bytes in one piece and get a pointer to them.
 * A source in memory is its own window, so nothing is copied; for the others the window grows with the bytes that
 * arrive, never with what a length claims.
 */
#ifndef MSRCK_FILE_INPUT_WINDOW_H
#define MSRCK_FILE_INPUT_WINDOW_H

#include "base/byte_buffer.h"
#include "file/source.h"

struct input_window {
    struct source *source;          /* borrowed */
    const unsigned char *memory;    /* the whole input, for a source in memory */
    unsigned char *bytes;           /* otherwise; owned, unless lent */
    size_t start, end;              /* of `bytes`: what was read and not consumed yet */
    size_t capacity;
    bool lent;                      /* the memory belongs to somebody else, who keeps it until the window is closed */
    uint64_t offset;                /* in the file, of the next byte */
    uint64_t size;                  /* of the file; UINT64_MAX until it is known */
};

void msrck_window_open(struct input_window *window, struct source *source);
void msrck_window_close(struct input_window *window);

/* The next `length` bytes, which stay next: valid until the next need or trim. MSRCK_TRUNCATED when there are fewer. */
msrck_result msrck_window_need(struct input_window *window, size_t length, const unsigned char **bytes,
                               msrck_error *error);
/* As much of it as there is: *got is less than `length` only at the end of the input. */
msrck_result msrck_window_peek(struct input_window *window, size_t length, const unsigned char **bytes, size_t *got,
                               msrck_error *error);
/* Goes on behind `length` bytes, which must have been needed or peeked. */
void msrck_window_consume(struct input_window *window, size_t length);
/*
 * Consumes `length` bytes that are in the window, and puts them into the buffer, where they begin at the result: large
 * ones without a copy, by exchanging memory. At least one byte, and not for sources in memory. NULL when memory is out; nothing is consumed then.
 */
const unsigned char *msrck_window_take(struct input_window *window, size_t length, struct byte_buffer *into);

/* Lends the window memory, for as long as it is large enough; nothing where it holds more, or is a source in memory. */
void msrck_window_lend(struct input_window *window, unsigned char *bytes, size_t capacity);

/*
 * MSRCK_TRUNCATED when the input is known to hold fewer than `length` more bytes. For a pipe MSRCK_OK: only reading
 * tells.
 */
msrck_result msrck_window_expect(const struct input_window *window, uint64_t length, msrck_error *error);

/* Gives memory back after a large piece. */
void msrck_window_trim(struct input_window *window);

#endif
