/* SPDX-License-Identifier: MIT */
/* Three files with statics, functions and types of the same names. */
#include <stdio.h>

int left_step(int n);
int right_step(int n);

static int count = 100;
static int *watched = &count;

static int step(int n)
{
    static int calls;

    calls += 3;
    *watched += calls - n;
    return calls;
}

int main(void)
{
    int sum = 0;

    for (int n = 0; n < 20; n++)
        sum += step(n) * 3 + left_step(n) - right_step(sum);
    printf("%d %d\n", sum, count);
    return 0;
}
