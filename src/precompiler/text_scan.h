/* SPDX-License-Identifier: MIT */
/*
 * Looking at preprocessed text without a tree: white space, line markers, literals, nesting. Places are offsets; `end` bounds every scan, and what is not found gives `end`.
 */
#ifndef MSRCK_PRECOMPILER_TEXT_SCAN_H
#define MSRCK_PRECOMPILER_TEXT_SCAN_H

#include <stdbool.h>
#include <stddef.h>

/* The next place that is neither white space nor in a line that begins with '#' (line markers, pragmas). */
size_t scan_blank(const char *text, size_t at, size_t end);
/* Behind the token at `at`: a word or number, a literal, or a single character of punctuation. */
size_t scan_token(const char *text, size_t at, size_t end);
/* The next place of the character outside literals, '#' lines, and any (), [], {} that opens behind `at`. */
size_t scan_to(const char *text, size_t at, size_t end, char wanted);
/* Whether the token at `at` is this word. */
bool scan_is_word(const char *text, size_t at, size_t end, const char *word);
bool scan_is_letter(char c);        /* of identifiers: letters, digits, _ and $, bytes above 127 */

#endif
