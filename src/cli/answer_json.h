/* SPDX-License-Identifier: MIT */
/* What the JSON documents of all verbs share: schema name and version at the top, failures, hexadecimal bytes. */
#ifndef MSRCK_CLI_ANSWER_JSON_H
#define MSRCK_CLI_ANSWER_JSON_H

#include <msrck/result.h>

#include "json_writer.h"

/* Begins the document's object on standard output with "schema" and "schema_version" 1. */
void answer_begin(struct json_writer *writer, const char *schema);
/* The same on another stream. */
void answer_begin_on(struct json_writer *writer, FILE *stream, const char *schema);
void answer_end(struct json_writer *writer);

/* "error":{"class":...,"message":...} */
void answer_error(struct json_writer *writer, const msrck_error *error);
/* {"major":1,"minor":0} */
void answer_version(struct json_writer *writer, const char *key, unsigned major, unsigned minor);
/* At most 64 bytes. */
void answer_hexadecimal(struct json_writer *writer, const char *key, const unsigned char *bytes, size_t length);

#endif
