/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

string string_new(void)
{
    string made = { .bytes = malloc(8), .length = 0, .room = 8 };

    made.bytes[0] = '\0';
    return made;
}

static void reserve(string *to, size_t more)
{
    if (to->length + more + 1 <= to->room)
        return;
    do
        to->room *= 2;
    while (to->length + more + 1 > to->room);
    to->bytes = realloc(to->bytes, to->room);
}

void string_add(string *to, const char *text)
{
    size_t length = strlen(text);

    reserve(to, length);
    strcpy(to->bytes + to->length, text);
    to->length += length;
}

void string_add_char(string *to, char c)
{
    char text[2] = { c, '\0' };

    string_add(to, text);
}

void string_format(string *to, const char *format, ...)
{
    va_list arguments, again;
    int length;

    va_start(arguments, format);
    va_copy(again, arguments);
    length = vsnprintf(NULL, 0, format, arguments);
    reserve(to, (size_t)length);
    vsnprintf(to->bytes + to->length, (size_t)length + 1, format, again);
    to->length += (size_t)length;
    va_end(again);
    va_end(arguments);
}

char *string_take(string *from)
{
    char *bytes = realloc(from->bytes, from->length + 1);

    from->bytes = NULL;
    from->length = from->room = 0;
    return bytes;
}

char *trimmed(const char *text)
{
    const char *end;

    while (isspace((unsigned char)*text))
        text++;
    end = text + strlen(text);
    while (end > text && isspace((unsigned char)end[-1]))
        end--;
    return strndup(text, (size_t)(end - text));
}

char **split(const char *line, char separator, int *count)
{
    char **fields = NULL;
    string field = string_new();
    bool quoted = false;

    *count = 0;
    for (const char *at = line;; at++) {
        if (*at == '"') {
            if (quoted && at[1] == '"')
                string_add_char(&field, *at++);
            else
                quoted = !quoted;
        } else if (*at == '\0' || (*at == separator && !quoted)) {
            char *taken = string_take(&field);

            fields = realloc(fields, ((size_t)*count + 1) * sizeof(char *));
            fields[(*count)++] = trimmed(taken);
            free(taken);
            if (*at == '\0')
                return fields;
            field = string_new();
        } else {
            string_add_char(&field, *at);
        }
    }
}

void split_free(char **fields, int count)
{
    while (count > 0)
        free(fields[--count]);
    free(fields);
}

char *with_thousands(long long number, int decimals)
{
    char digits[32], *from = digits;
    string out = string_new();
    int length, whole;

    if (number < 0) {
        string_add_char(&out, '-');
        number = -number;
    }
    length = snprintf(digits, sizeof digits, "%0*lld", decimals + 1, number);
    whole = length - decimals;
    while (*from) {
        if (from - digits == whole)
            string_add_char(&out, '.');
        string_add_char(&out, *from++);
        if (from - digits < whole && (whole - (from - digits)) % 3 == 0)
            string_add_char(&out, '\'');
    }
    return string_take(&out);
}

bool parse_money(const char *text, long long *cents)
{
    bool negative = *text == '-';
    int decimals = -1;

    *cents = 0;
    for (text += negative; *text; text++) {
        if (*text == '.' && decimals < 0)
            decimals = 0;
        else if (!isdigit((unsigned char)*text) || decimals == 2)
            return false;
        else if (*cents = *cents * 10 + (*text - '0'), decimals >= 0)
            decimals++;
    }
    for (decimals = decimals < 0 ? 0 : decimals; decimals < 2; decimals++)
        *cents *= 10;
    if (negative)
        *cents = -*cents;
    return true;
}
