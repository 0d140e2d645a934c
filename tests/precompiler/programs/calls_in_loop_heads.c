/* SPDX-License-Identifier: MIT */
/* Calls in conditions and increments of loops; continue has to reach both. */
#include <stdio.h>

static int count;

static int more(int limit)
{
    if (limit > 100)
        return more(limit - 100);
    return count++ < limit;
}

static int step(int n)
{
    return n > 2 ? step(n - 1) : n + 1;
}

int main(void)
{
    int seen = 0, i, j;

    while (more(5)) {
        if (count == 2)
            continue;
        seen += count;
    }
    printf("while %d %d\n", seen, count);
    count = 0;
    do {
        if (seen % 2) {
            seen += 3;
            continue;
        }
        seen /= 2;
    } while (more(4) && seen > 1);
    printf("do %d %d\n", seen, count);
    count = 0;
    for (i = step(0), j = step(1); more(105) || i < 3; i += step(i), j++) {
        if (i % 2)
            continue;
        printf("for %d %d\n", i, j);
    }
    for (int k = 0, l = step(3); k < l; k += step(1) - 1) {
        if (k == 1)
            continue;
        printf("last %d %d\n", k, l);
    }
    printf("%d %d %d %d\n", i, j, seen, count);
    return 0;
}
