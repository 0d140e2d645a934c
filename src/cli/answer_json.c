/* SPDX-License-Identifier: MIT */
#include "answer_json.h"

#define MOST_HEXADECIMAL 64u

void answer_begin(struct json_writer *writer, const char *schema)
{
    answer_begin_on(writer, stdout, schema);
}

void answer_begin_on(struct json_writer *writer, FILE *stream, const char *schema)
{
    json_begin(writer, stream);
    json_begin_object(writer);
    json_key_string(writer, "schema", schema);
    json_key_number(writer, "schema_version", 1);
}

void answer_end(struct json_writer *writer)
{
    json_end_object(writer);
    json_end(writer);
}

void answer_error(struct json_writer *writer, const msrck_error *error)
{
    json_key(writer, "error");
    json_begin_object(writer);
    json_key_string(writer, "class", msrck_result_name(error->result));
    json_key_string(writer, "message", error->message);
    json_end_object(writer);
}

void answer_version(struct json_writer *writer, const char *key, unsigned major, unsigned minor)
{
    json_key(writer, key);
    json_begin_object(writer);
    json_key_number(writer, "major", major);
    json_key_number(writer, "minor", minor);
    json_end_object(writer);
}

void answer_hexadecimal(struct json_writer *writer, const char *key, const unsigned char *bytes, size_t length)
{
    char text[2 * MOST_HEXADECIMAL + 1] = "";

    for (size_t i = 0; i < length && i < MOST_HEXADECIMAL; i++)
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    json_key_string(writer, key, text);
}
