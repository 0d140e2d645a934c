/* SPDX-License-Identifier: MIT */
/* Calls that cannot become statements (inside _Generic) run, with their poll-points held. */
#include <stdio.h>

static int count(int n)
{
    return n > 0 ? count(n - 1) + 1 : 0;
}

#define KIND(x) _Generic((x), int: count(3), double: 20, default: count(1))

int main(void)
{
    int sum = 0;

    for (int i = 0; i < 4; i++) {
        sum += KIND(i) + KIND(1.5) * KIND("text");
        printf("%d %d\n", sum, count(i));
    }
    return 0;
}
