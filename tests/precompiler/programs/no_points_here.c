/* SPDX-License-Identifier: MIT */
/* #pragma msrck nopoll at a function and at a loop. */
#include <stdio.h>

#pragma msrck nopoll
static int quiet(int n)
{
    return n > 0 ? quiet(n - 1) + n : 0;
}

static int loud(int n)
{
    return n > 0 ? loud(n - 1) + quiet(n) : 0;
}

int main(void)
{
    int sum = 0;

#pragma msrck nopoll
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            sum += quiet(i + j);
    for (int i = 0; i < 3; i++)
        printf("%d %d\n", sum, loud(i));
    return 0;
}
