/* SPDX-License-Identifier: MIT */
/*
 * K&R definitions: parameters of small types, arrays and functions; calls without a prototype.
 * options: -std=gnu89
 */
#include <stdio.h>

int add();
long twice(n, f) int n; int (*f)(); { return 2L * (*f)(n, 1); }

char shift(c, by) char c; short by;
{
    if (by > 3)
        return shift(c, by - 3) + 3;
    return c + by;
}

double mean(values, count)
double values[];
unsigned count;
{
    double sum = 0;
    register unsigned i;

    for (i = 0; i < count; i++) {
        sum += values[i] * add((int)i, 0);
        values[i] = shift('a', (int)i);
    }
    return sum / count;
}

int add(a, b) int a, b;
{
    if (b > 0)
        return add(a + 1, b - 1);
    return a;
}

int main()
{
    double values[3];
    int i;

    values[0] = 1; values[1] = 2.5; values[2] = 4;
    for (i = 0; i < 3; i++)
        printf("%ld %c %.3f\n", twice(i, add), shift('b', i * 4), mean(values, 3));
    return 0;
}
