/* SPDX-License-Identifier: MIT */
/*
 * JSON as a stream: nothing is kept but the kinds of the open arrays and objects, so documents of any length can be
 * written. ASCII only, no spaces; line breaks only where json_line() puts them. Failures to write are standard
 * output's, and found at its end.
 */
#ifndef MSRCK_CLI_JSON_WRITER_H
#define MSRCK_CLI_JSON_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Types nest at most 64 deep; each level takes two here at most, and documents a few more. */
#define JSON_MOST_DEPTH 192

struct json_writer {
    FILE *stream;
    unsigned depth;
    bool filled[JSON_MOST_DEPTH];   /* whether the array or object has an item already */
    bool after_key;
    bool line_wanted;
};

void json_begin(struct json_writer *writer, FILE *stream);
/* Ends the document with a newline. */
void json_end(struct json_writer *writer);

void json_begin_object(struct json_writer *writer);
void json_end_object(struct json_writer *writer);
void json_begin_array(struct json_writer *writer);
void json_end_array(struct json_writer *writer);
/* The next item begins on a line of its own. */
void json_line(struct json_writer *writer);

void json_key(struct json_writer *writer, const char *key);

/* UTF-8 text; everything but ASCII as \u escapes. Bytes that are no UTF-8 become U+FFFD. */
void json_string(struct json_writer *writer, const char *text);
/* Bytes as code points 0 to 255. Between begin and end any number of pieces. */
void json_begin_bytes(struct json_writer *writer);
void json_bytes(struct json_writer *writer, const unsigned char *bytes, size_t length);
void json_end_bytes(struct json_writer *writer);
/* A number that fits in 32 bits. */
void json_number(struct json_writer *writer, uint32_t number);
/* A 64-bit number, as a string. */
void json_big(struct json_writer *writer, uint64_t number);
/* A token that is JSON by itself: a number. */
void json_token(struct json_writer *writer, const char *token);
void json_bool(struct json_writer *writer, bool value);
void json_null(struct json_writer *writer);

/* Key and value in one. */
void json_key_string(struct json_writer *writer, const char *key, const char *text);
void json_key_number(struct json_writer *writer, const char *key, uint32_t number);
void json_key_big(struct json_writer *writer, const char *key, uint64_t number);

#endif
