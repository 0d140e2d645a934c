/* SPDX-License-Identifier: MIT */
/*
 * Text that grows, and memory of a program that ends when it has none: the pre-compiler is a tool, and what it holds is bounded by
 * the source it reads. Everything here ends the program with a message when memory is out, so callers test nothing.
 */
#ifndef MSRCK_PRECOMPILER_TEXT_BUILDER_H
#define MSRCK_PRECOMPILER_TEXT_BUILDER_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/* Zeroed memory for `count` objects; resize keeps what is there and zeroes nothing. free() both. */
void *storage_new(size_t count, size_t size);
void *storage_resize(void *old, size_t count, size_t size);
/* Copies for free(). */
char *storage_copy(const char *text);
char *storage_copy_range(const char *text, size_t length);
char *storage_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Begins as all zero. `text` is NULL as long as nothing was added; zero-terminated afterwards. */
typedef struct text_builder {
    char *text;
    size_t length, capacity;
} text_builder;

void text_add(text_builder *builder, const char *text);
void text_add_range(text_builder *builder, const char *text, size_t length);
void text_add_format(text_builder *builder, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_add_arguments(text_builder *builder, const char *format, va_list arguments) __attribute__((format(printf, 2, 0)));
/* "text" with quotes, as C writes it. */
void text_add_quoted(text_builder *builder, const char *text);
/* What was built, never NULL, for free(); the builder is empty afterwards. */
char *text_take(text_builder *builder);
void text_free(text_builder *builder);

#endif
