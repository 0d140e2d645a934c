/* SPDX-License-Identifier: MIT */
/* Variadic functions and callbacks of the library run, with no poll-point honoured inside. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static int rank(int n)
{
    return n > 7 ? rank(n - 8) : n;
}

static int sum(int count, ...)
{
    va_list list;
    int total = 0;

    va_start(list, count);
    for (int i = 0; i < count; i++)
        total += rank(va_arg(list, int));
    va_end(list);
    return total;
}

static int compare(const void *one, const void *other)
{
    int a = *(const int *)one, b = *(const int *)other;

    return rank(a) != rank(b) ? rank(a) - rank(b) : a - b;
}

int main(void)
{
    int values[9], total = 0;

    for (int round = 0; round < 4; round++) {
        for (int i = 0; i < 9; i++)
            values[i] = (i * 37 + round * 11) % 50;
        qsort(values, 9, sizeof *values, compare);
        total += sum(3, values[0], values[4], rank(values[8]));
        for (int i = 0; i < 9; i++)
            printf("%d ", values[i]);
        printf("= %d\n", total);
    }
    return 0;
}
