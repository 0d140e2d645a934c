/* SPDX-License-Identifier: MIT */
#include "text_builder.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Noreturn void out_of_memory(void)
{
    fputs("msrck cc: out of memory\n", stderr);
    exit(3);
}

void *storage_new(size_t count, size_t size)
{
    void *memory = calloc(count > 0 ? count : 1, size > 0 ? size : 1);

    if (memory == NULL)
        out_of_memory();
    return memory;
}

void *storage_resize(void *old, size_t count, size_t size)
{
    void *memory;

    if (size > 0 && count > SIZE_MAX / size)
        out_of_memory();
    memory = realloc(old, count * size > 0 ? count * size : 1);
    if (memory == NULL)
        out_of_memory();
    return memory;
}

char *storage_copy_range(const char *text, size_t length)
{
    char *copy = storage_new(length + 1, 1);

    memcpy(copy, text, length);
    return copy;
}

char *storage_copy(const char *text)
{
    return storage_copy_range(text, strlen(text));
}

char *storage_format(const char *format, ...)
{
    text_builder builder = { NULL, 0, 0 };
    va_list arguments;

    va_start(arguments, format);
    text_add_arguments(&builder, format, arguments);
    va_end(arguments);
    return text_take(&builder);
}

/* Room for `more` bytes and the zero behind them. */
static void grow(text_builder *builder, size_t more)
{
    size_t needed;

    if (more >= SIZE_MAX / 2 - builder->length)
        out_of_memory();
    needed = builder->length + more + 1;
    if (needed <= builder->capacity)
        return;
    builder->capacity = needed < 2 * builder->capacity ? 2 * builder->capacity : needed + 64;
    builder->text = storage_resize(builder->text, builder->capacity, 1);
}

void text_add_range(text_builder *builder, const char *text, size_t length)
{
    grow(builder, length);
    memcpy(builder->text + builder->length, text, length);
    builder->length += length;
    builder->text[builder->length] = '\0';
}

void text_add(text_builder *builder, const char *text)
{
    text_add_range(builder, text, strlen(text));
}

void text_add_arguments(text_builder *builder, const char *format, va_list arguments)
{
    va_list again;
    int length;

    va_copy(again, arguments);
    length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length < 0)
        out_of_memory();
    grow(builder, (size_t)length);
    vsnprintf(builder->text + builder->length, (size_t)length + 1, format, arguments);
    builder->length += (size_t)length;
}

void text_add_format(text_builder *builder, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    text_add_arguments(builder, format, arguments);
    va_end(arguments);
}

void text_add_quoted(text_builder *builder, const char *text)
{
    text_add(builder, "\"");
    for (; *text != '\0'; text++) {
        unsigned char byte = (unsigned char)*text;

        if (byte == '"' || byte == '\\')
            text_add_format(builder, "\\%c", byte);
        else if (byte < ' ' || byte == 0x7f)
            text_add_format(builder, "\\%03o", byte);
        else
            text_add_range(builder, text, 1);
    }
    text_add(builder, "\"");
}

char *text_take(text_builder *builder)
{
    char *text = builder->text != NULL ? builder->text : storage_copy("");

    memset(builder, 0, sizeof *builder);
    return text;
}

void text_free(text_builder *builder)
{
    free(builder->text);
    memset(builder, 0, sizeof *builder);
}
