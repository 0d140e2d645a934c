/* SPDX-License-Identifier: MIT */
#include "text_scan.h"

#include <string.h>

bool scan_is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' || (unsigned char)c > 127;
}

static bool is_white(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\f' || c == '\v' || c == '\r';
}

/* Whether only blanks stand between `at` and the beginning of its line. */
static bool begins_line(const char *text, size_t at)
{
    while (at > 0 && (text[at - 1] == ' ' || text[at - 1] == '\t'))
        at--;
    return at == 0 || text[at - 1] == '\n';
}

size_t scan_blank(const char *text, size_t at, size_t end)
{
    while (at < end) {
        if (is_white(text[at]))
            at++;
        else if (text[at] == '#' && begins_line(text, at))
            while (at < end && text[at] != '\n')
                at++;
        else
            break;
    }
    return at;
}

static size_t scan_literal(const char *text, size_t at, size_t end)
{
    char quote = text[at++];

    while (at < end && text[at] != quote && text[at] != '\n')
        at += text[at] == '\\' && at + 1 < end ? 2 : 1;
    return at < end ? at + 1 : end;
}

size_t scan_token(const char *text, size_t at, size_t end)
{
    if (at >= end)
        return end;
    if (text[at] == '"' || text[at] == '\'')
        return scan_literal(text, at, end);
    if (!scan_is_letter(text[at]))
        return at + 1;
    while (at < end && scan_is_letter(text[at]))
        at++;
    return at;
}

size_t scan_to(const char *text, size_t at, size_t end, char wanted)
{
    size_t depth = 0;

    while ((at = scan_blank(text, at, end)) < end) {
        char c = text[at];

        if (c == wanted && depth == 0)
            return at;
        if (c == '(' || c == '[' || c == '{')
            depth++;
        else if ((c == ')' || c == ']' || c == '}') && depth > 0)
            depth--;
        at = scan_token(text, at, end);
    }
    return end;
}

bool scan_is_word(const char *text, size_t at, size_t end, const char *word)
{
    size_t length = strlen(word);

    return end - at >= length && memcmp(text + at, word, length) == 0 && scan_token(text, at, end) == at + length;
}
