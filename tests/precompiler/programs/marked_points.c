/* SPDX-License-Identifier: MIT */
/*
 * Poll-points where pragmas say, and none elsewhere.
 * options: --poll=marked
 */
#include <stdio.h>

static int leaf(int n)
{
    int product = 1;

    for (int i = 2; i <= n; i++) {
#pragma msrck poll
        product *= i;
    }
    return product;
}

#pragma msrck poll
static int entry(int n)
{
    return leaf(n) + n;
}

static int none(int n)
{
    return n > 0 ? none(n - 1) + 1 : 0;
}

int main(void)
{
    int sum = 0;

#pragma msrck poll
    for (int i = 0; i < 4; i++) {
        sum += entry(i) * none(i);
        printf("%d %d\n", i, sum);
    }
    for (int i = 0; i < 3; i++)
        sum += none(i);
    printf("%d\n", sum);
    return 0;
}
