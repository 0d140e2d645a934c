/* SPDX-License-Identifier: MIT */
/*
 * Floating-point formats taken apart into sign, exponent and significand, with integer arithmetic only: the same on
 * every machine, whatever its own long double is, and without touching the floating-point environment or quietening
 * signalling NaNs.
 */
#ifndef MSRCK_ENCODING_FLOAT_FORMATS_H
#define MSRCK_ENCODING_FLOAT_FORMATS_H

#include <stdbool.h>
#include <stdint.h>

enum float_class { FLOAT_ZERO, FLOAT_FINITE, FLOAT_INFINITE, FLOAT_NAN };

/*
 * Finite: (high:low / 2^127) * 2^exponent, the top bit of `high` is set. NaN: the fraction, beginning at the top bit,
 * which is the quiet bit.
 */
struct unpacked_float {
    enum float_class class;
    bool negative;
    int exponent;
    uint64_t high, low;
};

/* Width of the fraction and bias of an IEEE interchange format (and, but for its explicit integer bit, of x87's). */
struct float_format {
    unsigned fraction_bits;
    int bias;
};

extern const struct float_format msrck_binary32, msrck_binary64, msrck_binary128;

/* From the fields of the format: the biased exponent, and the fraction in the top bits of high:low. */
struct unpacked_float msrck_float_unpack(const struct float_format *format, bool negative, unsigned biased,
                                         uint64_t high, uint64_t low);

/*
 * The fields; false when the value is not exactly one of the format. NaN payloads are cut to the format's width and
 * stay NaN.
 */
bool msrck_float_pack(const struct float_format *format, const struct unpacked_float *value, unsigned *biased,
                      uint64_t *high, uint64_t *low);

/* Bits of binary32 and binary64 as integers; binary128 as two. Packing is false where the value is not exact. */
struct unpacked_float msrck_binary32_unpack(uint32_t bits);
struct unpacked_float msrck_binary64_unpack(uint64_t bits);
struct unpacked_float msrck_binary128_unpack(uint64_t high, uint64_t low);
bool msrck_binary32_pack(const struct unpacked_float *value, uint32_t *bits);
bool msrck_binary64_pack(const struct unpacked_float *value, uint64_t *bits);
bool msrck_binary128_pack(const struct unpacked_float *value, uint64_t *high, uint64_t *low);

/*
 * x87 extended: 64 bits of significand with an explicit integer bit, and 16 bits of sign and exponent. Unpacking is
 * false for what the processor itself refuses (unnormals, pseudo-infinities, pseudo-NaNs).
 */
bool msrck_x87_unpack(uint64_t significand, uint16_t sign_exponent, struct unpacked_float *value);
bool msrck_x87_pack(const struct unpacked_float *value, uint64_t *significand, uint16_t *sign_exponent);

/*
 * IBM double-double: the sum of two binary64. Unpacking is false when the sum needs more than 128 bits of significand.
 */
bool msrck_double_double_unpack(uint64_t first, uint64_t second, struct unpacked_float *value);
bool msrck_double_double_pack(const struct unpacked_float *value, uint64_t *first, uint64_t *second);

#endif
