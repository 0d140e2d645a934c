/* SPDX-License-Identifier: MIT */
/* The sample checkpoint, opened. */
#ifndef READER_FIXTURE_H
#define READER_FIXTURE_H

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include <msrck/reader.h>

#include "reader_sample.h"

struct opened {
    struct byte_buffer bytes;
    msrck_reader *reader;
    msrck_error error;
};

static inline void open_sample(struct opened *opened, enum sample_fault fault)
{
    static const struct codec_choice codec = { CODEC_ZLIB, FILTER_PLANES, 6 };

    *opened = (struct opened){ BYTE_BUFFER_INIT, NULL, MSRCK_ERROR_INIT };
    reader_sample(&codec, fault, &opened->bytes);
    cr_assert_eq(
        msrck_reader_open_memory(opened->bytes.bytes, opened->bytes.length, NULL, &opened->reader, &opened->error),
        MSRCK_OK, "%s", opened->error.message);
}

static inline void close_sample(struct opened *opened)
{
    msrck_reader_close(opened->reader);
    msrck_buffer_free(&opened->bytes);
}

/* The variable of that name. */
static inline msrck_value variable(struct opened *opened, const char *name)
{
    msrck_value value;
    uint32_t index;

    cr_assert(msrck_reader_find_variable(opened->reader, name, &index), "%s", name);
    cr_assert_eq(msrck_reader_variable_value(opened->reader, index, &value, &opened->error), MSRCK_OK, "%s",
                 opened->error.message);
    return value;
}

static inline msrck_value field(struct opened *opened, msrck_value value, const char *name)
{
    msrck_value result;

    cr_assert_eq(msrck_value_field_named(&value, name, &result, &opened->error), MSRCK_OK, "%s", opened->error.message);
    return result;
}

static inline msrck_value element(struct opened *opened, msrck_value value, uint64_t index)
{
    msrck_value result;

    cr_assert_eq(msrck_value_element(&value, index, &result, &opened->error), MSRCK_OK, "%s", opened->error.message);
    return result;
}

static inline msrck_value target(struct opened *opened, msrck_value value)
{
    msrck_value result;

    cr_assert_eq(msrck_value_target(&value, &result, &opened->error), MSRCK_OK, "%s", opened->error.message);
    return result;
}

static inline int64_t integer(struct opened *opened, msrck_value value)
{
    int64_t result = 0;

    cr_assert_eq(msrck_value_int64(&value, &result, &opened->error), MSRCK_OK, "%s", opened->error.message);
    return result;
}

#endif
