/* SPDX-License-Identifier: MIT */
/*
 * The shortest decimal of a binary floating number: of all decimals that are nearer to it than to its neighbours (at half-way,
 * where rounding to even chooses it) those with the fewest digits, and of these the nearest.
 */
#ifndef MSRCK_BASE_SHORTEST_DECIMAL_H
#define MSRCK_BASE_SHORTEST_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

/* digits times 10 to the power of `exponent`; digits do not end in 0 unless they are 0. */
struct shortest_decimal {
    uint64_t digits;
    int exponent;
};

/*
 * Of significand * 2^exponent, from 1 to 2^53 - 1 and from -1074 to 971. `uneven` where the number below is only half as far away
 * as the one above: the significand is the least that the exponent has, and not that of the smallest numbers.
 */
struct shortest_decimal msrck_shortest_decimal(uint64_t significand, int exponent, bool uneven);

struct power_of_ten {
    uint64_t high, low;
};

#define MSRCK_LOWEST_POWER_OF_TEN (-292)
#define MSRCK_HIGHEST_POWER_OF_TEN 324

extern const struct power_of_ten msrck_powers_of_ten[MSRCK_HIGHEST_POWER_OF_TEN - MSRCK_LOWEST_POWER_OF_TEN + 1];

#endif
