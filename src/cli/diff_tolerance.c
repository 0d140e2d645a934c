/* SPDX-License-Identifier: MIT */
/* When two floating numbers count as equal. */
#include "diff.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- The option ---- */

static bool read_bound(const char *text, size_t length, double *bound)
{
    char number[64], *end;

    if (length == 0 || length >= sizeof number)
        return false;
    memcpy(number, text, length);
    number[length] = '\0';
    *bound = strtod(number, &end);
    return *end == '\0' && end != number && isfinite(*bound) && *bound >= 0;
}

bool diff_tolerance_parse(const char *text, struct diff_tolerance *tolerance)
{
    while (*text != '\0') {
        size_t length = strcspn(text, ",");
        double ulps;

        if (length < 5)
            return false;
        if (strncmp(text, "abs=", 4) == 0) {
            if (!read_bound(text + 4, length - 4, &tolerance->absolute))
                return false;
        } else if (strncmp(text, "rel=", 4) == 0) {
            if (!read_bound(text + 4, length - 4, &tolerance->relative))
                return false;
        } else if (strncmp(text, "ulp=", 4) == 0) {
            if (!read_bound(text + 4, length - 4, &ulps) || ulps != floor(ulps) || ulps > 9007199254740992.0)
                return false;
            tolerance->ulps = (uint64_t)ulps;
        } else {
            return false;
        }
        tolerance->given = true;
        text += length;
        if (*text == ',' && *++text == '\0')
            return false;
    }
    return tolerance->given;
}

/* ---- Bits ---- */

/* A number of up to 128 bits, big-endian as in the file. */
struct pattern {
    uint64_t high, low;
};

static struct pattern load(const unsigned char *bytes, size_t width)
{
    struct pattern pattern = { 0, 0 };

    for (size_t i = 0; i < width; i++) {
        pattern.high = pattern.high << 8 | pattern.low >> 56;
        pattern.low = pattern.low << 8 | bytes[i];
    }
    return pattern;
}

static struct pattern subtract(struct pattern a, struct pattern b)
{
    struct pattern difference = { a.high - b.high - (a.low < b.low), a.low - b.low };

    return difference;
}

static bool is_less(struct pattern a, struct pattern b)
{
    return a.high != b.high ? a.high < b.high : a.low < b.low;
}

/* Numbers in the order of the values: the sign's bit is taken away, and negative ones counted down from it. */
static struct pattern in_order(struct pattern pattern, size_t width)
{
    struct pattern sign = { width == 16 ? UINT64_C(1) << 63 : 0, width == 16 ? 0 : UINT64_C(1) << (8 * width - 1) };
    bool negative = (pattern.high & sign.high) != 0 || (pattern.low & sign.low) != 0;
    struct pattern magnitude = { pattern.high & ~sign.high, pattern.low & ~sign.low };

    if (negative)
        return subtract(sign, magnitude);
    magnitude.high |= sign.high;
    magnitude.low |= sign.low;
    return magnitude;
}

static bool within_ulps(const unsigned char *a, const unsigned char *b, size_t width, uint64_t ulps)
{
    struct pattern left = in_order(load(a, width), width), right = in_order(load(b, width), width);
    struct pattern distance = is_less(left, right) ? subtract(right, left) : subtract(left, right);

    return distance.high == 0 && distance.low <= ulps;
}

/* ---- Values ---- */

/* Rounded to what this machine has; tolerances need no more. */
static long double binary128(const unsigned char *bytes)
{
    struct pattern pattern = load(bytes, 16);
    int exponent = (int)(pattern.high >> 48 & 0x7fff);
    long double fraction = ldexpl((long double)(pattern.high & UINT64_C(0xffffffffffff)), -48) +
                           ldexpl((long double)pattern.low, -112);
    long double value;

    if (exponent == 0x7fff)
        value = fraction != 0 ? (long double)NAN : (long double)INFINITY;
    else
        value = ldexpl(exponent == 0 ? fraction : 1 + fraction, exponent == 0 ? -16382 : exponent - 16383);
    return pattern.high >> 63 != 0 ? -value : value;
}

static long double value_of(msrck_scalar scalar, const unsigned char *bytes)
{
    uint64_t bits;
    uint32_t short_bits;
    double number;
    float single;

    switch (scalar) {
    case MSRCK_SCALAR_FLOAT:
        short_bits = (uint32_t)load(bytes, 4).low;
        memcpy(&single, &short_bits, sizeof single);
        return (long double)single;
    case MSRCK_SCALAR_DOUBLE:
        bits = load(bytes, 8).low;
        memcpy(&number, &bits, sizeof number);
        return (long double)number;
    default:
        return binary128(bytes);
    }
}

bool diff_tolerance_equal(const struct diff_tolerance *tolerance, msrck_scalar scalar, const unsigned char *a,
                          const unsigned char *b)
{
    size_t width = scalar == MSRCK_SCALAR_FLOAT ? 4 : scalar == MSRCK_SCALAR_DOUBLE ? 8 : 16;
    long double left, right, distance, larger;

    if (scalar != MSRCK_SCALAR_FLOAT && scalar != MSRCK_SCALAR_DOUBLE && scalar != MSRCK_SCALAR_LDOUBLE)
        return false;
    if (!tolerance->given && !tolerance->nan_equal)
        return false;
    left = value_of(scalar, a);
    right = value_of(scalar, b);
    if (isnan(left) || isnan(right))
        return tolerance->nan_equal && isnan(left) && isnan(right);
    if (!tolerance->given)
        return false;
    if (left == right)
        return true;
    if (isinf(left) || isinf(right))
        return false;
    distance = fabsl(left - right);
    larger = fabsl(left) > fabsl(right) ? fabsl(left) : fabsl(right);
    return distance <= (long double)tolerance->absolute || distance <= (long double)tolerance->relative * larger ||
           (tolerance->ulps > 0 && within_ulps(a, b, width, tolerance->ulps));
}
