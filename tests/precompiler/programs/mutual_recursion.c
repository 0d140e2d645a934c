/* SPDX-License-Identifier: MIT */
/* Functions that call each other, deep, with different live variables in each. */
#include <stdio.h>

static double odd(int n, double x);

static long even(int n, int weight)
{
    long below;

    if (n <= 0)
        return weight;
    below = (long)(odd(n - 1, weight * 0.5) * 4);
    return below % 1000 + n;
}

static double odd(int n, double x)
{
    char mark = (char)('a' + n % 26);
    long below;

    if (n <= 0)
        return x;
    below = even(n - 1, mark);
    return x / 2 + (double)below + mark;
}

static unsigned ackermann(unsigned m, unsigned n)
{
    if (m == 0)
        return n + 1;
    if (n == 0)
        return ackermann(m - 1, 1);
    return ackermann(m - 1, ackermann(m, n - 1));
}

int main(void)
{
    for (int n = 1; n < 12; n += 3)
        printf("%ld %.6f\n", even(n, n * 3), odd(n, 1.25));
    printf("%u\n", ackermann(2, 2));
    return 0;
}
