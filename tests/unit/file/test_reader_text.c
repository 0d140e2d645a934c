/* SPDX-License-Identifier: MIT */
#include "file/reader_state.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/big_endian.h"

static const char *of_double(double value)
{
    static char text[MSRCK_TEXT_SIZE];

    msrck_double_text(value, text);
    return text;
}

static const char *of_float(float value)
{
    static char text[MSRCK_TEXT_SIZE];

    msrck_float_text(value, text);
    return text;
}

static const char *of_binary128(uint64_t high, uint64_t low)
{
    static char text[MSRCK_TEXT_SIZE];
    unsigned char bytes[16];

    store_be64(bytes, high);
    store_be64(bytes + 8, low);
    msrck_binary128_text(bytes, text);
    return text;
}

static double double_of_bits(uint64_t bits)
{
    double value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

Test(reader_text, doubles_have_the_fewest_digits_that_read_back)
{
    cr_assert_str_eq(of_double(0.0), "0.0");
    cr_assert_str_eq(of_double(-0.0), "-0.0");
    cr_assert_str_eq(of_double(0.1), "0.1");
    cr_assert_str_eq(of_double(0.1 + 0.2), "0.30000000000000004");
    cr_assert_str_eq(of_double(100.0), "100.0");
    cr_assert_str_eq(of_double(-2.5), "-2.5");
    cr_assert_str_eq(of_double(DBL_MAX), "1.7976931348623157e+308");
    cr_assert_str_eq(of_double(double_of_bits(1)), "5e-324");
}

Test(reader_text, exponents_are_written_out_from_minus_4_to_15)
{
    cr_assert_str_eq(of_double(1e15), "1000000000000000.0");
    cr_assert_str_eq(of_double(1e16), "1e+16");
    cr_assert_str_eq(of_double(0.0001), "0.0001");
    cr_assert_str_eq(of_double(0.00001), "1e-05");
    cr_assert_str_eq(of_double(123456789012345680.0), "1.2345678901234568e+17");
}

Test(reader_text, where_the_exponent_changes_the_neighbour_above_may_be_shorter)
{
    /* 2^-44: the nearest decimal of 16 digits lies below and does not read back, the next one up does. */
    cr_assert_str_eq(of_double(double_of_bits(UINT64_C(979) << 52)), "5.684341886080802e-14");
}

Test(reader_text, every_double_reads_back)
{
    uint64_t state = 88172645463325252u;

    for (int i = 0; i < 20000; i++) {
        double value;
        state ^= state << 13, state ^= state >> 7, state ^= state << 17;
        value = double_of_bits(state);
        if (value - value != 0)
            continue;
        cr_assert_eq(strtod(of_double(value), NULL), value, "%a: %s", value, of_double(value));
    }
}

Test(reader_text, floats_read_back_directly_and_through_double)
{
    uint64_t state = 1234567;

    cr_assert_str_eq(of_float(0.1f), "0.1");
    cr_assert_str_eq(of_float(16777216.0f), "16777216.0");
    cr_assert_str_eq(of_float(FLT_MAX), "3.4028235e+38");
    for (int i = 0; i < 20000; i++) {
        uint32_t bits;
        float value;
        state ^= state << 13, state ^= state >> 7, state ^= state << 17;
        bits = (uint32_t)state;
        memcpy(&value, &bits, sizeof value);
        if (value - value != 0)
            continue;
        cr_assert_eq(strtof(of_float(value), NULL), value);
        cr_assert_eq((float)strtod(of_float(value), NULL), value);
    }
}

Test(reader_text, infinities_and_nan_payloads_are_kept)
{
    static const unsigned char signalling[4] = { 0xff, 0xa0, 0x00, 0x01 };
    char text[MSRCK_TEXT_SIZE];

    cr_assert_str_eq(of_double(1.0 / 0.0), "inf");
    cr_assert_str_eq(of_float(-1.0f / 0.0f), "-inf");
    msrck_scalar_bytes_text(MSRCK_SCALAR_FLOAT, signalling, text);
    cr_assert_str_eq(text, "nan:0xffa00001");
    msrck_scalar_bytes_text(MSRCK_SCALAR_DOUBLE, (const unsigned char *)"\x7f\xf0\0\0\0\0\0\x07", text);
    cr_assert_str_eq(text, "nan:0x7ff0000000000007");
}

Test(reader_text, long_doubles_are_hexadecimal)
{
    cr_assert_str_eq(of_binary128(UINT64_C(0x3fff000000000000), 0), "0x1p+0");
    cr_assert_str_eq(of_binary128(UINT64_C(0xc000800000000000), 0), "-0x1.8p+1");
    cr_assert_str_eq(of_binary128(0, 1), "0x0.0000000000000000000000000001p-16382");
    cr_assert_str_eq(of_binary128(UINT64_C(1) << 63, 0), "-0x0p+0");
    cr_assert_str_eq(of_binary128(UINT64_C(0x7fff000000000000), 0), "inf");
    cr_assert_str_eq(of_binary128(UINT64_C(0x7fff800000000000), 5), "nan:0x7fff8000000000000000000000000005");
}

Test(reader_text, integers_keep_sign_and_width)
{
    static const unsigned char ones[8] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe };
    char text[MSRCK_TEXT_SIZE];

    msrck_scalar_bytes_text(MSRCK_SCALAR_LONG, ones, text);
    cr_assert_str_eq(text, "-2");
    msrck_scalar_bytes_text(MSRCK_SCALAR_ULLONG, ones, text);
    cr_assert_str_eq(text, "18446744073709551614");
    msrck_scalar_bytes_text(MSRCK_SCALAR_CHAR, ones, text);
    cr_assert_str_eq(text, "255");
    msrck_scalar_bytes_text(MSRCK_SCALAR_SHORT, ones + 6, text);
    cr_assert_str_eq(text, "-2");
}
