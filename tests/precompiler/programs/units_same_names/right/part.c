/* SPDX-License-Identifier: MIT */
#include <stdio.h>

int right(int n);

static int calls;
static int (*chosen)(int);

static int step(int n)
{
    static int before;
    int sum = before;

    for (int i = 0; i < n; i++) {
        sum += i * 3;
        printf("right %d\n", sum);
    }
    before = n;
    return sum + ++calls;
}

int right(int n)
{
    if (chosen == NULL)
        chosen = step;
    return chosen(n) + step(1);
}
