/* SPDX-License-Identifier: MIT */
#include "base/shortest_decimal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

/* The same code as it is compiled where the compiler has no 128-bit integers. */
#define msrck_shortest_decimal without_int128
#undef __SIZEOF_INT128__
#include "base/shortest_decimal.c"
#undef msrck_shortest_decimal

static double double_of_bits(uint64_t bits)
{
    double value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

static struct shortest_decimal of_double(uint64_t bits)
{
    uint64_t fraction = bits & UINT64_C(0xfffffffffffff);
    int biased = (int)(bits >> 52);
    uint64_t significand = biased == 0 ? fraction : fraction | UINT64_C(1) << 52;
    int exponent = biased == 0 ? -1074 : biased - 1075;
    bool uneven = fraction == 0 && biased > 1;
    struct shortest_decimal decimal = msrck_shortest_decimal(significand, exponent, uneven);
    struct shortest_decimal portable = without_int128(significand, exponent, uneven);

    cr_assert(decimal.digits == portable.digits && decimal.exponent == portable.exponent, "%a", double_of_bits(bits));
    return decimal;
}

static bool reads_back(uint64_t digits, int exponent, double value)
{
    char text[40];

    snprintf(text, sizeof text, "%llue%d", (unsigned long long)digits, exponent);
    return strtod(text, NULL) == value;
}

/* The nearest decimal with so many digits, by the C library. */
static struct shortest_decimal rounded(double value, int count)
{
    struct shortest_decimal decimal = { 0, 0 };
    char text[40];

    snprintf(text, sizeof text, "%.*e", count - 1, value);
    for (const char *p = text; *p != 'e'; p++)
        if (*p >= '0' && *p <= '9')
            decimal.digits = decimal.digits * 10 + (uint64_t)(*p - '0');
    decimal.exponent = atoi(strchr(text, 'e') + 1) - (count - 1);
    return decimal;
}

/* Reads back; no decimal with a digit less does, neither the one below nor the one above; and no other of as many digits is nearer. */
static void check(uint64_t bits)
{
    double value = double_of_bits(bits);
    struct shortest_decimal decimal = of_double(bits), other;
    int count = snprintf(NULL, 0, "%llu", (unsigned long long)decimal.digits);

    cr_assert(reads_back(decimal.digits, decimal.exponent, value), "%a", value);
    cr_assert(decimal.digits % 10 != 0 && count <= 17, "%a", value);
    if (count > 1) {
        other = rounded(value, count - 1);
        for (uint64_t digits = other.digits - 1; digits <= other.digits + 1; digits++)
            cr_assert(!reads_back(digits, other.exponent, value), "%a is also %llue%d", value, (unsigned long long)digits, other.exponent);
    }
    other = rounded(value, count);
    if (reads_back(other.digits, other.exponent, value))
        cr_assert(other.digits == decimal.digits && other.exponent == decimal.exponent, "%a", value);
}

Test(shortest_decimal, is_the_shortest_and_nearest_for_numbers_of_every_size)
{
    uint64_t state = 88172645463325252u;

    for (int i = 0; i < 20000; i++) {
        state ^= state << 13, state ^= state >> 7, state ^= state << 17;
        if ((state >> 52 & 0x7ff) != 0x7ff)
            check(state & (UINT64_MAX >> 1));
    }
}

Test(shortest_decimal, is_right_for_what_people_write_down)
{
    for (int i = 1; i < 3000; i++) {
        static const double units[] = { 1.0, 0.1, 0.01, 1e-3, 1e-7, 1e5, 1e22, 1e23, 1e-300 };

        for (size_t u = 0; u < sizeof units / sizeof units[0]; u++) {
            double value = i * units[u];
            uint64_t bits;

            memcpy(&bits, &value, sizeof bits);
            check(bits);
        }
    }
}

Test(shortest_decimal, is_right_where_the_exponent_changes)
{
    for (uint64_t exponent = 1; exponent < 0x7ff; exponent++)
        for (uint64_t step = 0; step < 3; step++)
            check((exponent << 52) + step - 1);
}

Test(shortest_decimal, is_right_for_the_smallest_and_largest)
{
    for (uint64_t bits = 1; bits < 2000; bits++)
        check(bits);
    for (uint64_t bits = 0; bits < 2000; bits++)
        check(UINT64_C(0x7fefffffffffffff) - bits);
}

/* ---- The table, computed anew with whole numbers of any length ---- */

#define WORDS 80

/* Little-endian words of 32 bits: times ten, and divided by ten. */
static void grow(uint32_t number[WORDS])
{
    uint64_t carry = 0;

    for (int i = 0; i < WORDS; i++) {
        carry += (uint64_t)number[i] * 10;
        number[i] = (uint32_t)carry;
        carry >>= 32;
    }
}

static bool shrink(uint32_t number[WORDS])
{
    uint64_t rest = 0;

    for (int i = WORDS; i-- > 0;) {
        rest = rest << 32 | number[i];
        number[i] = (uint32_t)(rest / 10);
        rest %= 10;
    }
    return rest != 0;
}

/* The 128 highest bits, plus one if there are others or `inexact`. */
static struct power_of_ten highest(const uint32_t number[WORDS], bool inexact)
{
    struct power_of_ten power = { 0, 0 };
    int top = WORDS * 32 - 1, bit;

    while ((number[top / 32] >> (top % 32) & 1) == 0)
        top--;
    for (bit = top; bit > top - 128; bit--) {
        power.high = power.high << 1 | power.low >> 63;
        power.low = power.low << 1 | (bit >= 0 ? number[bit / 32] >> (bit % 32) & 1 : 0);
    }
    for (; bit >= 0; bit--)
        inexact |= number[bit / 32] >> (bit % 32) & 1;
    power.low += inexact;
    power.high += inexact && power.low == 0;
    return power;
}

static void check_power(int exponent, struct power_of_ten power)
{
    const struct power_of_ten *entry = &msrck_powers_of_ten[exponent - MSRCK_LOWEST_POWER_OF_TEN];

    cr_assert(entry->high == power.high && entry->low == power.low, "10^%d", exponent);
}

Test(shortest_decimal, powers_of_ten_are_what_their_table_says)
{
    uint32_t number[WORDS] = { 1 };
    bool inexact = false;

    for (int exponent = 0; exponent <= MSRCK_HIGHEST_POWER_OF_TEN; exponent++, grow(number))
        check_power(exponent, highest(number, false));
    memset(number, 0, sizeof number);
    number[WORDS - 1] = 1;                               /* so many bits that what division cuts off is far behind */
    for (int exponent = -1; exponent >= MSRCK_LOWEST_POWER_OF_TEN; exponent--) {
        inexact |= shrink(number);
        check_power(exponent, highest(number, inexact));
    }
}
