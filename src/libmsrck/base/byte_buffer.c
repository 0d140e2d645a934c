/* SPDX-License-Identifier: MIT */
#include "base/byte_buffer.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void msrck_buffer_free(struct byte_buffer *buffer)
{
    if (!buffer->lent)
        free(buffer->bytes);
    *buffer = (struct byte_buffer)BYTE_BUFFER_INIT;
}

void msrck_buffer_lend(struct byte_buffer *buffer, unsigned char *bytes, size_t capacity)
{
    *buffer = (struct byte_buffer){ .bytes = bytes, .capacity = capacity, .lent = true };
}

void msrck_buffer_clear(struct byte_buffer *buffer)
{
    buffer->length = 0;
    buffer->failed = false;
}

static unsigned char *enlarged(const struct byte_buffer *buffer, size_t capacity)
{
    unsigned char *copy;

    if (!buffer->lent)
        return realloc(buffer->bytes, capacity);
    copy = malloc(capacity);
    if (copy != NULL)
        memcpy(copy, buffer->bytes, buffer->length);
    return copy;
}

static bool make_room(struct byte_buffer *buffer, size_t more)
{
    unsigned char *grown;
    size_t larger = buffer->capacity + buffer->capacity / 2 + 64;

    if (buffer->failed)
        return false;
    /* NULL means failure to callers, so even no bytes at all need memory to point to. */
    if (buffer->bytes != NULL && more <= buffer->capacity - buffer->length)
        return true;
    if (more > SIZE_MAX - buffer->length) {
        buffer->failed = true;
        return false;
    }
    if (larger < buffer->length + more)
        larger = buffer->length + more;
    grown = enlarged(buffer, larger);
    if (grown == NULL) {
        buffer->failed = true;
        return false;
    }
    buffer->bytes = grown;
    buffer->capacity = larger;
    buffer->lent = false;
    return true;
}

unsigned char *msrck_buffer_extend(struct byte_buffer *buffer, size_t length)
{
    if (!make_room(buffer, length))
        return NULL;
    buffer->length += length;
    return buffer->bytes + (buffer->length - length);
}

void msrck_buffer_append(struct byte_buffer *buffer, const void *bytes, size_t length)
{
    unsigned char *room = msrck_buffer_extend(buffer, length);

    if (room != NULL && length > 0)
        memcpy(room, bytes, length);
}

void msrck_buffer_printf(struct byte_buffer *buffer, const char *format, ...)
{
    va_list arguments, again;
    int length;

    va_start(arguments, format);
    va_copy(again, arguments);
    length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    /* One byte more than counted: vsnprintf ends its text with a NUL. */
    if (length >= 0 && make_room(buffer, (size_t)length + 1)) {
        vsnprintf((char *)buffer->bytes + buffer->length, (size_t)length + 1, format, again);
        buffer->length += (size_t)length;
    }
    va_end(again);
}

const char *msrck_buffer_text(struct byte_buffer *buffer)
{
    if (!make_room(buffer, 1))
        return "";
    buffer->bytes[buffer->length] = '\0';
    return (const char *)buffer->bytes;
}
