/* SPDX-License-Identifier: MIT */
#include "runtime/control_message.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/failure.h"

#define GREETING "msrck-control"

/* ---- Writing ---------------------------------------------------------------------------------------------------- */

static void put(struct control_message *message, const char *bytes, size_t length)
{
    if (message->full || length > sizeof message->bytes - message->length) {
        message->full = true;
        return;
    }
    memcpy(message->bytes + message->length, bytes, length);
    message->length += length;
}

static void put_text(struct control_message *message, const char *text)
{
    put(message, text, strlen(text));
}

void msrck_control_message_begin(struct control_message *message, const char *kind)
{
    char head[64];

    message->length = 0;
    message->full = false;
    snprintf(head, sizeof head, GREETING " %u ", CONTROL_VERSION);
    put_text(message, head);
    put_text(message, kind);
    put(message, "\n", 1);
}

void msrck_control_message_text(struct control_message *message, const char *key, const char *value)
{
    put_text(message, key);
    put(message, "=", 1);
    for (; *value != '\0'; value++)
        if (*value == '\n')
            put(message, "\\n", 2);
        else if (*value == '\\')
            put(message, "\\\\", 2);
        else
            put(message, value, 1);
    put(message, "\n", 1);
}

void msrck_control_message_number(struct control_message *message, const char *key, uint64_t value)
{
    char text[24];

    snprintf(text, sizeof text, "%" PRIu64, value);
    msrck_control_message_text(message, key, text);
}

void msrck_control_message_flag(struct control_message *message, const char *key, bool value)
{
    if (value)
        msrck_control_message_text(message, key, "yes");
}

/* ---- Reading ---------------------------------------------------------------------------------------------------- */

static bool is_word(const char *text)
{
    size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_-");

    return length > 0 && length <= 32 && text[length] == '\0';
}

/* At most nine digits. */
static bool parse_version(const char *text, size_t length, unsigned *version)
{
    size_t digit;

    *version = 0;
    for (digit = 0; digit < length; digit++) {
        if (text[digit] < '0' || text[digit] > '9')
            return false;
        *version = *version * 10 + (unsigned)(text[digit] - '0');
    }
    return length > 0 && length < 10;
}

/* In place: what is left is never longer. */
static bool unescape(char *text)
{
    char *to = text;

    for (; *text != '\0'; text++) {
        if (*text == '\\') {
            text++;
            if (*text != '\\' && *text != 'n')
                return false;
            *to++ = *text == 'n' ? '\n' : '\\';
        } else {
            *to++ = *text;
        }
    }
    *to = '\0';
    return true;
}

/* "msrck-control 1 status". The kind of another version's message may be anything. */
static msrck_result parse_head(char *line, struct control_words *words, msrck_error *error)
{
    size_t greeting = strlen(GREETING), length;
    char *text = line + greeting + 1;

    if (strncmp(line, GREETING " ", greeting + 1) != 0 ||
        !parse_version(text, length = strcspn(text, " "), &words->version))
        return msrck_fail(error, MSRCK_CORRUPT, "what arrived is no message of msrck");
    if (words->version != CONTROL_VERSION)
        return msrck_fail(error, MSRCK_UNSUPPORTED, "version %u of the control protocol is not known, only version %u",
                          words->version, CONTROL_VERSION);
    if (text[length] != ' ' || !is_word(text + length + 1))
        return msrck_fail(error, MSRCK_CORRUPT, "a message of no kind");
    words->kind = text + length + 1;
    return MSRCK_OK;
}

static msrck_result parse_field(char *line, struct control_words *words, msrck_error *error)
{
    char *equals = strchr(line, '=');

    if (words->count == CONTROL_FIELDS_MOST)
        return msrck_fail(error, MSRCK_LIMIT, "a message has more than %u fields", CONTROL_FIELDS_MOST);
    if (equals == NULL)
        return msrck_fail(error, MSRCK_CORRUPT, "a field of a message has no value");
    *equals = '\0';
    if (!is_word(line) || !unescape(equals + 1))
        return msrck_fail(error, MSRCK_CORRUPT, "a field of a message is none");
    if (msrck_control_words_text(words, line) != NULL)
        return msrck_fail(error, MSRCK_CORRUPT, "field '%s' stands twice in a message", line);
    words->fields[words->count].key = line;
    words->fields[words->count].value = equals + 1;
    words->count++;
    return MSRCK_OK;
}

msrck_result msrck_control_message_parse(char *bytes, size_t length, struct control_words *words, msrck_error *error)
{
    char *line = bytes, *end;
    msrck_result result = MSRCK_OK;

    words->kind = "";
    words->count = 0;
    bytes[length] = '\0';
    if (length == 0 || bytes[length - 1] != '\n' || strlen(bytes) != length)
        return msrck_fail(error, MSRCK_CORRUPT, "what arrived is no message of msrck");
    for (; result == MSRCK_OK && *line != '\0'; line = end + 1) {
        end = strchr(line, '\n');
        *end = '\0';
        result = line == bytes ? parse_head(line, words, error) : parse_field(line, words, error);
    }
    return result;
}

const char *msrck_control_words_text(const struct control_words *words, const char *key)
{
    size_t f;

    for (f = 0; f < words->count; f++)
        if (strcmp(words->fields[f].key, key) == 0)
            return words->fields[f].value;
    return NULL;
}

uint64_t msrck_control_words_number(const struct control_words *words, const char *key, uint64_t otherwise)
{
    const char *text = msrck_control_words_text(words, key);
    uint64_t value = 0;

    if (text == NULL || *text == '\0')
        return otherwise;
    for (; *text != '\0'; text++)
        if (*text < '0' || *text > '9' || __builtin_mul_overflow(value, UINT64_C(10), &value) ||
            __builtin_add_overflow(value, (uint64_t)(*text - '0'), &value))
            return otherwise;
    return value;
}

bool msrck_control_words_flag(const struct control_words *words, const char *key)
{
    const char *text = msrck_control_words_text(words, key);

    return text != NULL && strcmp(text, "yes") == 0;
}
