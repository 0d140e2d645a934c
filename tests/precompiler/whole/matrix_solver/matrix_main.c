/* SPDX-License-Identifier: MIT */
/* The same systems solved directly and by three iterations. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "matrix.h"

struct method {
    const char *name;
    int (*run)(const matrix *, const double *, double *, double, vector_norm *);
    vector_norm *norm;
    int total;
} methods[] = {
    { "jacobi", jacobi, norm_max, 0 },
    { "gauss-seidel", gauss_seidel, norm_sum, 0 },
    { "gradients", conjugate_gradients, norm_max, 0 },
};

static double noise(void)
{
    static unsigned state = 12345;

    state = state * 69069 + 1;
    return (double)(state >> 16) / 65536 - 0.5;
}

static matrix *make_matrix(int n)
{
    matrix *m = matrix_new(n, n);

    for (int i = 0; i < n; i++)
        for (int j = 0; j <= i; j++)
            m->row[i][j] = m->row[j][i] = i == j ? n : noise();
    return m;
}

static double check(int n, matrix *a, double (*table)[n])
{
    matrix *inverted = inverse(a), *unit = matrix_product(a, inverted);
    double worst = 0;

    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            table[i][j] = unit->row[i][j] - (i == j);
            worst = fmax(worst, fabs(table[i][j]));
        }
    matrix_free(inverted);
    matrix_free(unit);
    return worst;
}

static void one_size(int n)
{
    matrix *a = make_matrix(n), *lu = matrix_copy(a);
    double b[n], x[n], direct[n], table[n][n];
    int permutation[n], sign;

    for (int i = 0; i < n; i++)
        b[i] = 8 * noise();
    sign = factor(lu, permutation);
    solve(lu, permutation, b, direct);
    printf("n = %d: sign %d, determinant %.12g\n", n, sign, determinant(a));
    for (int step = 0; step < 2; step++)
        printf("  residual below 1e-12: %s\n", refine(a, lu, permutation, b, direct) < 1e-12 ? "yes" : "no");
    for (size_t k = 0; k < sizeof methods / sizeof *methods; k++) {
        struct method *method = methods + k;
        double worst = 0;
        int iterations;

        memset(x, 0, sizeof x);
        iterations = method->run(a, b, x, 1e-10, method->norm);
        method->total += iterations;
        for (int i = 0; i < n; i++)
            worst = fmax(worst, fabs(x[i] - direct[i]));
        printf("  %-12s %3d iterations, %s\n", method->name, iterations, worst < 1e-8 ? "agrees" : "differs");
    }
    printf("  inverse: %s, x[0] = %.9f, x[%d] = %.9f\n", check(n, a, table) < 1e-10 ? "exact" : "inexact", x[0], n - 1,
           x[n - 1]);
    matrix_free(a);
    matrix_free(lu);
}

int main(int argc, char **argv)
{
    int largest = argc > 1 ? atoi(argv[1]) : 14;

    for (int n = 2; n <= largest; n += 3)
        one_size(n);
    for (unsigned k = 0; k < 3; k++)
        printf("%s: %d in all\n", methods[k].name, methods[k].total);
    return 0;
}
