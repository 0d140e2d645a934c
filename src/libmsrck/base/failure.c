/* SPDX-License-Identifier: MIT */
#include "base/failure.h"

#include <stdio.h>
#include <string.h>

const char *msrck_result_name(msrck_result result)
{
    static const char *const names[] = {
        "ok", "not a checkpoint", "unsupported", "corrupt", "truncated", "limit", "system error", "does not fit", "misuse"
    };
    return (unsigned)result < sizeof names / sizeof names[0] ? names[result] : "unknown";
}

static void mask_controls(char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            *text = '?';
}

void msrck_format_line(char *text, size_t size, const char *format, va_list arguments)
{
    vsnprintf(text, size, format, arguments);
    mask_controls(text);
}

static void set(msrck_error *error, msrck_result result, uint64_t offset, const char *format, va_list arguments)
{
    size_t used = 0;

    if (error == NULL || error->result != MSRCK_OK)
        return;
    error->result = result;
    error->offset = offset;
    if (offset != MSRCK_NO_OFFSET)
        used = (size_t)snprintf(error->message, sizeof error->message, "offset %llu: ", (unsigned long long)offset);
    msrck_format_line(error->message + used, sizeof error->message - used, format, arguments);
}

msrck_result msrck_fail(msrck_error *error, msrck_result result, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    set(error, result, MSRCK_NO_OFFSET, format, arguments);
    va_end(arguments);
    return result;
}

msrck_result msrck_fail_at(msrck_error *error, msrck_result result, uint64_t offset, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    set(error, result, offset, format, arguments);
    va_end(arguments);
    return result;
}

msrck_result msrck_fail_system(msrck_error *error, int code, const char *format, ...)
{
    va_list arguments;
    char reason[128];

    if (error == NULL || error->result != MSRCK_OK)
        return MSRCK_SYSTEM;
    va_start(arguments, format);
    set(error, MSRCK_SYSTEM, MSRCK_NO_OFFSET, format, arguments);
    va_end(arguments);
    snprintf(reason, sizeof reason, ": %s", strerror(code));
    strncat(error->message, reason, sizeof error->message - strlen(error->message) - 1);
    return MSRCK_SYSTEM;
}

msrck_result msrck_fail_memory(msrck_error *error, size_t bytes, const char *what)
{
    return msrck_fail(error, MSRCK_SYSTEM, "out of memory for %zu bytes of %s", bytes, what);
}

msrck_result msrck_error_hand_on(msrck_error *error, const msrck_error *found)
{
    if (error != NULL && error->result == MSRCK_OK)
        *error = *found;
    return found->result;
}

void msrck_error_prefix(msrck_error *error, const char *format, ...)
{
    va_list arguments;
    char old[MSRCK_MESSAGE_SIZE];
    size_t used;

    if (error == NULL || error->result == MSRCK_OK)
        return;
    memcpy(old, error->message, sizeof old);
    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    used = strlen(error->message);
    /* A message that begins with a path inside the thing continues the prefix: "main.grid->cell" and "[3].n: ...". */
    snprintf(error->message + used, sizeof error->message - used, "%s%s", old[0] == '.' || old[0] == '[' ? "" : ": ", old);
    mask_controls(error->message);
}
