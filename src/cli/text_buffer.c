/* SPDX-License-Identifier: MIT */
#include "text_buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for so many more bytes and the zero behind them. */
static bool reserve(struct text_buffer *buffer, size_t more)
{
    size_t needed = buffer->length + more + 1, capacity = buffer->capacity > 0 ? buffer->capacity : 128;
    char *grown;

    if (buffer->failed)
        return false;
    if (needed <= buffer->capacity)
        return true;
    while (capacity < needed)
        capacity *= 2;
    grown = realloc(buffer->text, capacity);
    if (grown == NULL) {
        buffer->failed = true;
        return false;
    }
    buffer->text = grown;
    buffer->capacity = capacity;
    return true;
}

void text_clear(struct text_buffer *buffer)
{
    text_shorten(buffer, 0);
}

void text_shorten(struct text_buffer *buffer, size_t length)
{
    if (buffer->text != NULL && length <= buffer->length) {
        buffer->length = length;
        buffer->text[length] = '\0';
    }
}

void text_put(struct text_buffer *buffer, const char *text)
{
    size_t length = strlen(text);

    if (!reserve(buffer, length))
        return;
    memcpy(buffer->text + buffer->length, text, length + 1);
    buffer->length += length;
}

void text_format(struct text_buffer *buffer, const char *format, ...)
{
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0 || !reserve(buffer, (size_t)length))
        return;
    va_start(arguments, format);
    vsnprintf(buffer->text + buffer->length, (size_t)length + 1, format, arguments);
    va_end(arguments);
    buffer->length += (size_t)length;
}

void text_prepend(struct text_buffer *buffer, const char *text)
{
    size_t length = strlen(text);

    if (!reserve(buffer, length))
        return;
    memmove(buffer->text + length, buffer->text, buffer->length);
    memcpy(buffer->text, text, length);
    buffer->length += length;
    buffer->text[buffer->length] = '\0';
}

const char *text_of(const struct text_buffer *buffer)
{
    return buffer->text == NULL ? "" : buffer->text;
}

void text_free(struct text_buffer *buffer)
{
    free(buffer->text);
    *buffer = (struct text_buffer){ NULL, 0, 0, false };
}
