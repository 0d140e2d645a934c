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
