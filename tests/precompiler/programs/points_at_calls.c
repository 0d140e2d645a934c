/* SPDX-License-Identifier: MIT */
/*
 * Poll-points at the entries of functions only.
 * options: --poll=calls
 */
#include <stdio.h>

static int leaf(int n)
{
    return n * n;
}

static int recursive(int n)
{
    return n > 0 ? recursive(n - 1) + leaf(n) : 0;
}

static int caller(int n)
{
    int sum = 0;

    for (int i = 0; i < n; i++)
        sum += recursive(i);
    return sum;
}

int main(void)
{
    for (int i = 0; i < 4; i++)
        printf("%d\n", caller(i));
    return 0;
}
