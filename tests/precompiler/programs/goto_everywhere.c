/* SPDX-License-Identifier: MIT */
/* goto backwards, forwards out of nested loops, into a loop, and past declarations. */
#include <stdio.h>

static int half(int n)
{
    return n > 9 ? half(n - 10) + 5 : n / 2;
}

static int search(int wanted)
{
    int row, column = 0, tries = 0;

again:
    tries++;
    for (row = 0; row < 4; row++)
        for (column = 0; column < 4; column++) {
            if (half(row * 4 + column) == wanted)
                goto found;
        }
    wanted--;
    if (wanted >= 0)
        goto again;
    return -1;
found:
    return tries * 10000 + row * 100 + column;
}

static int enter(int start)
{
    int i = start, sum = 0;

    if (start > 2)
        goto inside;
    for (i = 0; i < 6; i++) {
        sum += 100;
inside:
        sum += half(i + 8);
        printf("  %d %d\n", i, sum);
    }
    goto out;
    {
        int never = 3;
out:
        never = half(sum);
        sum += never;
    }
    return sum;
}

int main(void)
{
    for (int i = -1; i < 9; i += 3)
        printf("search %d\n", search(i));
    for (int i = 1; i < 6; i += 2)
        printf("enter %d\n", enter(i));
    return 0;
}
