/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "encoding/checksum.h"

Test(checksum, check_value_of_the_standard)
{
    cr_assert_eq(msrck_crc32(0, "123456789", 9), 0xCBF43926u);
}

Test(checksum, nothing_changes_nothing)
{
    cr_assert_eq(msrck_crc32(0, NULL, 0), 0);
    cr_assert_eq(msrck_crc32(0x12345678u, NULL, 0), 0x12345678u);
}

Test(checksum, pieces_give_the_sum_of_the_whole)
{
    unsigned char bytes[1000];
    uint32_t whole, parts = 0;

    for (unsigned i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(i * 7);
    whole = msrck_crc32(0, bytes, sizeof bytes);
    for (size_t at = 0, step = 1; at < sizeof bytes; at += step++) {
        if (step > sizeof bytes - at)
            step = sizeof bytes - at;
        parts = msrck_crc32(parts, bytes + at, step);
    }
    cr_assert_eq(whole, parts);
    bytes[500] ^= 1;
    cr_assert_neq(whole, msrck_crc32(0, bytes, sizeof bytes));
}

/* One bit at a time, from the definition. */
static uint32_t checksum_by_bits(uint32_t crc, const unsigned char *bytes, size_t length)
{
    crc = ~crc;
    for (size_t i = 0; i < length; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320u : 0);
    }
    return ~crc;
}

Test(checksum, agrees_with_its_definition_at_every_length_and_alignment)
{
    static unsigned char bytes[4096 + 64];

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(i * i * 31 + (i >> 3));
    for (size_t length = 0; length <= 4096; length += length < 1000 ? 97 : 61) {
        const unsigned char *from = bytes + length % 64;
        uint32_t begin = (uint32_t)length * 2654435761u;

        cr_assert_eq(msrck_crc32(begin, from, length), checksum_by_bits(begin, from, length), "length %zu", length);
        cr_assert_eq(msrck_crc32(0, from, length), checksum_by_bits(0, from, length), "length %zu", length);
    }
}
