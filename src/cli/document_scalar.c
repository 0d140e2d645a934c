/* SPDX-License-Identifier: MIT */
/* Scalars from JSON to canonical bytes. Whole numbers are exact or refused, decimals become the nearest number. */
#include "document.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void document_store(unsigned char *bytes, size_t width, uint64_t value)
{
    for (size_t i = width; i > 0; i--, value >>= 8)
        bytes[i - 1] = (unsigned char)value;
}

/* char and wchar_t travel as bit patterns. */
static bool is_signed(msrck_scalar scalar)
{
    static const unsigned char with_sign[] = {
        MSRCK_SCALAR_SCHAR, MSRCK_SCALAR_SHORT, MSRCK_SCALAR_INT,    MSRCK_SCALAR_LONG,    MSRCK_SCALAR_LLONG,
        MSRCK_SCALAR_INT8,  MSRCK_SCALAR_INT16, MSRCK_SCALAR_INT32,  MSRCK_SCALAR_INT64,   MSRCK_SCALAR_SSIZE,
        MSRCK_SCALAR_PTRDIFF, MSRCK_SCALAR_INTPTR, MSRCK_SCALAR_INTMAX, MSRCK_SCALAR_TIME, MSRCK_SCALAR_OFF,
        MSRCK_SCALAR_CLOCK
    };
    return memchr(with_sign, (int)scalar, sizeof with_sign) != NULL;
}

/* ---- Whole numbers ---- */

static bool read_integer(struct document *document, const msrck_type_facts *type, unsigned bits, unsigned char *bytes)
{
    struct json_input *input = &document->input;
    unsigned width = (unsigned)type->row_width, limit = bits != 0 ? bits : 8 * width;
    uint64_t magnitude = 0, most = 0; /* 0: of a signed bit-field of one bit */
    bool negative = false, sign = is_signed(type->scalar);

    if (!json_take_integer(input, &negative, &magnitude))
        return false;
    if (limit > sign)
        most = UINT64_MAX >> (64 - limit + sign);
    if (negative ? !sign || magnitude > most + 1 : magnitude > most) {
        if (bits != 0)
            return json_input_fail(input, "%s%llu does not fit in %u bits", negative ? "-" : "",
                                   (unsigned long long)magnitude, bits);
        return json_input_fail(input, "%s%llu is out of the range of %s", negative ? "-" : "",
                               (unsigned long long)magnitude, type->name);
    }
    document_store(bytes, width, negative ? 0 - magnitude : magnitude);
    return true;
}

static bool read_bool(struct document *document, unsigned bits, const msrck_type_facts *type, unsigned char *bytes)
{
    enum json_kind kind = json_input_kind(&document->input);
    bool value;

    if (kind != JSON_TRUE && kind != JSON_FALSE) {
        if (!read_integer(document, type, bits, bytes))
            return false;
        return bytes[0] <= 1 || json_input_fail(&document->input, "a _Bool cannot hold %u", bytes[0]);
    }
    if (!json_take_bool(&document->input, &value))
        return false;
    bytes[0] = value;
    return true;
}

/* ---- Floating numbers ---- */

static int digit_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

/* Behind "nan:0x": all bits, as many digits as the width has. Whether that is a NaN is looked at by the caller. */
static bool read_bits(const char *text, size_t width, unsigned char *bytes)
{
    if (strlen(text) != 2 * width)
        return false;
    for (size_t i = 0; i < width; i++) {
        int high = digit_value(text[2 * i]), low = digit_value(text[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        bytes[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

/* Exponent bits all set and a fraction that is not zero; `fraction` is the number of its bits. */
static bool is_nan(const unsigned char *bytes, size_t width, unsigned fraction)
{
    unsigned exponent = (unsigned)(8 * width) - 1 - fraction;
    unsigned first = ((unsigned)bytes[0] << 8 | bytes[1]) & 0x7fff;
    bool rest = (first & ((1u << (15 - exponent)) - 1)) != 0;

    for (size_t i = 2; i < width; i++)
        rest = rest || bytes[i] != 0;
    return first >> (15 - exponent) == (1u << exponent) - 1 && rest;
}

static bool read_special(struct json_input *input, size_t width, unsigned fraction, unsigned char *bytes)
{
    const char *text = input->text;
    bool negative = text[0] == '-';
    unsigned exponent = (unsigned)(8 * width) - 1 - fraction;

    if (strcmp(text + negative, "inf") == 0) {
        memset(bytes, 0, width);
        document_store(bytes, 2, ((UINT64_C(1) << exponent) - 1) << (15 - exponent) | (uint64_t)negative << 15);
        return true;
    }
    if (strncmp(text, "nan:0x", 6) == 0 && read_bits(text + 6, width, bytes) && is_nan(bytes, width, fraction))
        return true;
    return json_input_fail(input, "\"%.60s\" is no floating number", text);
}

static bool read_decimal(struct document *document, size_t width, unsigned char *bytes)
{
    struct json_input *input = &document->input;

    if (json_input_kind(input) == JSON_STRING)
        return json_take_text(input) && read_special(input, width, width == 4 ? 23 : 52, bytes);
    if (!json_take_number(input))
        return false;
    if (width == 4) {
        float number = strtof(input->text, NULL);
        uint32_t pattern;
        memcpy(&pattern, &number, sizeof pattern);
        document_store(bytes, 4, pattern);
        return isfinite(number) || json_input_fail(input, "%.60s is out of the range of float", input->text);
    } else {
        double number = strtod(input->text, NULL);
        uint64_t pattern;
        memcpy(&pattern, &number, sizeof pattern);
        document_store(bytes, 8, pattern);
        return isfinite(number) || json_input_fail(input, "%.60s is out of the range of double", input->text);
    }
}

/* The fraction behind the point, up to 28 digits; *end is behind them. */
static bool read_fraction(const char *text, const char **end, unsigned char *bytes)
{
    unsigned place = 0;

    for (; digit_value(*text) >= 0; text++, place++) {
        if (place == 28)
            return false;
        bytes[2 + place / 2] |= (unsigned char)(digit_value(*text) << (place % 2 == 0 ? 4 : 0));
    }
    *end = text;
    return place > 0;
}

/* binary128: "0x1.8p+1", "0x0.8p-16382", "0x0p+0". */
static bool parse_binary128(const char *text, unsigned char *bytes)
{
    bool negative = *text == '-', leading, zero = true;
    char *end;
    long exponent;

    memset(bytes, 0, 16);
    text += negative;
    if (strncmp(text, "0x", 2) != 0 || (text[2] != '0' && text[2] != '1'))
        return false;
    leading = text[2] == '1';
    text += 3;
    if (*text == '.' && !read_fraction(text + 1, &text, bytes))
        return false;
    if (*text != 'p' || (text[1] != '+' && text[1] != '-') || digit_value(text[2]) < 0 || digit_value(text[2]) > 9)
        return false;
    errno = 0;
    exponent = strtol(text + 1, &end, 10);
    for (size_t i = 2; i < 16; i++)
        zero = zero && bytes[i] == 0;
    if (*end != '\0' || errno != 0)
        return false;
    if (leading ? exponent < -16382 || exponent > 16383 : exponent != (zero ? 0 : -16382))
        return false;
    document_store(bytes, 2, (uint64_t)(leading ? exponent + 16383 : 0) | (uint64_t)negative << 15);
    return true;
}

static bool read_long_double(struct document *document, unsigned char *bytes)
{
    struct json_input *input = &document->input;

    if (!json_take_text(input))
        return false;
    return parse_binary128(input->text, bytes) || read_special(input, 16, 112, bytes);
}

bool document_read_scalar(struct document *document, const msrck_type_facts *type, unsigned bits, unsigned char *bytes)
{
    switch (type->scalar) {
    case MSRCK_SCALAR_BOOL:
        return read_bool(document, bits, type, bytes);
    case MSRCK_SCALAR_FLOAT:
        return read_decimal(document, 4, bytes);
    case MSRCK_SCALAR_DOUBLE:
        return read_decimal(document, 8, bytes);
    case MSRCK_SCALAR_LDOUBLE:
        return read_long_double(document, bytes);
    default:
        return read_integer(document, type, bits, bytes);
    }
}
