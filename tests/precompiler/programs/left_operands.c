/* SPDX-License-Identifier: MIT */
/* What stands to the left of a call keeps the value it had, where C says so. */
#include <stdio.h>

static int global = 1, array[4] = { 1, 2, 3, 4 };

static int change(int n)
{
    if (n > 5)
        return change(n - 5);
    global += n;
    array[n % 4] *= 2;
    return n;
}

static int *place(int n)
{
    change(n);
    return &array[n % 4];
}

int main(void)
{
    int i = 1, x, kept;

    for (int round = 1; round < 4; round++) {
        kept = global;
        x = kept + change(round);
        printf("%d %d\n", x, global);
        x = (i++, i) * 10 + change(round + 5);
        printf("%d %d\n", x, i);
        *place(round) += 7;
        place(round)[0]++;
        x = i > 2 ? global * 2 : change(i) + 1;
        printf("%d %d %d %d %d\n", x, array[0], array[1], array[2], array[3]);
        x = -change(2) + !change(0) + (int)(short)change(3) + (change(1) << 2);
        printf("%d %d\n", x, global);
    }
    return 0;
}
