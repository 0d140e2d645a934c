/* SPDX-License-Identifier: MIT */
/*
 * long double to IEEE binary128 (16 big-endian bytes) and back, for the formats long double has: binary64, x87 80-bit, binary128, double-double.
 */
#ifndef MSRCK_ENCODING_FLOAT128_H
#define MSRCK_ENCODING_FLOAT128_H

#include <stdbool.h>

/* Reads the native long double at `value`; exact for all four formats but double-double pairs wider than 113 bits: false then. */
bool msrck_float128_from_native(const void *value, unsigned char canonical[16]);

/* False when the value is not exactly representable here; *value is untouched then. NaN payloads survive as far as the format is wide. */
bool msrck_float128_to_native(const unsigned char canonical[16], void *value);

/* binary64 bits that equal the binary128 value; false when none does. */
bool msrck_float128_to_double(const unsigned char canonical[16], double *value);
void msrck_float128_from_double(double value, unsigned char canonical[16]);

#endif
