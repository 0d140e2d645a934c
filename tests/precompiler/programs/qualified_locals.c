/* SPDX-License-Identifier: MIT */
/* const, volatile, register and restrict locals and parameters. */
#include <stdio.h>

static int down(const int n, const char *const text)
{
    const int half = n / 2;

    return n > 1 ? down(half, text + 1) + text[0] : half + text[0];
}

static long sum(const double *restrict from, double *restrict to, register int count)
{
    register int i;
    volatile int seen = 0;
    const double first = from[0] + down(3, "first");
    double *restrict const end = to + count;

    for (i = 0; i < count; i++) {
        const int mark = down(i, "marked letters");
        to[i] = from[i] * mark + first;
        seen++;
    }
    return (long)(end[-1] + seen);
}

int main(void)
{
    const double from[4] = { 1, 2, 3, 4 };
    const int table[] = { 3, 1, 2 };
    double to[4];
    const struct { int a; const char *b; } pair = { down(9, "pairing"), "b" };

    printf("%ld\n", sum(from, to, 4));
    for (register int i = 0; i < 3; i++)
        printf("%.1f %d %d %s\n", to[table[i]], down(table[i], "xyz"), pair.a, pair.b);
    return 0;
}
