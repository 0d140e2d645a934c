/* SPDX-License-Identifier: MIT */
/* Complex numbers, long double, _Atomic, wide characters, and the small floating types. */
#include <complex.h>
#include <stdio.h>
#include <wchar.h>

static double complex roots[5];
static float _Complex small;
static long double total;
static _Atomic int ticks;
static wchar_t wide[8];
static volatile const char *volatile name = "name";

static double complex turn(double complex z, double complex by)
{
    ticks++;
    return z * by + 0.001 * I;
}

int main(void)
{
    double complex z = 1.0, by = 0.6 + 0.8 * I;
    long double eps = 1.0L;

    for (int n = 0; n < 50; n++) {
        z = turn(z, by);
        roots[n % 5] += z;
        small += (float)n + 0.5f * I;
        eps /= 2;
        total += eps;
        wide[n % 7] = L'a' + (wchar_t)(n % 26);
    }
    for (int n = 0; n < 5; n++)
        printf("%.9f %.9f\n", creal(roots[n]), cimag(roots[n]));
    printf("%.4f %.4f %.15Lf %d %c\n", crealf(small), cimagf(small), total, (int)ticks, name[1]);
    for (int n = 0; n < 7; n++)
        printf("%d ", (int)wide[n]);
    printf("\n");
    return 0;
}
