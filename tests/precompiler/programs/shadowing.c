/* SPDX-License-Identifier: MIT */
/* The same name in nested blocks, for loops, parameters, and for a global, a type and a member. */
#include <stdio.h>

typedef struct value {
    int value;
} value;

static int x = 100;

static int down(int n)
{
    return n > 0 ? down(n - 1) + x / 100 : 0;
}

static int blocks(int n)
{
    int sum = x + down(n);

    for (int x = 0; x < 2; x++) {
        int y = x + down(x);
        for (int x = 5; x < 7; x++) {
            int y = x * 2 + down(1);
            sum += x * y;
        }
        {
            long x = y + down(2), sum = 3;
            sum += x;
            y = (int)(sum + down(1));
        }
        sum += x + y;
    }
    {
        int x = down(3), *n = &x;
        *n += 4;
        sum += down(*n) + x;
    }
    x += 100;
    return sum + n + x;
}

static int types(int n)
{
    struct value outer = { down(n) };
    {
        value value = { down(2) };
        value.value += outer.value + down(1);
        outer = value;
    }
    value other = { down(1) };
    return outer.value * 10 + other.value;
}

int main(void)
{
    for (int x = 1; x < 4; x++)
    {
        printf("%d\n", blocks(x));
        printf("%d\n", types(x));
    }
    return 0;
}
