/* SPDX-License-Identifier: MIT */
#include <msrck/msrck.h>

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

struct packet {
    int length;
    double samples[];
};
extern const msrck_type packet_type;
MSRCK_FLEXIBLE_STRUCT(packet_type, struct packet,
    MSRCK_FIELD(struct packet, length, &msrck_int),
    MSRCK_FLEXIBLE(struct packet, samples, &msrck_double));

static const msrck_type *const row_type = MSRCK_ARRAY(&msrck_int, 3);

static void begin(void)
{
    cr_assert_eq(msrck_init(NULL, NULL), MSRCK_OK, "%s", msrck_error_message());
}

static void end(void)
{
    cr_assert_eq(msrck_finish(), 0);
}

TestSuite(tracked_memory, .init = begin, .fini = end);

static bool all_zero(const void *bytes, size_t length)
{
    const unsigned char *each = bytes;

    while (length > 0 && *each == 0) {
        each++;
        length--;
    }
    return length == 0;
}

Test(tracked_memory, new_blocks_are_zero_also_where_others_were_before)
{
    long *blocks[50];
    int round, b;

    for (round = 0; round < 3; round++) {
        for (b = 0; b < 50; b++) {
            blocks[b] = msrck_new_array(&msrck_long, 5);
            cr_assert_not_null(blocks[b]);
            cr_assert(all_zero(blocks[b], 5 * sizeof(long)));
            memset(blocks[b], 0xee, 5 * sizeof(long));
        }
        for (b = 0; b < 50; b++)
            msrck_free(blocks[b]);
    }
    cr_assert_eq(msrck_error_result(), MSRCK_OK);
}

Test(tracked_memory, a_count_of_nothing_gives_one)
{
    int *one = msrck_new_array(&msrck_int, 0);

    cr_assert_not_null(one);
    *one = 7;
    msrck_free(one);
}

Test(tracked_memory, resizing_keeps_what_fits_and_zeroes_what_is_new)
{
    int *numbers = msrck_new_array(&msrck_int, 3), *grown;
    int i;

    for (i = 0; i < 3; i++)
        numbers[i] = i + 1;
    grown = msrck_resize(numbers, 1000);
    cr_assert_not_null(grown);
    cr_assert(grown[0] == 1 && grown[2] == 3 && all_zero(grown + 3, 997 * sizeof(int)));
    grown = msrck_resize(grown, 2);
    cr_assert(grown != NULL && grown[0] == 1 && grown[1] == 2);
    grown = msrck_resize(grown, 3);
    cr_assert(grown != NULL && grown[2] == 0);
    msrck_free(grown);
    cr_assert_eq(msrck_error_result(), MSRCK_OK);
}

Test(tracked_memory, flexible_structs_resize_their_trailing_elements)
{
    struct packet *packet = msrck_new_flexible(&packet_type, 2);

    cr_assert_not_null(packet);
    packet->length = 2;
    packet->samples[1] = 1.5;
    packet = msrck_resize(packet, 40);
    cr_assert(packet != NULL && packet->length == 2);
    cr_assert(packet->samples[1] > 1 && all_zero(packet->samples + 2, 38 * sizeof(double)));
    packet = msrck_resize(packet, 0);
    cr_assert(packet != NULL && packet->length == 2);
    msrck_free(packet);
    packet = msrck_new(&packet_type);
    cr_assert_not_null(packet, "a flexible struct alone has no trailing elements");
    msrck_free(packet);
    cr_assert_null(msrck_new_array(&packet_type, 2));
    cr_assert_eq(msrck_error_result(), MSRCK_MISUSE);
    cr_assert_null(msrck_new_flexible(&msrck_int, 2));
}

Test(tracked_memory, arrays_of_arrays_count_whole_rows)
{
    int(*rows)[3] = msrck_new_array(row_type, 4);

    cr_assert_not_null(rows);
    rows[3][2] = 9;
    cr_assert(all_zero(rows, 11 * sizeof(int)));
    msrck_free(rows);
}

Test(tracked_memory, strings_are_copied)
{
    char text[] = "some text", *copy = msrck_new_string(text);

    cr_assert_str_eq(copy, text);
    text[0] = 'S';
    cr_assert_str_eq(copy, "some text");
    msrck_free(copy);
}

Test(tracked_memory, what_is_no_block_is_noted_and_left_alone)
{
    int *numbers = msrck_new_array(&msrck_int, 10), local = 5;

    msrck_free(numbers + 1);
    cr_assert_eq(msrck_error_result(), MSRCK_MISUSE);
    msrck_free(&local);
    cr_assert_null(msrck_resize(&local, 2));
    cr_assert_null(msrck_resize(NULL, 2));
    cr_assert_null(msrck_resize(numbers + 1, 2));
    numbers[9] = 1;
    msrck_free(numbers);
    msrck_free(numbers);
    cr_assert_eq(msrck_error_result(), MSRCK_MISUSE, "freed twice");
}

Test(tracked_memory, sizes_that_overflow_are_refused)
{
    cr_assert_null(msrck_new_array(row_type, SIZE_MAX));
    cr_assert_null(msrck_new_array(&msrck_double, SIZE_MAX / 4));
    cr_assert_null(msrck_new_flexible(&packet_type, SIZE_MAX / 8));
    cr_assert_neq(msrck_error_result(), MSRCK_OK);
    cr_assert_null(msrck_new(&msrck_void));
    cr_assert_null(msrck_new(NULL));
}

Test(tracked_memory, more_types_than_the_cache_has_lines)
{
    static const msrck_type *const scalars[] = { &msrck_char, &msrck_short, &msrck_int, &msrck_long, &msrck_llong, &msrck_float, &msrck_double,
                                                 &msrck_ldouble, &msrck_wchar, &msrck_uchar, &msrck_size, &msrck_time };
    static msrck_type arrays[400];
    static char *blocks[400];
    size_t a, s = sizeof scalars / sizeof scalars[0];

    for (a = 0; a < 400; a++)
        arrays[a] = (msrck_type){ .kind = MSRCK_KIND_ARRAY, .element = scalars[a % s], .count = a / s + 1 };
    for (a = 0; a < 400; a++) {
        size_t bytes = scalars[a % s]->size * (a / s + 1);

        blocks[a] = msrck_new(&arrays[a]);
        cr_assert_not_null(blocks[a], "%s", msrck_error_message());
        memset(blocks[a], 1, bytes);
    }
    for (a = 0; a < 400; a++)
        msrck_free(blocks[a]);
    cr_assert_eq(msrck_error_result(), MSRCK_OK);
}
