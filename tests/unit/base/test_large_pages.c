/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/byte_buffer.h"
#include "base/large_pages.h"

Test(large_pages, pieces_are_apart_and_can_be_written_to_their_ends)
{
    struct large_pages pages;
    unsigned char *pieces[20];
    size_t lengths[20];

    msrck_large_pages_open(&pages, 1000000);
    cr_assert_not_null(pages.mapping);
    for (size_t i = 0; i < 20; i++) {
        lengths[i] = 1 + 5003 * i;
        pieces[i] = msrck_large_pages_take(&pages, lengths[i]);
        cr_assert_not_null(pieces[i]);
        cr_assert_eq((uintptr_t)pieces[i] % 64, 0);
        memset(pieces[i], (int)i + 1, lengths[i]);
    }
    for (size_t i = 0; i < 20; i++)
        for (size_t k = 0; k < lengths[i]; k++)
            cr_assert_eq(pieces[i][k], i + 1, "piece %zu, byte %zu", i, k);
    msrck_large_pages_close(&pages);
    cr_assert_null(pages.mapping);
}

Test(large_pages, no_more_is_taken_than_there_is)
{
    struct large_pages pages, none = { .mapping = NULL };
    size_t taken = 0;

    msrck_large_pages_open(&pages, 300000);
    cr_assert_null(msrck_large_pages_take(&pages, SIZE_MAX));
    cr_assert_null(msrck_large_pages_take(&pages, SIZE_MAX - 63));
    while (msrck_large_pages_take(&pages, 70000) != NULL)
        taken += 70000;
    cr_expect_geq(taken, 280000);
    cr_expect_leq(taken, pages.mapped);
    msrck_large_pages_close(&pages);
    cr_expect_null(msrck_large_pages_take(&none, 1));
    msrck_large_pages_open(&none, SIZE_MAX / 2);
    cr_expect_null(none.mapping, "more than there is address space");
    msrck_large_pages_close(&none);
}

Test(large_pages, a_buffer_outgrows_memory_that_was_lent)
{
    unsigned char lent[64];
    struct byte_buffer buffer;

    msrck_buffer_lend(&buffer, lent, sizeof lent);
    for (int i = 0; i < 64; i++)
        msrck_buffer_append(&buffer, &(unsigned char){ (unsigned char)i }, 1);
    cr_expect_eq(buffer.bytes, lent, "it is used as long as it suffices");
    for (int i = 64; i < 200; i++)
        msrck_buffer_append(&buffer, &(unsigned char){ (unsigned char)i }, 1);
    cr_expect_neq(buffer.bytes, lent);
    cr_assert_eq(buffer.length, 200);
    for (int i = 0; i < 200; i++)
        cr_expect_eq(buffer.bytes[i], i);
    msrck_buffer_free(&buffer);
    msrck_buffer_lend(&buffer, lent, sizeof lent);
    msrck_buffer_free(&buffer);
    cr_expect_null(buffer.bytes);
    cr_expect_not(buffer.lent);
}
