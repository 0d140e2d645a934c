/* SPDX-License-Identifier: MIT */
#include "running_program.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"

bool running_pid(const char *text, long *pid)
{
    size_t digits = strspn(text, "0123456789");

    if (digits == 0 || digits > 9 || text[digits] != '\0')
        return false;
    *pid = strtol(text, NULL, 10);
    return *pid > 0;
}

/* By the name that programs of all builds send. */
static msrck_result class_of(const char *name)
{
    for (int result = 1; name != NULL && result <= (int)MSRCK_MISUSE; result++)
        if (strcmp(msrck_result_name((msrck_result)result), name) == 0)
            return (msrck_result)result;
    return MSRCK_SYSTEM;
}

static const char *prefixed(const msrck_control *program, const char *prefix, const char *key)
{
    char name[48];

    snprintf(name, sizeof name, "%s%s", prefix, key);
    return msrck_control_text(program, name);
}

msrck_error running_failure(const msrck_control *program, const char *prefix)
{
    const char *reason = prefixed(program, prefix, "reason");
    msrck_error error = MSRCK_ERROR_INIT;

    error.result = class_of(prefixed(program, prefix, "class"));
    snprintf(error.message, sizeof error.message, "%s", reason != NULL ? reason : "it did not say why");
    return error;
}

msrck_result running_ask(msrck_control *program, const char *kind, const msrck_control_field *fields, size_t count,
                         const char **answer, msrck_error *error)
{
    if (msrck_control_ask(program, kind, fields, count, -1, error) != MSRCK_OK ||
        msrck_control_answer(program, ANSWER_MILLISECONDS, error) != MSRCK_OK) {
        /* A program that stands still is no matter of limits. */
        if (error->result == MSRCK_LIMIT)
            error->result = MSRCK_SYSTEM;
        return error->result;
    }
    *answer = msrck_control_kind(program);
    if (strcmp(*answer, "refused") == 0)
        *error = running_failure(program, "");
    return error->result;
}

void running_format_time(char *text, size_t size, uint64_t nanoseconds)
{
    static const struct { const char *name; uint64_t seconds; } units[] = { { "d", 86400 }, { "h", 3600 }, { "min", 60 } };
    uint64_t seconds = nanoseconds / UINT64_C(1000000000);

    for (size_t u = 0; u < sizeof units / sizeof units[0]; u++)
        if (seconds >= 2 * units[u].seconds) {
            snprintf(text, size, "%" PRIu64 " %s", seconds / units[u].seconds, units[u].name);
            return;
        }
    if (nanoseconds >= 10 * UINT64_C(1000000000))
        snprintf(text, size, "%" PRIu64 " s", seconds);
    else if (nanoseconds >= UINT64_C(1000000000))
        snprintf(text, size, "%.1f s", (double)nanoseconds / 1e9);
    else
        snprintf(text, size, "%.*f ms", nanoseconds < 10000000 ? 1 : 0, (double)nanoseconds / 1e6);
}

void running_format_bytes(char *text, size_t size, uint64_t bytes)
{
    static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
    double value = (double)bytes;
    size_t unit = 0;

    while (value >= 1024 && unit + 1 < sizeof units / sizeof units[0]) {
        value /= 1024;
        unit++;
    }
    snprintf(text, size, "%.*f %s", unit > 0 && value < 100 ? 1 : 0, value, units[unit]);
}

void running_json_outcome(struct json_writer *writer, const msrck_control *program, const char *prefix)
{
    static const char *const numbers[] = { "blocks", "live_bytes", "raw_bytes", "file_bytes", "mark_ns", "encode_ns", "compress_ns", "write_ns",
                                           "pause_ns", "total_ns" };

    for (size_t n = 0; n < sizeof numbers / sizeof numbers[0]; n++) {
        char name[48];
        uint64_t value;

        snprintf(name, sizeof name, "%s%s", prefix, numbers[n]);
        value = msrck_control_number(program, name, UINT64_MAX);
        if (value != UINT64_MAX)
            json_key_big(writer, numbers[n], value);
    }
    if (prefixed(program, prefix, "mode") != NULL)
        json_key_string(writer, "mode", prefixed(program, prefix, "mode"));
}
