/* SPDX-License-Identifier: MIT */
/*
 * After R. Giulietti, "The Schubfach way to render doubles". The number and the ends of the interval that rounds to it, each times
 * four so that half-way is a whole number, are multiplied by a power of ten that leaves the interval a width from 2 to 20. Then at most
 * one multiple of ten and, where there is none, one of two neighbouring whole numbers can be the answer. The products are cut off,
 * with a last bit that tells whether anything was: 128 bits of the power suffice for every comparison to come out as with all its bits.
 */
#include "base/shortest_decimal.h"

#include <stddef.h>

/* floor(log10(2^e)), and of 3/4 of that; floor(log2(10^e)): exact for all exponents that occur here. */
static int log10_of_power_of_2(int e) { return (int)((e * INT64_C(1262611)) >> 22); }
static int log10_of_three_quarters(int e) { return (int)((e * INT64_C(1262611) - 524031) >> 22); }
static int log2_of_power_of_10(int e) { return (int)((e * INT64_C(1741647)) >> 19); }

static uint64_t multiply(uint64_t a, uint64_t b, uint64_t *low)
{
#ifdef __SIZEOF_INT128__
    __extension__ unsigned __int128 product = (unsigned __int128)a * b;

    *low = (uint64_t)product;
    return (uint64_t)(product >> 64);
#else
    uint64_t a1 = a >> 32, a0 = a & 0xffffffffu, b1 = b >> 32, b0 = b & 0xffffffffu;
    uint64_t p00 = a0 * b0, p01 = a0 * b1, p10 = a1 * b0;
    uint64_t middle = (p00 >> 32) + (p01 & 0xffffffffu) + (p10 & 0xffffffffu);

    *low = middle << 32 | (p00 & 0xffffffffu);
    return a1 * b1 + (p01 >> 32) + (p10 >> 32) + (middle >> 32);
#endif
}

/* power * number / 2^128, where the last bit of the result is set if anything was cut off: above what the power was rounded up by. */
static uint64_t scale(const struct power_of_ten *power, uint64_t number)
{
    uint64_t low_low, low, middle, high;
    uint64_t low_high = multiply(power->low, number, &low_low);

    high = multiply(power->high, number, &low);
    middle = low + low_high;
    high += middle < low;
    return high | (middle > 1);
}

/* In steps, since most numbers that people chose have many zeros. */
static struct shortest_decimal without_zeros(uint64_t digits, int exponent)
{
    static const uint32_t steps[] = { 100000000, 10000, 100, 10 };
    static const int zeros[] = { 8, 4, 2, 1 };

    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        while (digits % steps[i] == 0) {
            digits /= steps[i];
            exponent += zeros[i];
        }
    return (struct shortest_decimal){ digits, exponent };
}

struct shortest_decimal msrck_shortest_decimal(uint64_t significand, int exponent, bool uneven)
{
    int k = uneven ? log10_of_three_quarters(exponent) : log10_of_power_of_2(exponent);
    int shift = exponent + log2_of_power_of_10(-k) + 1;
    const struct power_of_ten *power = &msrck_powers_of_ten[-k - MSRCK_LOWEST_POWER_OF_TEN];
    uint64_t odd = significand & 1;
    uint64_t lower = scale(power, (4 * significand - 2 + uneven) << shift) + odd;
    uint64_t value = scale(power, 4 * significand << shift);
    uint64_t upper = scale(power, (4 * significand + 2) << shift) - odd;
    uint64_t whole = value / 4, tens = whole / 10;
    bool below, above;

    if (whole >= 10) {
        below = lower <= 40 * tens;
        above = 40 * tens + 40 <= upper;
        if (below != above)
            return without_zeros(tens + above, k + 1);
    }
    below = lower <= 4 * whole;
    above = 4 * whole + 4 <= upper;
    if (below == above)
        above = value > 4 * whole + 2 || (value == 4 * whole + 2 && (whole & 1) != 0);
    return without_zeros(whole + above, k);
}
