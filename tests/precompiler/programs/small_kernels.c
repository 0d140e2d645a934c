/* SPDX-License-Identifier: MIT */
/* Work in nested loops whose inner ones have no poll-point, and leaf functions that stay as they are. */
#include <stdio.h>

#define N 24

static double a[N][N], b[N];

static void fill(double seed)
{
    for (int i = 0; i < N; i++) {
        b[i] = 0;
        for (int j = 0; j < N; j++) {
            seed = seed * 1.7 - (int)(seed * 1.7 / 9) * 9;
            a[i][j] = seed;
        }
        a[i][i] += 40;
    }
}

static double row(const double *values, const double *x)
{
    double sum = 0;

    for (int i = 0; i < N; i++)
        sum += values[i] * x[i];
    return sum;
}

static double relax(double *x)
{
    double change = 0;

    for (int i = 0; i < N; i++) {
        double next = x[i] + (i + 1 - row(a[i], x)) / a[i][i];
        change += next > x[i] ? next - x[i] : x[i] - next;
        x[i] = next;
    }
    return change;
}

int main(void)
{
    double change = 1;
    int rounds = 0;

    fill(0.3);
    while (change > 1e-9 && rounds < 200) {
        change = relax(b);
        rounds++;
    }
    printf("%d\n", rounds);
    for (int i = 0; i < N; i += 5)
        printf("%.6f\n", b[i]);
    return 0;
}
