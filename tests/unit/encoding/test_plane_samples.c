/* SPDX-License-Identifier: MIT */
#include "encoding/plane_samples.h"

#include <criterion/criterion.h>
#include <string.h>

static unsigned char plane[32768];

static unsigned next_random(unsigned *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 16;
}

Test(plane_samples, noise_is_told_from_order)
{
    unsigned state = 3;

    for (size_t i = 0; i < sizeof plane; i++)
        plane[i] = (unsigned char)next_random(&state);
    cr_expect_eq(msrck_plane_noise(plane, sizeof plane, 1), PLANE_IS_NOISE, "random bytes");
    cr_expect_eq(msrck_plane_noise(plane, 512, 1), PLANE_IS_NOISE, "few random bytes");
    cr_expect_eq(msrck_plane_noise(plane, 511, 1), PLANE_HAS_ORDER, "too few to tell");
    for (size_t i = 0; i < sizeof plane; i++)
        plane[i] = (unsigned char)(i * 5);
    cr_expect_eq(msrck_plane_noise(plane, sizeof plane, 1), PLANE_HAS_ORDER,
                 "a sequence holds every byte equally often, yet is no noise");
    for (size_t i = 0; i < sizeof plane; i++)
        plane[i] = (unsigned char)(next_random(&state) & 0x7f);
    cr_expect_eq(msrck_plane_noise(plane, sizeof plane, 1), PLANE_IS_NEARLY_NOISE, "seven bits of eight");
    for (size_t i = 0; i < sizeof plane; i++)
        plane[i] = (unsigned char)(next_random(&state) & 0x1f);
    cr_expect_eq(msrck_plane_noise(plane, sizeof plane, 1), PLANE_HAS_ORDER, "five bits of eight");
    memset(plane, 0, sizeof plane);
    cr_expect_eq(msrck_plane_noise(plane, sizeof plane, 1), PLANE_HAS_ORDER, "zeros");
}

Test(plane_samples, noise_is_found_in_every_column_of_rows)
{
    static const enum plane_noise expected[] = { PLANE_IS_NOISE, PLANE_HAS_ORDER, PLANE_HAS_ORDER, PLANE_IS_NOISE,
                                                 PLANE_IS_NEARLY_NOISE };
    static unsigned char rows[4096 * 5];
    unsigned state = 9;

    for (size_t i = 0; i < 4096; i++) {
        rows[5 * i] = (unsigned char)next_random(&state);
        rows[5 * i + 1] = (unsigned char)i;
        rows[5 * i + 2] = 7;
        rows[5 * i + 3] = (unsigned char)next_random(&state);
        rows[5 * i + 4] = (unsigned char)(next_random(&state) % 100);
    }
    for (size_t k = 0; k < 5; k++)
        cr_expect_eq(msrck_plane_noise(rows + k, 4096, 5), expected[k], "column %zu", k);
}

/* ---- Order ---- */

static void fill_shuffled(unsigned values, size_t length)
{
    unsigned state = values;

    for (size_t i = 0; i < length; i++)
        plane[i] = (unsigned char)(next_random(&state) % values);
}

Test(plane_samples, bytes_without_order_are_shuffled)
{
    static const unsigned values[] = { 2, 3, 10, 64, 130, 200 };

    for (size_t k = 0; k < sizeof values / sizeof values[0]; k++) {
        fill_shuffled(values[k], sizeof plane);
        cr_expect(msrck_plane_is_shuffled(plane, sizeof plane), "%u values", values[k]);
        cr_expect(msrck_plane_is_shuffled(plane, 2048), "%u values", values[k]);
        cr_expect_not(msrck_plane_is_shuffled(plane, 2047), "too few to tell");
    }
}

Test(plane_samples, one_byte_alone_is_constant)
{
    memset(plane, 63, sizeof plane);
    cr_expect(msrck_plane_is_constant(plane, sizeof plane));
    cr_expect(msrck_plane_is_constant(plane, 1));
    cr_expect_not(msrck_plane_is_shuffled(plane, sizeof plane), "a run is told in less than a bit a byte");
    plane[sizeof plane - 1] = 191;
    cr_expect_not(msrck_plane_is_constant(plane, sizeof plane));
}

Test(plane_samples, runs_counters_and_slow_changes_have_order)
{
    unsigned state = 5;

    for (size_t i = 0; i < sizeof plane; i++)
        plane[i] = (unsigned char)(i / 3);
    cr_expect_not(msrck_plane_is_shuffled(plane, sizeof plane), "a counter");
    for (size_t i = 0; i < sizeof plane; i++)
        plane[i] = (unsigned char)(i % 7 * 30);
    cr_expect_not(msrck_plane_is_shuffled(plane, sizeof plane), "seven values in turn");
    for (size_t i = 1; i < sizeof plane; i++)
        plane[i] = (unsigned char)(plane[i - 1] + next_random(&state) % 3 - 1);
    cr_expect_not(msrck_plane_is_shuffled(plane, sizeof plane), "a walk in small steps");
    for (size_t i = 0; i < sizeof plane; i++)
        plane[i] = (unsigned char)(next_random(&state) % 20 == 0);
    cr_expect_not(msrck_plane_is_shuffled(plane, sizeof plane), "one byte in twenty");
}

Test(plane_samples, a_sequence_that_comes_again_is_order_at_any_distance)
{
    for (size_t distance = 600; distance <= sizeof plane - 1024; distance += 517) {
        fill_shuffled(40, sizeof plane);
        for (size_t i = distance; i < sizeof plane; i++)
            plane[i] = plane[i - distance];
        cr_expect_not(msrck_plane_is_shuffled(plane, sizeof plane), "distance %zu", distance);
    }
}
