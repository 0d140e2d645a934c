/* SPDX-License-Identifier: MIT */
/* From the text of a path to its steps. */
#include "path_query.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "path_steps.h"

msrck_result path_fail(msrck_error *error, const char *format, ...)
{
    va_list arguments;

    if (error->result != MSRCK_OK)
        return error->result;
    error->result = MSRCK_MISUSE;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    return MSRCK_MISUSE;
}

static bool is_name(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '$';
}

static bool read_number(const char **at, uint64_t *number)
{
    char *end;

    if (!isdigit((unsigned char)**at))
        return false;
    errno = 0;
    *number = strtoull(*at, &end, 0);
    *at = end;
    return errno == 0;
}

/* An index, which may be negative: false with a message where there is none. */
static bool read_index(const char *text, const char **at, int64_t *index, msrck_error *error)
{
    const char *digits = *at + (**at == '-');
    uint64_t number = 0;

    if (!isdigit((unsigned char)*digits)) {
        path_fail(error, "column %zu: a number or * is missing", (size_t)(*at - text) + 1);
        return false;
    }
    if (!read_number(&digits, &number) || number >= INT64_MAX) {
        path_fail(error, "column %zu: the number is too large", (size_t)(*at - text) + 1);
        return false;
    }
    *index = **at == '-' ? -(int64_t)number : (int64_t)number;
    *at = digits;
    return true;
}

static msrck_result parse_index(const char *text, const char **at, struct path_step *step, msrck_error *error)
{
    step->kind = STEP_INDEX;
    if (**at == '*') {
        step->kind = STEP_ALL;
        ++*at;
    } else if (!read_index(text, at, &step->first, error)) {
        return error->result;
    } else if (strncmp(*at, "..", 2) == 0) {
        *at += 2;
        step->kind = STEP_RANGE;
        if (!read_index(text, at, &step->last, error))
            return error->result;
        if (step->last < step->first)
            return path_fail(error, "column %zu: the range ends before its beginning", (size_t)(*at - text) + 1);
    }
    if (**at != ']')
        return path_fail(error, "column %zu: ']' is missing", (size_t)(*at - text) + 1);
    ++*at;
    return MSRCK_OK;
}

static msrck_result parse_field(const char *text, const char **at, struct path_step *step, msrck_error *error)
{
    const char *start = *at;

    if (*start == '*') {
        step->kind = STEP_ALL_FIELDS;
        ++*at;
        return MSRCK_OK;
    }
    while (is_name(**at))
        ++*at;
    if (*at == start)
        return path_fail(error, "column %zu: a field's name is missing", (size_t)(start - text) + 1);
    step->kind = STEP_FIELD;
    step->name = strndup(start, (size_t)(*at - start));
    return step->name != NULL ? MSRCK_OK : path_fail(error, "out of memory");
}

static msrck_result parse_step(struct path_query *query, const char **at, msrck_error *error)
{
    struct path_step *step = &query->steps[query->count];

    if (query->count == MOST_STEPS)
        return path_fail(error, "more than %u steps", MOST_STEPS);
    memset(step, 0, sizeof *step);
    query->count++;
    if (**at == '[') {
        ++*at;
        return parse_index(query->text, at, step, error);
    }
    *at += **at == '.' ? 1 : 2;
    return parse_field(query->text, at, step, error);
}

static msrck_result parse_steps(struct path_query *query, const char *at, msrck_error *error)
{
    msrck_result result = MSRCK_OK;

    while (result == MSRCK_OK && (*at == '.' || *at == '[' || strncmp(at, "->", 2) == 0))
        result = parse_step(query, &at, error);
    if (result == MSRCK_OK && *at == '@') {
        at++;
        if (query->dereferences == 0 || !read_number(&at, &query->repeat) || query->repeat == 0)
            return path_fail(error, "column %zu: @ stands behind *pointer and before a positive number", (size_t)(at - query->text) + 1);
    }
    if (result == MSRCK_OK && *at != '\0')
        return path_fail(error, "column %zu: '%c' is not expected there", (size_t)(at - query->text) + 1, *at);
    return result;
}

/*
 * Behind the colon of "file.c:name", as pre-compiled programs name what is static; else where it began. A file's name may hold
 * what else separates steps, but no brackets, and none of the characters that a name is not before.
 */
static const char *behind_unit(const char *at)
{
    const char *colon = at + strcspn(at, ":[]@*#");

    const char *arrow = strstr(at, "->");

    return *colon == ':' && colon > at && is_name(colon[1]) && (arrow == NULL || arrow > colon) ? colon + 1 : at;
}

msrck_result path_query_parse(const char *text, struct path_query **query, msrck_error *error)
{
    struct path_query *q = calloc(1, sizeof *q);
    const char *at;
    msrck_result result;

    *query = q;
    if (q == NULL || (q->text = strdup(text)) == NULL)
        return path_fail(error, "out of memory");
    at = q->text;
    for (; *at == '*'; at++)
        q->dereferences++;
    q->root = (size_t)(at - q->text);
    at = behind_unit(at);
    while (is_name(*at) || *at == '#' || *at == ':')
        at++;
    q->root_end = (size_t)(at - q->text);
    if (q->root_end == q->root)
        return path_fail(error, "column %zu: a variable's name is missing", q->root + 1);
    result = parse_steps(q, at, error);
    return result;
}

void path_query_free(struct path_query *query)
{
    if (query == NULL)
        return;
    for (size_t i = 0; i < query->count; i++)
        free(query->steps[i].name);
    free(query->text);
    free(query);
}

bool path_query_single(const struct path_query *query)
{
    for (size_t i = 0; i < query->count; i++)
        if (query->steps[i].kind != STEP_FIELD && query->steps[i].kind != STEP_INDEX)
            return false;
    return query->repeat == 0;
}
