/* SPDX-License-Identifier: MIT */
/*
 * A growing run of bytes with a sticky failure: after memory runs out every append does nothing, and the one who
 * takes the bytes asks `failed` once.
 */
#ifndef MSRCK_BASE_BYTE_BUFFER_H
#define MSRCK_BASE_BYTE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/failure.h"

struct byte_buffer {
    unsigned char *bytes;   /* owned, unless lent */
    size_t length;          /* bytes in use */
    size_t capacity;
    bool failed;
    bool lent;              /* the memory belongs to somebody else, who keeps it until the buffer is freed */
};

#define BYTE_BUFFER_INIT { NULL, 0, 0, false, false }

void msrck_buffer_free(struct byte_buffer *buffer);
/* Lends memory to a buffer that has none, to be used until more is needed. */
void msrck_buffer_lend(struct byte_buffer *buffer, unsigned char *bytes, size_t capacity);
void msrck_buffer_clear(struct byte_buffer *buffer);                    /* keeps the memory, resets the failure */
void msrck_buffer_append(struct byte_buffer *buffer, const void *bytes, size_t length);
/* Room for `length` more bytes, which the caller fills; counted as used. NULL when memory is out. */
unsigned char *msrck_buffer_extend(struct byte_buffer *buffer, size_t length);
/* Formatted text without its terminating NUL. */
void msrck_buffer_printf(struct byte_buffer *buffer, const char *format, ...) MSRCK_PRINTF(2, 3);
/* The bytes as NUL-terminated text (the NUL is not counted); "" when memory is out. Valid until the next change. */
const char *msrck_buffer_text(struct byte_buffer *buffer);

#endif
