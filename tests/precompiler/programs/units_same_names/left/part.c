/* SPDX-License-Identifier: MIT */
#include <stdio.h>

int left(int n);

static int calls;
static int (*chosen)(int);

static int step(int n)
{
    static int before;
    int sum = before;

    for (int i = 0; i < n; i++) {
        sum += i * 2;
        printf("left %d\n", sum);
    }
    before = n;
    return sum + ++calls;
}

int left(int n)
{
    if (chosen == NULL)
        chosen = step;
    return chosen(n) + step(1);
}
