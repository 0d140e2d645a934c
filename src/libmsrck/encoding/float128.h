/* SPDX-License-Identifier: MIT */
/*
 * long double to IEEE binary128 (16 big-endian bytes) and back, for the formats long double has: binary64, x87 80-bit,
 * binary128, double-double.
 */
#ifndef MSRCK_ENCODING_FLOAT128_H
#define MSRCK_ENCODING_FLOAT128_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Reads the native long double at `value`; exact. False for double-double pairs wider than 113 bits, and for bit
 * patterns that are no x87 number (unnormals and their like).
 */
bool msrck_float128_from_native(const void *value, unsigned char canonical[16]);

/*
 * False when the value is not exactly representable here; *value is untouched then. NaN payloads survive as far as the
 * format is wide.
 */
bool msrck_float128_to_native(const unsigned char canonical[16], void *value);

/* binary64 bits that equal the binary128 value; false when none does. */
bool msrck_float128_to_double(const unsigned char canonical[16], double *value);
void msrck_float128_from_double(double value, unsigned char canonical[16]);

/* The same with bits instead of values, which some processors change when they copy a NaN, and for binary32. */
bool msrck_float128_to_binary64(const unsigned char canonical[16], uint64_t *bits);
void msrck_float128_from_binary64(uint64_t bits, unsigned char canonical[16]);
bool msrck_float128_to_binary32(const unsigned char canonical[16], uint32_t *bits);
void msrck_float128_from_binary32(uint32_t bits, unsigned char canonical[16]);

/* What this machine's long double is, for messages: "64-bit", "80-bit", "128-bit" or "double-double". */
const char *msrck_native_long_double_name(void);

#endif
