/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

static struct { int count; } state = { 7 };
static long count;

static int step(int n)
{
    static int calls;
    static struct { short low, high; } range = { 30, 0 };

    {
        static int calls = 50;          /* another of the name in the same function */

        range.high = (short)(range.high + --calls);
    }
    if (n < range.low)
        range.low--;
    count += n;
    return ++calls + range.low + range.high;
}

int left_step(int n)
{
    int sum = 0;

    for (int i = 0; i < 3; i++) {
        sum += step(n + i);
        state.count ^= sum;
    }
    return sum + state.count + (int)count;
}
