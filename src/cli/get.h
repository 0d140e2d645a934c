/* SPDX-License-Identifier: MIT */
/* What `msrck get` prints, and how: shared by the verb, the number formats and CSV. */
#ifndef MSRCK_CLI_GET_H
#define MSRCK_CLI_GET_H

#include "dump.h"

enum get_mode { GET_TEXT, GET_JSON, GET_CSV, GET_BINARY };

/* --format: how a number is shown. */
struct get_format {
    char letter;                    /* d u x o t c f e g a; 0: as it reads back */
    char conversion[32];            /* for printf, with the length modifier that the letter's argument needs */
};

struct get {
    struct dump dump;
    enum get_mode mode;
    struct get_format format;
    uint64_t limit;                 /* elements of an array; 0: all */
    bool single;                    /* the path names one value, which needs no name before it */
    uint32_t named_type;            /* of CSV: the struct whose columns were named last; 0: none */
};

/* False when the text is neither a letter nor one printf conversion of a number. */
bool get_format_parse(const char *text, struct get_format *format);
/* The scalar in that format, on standard output. */
msrck_result get_format_put(const struct get_format *format, const msrck_value *value, msrck_error *error);

/* The value as CSV lines: an element of an array a line, a leaf of it a column, structs with a line of names before. */
msrck_result get_csv(struct get *get, const char *path, const msrck_value *value, msrck_error *error);

/* A path_match: prints one value in the chosen mode. */
msrck_result get_match(void *get, const char *path, const msrck_value *value, msrck_error *error);

#endif
