/* SPDX-License-Identifier: MIT */
/* Calls as arguments of calls, many and nested, of the program's functions and the library's. */
#include <stdio.h>
#include <stdlib.h>

static int id(int n)
{
    return n > 2 ? id(n - 1) + 1 : n;
}

static int mix(int a, int b, int c, int d)
{
    return id(a) * 1000 + id(b) * 100 + id(c) * 10 + d;
}

static double scale(double x, int times)
{
    return times > 0 ? scale(x * 1.5, times - 1) : x;
}

static char letter(char c, short by, unsigned char more)
{
    return (char)(id(c - 'a') + by + more + 'a' > 'z' ? 'z' : id(c - 'a') + by + more + 'a');
}

int main(void)
{
    int n = 3;
    long double wide = 1.25L;

    printf("%d\n", mix(id(1), id(mix(0, 0, 0, id(2))), 3, id(id(id(4)))));
    printf("%d %s %.3f %c\n", id(n) + 1, n > id(2) ? "more" : "less", scale(id(n), id(2)), letter('b', (short)id(2), 1));
    printf("%d %d\n", abs(id(3) - id(5) * 2), (int)labs((long)id(2) - 9L));
    printf("%Lf\n", wide * id(3));
    n = mix(n, n + id(n), id(n) * n, n - 1);
    printf("%d\n", n);
    return 0;
}
