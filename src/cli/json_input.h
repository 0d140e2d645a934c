/* SPDX-License-Identifier: MIT */
/*
 * JSON (RFC 8259) read as a stream, strictly and in bounded memory: the caller says what it expects next. A failure
 * stays: after one everything answers false. Places can be marked and read again.
 */
#ifndef MSRCK_CLI_JSON_INPUT_H
#define MSRCK_CLI_JSON_INPUT_H

#include <msrck/result.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Arrays and objects in each other. What msrck writes has less than 192. */
#define JSON_DEEPEST 256
/* Bytes of a number, and of a text that is taken whole; names in checkpoints have 4096 at most. */
#define JSON_TEXT_SIZE 4200

enum json_kind { JSON_NOTHING, JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json_input {
    int descriptor;                 /* borrowed; of a file that can seek */
    unsigned char buffer[65536];
    size_t next, length;            /* in the buffer */
    uint64_t offset;                /* of the buffer in the file */
    uint64_t line, line_start;      /* from 1; offset of its first byte */
    unsigned depth;
    bool filled[JSON_DEEPEST + 1];  /* whether the array or object has an item already */
    char text[JSON_TEXT_SIZE];      /* the key, text or number taken last */
    msrck_error *error;             /* borrowed; "line 3, column 7: " comes before each message */
    uint64_t bad_line, bad_column;
    char path[256];                 /* where in the document, put together while functions return */
    char message[MSRCK_MESSAGE_SIZE];
    bool failed;
};

/* A place between two tokens. */
struct json_mark {
    uint64_t offset, line, line_start;
    unsigned depth;
};

void json_input_begin(struct json_input *input, int descriptor, msrck_error *error);
struct json_mark json_input_mark(struct json_input *input);
/* Goes on at the mark, as if nothing had been read from there on. */
void json_input_return(struct json_input *input, const struct json_mark *mark);

/* The message, at the place where reading is. Always false. */
bool json_input_fail(struct json_input *input, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same for a place that was noted before. */
bool json_input_fail_at(struct json_input *input, uint64_t line, uint64_t column, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Puts a part in front of the path of a failure. */
void json_input_path(struct json_input *input, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Writes line, column, path and message to the error. MSRCK_CORRUPT, or what the error says already. */
msrck_result json_input_result(struct json_input *input);

/* Kind of the next value, which stays to be taken; JSON_NOTHING after a failure. */
enum json_kind json_input_kind(struct json_input *input);
/* Line and column (in bytes) of the next byte. */
uint64_t json_input_column(const struct json_input *input);

bool json_take_object(struct json_input *input);
/* The next key, in input->text; false at the end of the object, which is taken then, and after a failure. */
bool json_take_key(struct json_input *input);
bool json_take_array(struct json_input *input);
/* Whether another item follows; false at the end of the array, which is taken then, and after a failure. */
bool json_take_item(struct json_input *input);

bool json_take_null(struct json_input *input);
bool json_take_bool(struct json_input *input, bool *value);
/* The number as it is written, in input->text. */
bool json_take_number(struct json_input *input);
/* A string as UTF-8, in input->text; U+0000 is refused. */
bool json_take_text(struct json_input *input);
/* A string of any length: after the first call its characters one by one; false at its end and after a failure. */
bool json_take_string(struct json_input *input);
bool json_take_character(struct json_input *input, uint32_t *character);
/* Any value, checked to be JSON. */
bool json_skip(struct json_input *input);
/* Nothing but blanks may follow. */
bool json_take_end(struct json_input *input);

/* A whole number, written as such or as a string of digits. */
bool json_take_integer(struct json_input *input, bool *negative, uint64_t *magnitude);
/* The same from a text: "-12". False when it is none, or beyond 64 bits. */
bool json_parse_integer(const char *text, bool *negative, uint64_t *magnitude);
bool json_take_unsigned(struct json_input *input, uint64_t *number);

#endif
