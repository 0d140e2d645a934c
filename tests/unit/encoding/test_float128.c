/* SPDX-License-Identifier: MIT */
/* Bit patterns with known values, both ways, in every format, whatever this machine's own long double is. */
#include <criterion/criterion.h>

#include <float.h>
#include <math.h>
#include <string.h>

#include "encoding/float128.h"
#include "encoding/float_formats.h"

struct vector {
    const char *name;
    uint64_t quad_high, quad_low; /* binary128 */
    uint64_t double_bits;         /* binary64; NOT_EXACT where there is none */
    uint16_t x87_exponent;        /* 0xffff with significand 0: none */
    uint64_t x87_significand;
};

#define NOT_EXACT UINT64_C(0x7ff8dead00000001)
#define NO_X87 0xffff, 0

static const struct vector vectors[] = {
    { "zero", 0, 0, 0, 0, 0 },
    { "negative zero", 0x8000000000000000, 0, 0x8000000000000000, 0x8000, 0 },
    { "one", 0x3fff000000000000, 0, 0x3ff0000000000000, 0x3fff, 0x8000000000000000 },
    { "minus two", 0xc000000000000000, 0, 0xc000000000000000, 0xc000, 0x8000000000000000 },
    { "one and a half", 0x3fff800000000000, 0, 0x3ff8000000000000, 0x3fff, 0xc000000000000000 },
    { "double pi", 0x4000921fb54442d1, 0x8000000000000000, 0x400921fb54442d18, 0x4000, 0xc90fdaa22168c000 },
    { "x87 pi", 0x4000921fb54442d1, 0x8468000000000000, NOT_EXACT, 0x4000, 0xc90fdaa22168c234 },
    { "quad pi", 0x4000921fb54442d1, 0x8469898cc51701b8, NOT_EXACT, NO_X87 },
    { "largest double", 0x43feffffffffffff, 0xf000000000000000, 0x7fefffffffffffff, 0x43fe, 0xfffffffffffff800 },
    { "twice the largest double", 0x43ffffffffffffff, 0xf000000000000000, NOT_EXACT, 0x43ff, 0xfffffffffffff800 },
    { "smallest normal double", 0x3c01000000000000, 0, 0x0010000000000000, 0x3c01, 0x8000000000000000 },
    { "largest subnormal double", 0x3c00ffffffffffff, 0xe000000000000000, 0x000fffffffffffff, 0x3c00,
      0xfffffffffffff000 },
    { "smallest subnormal double", 0x3bcd000000000000, 0, 0x0000000000000001, 0x3bcd, 0x8000000000000000 },
    { "half the smallest subnormal double", 0x3bcc000000000000, 0, NOT_EXACT, 0x3bcc, 0x8000000000000000 },
    { "smallest normal x87", 0x0001000000000000, 0, NOT_EXACT, 0x0001, 0x8000000000000000 },
    { "subnormal x87", 0x0000800000000000, 0, NOT_EXACT, 0x0000, 0x4000000000000000 },
    { "smallest subnormal x87", 0x0000000000000000, 0x0002000000000000, NOT_EXACT, 0x0000, 0x0000000000000001 },
    { "smallest subnormal quad", 0, 1, NOT_EXACT, NO_X87 },
    { "largest quad", 0x7ffeffffffffffff, 0xffffffffffffffff, NOT_EXACT, NO_X87 },
    { "largest x87", 0x7ffeffffffffffff, 0xfffe000000000000, NOT_EXACT, 0x7ffe, 0xffffffffffffffff },
    { "infinity", 0x7fff000000000000, 0, 0x7ff0000000000000, 0x7fff, 0x8000000000000000 },
    { "minus infinity", 0xffff000000000000, 0, 0xfff0000000000000, 0xffff, 0x8000000000000000 },
    { "quiet NaN", 0x7fff800000000000, 0, 0x7ff8000000000000, 0x7fff, 0xc000000000000000 },
    { "negative quiet NaN with payload", 0xffff812345678901, 0x2000000000000000, 0xfff8123456789012, 0xffff,
      0xc091a2b3c4809000 },
    { "signalling NaN with payload", 0x7fff012345678901, 0x2000000000000000, 0x7ff0123456789012, 0x7fff,
      0x8091a2b3c4809000 },
};

#define VECTORS (sizeof vectors / sizeof vectors[0])

static bool has_x87(const struct vector *v)
{
    return !(v->x87_exponent == 0xffff && v->x87_significand == 0);
}

Test(float128, doubles_become_binary128)
{
    for (size_t i = 0; i < VECTORS; i++) {
        const struct vector *v = &vectors[i];
        struct unpacked_float value = msrck_binary64_unpack(v->double_bits);
        uint64_t high = 0, low = 0;

        if (v->double_bits == NOT_EXACT)
            continue;
        cr_assert(msrck_binary128_pack(&value, &high, &low), "%s", v->name);
        cr_assert(high == v->quad_high && low == v->quad_low, "%s: %016llx%016llx", v->name, (unsigned long long)high,
                  (unsigned long long)low);
    }
}

Test(float128, binary128_becomes_double_or_is_refused)
{
    for (size_t i = 0; i < VECTORS; i++) {
        const struct vector *v = &vectors[i];
        struct unpacked_float value = msrck_binary128_unpack(v->quad_high, v->quad_low);
        uint64_t bits = 42;
        bool exact = msrck_binary64_pack(&value, &bits);

        cr_assert_eq(exact, v->double_bits != NOT_EXACT, "%s", v->name);
        cr_assert_eq(bits, exact ? v->double_bits : 42, "%s: %016llx", v->name, (unsigned long long)bits);
    }
}

Test(float128, x87_becomes_binary128)
{
    for (size_t i = 0; i < VECTORS; i++) {
        const struct vector *v = &vectors[i];
        struct unpacked_float value;
        uint64_t high = 0, low = 0;

        if (!has_x87(v))
            continue;
        cr_assert(msrck_x87_unpack(v->x87_significand, v->x87_exponent, &value), "%s", v->name);
        cr_assert(msrck_binary128_pack(&value, &high, &low), "%s", v->name);
        cr_assert(high == v->quad_high && low == v->quad_low, "%s: %016llx%016llx", v->name, (unsigned long long)high,
                  (unsigned long long)low);
    }
}

Test(float128, binary128_becomes_x87_or_is_refused)
{
    for (size_t i = 0; i < VECTORS; i++) {
        const struct vector *v = &vectors[i];
        struct unpacked_float value = msrck_binary128_unpack(v->quad_high, v->quad_low);
        uint64_t significand = 42;
        uint16_t exponent = 43;
        bool exact = msrck_x87_pack(&value, &significand, &exponent);

        cr_assert_eq(exact, has_x87(v), "%s", v->name);
        cr_assert_eq(significand, exact ? v->x87_significand : 42, "%s: %016llx", v->name,
                     (unsigned long long)significand);
        cr_assert_eq(exponent, exact ? v->x87_exponent : 43, "%s: %04x", v->name, exponent);
    }
}

Test(float128, what_x87_refuses_is_refused)
{
    struct unpacked_float value;

    cr_assert_not(msrck_x87_unpack(0x4000000000000000, 0x3fff, &value), "unnormal");
    cr_assert_not(msrck_x87_unpack(0, 0x7fff, &value), "pseudo-infinity");
    cr_assert_not(msrck_x87_unpack(0x4000000000000000, 0x7fff, &value), "pseudo-NaN");
    cr_assert(msrck_x87_unpack(0x8000000000000000, 0, &value), "pseudo-denormal");
    cr_assert_eq(value.exponent, -16382);
}

Test(float128, nan_payload_that_is_cut_stays_nan)
{
    /* The only payload bit is the lowest of 112: too low for both narrower formats. */
    struct unpacked_float value = msrck_binary128_unpack(0x7fff000000000000, 1);
    uint64_t bits, significand;
    uint16_t exponent;

    cr_assert(msrck_binary64_pack(&value, &bits));
    cr_assert_eq(bits, 0x7ff8000000000000);
    cr_assert(msrck_x87_pack(&value, &significand, &exponent));
    cr_assert(significand == 0xc000000000000000 && exponent == 0x7fff);
}

Test(float128, binary32_both_ways)
{
    static const struct {
        uint32_t single;
        uint64_t wide;
    } cases[] = {
        { 0x3f800000, 0x3ff0000000000000 }, { 0x80000001, 0xb6a0000000000000 }, { 0x7f7fffff, 0x47efffffe0000000 },
        { 0x7f800000, 0x7ff0000000000000 }, { 0x7fa00001, 0x7ff4000020000000 }, { 0x00000000, 0x0000000000000000 },
    };
    uint32_t bits;
    struct unpacked_float value;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint64_t wide;

        value = msrck_binary32_unpack(cases[i].single);
        cr_assert(msrck_binary64_pack(&value, &wide));
        cr_assert_eq(wide, cases[i].wide, "case %zu: %016llx", i, (unsigned long long)wide);
        value = msrck_binary64_unpack(wide);
        cr_assert(msrck_binary32_pack(&value, &bits));
        cr_assert_eq(bits, cases[i].single, "case %zu: %08x", i, bits);
    }
    value = msrck_binary64_unpack(0x3fb999999999999a); /* 0.1 */
    cr_assert_not(msrck_binary32_pack(&value, &bits));
}

/* ---- Double-double ---- */

static void check_double_double(double first, double second, bool fits)
{
    uint64_t bits[2], back[2], high, low;
    struct unpacked_float value;
    bool exact;

    memcpy(&bits[0], &first, 8);
    memcpy(&bits[1], &second, 8);
    exact = msrck_double_double_unpack(bits[0], bits[1], &value) && msrck_binary128_pack(&value, &high, &low);
    cr_assert_eq(exact, fits, "%a + %a", first, second);
    if (!exact)
        return;
    value = msrck_binary128_unpack(high, low);
    cr_assert(msrck_double_double_pack(&value, &back[0], &back[1]), "%a + %a", first, second);
    cr_assert(back[0] == bits[0] && (back[1] == bits[1] || second == 0), "%a + %a: %016llx %016llx", first, second,
              (unsigned long long)back[0], (unsigned long long)back[1]);
}

Test(float128, double_double_pairs)
{
    check_double_double(1.0, 0.0, true);
    check_double_double(-0.0, 0.0, true);
    check_double_double(1.0, 0x1p-60, true);
    check_double_double(1.0, -0x1p-60, true);
    check_double_double(1.0, 0x1p-112, true);
    check_double_double(1.0, 0x1p-113, false);
    check_double_double(1.0, 0x1p-500, false);
    check_double_double(1.0, -0x1p-113, true); /* just below one: 113 bits begin one place lower */
    check_double_double(0x1.921fb54442d18p1, 0x1.1a62633145c06p-53, true);
    check_double_double(-0x1.921fb54442d18p1, -0x1.1a62633145c06p-53, true);
    check_double_double(0x1.fffffffffffffp1023, 0x1.fffffffffffffp969, true);
    check_double_double(INFINITY, 0.0, true);
}

Test(float128, binary128_that_no_pair_holds_is_refused)
{
    struct unpacked_float value = msrck_binary128_unpack(0x7ffe000000000000, 0);
    uint64_t first, second;

    cr_assert_not(msrck_double_double_pack(&value, &first, &second), "too large");
    value = msrck_binary128_unpack(0x3bcd000000000000, 1);
    cr_assert_not(msrck_double_double_pack(&value, &first, &second), "second part too small");
}

/* ---- This machine ---- */

static void check_native(long double value)
{
    unsigned char canonical[16];
    long double back = 7;

    cr_assert(msrck_float128_from_native(&value, canonical));
    cr_assert(msrck_float128_to_native(canonical, &back));
    cr_assert(memcmp(&value, &back, LDBL_MANT_DIG == 64 ? 10 : 8) == 0, "%La became %La", value, back);
}

Test(float128, native_long_doubles_survive)
{
    check_native(0.0L);
    check_native(-0.0L);
    check_native(1.0L / 3);
    check_native(-LDBL_MAX);
    check_native(LDBL_MIN);
    check_native(LDBL_TRUE_MIN);
    check_native(LDBL_MIN / 3);
    check_native((long double)INFINITY);
    check_native((long double)NAN);
    for (int i = -4900; i < 4900; i += 7)
        check_native(powl(10, i));
}

Test(float128, native_value_is_untouched_when_refused)
{
    /* 1 + 2^-112: needs 113 bits. */
    const unsigned char canonical[16] = { 0x3f, 0xff, [15] = 1 };
    long double value = 7;

    if (LDBL_MANT_DIG >= 106)
        cr_skip_test("this long double holds it");
    cr_assert_not(msrck_float128_to_native(canonical, &value));
    cr_assert(value == 7);
}

Test(float128, doubles_by_value)
{
    unsigned char canonical[16];
    double back;

    for (int i = -300; i < 300; i += 3) {
        msrck_float128_from_double(pow(10, i), canonical);
        cr_assert(msrck_float128_to_double(canonical, &back));
        cr_assert(back == pow(10, i));
    }
    canonical[15] = 1;
    cr_assert_not(msrck_float128_to_double(canonical, &back));
}
