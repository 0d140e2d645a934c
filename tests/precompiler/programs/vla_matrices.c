/* SPDX-License-Identifier: MIT */
/* Arrays of variable length with two dimensions, and as parameters. */
#include <stdio.h>

static double trace(int n, double m[n][n], int deep)
{
    double sum = 0;

    if (deep > 0)
        return trace(n, m, deep - 1);
    for (int i = 0; i < n; i++)
        sum += m[i][i];
    return sum;
}

static void multiply(int n, double to[n][n], double a[n][n], double b[n][n])
{
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            to[i][j] = 0;
            for (int k = 0; k < n; k++)
                to[i][j] += a[i][k] * b[k][j];
        }
}

static double power(int n, int times)
{
    double m[n][n], result[n][n], next[n][n];
    int fixed[n][3];

    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            m[i][j] = (i + 2 * j) % 3 - 1;
            result[i][j] = i == j;
            fixed[i][j % 3] = i * j;
        }
    while (times-- > 0) {
        multiply(n, next, result, m);
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                result[i][j] = next[i][j];
        printf("  %.1f %d\n", trace(n, result, 2), fixed[n - 1][2 % n]);
    }
    return trace(n, result, 1) + (double)(sizeof m / sizeof m[0]);
}

int main(void)
{
    for (int n = 1; n < 5; n++)
        printf("%d %.1f\n", n, power(n, 3));
    return 0;
}
