/* SPDX-License-Identifier: MIT */
/* Text that grows while it is put together. A failed allocation sticks, and is asked for once at the end. */
#ifndef MSRCK_CLI_TEXT_BUFFER_H
#define MSRCK_CLI_TEXT_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

struct text_buffer {
    char *text;                     /* owned; ends with a zero byte; NULL while empty */
    size_t length, capacity;
    bool failed;
};

void text_clear(struct text_buffer *buffer);
void text_put(struct text_buffer *buffer, const char *text);
void text_format(struct text_buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Puts text before what is there. */
void text_prepend(struct text_buffer *buffer, const char *text);
/* Cuts it off. */
void text_shorten(struct text_buffer *buffer, size_t length);
/* Never NULL. */
const char *text_of(const struct text_buffer *buffer);
void text_free(struct text_buffer *buffer);

#endif
