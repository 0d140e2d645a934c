/* SPDX-License-Identifier: MIT */
#include "encoding/float_formats.h"

#define TOP_BIT (UINT64_C(1) << 63)

const struct float_format msrck_binary32 = { 23, 127 };
const struct float_format msrck_binary64 = { 52, 1023 };
const struct float_format msrck_binary128 = { 112, 16383 };
static const struct float_format x87_fields = { 63, 16383 };

/* ---- 128-bit shifts, for machines whose compiler has no 128-bit integers ---- */

static void shift_left(uint64_t *high, uint64_t *low, unsigned by)
{
    if (by >= 64) {
        *high = *low << (by - 64);
        *low = 0;
    } else if (by > 0) {
        *high = *high << by | *low >> (64 - by);
        *low <<= by;
    }
}

/* False when a set bit falls off. */
static bool shift_right_exactly(uint64_t *high, uint64_t *low, unsigned by)
{
    uint64_t old_high = *high, old_low = *low, back_high, back_low;

    if (by >= 128) {
        *high = *low = 0;
        return (old_high | old_low) == 0;
    }
    if (by >= 64) {
        *low = *high >> (by - 64);
        *high = 0;
    } else if (by > 0) {
        *low = *low >> by | *high << (64 - by);
        *high >>= by;
    }
    back_high = *high;
    back_low = *low;
    shift_left(&back_high, &back_low, by);
    return back_high == old_high && back_low == old_low;
}

static unsigned leading_zeros(uint64_t high, uint64_t low)
{
    return high != 0 ? (unsigned)__builtin_clzll(high) : 64 + (unsigned)__builtin_clzll(low);
}

/* A finite value from a nonzero significand whose top bit need not be set. */
static struct unpacked_float normalised(bool negative, int exponent, uint64_t high, uint64_t low)
{
    unsigned zeros = leading_zeros(high, low);
    struct unpacked_float value = { FLOAT_FINITE, negative, exponent - (int)zeros, high, low };

    shift_left(&value.high, &value.low, zeros);
    return value;
}

/* ---- IEEE interchange formats ---- */

static unsigned largest_biased(const struct float_format *format)
{
    return (unsigned)format->bias * 2 + 1;
}

struct unpacked_float msrck_float_unpack(const struct float_format *format, bool negative, unsigned biased,
                                         uint64_t high, uint64_t low)
{
    bool empty = (high | low) == 0;
    struct unpacked_float value = { FLOAT_ZERO, negative, 0, high, low };

    if (biased == largest_biased(format)) {
        value.class = empty ? FLOAT_INFINITE : FLOAT_NAN;
        return value;
    }
    if (biased == 0) /* 0.fraction * 2^(1 - bias), where fraction / 2^128 is what high:low holds */
        return empty ? value : normalised(negative, -format->bias, high, low);
    value.class = FLOAT_FINITE;
    value.exponent = (int)biased - format->bias;
    value.low = low >> 1 | high << 63;
    value.high = high >> 1 | TOP_BIT;
    return value;
}

/* Whether the bits of high:low below its `bits` uppermost ones are all zero. */
static bool fits_top_bits(uint64_t high, uint64_t low, unsigned bits)
{
    shift_left(&high, &low, bits);
    return (high | low) == 0;
}

static void cut_to_top_bits(uint64_t *high, uint64_t *low, unsigned bits)
{
    if (bits > 64) {
        *low &= ~(UINT64_MAX >> (bits - 64));
    } else {
        *low = 0;
        if (bits < 64)
            *high &= ~(UINT64_MAX >> bits);
    }
}

static void pack_nan(const struct float_format *format, uint64_t *high, uint64_t *low)
{
    cut_to_top_bits(high, low, format->fraction_bits);
    /* A signalling NaN whose payload was all in the bits that went would read as infinity. */
    if ((*high | *low) == 0)
        *high = TOP_BIT;
}

bool msrck_float_pack(const struct float_format *format, const struct unpacked_float *value, unsigned *biased,
                      uint64_t *high, uint64_t *low)
{
    *high = value->high;
    *low = value->low;
    *biased = largest_biased(format);
    switch (value->class) {
    case FLOAT_NAN:
        pack_nan(format, high, low);
        return true;
    case FLOAT_ZERO:
        *biased = 0;
        *high = *low = 0;
        return true;
    case FLOAT_INFINITE:
        *high = *low = 0;
        return true;
    case FLOAT_FINITE:
        break;
    }
    if (value->exponent > format->bias)
        return false;
    if (value->exponent > -format->bias) {
        *biased = (unsigned)(value->exponent + format->bias);
        shift_left(high, low, 1);
    } else {
        *biased = 0;
        if (!shift_right_exactly(high, low, (unsigned)(-format->bias - value->exponent)))
            return false;
    }
    return fits_top_bits(*high, *low, format->fraction_bits);
}

struct unpacked_float msrck_binary32_unpack(uint32_t bits)
{
    return msrck_float_unpack(&msrck_binary32, bits >> 31 != 0, bits >> 23 & 0xff, (uint64_t)bits << 41, 0);
}

struct unpacked_float msrck_binary64_unpack(uint64_t bits)
{
    return msrck_float_unpack(&msrck_binary64, bits >> 63 != 0, (unsigned)(bits >> 52) & 0x7ff, bits << 12, 0);
}

struct unpacked_float msrck_binary128_unpack(uint64_t high, uint64_t low)
{
    return msrck_float_unpack(&msrck_binary128, high >> 63 != 0, (unsigned)(high >> 48) & 0x7fff,
                              high << 16 | low >> 48, low << 16);
}

bool msrck_binary32_pack(const struct unpacked_float *value, uint32_t *bits)
{
    unsigned biased;
    uint64_t high, low;

    if (!msrck_float_pack(&msrck_binary32, value, &biased, &high, &low))
        return false;
    *bits = (uint32_t)value->negative << 31 | (uint32_t)biased << 23 | (uint32_t)(high >> 41);
    return true;
}

bool msrck_binary64_pack(const struct unpacked_float *value, uint64_t *bits)
{
    unsigned biased;
    uint64_t high, low;

    if (!msrck_float_pack(&msrck_binary64, value, &biased, &high, &low))
        return false;
    *bits = (uint64_t)value->negative << 63 | (uint64_t)biased << 52 | high >> 12;
    return true;
}

bool msrck_binary128_pack(const struct unpacked_float *value, uint64_t *bits_high, uint64_t *bits_low)
{
    unsigned biased;
    uint64_t high, low;

    if (!msrck_float_pack(&msrck_binary128, value, &biased, &high, &low))
        return false;
    *bits_high = (uint64_t)value->negative << 63 | (uint64_t)biased << 48 | high >> 16;
    *bits_low = high << 48 | low >> 16;
    return true;
}

/* ---- x87 extended ---- */

bool msrck_x87_unpack(uint64_t significand, uint16_t sign_exponent, struct unpacked_float *value)
{
    bool negative = sign_exponent >> 15 != 0;
    unsigned biased = sign_exponent & 0x7fff;

    /*
     * With exponent 0 the integer bit may be set (a pseudo-denormal): the processor takes it for the number it looks
     * like.
     */
    if (biased == 0) {
        *value = (struct unpacked_float){ FLOAT_ZERO, negative, 0, 0, 0 };
        if (significand != 0)
            *value = normalised(negative, 1 - x87_fields.bias, significand, 0);
        return true;
    }
    if ((significand & TOP_BIT) == 0)
        return false;
    *value = msrck_float_unpack(&x87_fields, negative, biased, significand << 1, 0);
    return true;
}

bool msrck_x87_pack(const struct unpacked_float *value, uint64_t *significand, uint16_t *sign_exponent)
{
    unsigned biased;
    uint64_t high, low;

    if (!msrck_float_pack(&x87_fields, value, &biased, &high, &low))
        return false;
    *significand = high >> 1 | (biased != 0 ? TOP_BIT : 0);
    *sign_exponent = (uint16_t)((unsigned)value->negative << 15 | biased);
    return true;
}

/* ---- Double-double ---- */

/*
 * high:low of `value` plus or minus other's, which was shifted to the same exponent; the result need not be normalised.
 */
static bool add_aligned(struct unpacked_float *value, uint64_t high, uint64_t low, bool subtract)
{
    uint64_t sum_low, sum_high;

    if (subtract) {
        /* A second part larger than the first is no double-double that arithmetic produces. */
        if (high > value->high || (high == value->high && low > value->low))
            return false;
        sum_low = value->low - low;
        sum_high = value->high - high - (value->low < low);
        if ((sum_high | sum_low) == 0)
            *value = (struct unpacked_float){ FLOAT_ZERO, false, 0, 0, 0 };
        else
            *value = normalised(value->negative, value->exponent, sum_high, sum_low);
        return true;
    }
    sum_low = value->low + low;
    sum_high = value->high + high + (sum_low < low);
    if (sum_high >= value->high) {
        value->high = sum_high;
        value->low = sum_low;
        return true;
    }
    /* Carried out of the top: the lost bit is one. */
    if (!shift_right_exactly(&sum_high, &sum_low, 1))
        return false;
    value->high = sum_high | TOP_BIT;
    value->low = sum_low;
    value->exponent++;
    return true;
}

bool msrck_double_double_unpack(uint64_t first, uint64_t second, struct unpacked_float *value)
{
    struct unpacked_float small = msrck_binary64_unpack(second);

    *value = msrck_binary64_unpack(first);
    /* The second part of a NaN or an infinity means nothing. */
    if (value->class == FLOAT_NAN || value->class == FLOAT_INFINITE || small.class == FLOAT_ZERO)
        return true;
    if (value->class != FLOAT_FINITE || small.class != FLOAT_FINITE || small.exponent > value->exponent)
        return false;
    if (!shift_right_exactly(&small.high, &small.low, (unsigned)(value->exponent - small.exponent)))
        return false;
    return add_aligned(value, small.high, small.low, small.negative != value->negative);
}

/*
 * The first part is the value rounded to 53 bits, to nearest, ties to even; the second is what is left, with its own
 * sign.
 */
static struct unpacked_float round_to_double(const struct unpacked_float *value, struct unpacked_float *rest)
{
    const uint64_t unit = UINT64_C(1) << 11; /* last place of 53 bits in `high` */
    struct unpacked_float rounded = *value;
    uint64_t tail_high = value->high & (unit - 1), tail_low = value->low;
    bool up = tail_high > unit / 2 || (tail_high == unit / 2 && (tail_low != 0 || (value->high & unit) != 0));

    rounded.high &= ~(unit - 1);
    rounded.low = 0;
    *rest = (struct unpacked_float){ FLOAT_ZERO, false, 0, 0, 0 };
    if (up) {
        /* unit - tail, as 128 bits */
        tail_high = unit - tail_high - (tail_low != 0);
        tail_low = 0 - tail_low;
        rounded.high += unit;
        if (rounded.high == 0) {
            rounded.high = TOP_BIT;
            rounded.exponent++;
        }
    }
    if ((tail_high | tail_low) != 0)
        *rest = normalised(value->negative != up, value->exponent, tail_high, tail_low);
    return rounded;
}

bool msrck_double_double_pack(const struct unpacked_float *value, uint64_t *first, uint64_t *second)
{
    struct unpacked_float rounded, rest;
    uint64_t first_bits, second_bits = 0;

    if (value->class != FLOAT_FINITE) {
        *second = 0;
        return msrck_binary64_pack(value, first);
    }
    rounded = round_to_double(value, &rest);
    if (!msrck_binary64_pack(&rounded, &first_bits) ||
        (rest.class != FLOAT_ZERO && !msrck_binary64_pack(&rest, &second_bits)))
        return false;
    *first = first_bits;
    *second = second_bits;
    return true;
}
