/* SPDX-License-Identifier: MIT */
/*
 * Filling an msrck_error. Each function returns the result it was given, so that a failure is one statement:
 * `return msrck_fail(error, MSRCK_CORRUPT, "...")`. `error` may be NULL. The first failure wins.
 */
#ifndef MSRCK_BASE_FAILURE_H
#define MSRCK_BASE_FAILURE_H

#include <stdarg.h>

#include <msrck/result.h>

#define MSRCK_PRINTF(text, first) __attribute__((format(printf, text, first)))

msrck_result msrck_fail(msrck_error *error, msrck_result result, const char *format, ...) MSRCK_PRINTF(3, 4);

/* As msrck_fail, with the byte offset in the file that the message is about; it is also put before the text. */
msrck_result msrck_fail_at(msrck_error *error, msrck_result result, uint64_t offset, const char *format, ...)
    MSRCK_PRINTF(4, 5);

/* MSRCK_SYSTEM with the text of `code`, an errno value, after the message. */
msrck_result msrck_fail_system(msrck_error *error, int code, const char *format, ...) MSRCK_PRINTF(3, 4);

/* MSRCK_SYSTEM, "out of memory for <bytes> bytes of <what>". */
msrck_result msrck_fail_memory(msrck_error *error, size_t bytes, const char *what);

/* Hands on an error that was filled elsewhere. Returns its result. */
msrck_result msrck_error_hand_on(msrck_error *error, const msrck_error *found);

/*
 * Puts "<prefix>: " before the message of an error that is already set; used where the caller knows the path. The colon is left out where the message begins
 * with '.' or '[': "main.grid->cell" before ".n: 7 does not fit" gives "main.grid->cell.n: 7 does not fit".
 */
void msrck_error_prefix(msrck_error *error, const char *format, ...) MSRCK_PRINTF(2, 3);

/*
 * As vsnprintf, for one line that people read: control characters become '?', since in a name from a file they would steer
 * the reader's terminal.
 */
void msrck_format_line(char *text, size_t size, const char *format, va_list arguments) MSRCK_PRINTF(3, 0);

#endif
