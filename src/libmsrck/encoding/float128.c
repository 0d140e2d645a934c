/* SPDX-License-Identifier: MIT */
#include "encoding/float128.h"

#include <float.h>
#include <string.h>

#include "base/big_endian.h"
#include "encoding/float_formats.h"

static struct unpacked_float unpack_canonical(const unsigned char canonical[16])
{
    return msrck_binary128_unpack(load_be64(canonical), load_be64(canonical + 8));
}

/* False when the value needs more than 113 bits. */
static bool pack_canonical(const struct unpacked_float *value, unsigned char canonical[16])
{
    uint64_t high, low;

    if (!msrck_binary128_pack(value, &high, &low))
        return false;
    store_be64(canonical, high);
    store_be64(canonical + 8, low);
    return true;
}

#if LDBL_MANT_DIG == 53

bool msrck_float128_from_native(const void *value, unsigned char canonical[16])
{
    uint64_t bits;

    memcpy(&bits, value, sizeof bits);
    msrck_float128_from_binary64(bits, canonical);
    return true;
}

bool msrck_float128_to_native(const unsigned char canonical[16], void *value)
{
    uint64_t bits;

    if (!msrck_float128_to_binary64(canonical, &bits))
        return false;
    memcpy(value, &bits, sizeof bits);
    return true;
}

const char *msrck_native_long_double_name(void)
{
    return "64-bit";
}

#elif LDBL_MANT_DIG == 64

/* Only the first ten bytes are the number; sizeof(long double) is 12 or 16 with padding that is not touched. */
bool msrck_float128_from_native(const void *value, unsigned char canonical[16])
{
    struct unpacked_float unpacked;
    uint64_t significand;
    uint16_t sign_exponent;

    memcpy(&significand, value, sizeof significand);
    memcpy(&sign_exponent, (const unsigned char *)value + 8, sizeof sign_exponent);
    return msrck_x87_unpack(significand, sign_exponent, &unpacked) && pack_canonical(&unpacked, canonical);
}

bool msrck_float128_to_native(const unsigned char canonical[16], void *value)
{
    struct unpacked_float unpacked = unpack_canonical(canonical);
    uint64_t significand;
    uint16_t sign_exponent;

    if (!msrck_x87_pack(&unpacked, &significand, &sign_exponent))
        return false;
    memcpy(value, &significand, sizeof significand);
    memcpy((unsigned char *)value + 8, &sign_exponent, sizeof sign_exponent);
    return true;
}

const char *msrck_native_long_double_name(void)
{
    return "80-bit";
}

#elif LDBL_MANT_DIG == 113

static void reorder(const unsigned char *from, unsigned char *to)
{
    for (unsigned i = 0; i < 16; i++)
        to[i] = from[MSRCK_HOST_IS_BIG_ENDIAN ? i : 15 - i];
}

bool msrck_float128_from_native(const void *value, unsigned char canonical[16])
{
    reorder(value, canonical);
    return true;
}

bool msrck_float128_to_native(const unsigned char canonical[16], void *value)
{
    reorder(canonical, value);
    return true;
}

const char *msrck_native_long_double_name(void)
{
    return "128-bit";
}

#elif LDBL_MANT_DIG == 106

/* The larger part stands first on machines of either byte order. */
bool msrck_float128_from_native(const void *value, unsigned char canonical[16])
{
    struct unpacked_float unpacked;
    uint64_t parts[2];

    memcpy(parts, value, sizeof parts);
    return msrck_double_double_unpack(parts[0], parts[1], &unpacked) && pack_canonical(&unpacked, canonical);
}

bool msrck_float128_to_native(const unsigned char canonical[16], void *value)
{
    struct unpacked_float unpacked = unpack_canonical(canonical);
    uint64_t parts[2];

    if (!msrck_double_double_pack(&unpacked, &parts[0], &parts[1]))
        return false;
    memcpy(value, parts, sizeof parts);
    return true;
}

const char *msrck_native_long_double_name(void)
{
    return "double-double";
}

#else
#error "long double has a format that is not known here"
#endif

bool msrck_float128_to_binary64(const unsigned char canonical[16], uint64_t *bits)
{
    struct unpacked_float unpacked = unpack_canonical(canonical);

    return msrck_binary64_pack(&unpacked, bits);
}

void msrck_float128_from_binary64(uint64_t bits, unsigned char canonical[16])
{
    struct unpacked_float unpacked = msrck_binary64_unpack(bits);

    pack_canonical(&unpacked, canonical); /* the wider format holds every value */
}

bool msrck_float128_to_binary32(const unsigned char canonical[16], uint32_t *bits)
{
    struct unpacked_float unpacked = unpack_canonical(canonical);

    return msrck_binary32_pack(&unpacked, bits);
}

void msrck_float128_from_binary32(uint32_t bits, unsigned char canonical[16])
{
    struct unpacked_float unpacked = msrck_binary32_unpack(bits);

    pack_canonical(&unpacked, canonical);
}

bool msrck_float128_to_double(const unsigned char canonical[16], double *value)
{
    uint64_t bits;

    if (!msrck_float128_to_binary64(canonical, &bits))
        return false;
    memcpy(value, &bits, sizeof bits);
    return true;
}

void msrck_float128_from_double(double value, unsigned char canonical[16])
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof bits);
    msrck_float128_from_binary64(bits, canonical);
}
