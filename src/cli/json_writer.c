/* SPDX-License-Identifier: MIT */
#include "json_writer.h"

#include <assert.h>
#include <string.h>

void json_begin(struct json_writer *writer, FILE *stream)
{
    memset(writer, 0, sizeof *writer);
    writer->stream = stream;
}

void json_end(struct json_writer *writer)
{
    assert(writer->depth == 0);
    putc('\n', writer->stream);
}

/* What stands between the item before and the next one. */
static void separate(struct json_writer *writer)
{
    if (writer->after_key) {
        writer->after_key = false;
        return;
    }
    if (writer->depth > 0 && writer->filled[writer->depth])
        putc(',', writer->stream);
    writer->filled[writer->depth] = true;
    if (writer->line_wanted)
        putc('\n', writer->stream);
    writer->line_wanted = false;
}

static void open_level(struct json_writer *writer, int bracket)
{
    separate(writer);
    putc(bracket, writer->stream);
    assert(writer->depth + 1 < JSON_MOST_DEPTH);
    writer->filled[++writer->depth] = false;
}

static void close_level(struct json_writer *writer, int bracket)
{
    assert(writer->depth > 0);
    if (writer->line_wanted)
        putc('\n', writer->stream);
    writer->line_wanted = false;
    writer->depth--;
    putc(bracket, writer->stream);
}

void json_begin_object(struct json_writer *writer)
{
    open_level(writer, '{');
}

void json_end_object(struct json_writer *writer)
{
    close_level(writer, '}');
}

void json_begin_array(struct json_writer *writer)
{
    open_level(writer, '[');
}

void json_end_array(struct json_writer *writer)
{
    close_level(writer, ']');
}

void json_line(struct json_writer *writer)
{
    writer->line_wanted = true;
}

/* ---- Strings ---- */

static void put_unit(struct json_writer *writer, unsigned unit)
{
    fprintf(writer->stream, "\\u%04x", unit);
}

static void put_character(struct json_writer *writer, uint32_t character)
{
    if (character == '"' || character == '\\') {
        putc('\\', writer->stream);
        putc((int)character, writer->stream);
    } else if (character >= 0x20 && character < 0x7f) {
        putc((int)character, writer->stream);
    } else if (character < 0x10000) {
        put_unit(writer, character);
    } else {
        put_unit(writer, 0xd800 + ((character - 0x10000) >> 10));
        put_unit(writer, 0xdc00 + ((character - 0x10000) & 0x3ff));
    }
}

/* Decodes one character; the number of bytes it takes, 0 when they are no UTF-8. */
static size_t decode_utf8(const unsigned char *p, uint32_t *character)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    size_t length = p[0] < 0x80 ? 1 : p[0] >> 5 == 6 ? 2 : p[0] >> 4 == 14 ? 3 : p[0] >> 3 == 30 ? 4 : 0;
    uint32_t value = length < 2 ? p[0] : p[0] & (0x7fu >> length);

    for (size_t i = 1; i < length; i++) {
        if (p[i] >> 6 != 2)
            return 0;
        value = value << 6 | (p[i] & 0x3fu);
    }
    *character = value;
    return length == 0 || value < least[length] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000) ? 0 : length;
}

static void put_text(struct json_writer *writer, const char *text)
{
    const unsigned char *p = (const unsigned char *)text;

    putc('"', writer->stream);
    while (*p != '\0') {
        uint32_t character = 0;
        size_t length = decode_utf8(p, &character);
        put_character(writer, length == 0 ? 0xfffd : character);
        p += length == 0 ? 1 : length;
    }
    putc('"', writer->stream);
}

void json_key(struct json_writer *writer, const char *key)
{
    separate(writer);
    put_text(writer, key);
    putc(':', writer->stream);
    writer->after_key = true;
}

void json_string(struct json_writer *writer, const char *text)
{
    separate(writer);
    put_text(writer, text);
}

void json_begin_bytes(struct json_writer *writer)
{
    separate(writer);
    putc('"', writer->stream);
}

void json_bytes(struct json_writer *writer, const unsigned char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        put_character(writer, bytes[i]);
}

void json_end_bytes(struct json_writer *writer)
{
    putc('"', writer->stream);
}

/* ---- Others ---- */

void json_token(struct json_writer *writer, const char *token)
{
    separate(writer);
    fputs(token, writer->stream);
}

void json_number(struct json_writer *writer, uint32_t number)
{
    separate(writer);
    fprintf(writer->stream, "%lu", (unsigned long)number);
}

void json_big(struct json_writer *writer, uint64_t number)
{
    separate(writer);
    fprintf(writer->stream, "\"%llu\"", (unsigned long long)number);
}

void json_bool(struct json_writer *writer, bool value)
{
    json_token(writer, value ? "true" : "false");
}

void json_null(struct json_writer *writer)
{
    json_token(writer, "null");
}

void json_key_string(struct json_writer *writer, const char *key, const char *text)
{
    json_key(writer, key);
    json_string(writer, text);
}

void json_key_number(struct json_writer *writer, const char *key, uint32_t number)
{
    json_key(writer, key);
    json_number(writer, number);
}

void json_key_big(struct json_writer *writer, const char *key, uint64_t number)
{
    json_key(writer, key);
    json_big(writer, number);
}
