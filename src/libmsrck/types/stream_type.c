/* SPDX-License-Identifier: MIT */
/*
 * The description of struct stream_record under the name that programs know it by. Written out, since the describing
 * macros put their types into the tables of every program that is linked with the library.
 */
#include "types/stream_type.h"

#define TO_CHAR { .kind = MSRCK_KIND_POINTER, .size = sizeof(char *), .alignment = _Alignof(char *), .element = &msrck_char }
#define ARRAY_OF(T, N) { .kind = MSRCK_KIND_ARRAY, .element = (T), .count = (N) }

static const msrck_type text = TO_CHAR;
static const msrck_type mode = ARRAY_OF(&msrck_char, STREAM_MODE);
static const msrck_type pushed = ARRAY_OF(&msrck_uchar, STREAM_PUSHED);

static const msrck_enumerator standard_names[] = {
    { "none", STANDARD_NONE }, { "stdin", STANDARD_INPUT }, { "stdout", STANDARD_OUTPUT }, { "stderr", STANDARD_ERROR }
};
static const msrck_enumerator buffering_names[] = {
    { "full", BUFFERING_FULL }, { "line", BUFFERING_LINE }, { "none", BUFFERING_NONE }
};

#define ENUM_OF(type_name, names) \
    { .kind = MSRCK_KIND_ENUM, .scalar = MSRCK_SCALAR_INT, .name = (type_name), .size = sizeof(int), \
      .alignment = _Alignof(int), .enumerators = (names), .enumerator_count = sizeof(names) / sizeof((names)[0]) }

static const msrck_type standard = ENUM_OF("enum msrck_standard_stream", standard_names);
static const msrck_type buffering = ENUM_OF("enum msrck_buffering", buffering_names);

static const msrck_field fields[] = {
    MSRCK_FIELD(struct stream_record, path, &text),
    MSRCK_FIELD(struct stream_record, mode, &mode),
    MSRCK_FIELD(struct stream_record, position, &msrck_llong),
    MSRCK_FIELD(struct stream_record, size, &msrck_llong),
    MSRCK_FIELD(struct stream_record, digest, &msrck_uint32),
    MSRCK_FIELD(struct stream_record, standard, &standard),
    MSRCK_FIELD(struct stream_record, buffering, &buffering),
    MSRCK_FIELD(struct stream_record, orientation, &msrck_schar),
    MSRCK_FIELD(struct stream_record, eof, &msrck_bool),
    MSRCK_FIELD(struct stream_record, error, &msrck_bool),
    MSRCK_FIELD(struct stream_record, pushed_count, &msrck_uchar),
    MSRCK_FIELD(struct stream_record, pushed, &pushed),
};

const msrck_type msrck_stream = {
    .kind = MSRCK_KIND_STRUCT,
    .name = STREAM_TYPE_NAME,
    .size = sizeof(struct stream_record),
    .alignment = _Alignof(struct stream_record),
    .fields = fields,
    .field_count = sizeof fields / sizeof fields[0],
};
