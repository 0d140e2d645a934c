/* SPDX-License-Identifier: MIT */
/*
 * Scalars as text that reads back to the same bits, the same on every machine and in every locale. Decimal numbers
 * go through printf and strtod as digits and an exponent only: the decimal point, which locales change, is put in
 * here.
 */
#include "file/reader_state.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/big_endian.h"

/* Digits that always suffice. */
#define DOUBLE_DIGITS 17
#define FLOAT_DIGITS 9

/* A positive decimal number: 0.d1d2d3... times 10 to the power of `point`. */
struct decimal {
    char digits[DOUBLE_DIGITS + 1]; /* NUL-terminated, no trailing zeros but in "0" */
    int point;
};

uint64_t msrck_canonical_integer(const unsigned char *bytes, size_t width, bool is_signed)
{
    switch (width) {
    case 1:
        return is_signed ? (uint64_t)(int64_t)(int8_t)bytes[0] : bytes[0];
    case 2:
        return is_signed ? (uint64_t)(int64_t)(int16_t)load_be16(bytes) : load_be16(bytes);
    case 4:
        return is_signed ? (uint64_t)(int64_t)(int32_t)load_be32(bytes) : load_be32(bytes);
    default:
        return load_be64(bytes);
    }
}

/* The value rounded to `count` significant digits. */
static void round_to(double value, int count, struct decimal *decimal)
{
    char text[40];
    const char *exponent;
    int used = 0;

    snprintf(text, sizeof text, "%.*e", count - 1, value);
    exponent = strchr(text, 'e');
    for (const char *p = text; p < exponent && used < DOUBLE_DIGITS; p++)
        if (*p >= '0' && *p <= '9')
            decimal->digits[used++] = *p;
    decimal->digits[used] = '\0';
    decimal->point = (int)strtol(exponent + 1, NULL, 10) + 1;
}

/* The next larger number with as many digits. */
static void step_up(struct decimal *decimal)
{
    size_t i = strlen(decimal->digits);

    while (i > 0 && decimal->digits[i - 1] == '9')
        decimal->digits[--i] = '0';
    if (i > 0) {
        decimal->digits[i - 1]++;
    } else {
        decimal->digits[0] = '1';
        decimal->point++;
    }
}

/* A float must come back however it is read: at once, or by way of a double. */
static bool reads_back(const struct decimal *decimal, double value, bool is_float)
{
    char text[40];

    snprintf(text, sizeof text, "%se%d", decimal->digits, decimal->point - (int)strlen(decimal->digits));
    if (!is_float)
        return strtod(text, NULL) == value;
    return strtof(text, NULL) == (float)value && (float)strtod(text, NULL) == (float)value;
}

/*
 * Of the decimals with `count` digits the one nearest to the value that reads back. The nearest of all may not:
 * where the exponent changes, the values above lie twice as far apart as those below, and the next one up can be
 * within reach.
 */
static bool fits_in(double value, int count, bool is_float, struct decimal *decimal)
{
    int exponent;

    round_to(value, count, decimal);
    if (reads_back(decimal, value, is_float))
        return true;
    if (!is_float && frexp(value, &exponent) != 0.5)
        return false;
    step_up(decimal);
    return reads_back(decimal, value, is_float);
}

/*
 * The fewest digits that read back, for a positive finite value. What has DBL_DIG (FLT_DIG) digits or less survives
 * the way to that many digits and back, so shorter forms need not be tried for normal numbers: they show as
 * trailing zeros.
 */
static void shorten(double value, bool is_float, struct decimal *decimal)
{
    int most = is_float ? FLOAT_DIGITS : DOUBLE_DIGITS;
    bool normal = value >= (is_float ? (double)FLT_MIN : DBL_MIN);
    int count = !normal ? 1 : is_float ? FLT_DIG : DBL_DIG;
    size_t length;

    while (count < most && !fits_in(value, count, is_float, decimal))
        count++;
    if (count == most)
        round_to(value, most, decimal);
    length = strlen(decimal->digits);
    while (length > 1 && decimal->digits[length - 1] == '0')
        decimal->digits[--length] = '\0';
}

/* Exponents from -4 to 15 are written out: 0.0001, 100.0; others as 1e-05, 1.5e+16. */
static void lay_out(const struct decimal *decimal, bool negative, char text[MSRCK_TEXT_SIZE])
{
    const char *sign = negative ? "-" : "", *digits = decimal->digits;
    int length = (int)strlen(digits), point = decimal->point, exponent = point - 1;

    if (exponent < -4 || exponent > 15)
        snprintf(text, MSRCK_TEXT_SIZE, "%s%c%s%se%c%02d", sign, digits[0], length > 1 ? "." : "", digits + 1,
                 exponent < 0 ? '-' : '+', abs(exponent));
    else if (point <= 0)
        snprintf(text, MSRCK_TEXT_SIZE, "%s0.%.*s%s", sign, -point, "0000", digits);
    else if (length <= point)
        snprintf(text, MSRCK_TEXT_SIZE, "%s%s%.*s.0", sign, digits, point - length, "0000000000000000");
    else
        snprintf(text, MSRCK_TEXT_SIZE, "%s%.*s.%s", sign, point, digits, digits + point);
}

static void finite_text(double value, bool is_float, char text[MSRCK_TEXT_SIZE])
{
    struct decimal decimal = { "0", 1 };

    if (value != 0)
        shorten(fabs(value), is_float, &decimal);
    lay_out(&decimal, signbit(value) != 0, text);
}

void msrck_float_text(float value, char text[MSRCK_TEXT_SIZE])
{
    uint32_t bits;

    memcpy(&bits, &value, sizeof bits);
    if (isnan(value))
        snprintf(text, MSRCK_TEXT_SIZE, "nan:0x%08lx", (unsigned long)bits);
    else if (isinf(value))
        snprintf(text, MSRCK_TEXT_SIZE, "%sinf", value < 0 ? "-" : "");
    else
        finite_text((double)value, true, text);
}

void msrck_double_text(double value, char text[MSRCK_TEXT_SIZE])
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof bits);
    if (isnan(value))
        snprintf(text, MSRCK_TEXT_SIZE, "nan:0x%016llx", (unsigned long long)bits);
    else if (isinf(value))
        snprintf(text, MSRCK_TEXT_SIZE, "%sinf", value < 0 ? "-" : "");
    else
        finite_text(value, false, text);
}

/* A signalling NaN may turn quiet on its way through a floating register: x87 does that. So NaNs go by their bits. */
static void nan_text(const unsigned char *bytes, size_t width, char text[MSRCK_TEXT_SIZE])
{
    size_t used = (size_t)snprintf(text, MSRCK_TEXT_SIZE, "nan:0x");

    for (size_t i = 0; i < width; i++)
        used += (size_t)snprintf(text + used, MSRCK_TEXT_SIZE - used, "%02x", bytes[i]);
}

static void float_bytes_text(const unsigned char *bytes, char text[MSRCK_TEXT_SIZE])
{
    uint32_t bits = load_be32(bytes);
    float value;

    if ((bits & 0x7fffffffu) > 0x7f800000u) {
        nan_text(bytes, 4, text);
        return;
    }
    memcpy(&value, &bits, sizeof value);
    msrck_float_text(value, text);
}

static void double_bytes_text(const unsigned char *bytes, char text[MSRCK_TEXT_SIZE])
{
    uint64_t bits = load_be64(bytes);
    double value;

    if ((bits & (UINT64_MAX >> 1)) > UINT64_C(0x7ff0000000000000)) {
        nan_text(bytes, 8, text);
        return;
    }
    memcpy(&value, &bits, sizeof value);
    msrck_double_text(value, text);
}

/*
 * "0x1.8p+1": the first digit is 0 for subnormal numbers, whose exponent is -16382; the fraction has no trailing
 * zeros.
 */
void msrck_binary128_text(const unsigned char bytes[16], char text[MSRCK_TEXT_SIZE])
{
    unsigned biased = load_be16(bytes) & 0x7fffu;
    const char *sign = bytes[0] & 0x80 ? "-" : "";
    char fraction[29];
    size_t used = 0;

    for (size_t i = 2; i < 16; i++)
        used += (size_t)snprintf(fraction + used, sizeof fraction - used, "%02x", bytes[i]);
    while (used > 0 && fraction[used - 1] == '0')
        fraction[--used] = '\0';
    if (biased == 0x7fff && used > 0)
        nan_text(bytes, 16, text);
    else if (biased == 0x7fff)
        snprintf(text, MSRCK_TEXT_SIZE, "%sinf", sign);
    else if (biased == 0 && used == 0)
        snprintf(text, MSRCK_TEXT_SIZE, "%s0x0p+0", sign);
    else
        snprintf(text, MSRCK_TEXT_SIZE, "%s0x%d%s%sp%+d", sign, biased != 0, used > 0 ? "." : "", fraction,
                 biased == 0 ? -16382 : (int)biased - 16383);
}

void msrck_scalar_bytes_text(uint32_t scalar, const unsigned char *bytes, char text[MSRCK_TEXT_SIZE])
{
    bool is_signed = msrck_scalar_is_signed(scalar);
    uint64_t number;

    if (scalar == MSRCK_SCALAR_FLOAT) {
        float_bytes_text(bytes, text);
    } else if (scalar == MSRCK_SCALAR_DOUBLE) {
        double_bytes_text(bytes, text);
    } else if (scalar == MSRCK_SCALAR_LDOUBLE) {
        msrck_binary128_text(bytes, text);
    } else {
        number = msrck_canonical_integer(bytes, msrck_scalar_width(scalar), is_signed);
        if (is_signed)
            snprintf(text, MSRCK_TEXT_SIZE, "%lld", (long long)number);
        else
            snprintf(text, MSRCK_TEXT_SIZE, "%llu", (unsigned long long)number);
    }
}
