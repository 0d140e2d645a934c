/* SPDX-License-Identifier: MIT */
/* Constants of types that no checkpoint can hold: nobody writes them, so that pointers to them are all that is saved. */
#include <stdio.h>

union value { long whole; unsigned char bytes[3]; const char *text; };
struct labelled { short label; union value value; int after; };
union number { double real; long whole; short parts[3]; };
union nested { struct labelled inner; union value other; signed bits : 7; };

static const union value one = { 17 };
const union value row[4] = { { 1 }, { 22 }, { 333 }, { 4444 } };
static const union value grid[2][2] = { { { 5 }, { 6 } }, { { 7 }, { 8 } } };
static const struct labelled labels[3] = { { 1, { .whole = 100 }, 2 }, { 3, { .text = "text" }, 4 }, { 5, { .whole = 300 }, 6 } };
static const union number numbers[2][2] = { { { 1.5 }, { 2.5 } }, { { 3.5 }, { 4.5 } } };
static const union nested deep = { { 9, { 90 }, 900 } };

static long follow(const union value *value, const int *after, const struct labelled *label, int n)
{
    static const union value local[2] = { { 50 }, { 60 } };
    static const union value *kept = &local[1];
    const union value *const mine = n % 2 ? &local[n % 4 / 2] : kept;

    kept = &local[n % 3 / 2];
    if (n == 0)
        return *after + value->whole;
    return follow(n % 2 ? &row[n % 4] : &grid[n % 4 / 2][n / 4 % 2], n % 3 ? &labels[n % 3].after : after, &labels[n % 3], n - 1) * 2 +
           value->whole + *after + label->label + label->after + mine->whole;
}

int main(void)
{
    const union value *value = &one;
    const union nested *nested = NULL;
    const struct labelled *inner = &deep.inner;
    const union number (*numbered)[2] = numbers, *number = NULL;
    long sum = 0;

    for (int n = 0; n < 20; n++) {
        sum += follow(value, &labels[n % 3].after, &labels[0], n % 7) % 100003;
        value = n % 4 == 3 ? &one : &row[n % 4];
        if (nested != NULL)
            sum += nested->inner.after;
        nested = n % 5 ? &deep : NULL;
        sum += inner->label;
        if (number != NULL)
            sum += (long)(number->real * 2 + numbered[0][1].real * 4);
        numbered = &numbers[n % 2];
        number = &numbered[0][n % 3 / 2];
    }
    printf("%ld %ld %s %d\n", sum, value->whole, labels[1].value.text, inner->after);
    return 0;
}
