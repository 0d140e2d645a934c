/* SPDX-License-Identifier: MIT */
/* One live variable of each scalar type, with values at the edges of what all machines hold. */
#include <complex.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum colour { RED, GREEN = 5, BLUE };

static int down(int n)
{
    return n > 0 ? down(n - 1) : 0;
}

static void all(int n)
{
    bool b = n & 1;
    char c = (char)('a' + n);
    signed char sc = (signed char)(-n);
    unsigned char uc = (unsigned char)(255 - n);
    short s = (short)(SHRT_MIN + n);
    unsigned short us = (unsigned short)(USHRT_MAX - n);
    int i = INT_MIN + n;
    unsigned u = UINT_MAX - (unsigned)n;
    long l = LONG_MAX > INT_MAX ? 2000000000L + n : 2000000000L + n;
    unsigned long ul = 4000000000ul + (unsigned)n;
    long long ll = LLONG_MIN + n;
    unsigned long long ull = ULLONG_MAX - (unsigned)n;
    float f = 1.0f / (float)(n + 1);
    double d = 1e300 / (n + 3);
    long double ld = 1.5L * n;
    double complex z = n + 2.0 * I;
    enum colour e = n % 2 ? GREEN : BLUE;
    size_t size = sizeof(int) * (size_t)n;
    ptrdiff_t difference = -n;
    int64_t i64 = INT64_C(-5000000000) * n;
    uint8_t u8 = (uint8_t)n;
    wchar_t w = L'x';
    const char *text = "literal" + n % 7;

    down(2);
    printf("%d %c %d %d %d %d %d %u %ld %lu %lld %llu\n", b, c, sc, uc, s, us, i, u, l, ul, ll, ull);
    printf("%.9g %.17g %.3Lf %.1f %.1f %d %zu %td %lld %d %d %s\n", f, d, ld, creal(z), cimag(z), e, size, difference,
           (long long)i64, u8, (int)w, text);
}

int main(void)
{
    for (int n = 0; n < 4; n++)
        all(n * 3);
    return 0;
}
