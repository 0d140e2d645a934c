/* SPDX-License-Identifier: MIT */
#include "json_input.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void json_input_begin(struct json_input *input, int descriptor, msrck_error *error)
{
    memset(input, 0, sizeof *input);
    input->descriptor = descriptor;
    input->error = error;
    input->line = 1;
}

/* ---- Failures ---- */

bool json_input_fail_at(struct json_input *input, uint64_t line, uint64_t column, const char *format, ...)
{
    va_list arguments;

    if (input->failed)
        return false;
    input->failed = true;
    input->bad_line = line;
    input->bad_column = column;
    va_start(arguments, format);
    vsnprintf(input->message, sizeof input->message, format, arguments);
    va_end(arguments);
    return false;
}

uint64_t json_input_column(const struct json_input *input)
{
    return input->offset + input->next - input->line_start + 1;
}

bool json_input_fail(struct json_input *input, const char *format, ...)
{
    char text[MSRCK_MESSAGE_SIZE];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return json_input_fail_at(input, input->line, json_input_column(input), "%s", text);
}

void json_input_path(struct json_input *input, const char *format, ...)
{
    char part[sizeof input->path], whole[2 * sizeof part];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(part, sizeof part, format, arguments);
    va_end(arguments);
    snprintf(whole, sizeof whole, "%s%s", part, input->path);
    whole[sizeof input->path - 1] = '\0';
    memcpy(input->path, whole, sizeof input->path);
}

msrck_result json_input_result(struct json_input *input)
{
    msrck_error *error = input->error;

    if (!input->failed || error->result != MSRCK_OK)
        return error->result;
    error->result = MSRCK_CORRUPT;
    snprintf(error->message, sizeof error->message, "line %llu, column %llu: %.*s%s%.*s",
             (unsigned long long)input->bad_line, (unsigned long long)input->bad_column, 160,
             input->path[0] == '.' ? input->path + 1 : input->path, input->path[0] != '\0' ? ": " : "", 240,
             input->message);
    return error->result;
}

/* ---- Bytes ---- */

static bool fill(struct json_input *input)
{
    ssize_t count;

    input->offset += input->length;
    input->next = input->length = 0;
    do
        count = pread(input->descriptor, input->buffer, sizeof input->buffer, (off_t)input->offset);
    while (count < 0 && errno == EINTR);
    if (count < 0) {
        input->error->result = MSRCK_SYSTEM;
        snprintf(input->error->message, sizeof input->error->message, "%s", strerror(errno));
        input->failed = true;
    }
    input->length = count > 0 ? (size_t)count : 0;
    return input->length > 0;
}

/* The next byte without taking it; -1 at the end and after a failure. */
static inline int peek(struct json_input *input)
{
    if (input->failed || (input->next == input->length && !fill(input)))
        return -1;
    return input->buffer[input->next];
}

/* Takes the byte that peek() showed. */
static inline void take(struct json_input *input)
{
    if (input->buffer[input->next++] == '\n') {
        input->line++;
        input->line_start = input->offset + input->next;
    }
}

static int peek_token(struct json_input *input)
{
    int byte = peek(input);

    while (byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r') {
        take(input);
        byte = peek(input);
    }
    return byte;
}

static bool fail_here(struct json_input *input, const char *expected)
{
    int byte = peek(input);

    if (byte < 0)
        return json_input_fail(input, "the document ends where %s should follow", expected);
    if (byte < 0x20 || byte > 0x7e)
        return json_input_fail(input, "byte 0x%02x where %s should be", (unsigned)byte, expected);
    return json_input_fail(input, "'%c' where %s should be", byte, expected);
}

struct json_mark json_input_mark(struct json_input *input)
{
    peek_token(input);
    return (struct json_mark) { input->offset + input->next, input->line, input->line_start, input->depth };
}

void json_input_return(struct json_input *input, const struct json_mark *mark)
{
    input->offset = mark->offset;
    input->next = input->length = 0;
    input->line = mark->line;
    input->line_start = mark->line_start;
    input->depth = mark->depth;
}

/* ---- Structure ---- */

enum json_kind json_input_kind(struct json_input *input)
{
    int byte = peek_token(input);

    switch (byte) {
    case '{':
        return JSON_OBJECT;
    case '[':
        return JSON_ARRAY;
    case '"':
        return JSON_STRING;
    case 't':
        return JSON_TRUE;
    case 'f':
        return JSON_FALSE;
    case 'n':
        return JSON_NULL;
    default:
        if (byte == '-' || (byte >= '0' && byte <= '9'))
            return JSON_NUMBER;
        fail_here(input, "a value");
        return JSON_NOTHING;
    }
}

static bool open_level(struct json_input *input, int bracket, const char *what)
{
    if (peek_token(input) != bracket)
        return fail_here(input, what);
    if (input->depth == JSON_DEEPEST)
        return json_input_fail(input, "more than %d arrays and objects in each other", JSON_DEEPEST);
    take(input);
    input->filled[++input->depth] = false;
    return true;
}

/* True where another item follows; takes the comma, or the bracket that ends the level. */
static bool next_item(struct json_input *input, int bracket)
{
    int byte = peek_token(input);

    if (byte == bracket) {
        take(input);
        input->depth--;
        return false;
    }
    if (!input->filled[input->depth]) {
        input->filled[input->depth] = true;
        return byte >= 0 || fail_here(input, bracket == '}' ? "a key or '}'" : "a value or ']'");
    }
    if (byte != ',')
        return fail_here(input, bracket == '}' ? "',' or '}'" : "',' or ']'");
    take(input);
    return true;
}

bool json_take_object(struct json_input *input)
{
    return open_level(input, '{', "an object");
}

bool json_take_array(struct json_input *input)
{
    return open_level(input, '[', "an array");
}

bool json_take_key(struct json_input *input)
{
    if (!next_item(input, '}'))
        return false;
    if (peek_token(input) != '"')
        return fail_here(input, "a key");
    if (!json_take_text(input))
        return false;
    if (peek_token(input) != ':')
        return fail_here(input, "':'");
    take(input);
    return true;
}

bool json_take_item(struct json_input *input)
{
    return next_item(input, ']') && json_input_kind(input) != JSON_NOTHING;
}

bool json_take_end(struct json_input *input)
{
    return peek_token(input) < 0 ? !input->failed : fail_here(input, "the end of the document");
}

/* ---- Literals and numbers ---- */

static bool take_word(struct json_input *input, const char *word)
{
    for (const char *p = word; *p != '\0'; p++) {
        if (peek(input) != *p)
            return fail_here(input, word);
        take(input);
    }
    return true;
}

bool json_take_null(struct json_input *input)
{
    return peek_token(input) == 'n' ? take_word(input, "null") : fail_here(input, "null");
}

bool json_take_bool(struct json_input *input, bool *value)
{
    int byte = peek_token(input);

    *value = byte == 't';
    if (byte != 't' && byte != 'f')
        return fail_here(input, "true or false");
    return take_word(input, *value ? "true" : "false");
}

/* Appends digits to input->text; false when there is none or no room. */
static bool take_digits(struct json_input *input, size_t *length)
{
    size_t before = *length;
    int byte;

    while ((byte = peek(input)) >= '0' && byte <= '9') {
        if (*length >= JSON_TEXT_SIZE - 4)
            return json_input_fail(input, "a number of more than %d digits", JSON_TEXT_SIZE - 4);
        input->text[(*length)++] = (char)byte;
        take(input);
    }
    return *length > before ? true : fail_here(input, "a digit");
}

/* Takes the byte when it is one of the two. */
static bool take_either(struct json_input *input, size_t *length, int a, int b)
{
    int byte = peek(input);

    if (byte < 0 || (byte != a && byte != b))
        return false;
    input->text[(*length)++] = (char)byte;
    take(input);
    return true;
}

bool json_take_number(struct json_input *input)
{
    size_t length = 0;

    peek_token(input);
    take_either(input, &length, '-', '-');
    if (!take_either(input, &length, '0', '0') && !take_digits(input, &length))
        return false;
    if (take_either(input, &length, '.', '.') && !take_digits(input, &length))
        return false;
    if (take_either(input, &length, 'e', 'E')) {
        take_either(input, &length, '+', '-');
        if (!take_digits(input, &length))
            return false;
    }
    input->text[length] = '\0';
    return !input->failed;
}

bool json_parse_integer(const char *text, bool *negative, uint64_t *magnitude)
{
    uint64_t value = 0;

    *negative = *text == '-';
    text += *negative;
    if (*text == '\0' || (*text == '0' && text[1] != '\0'))
        return false;
    for (; *text != '\0'; text++)
        if (*text < '0' || *text > '9' || __builtin_mul_overflow(value, UINT64_C(10), &value) ||
            __builtin_add_overflow(value, (uint64_t)(*text - '0'), &value))
            return false;
    *magnitude = value;
    *negative = *negative && value != 0;
    return true;
}

bool json_take_integer(struct json_input *input, bool *negative, uint64_t *magnitude)
{
    uint64_t line, column;
    bool taken;

    peek_token(input);
    line = input->line;
    column = json_input_column(input);
    taken = json_input_kind(input) == JSON_STRING ? json_take_text(input) : json_take_number(input);
    if (!taken)
        return false;
    if (!json_parse_integer(input->text, negative, magnitude))
        return json_input_fail_at(input, line, column, "'%.60s' is no whole number of 64 bits", input->text);
    return true;
}

bool json_take_unsigned(struct json_input *input, uint64_t *number)
{
    uint64_t line, column;
    bool negative;

    peek_token(input);
    line = input->line;
    column = json_input_column(input);
    if (!json_take_integer(input, &negative, number))
        return false;
    return !negative || json_input_fail_at(input, line, column, "a negative number where there can be none");
}

/* ---- Strings ---- */

bool json_take_string(struct json_input *input)
{
    if (peek_token(input) != '"')
        return fail_here(input, "a string");
    take(input);
    return true;
}

static bool take_hexadecimal(struct json_input *input, uint32_t *unit)
{
    *unit = 0;
    for (int i = 0; i < 4; i++) {
        int byte = peek(input), lower = byte | 0x20;
        if (byte >= '0' && byte <= '9')
            *unit = *unit << 4 | (uint32_t)(byte - '0');
        else if (lower >= 'a' && lower <= 'f')
            *unit = *unit << 4 | (uint32_t)(lower - 'a' + 10);
        else
            return fail_here(input, "a hexadecimal digit");
        take(input);
    }
    return true;
}

/* Behind "\u". */
static bool take_unit(struct json_input *input, uint32_t *character)
{
    uint32_t low;

    if (!take_hexadecimal(input, character))
        return false;
    if (*character < 0xd800 || *character > 0xdfff)
        return true;
    if (*character > 0xdbff || peek(input) != '\\')
        return json_input_fail(input, "half of a surrogate pair");
    take(input);
    if (peek(input) != 'u')
        return json_input_fail(input, "half of a surrogate pair");
    take(input);
    if (!take_hexadecimal(input, &low))
        return false;
    if (low < 0xdc00 || low > 0xdfff)
        return json_input_fail(input, "half of a surrogate pair");
    *character = 0x10000 + ((*character - 0xd800) << 10) + (low - 0xdc00);
    return true;
}

static bool take_escape(struct json_input *input, uint32_t *character)
{
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    int byte = peek(input);
    const char *letter = byte > 0 ? strchr(letters, byte) : NULL;

    if (byte == 'u') {
        take(input);
        return take_unit(input, character);
    }
    if (letter == NULL)
        return fail_here(input, "an escape");
    take(input);
    *character = (unsigned char)meanings[letter - letters];
    return true;
}

/* Behind the first byte of a character beyond ASCII. */
static bool take_continuation(struct json_input *input, int first, uint32_t *character)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    int length = first >> 5 == 6 ? 2 : first >> 4 == 14 ? 3 : first >> 3 == 30 ? 4 : 0;

    *character = (uint32_t)first & (0x7fu >> length);
    for (int i = 1; i < length; i++) {
        int byte = peek(input);
        if (byte < 0 || byte >> 6 != 2)
            return json_input_fail(input, "the text is no UTF-8");
        *character = *character << 6 | ((uint32_t)byte & 0x3f);
        take(input);
    }
    if (length == 0 || *character < least[length] || *character > 0x10ffff ||
        (*character >= 0xd800 && *character <= 0xdfff))
        return json_input_fail(input, "the text is no UTF-8");
    return true;
}

bool json_take_character(struct json_input *input, uint32_t *character)
{
    int byte = peek(input);

    if (byte < 0x20)
        return fail_here(input, "the end of a string");
    take(input);
    if (byte == '"')
        return false;
    if (byte == '\\')
        return take_escape(input, character);
    *character = (uint32_t)byte;
    return byte < 0x80 || take_continuation(input, byte, character);
}

static size_t encode_utf8(uint32_t character, char *out)
{
    if (character < 0x80) {
        out[0] = (char)character;
        return 1;
    }
    if (character < 0x800) {
        out[0] = (char)(0xc0 | character >> 6);
        out[1] = (char)(0x80 | (character & 0x3f));
        return 2;
    }
    if (character < 0x10000) {
        out[0] = (char)(0xe0 | character >> 12);
        out[1] = (char)(0x80 | (character >> 6 & 0x3f));
        out[2] = (char)(0x80 | (character & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | character >> 18);
    out[1] = (char)(0x80 | (character >> 12 & 0x3f));
    out[2] = (char)(0x80 | (character >> 6 & 0x3f));
    out[3] = (char)(0x80 | (character & 0x3f));
    return 4;
}

bool json_take_text(struct json_input *input)
{
    uint32_t character = 0;
    size_t length = 0;

    if (!json_take_string(input))
        return false;
    while (json_take_character(input, &character)) {
        if (character == 0)
            return json_input_fail(input, "a zero character in a text");
        if (length > JSON_TEXT_SIZE - 5)
            return json_input_fail(input, "a text of more than %d bytes", JSON_TEXT_SIZE - 5);
        length += encode_utf8(character, input->text + length);
    }
    input->text[length] = '\0';
    return !input->failed;
}

/* ---- Anything ---- */

static bool skip_scalar(struct json_input *input, enum json_kind kind)
{
    uint32_t character;
    bool value;

    switch (kind) {
    case JSON_NULL:
        return json_take_null(input);
    case JSON_TRUE:
    case JSON_FALSE:
        return json_take_bool(input, &value);
    case JSON_NUMBER:
        return json_take_number(input);
    case JSON_STRING:
        if (!json_take_string(input))
            return false;
        while (json_take_character(input, &character))
            continue;
        return !input->failed;
    default:
        return false;
    }
}

/* Recursion is bounded by JSON_DEEPEST. */
bool json_skip(struct json_input *input)
{
    enum json_kind kind = json_input_kind(input);

    if (kind == JSON_OBJECT) {
        if (!json_take_object(input))
            return false;
        while (json_take_key(input) && json_skip(input))
            continue;
        return !input->failed;
    }
    if (kind == JSON_ARRAY) {
        if (!json_take_array(input))
            return false;
        while (json_take_item(input) && json_skip(input))
            continue;
        return !input->failed;
    }
    return skip_scalar(input, kind);
}
