/* SPDX-License-Identifier: MIT */
/* rand() and drand48() go on in the middle of their sequences. */
#define _XOPEN_SOURCE 600
#include <stdio.h>
#include <stdlib.h>

static int roll(int sides)
{
    return rand() % sides + 1;
}

int main(void)
{
    int counts[7] = { 0 }, sum = 0;
    double inside = 0;

    srand(2026);
    srand48(11);
    for (int i = 0; i < 60; i++) {
        int value = roll(6);

        counts[value]++;
        sum = (sum * 7 + value) % 10007;
    }
    for (int i = 0; i < 40; i++) {
        double x = drand48(), y = drand48();

        if (x * x + y * y < 1)
            inside++;
    }
    for (int i = 1; i < 7; i++)
        printf("%d ", counts[i]);
    printf("%d %.3f %d\n", sum, 4 * inside / 40, rand());
    return 0;
}
