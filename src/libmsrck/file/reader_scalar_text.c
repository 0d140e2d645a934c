/* SPDX-License-Identifier: MIT */
/* Scalars as text that reads back to the same bits, the same on every machine and in every locale. */
#include "file/reader_state.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/big_endian.h"
#include "base/shortest_decimal.h"

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

/* A significant digit more, where the nearest decimal of as many digits does not do. */
static struct shortest_decimal with_more_digits(float value, struct shortest_decimal decimal)
{
    char text[40];
    int count = snprintf(text, sizeof text, "%llu", (unsigned long long)decimal.digits) + 1;

    /* Digits and exponent only: the decimal point is another one in other locales. */
    snprintf(text, sizeof text, "%.*e", count - 1, (double)value);
    decimal.digits = 0;
    for (const char *p = text; *p != 'e'; p++)
        if (*p >= '0' && *p <= '9')
            decimal.digits = decimal.digits * 10 + (uint64_t)(*p - '0');
    decimal.exponent = (int)strtol(strchr(text, 'e') + 1, NULL, 10) - (count - 1);
    return decimal;
}

/* A float must come back however it is read: at once, or by way of a double, where it is rounded twice. */
static bool reads_back_through_double(float value, const struct shortest_decimal *decimal)
{
    char text[40];

    snprintf(text, sizeof text, "%llue%d", (unsigned long long)decimal->digits, decimal->exponent);
    return (float)strtod(text, NULL) == value && strtof(text, NULL) == value;
}

static struct shortest_decimal shorten_float(float value)
{
    struct shortest_decimal decimal;
    uint32_t bits, fraction;
    int biased;

    memcpy(&bits, &value, sizeof bits);
    fraction = bits & 0x7fffffu;
    biased = (int)(bits >> 23 & 0xffu);
    decimal = biased == 0 ? msrck_shortest_decimal(fraction, -149, false)
                          : msrck_shortest_decimal(fraction | 0x800000u, biased - 150, fraction == 0 && biased > 1);
    while (!reads_back_through_double(value, &decimal))
        decimal = with_more_digits(value, decimal);
    return decimal;
}

static struct shortest_decimal shorten_double(double value)
{
    uint64_t bits, fraction;
    int biased;

    memcpy(&bits, &value, sizeof bits);
    fraction = bits & UINT64_C(0xfffffffffffff);
    biased = (int)(bits >> 52 & 0x7ffu);
    return biased == 0 ? msrck_shortest_decimal(fraction, -1074, false)
                       : msrck_shortest_decimal(fraction | UINT64_C(0x10000000000000), biased - 1075, fraction == 0 && biased > 1);
}

static char *put_zeros(char *p, int count)
{
    while (count-- > 0)
        *p++ = '0';
    return p;
}

static char *put_digits(char *p, const char *digits, int count)
{
    memcpy(p, digits, (size_t)count);
    return p + count;
}

/* Exponents from -4 to 15 are written out: 0.0001, 100.0; others as 1e-05, 1.5e+16. */
static void lay_out(const struct shortest_decimal *decimal, bool negative, char text[MSRCK_TEXT_SIZE])
{
    char digits[24], *first = digits + sizeof digits, *p = text;
    uint64_t left = decimal->digits;
    int length, point, exponent;

    do
        *--first = (char)('0' + left % 10);
    while ((left /= 10) != 0);
    length = (int)(digits + sizeof digits - first);
    point = length + decimal->exponent;                  /* the value is 0.DIGITS times ten to this power */
    exponent = point - 1;
    if (negative)
        *p++ = '-';
    if (exponent < -4 || exponent > 15) {
        *p++ = first[0];
        if (length > 1)
            *p++ = '.';
        p = put_digits(p, first + 1, length - 1);
        snprintf(p, 8, "e%c%02u", exponent < 0 ? '-' : '+', (unsigned)abs(exponent) % 1000);
        return;
    }
    if (point <= 0)
        p = put_digits(put_zeros(put_digits(p, "0.", 2), -point), first, length);
    else if (length <= point)
        p = put_digits(put_zeros(put_digits(p, first, length), point - length), ".0", 2);
    else
        p = put_digits(put_digits(put_digits(p, first, point), ".", 1), first + point, length - point);
    *p = '\0';
}

static void finite_text(double value, bool is_float, char text[MSRCK_TEXT_SIZE])
{
    struct shortest_decimal decimal = { 0, 0 };

    if (value != 0)
        decimal = is_float ? shorten_float((float)fabs(value)) : shorten_double(fabs(value));
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
