/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "matrix.h"

double norm_max(int n, const double v[n])
{
    double most = 0;

    for (int i = 0; i < n; i++)
        if (fabs(v[i]) > most)
            most = fabs(v[i]);
    return most;
}

double norm_sum(int n, const double v[n])
{
    double sum = 0;

    for (int i = 0; i < n; i++)
        sum += fabs(v[i]);
    return sum;
}

int jacobi(const matrix *a, const double *b, double *x, double tolerance, vector_norm *norm)
{
    int n = a->rows, iteration = 0;
    double before[n], change[n];

    do {
        memcpy(before, x, sizeof before);
        for (int i = 0; i < n; i++) {
            double sum = b[i];

            for (int j = 0; j < n; j++)
                if (j != i)
                    sum -= a->row[i][j] * before[j];
            x[i] = sum / a->row[i][i];
            change[i] = x[i] - before[i];
        }
    } while (++iteration < 500 && norm(n, change) > tolerance);
    return iteration;
}

int gauss_seidel(const matrix *a, const double *b, double *x, double tolerance, vector_norm *norm)
{
    int n = a->rows;
    double change[n];

    for (int iteration = 1;; iteration++) {
        for (int i = 0; i < n; i++) {
            double sum = b[i];

            for (int j = 0; j < n; j++)
                if (j != i)
                    sum -= a->row[i][j] * x[j];
            sum /= a->row[i][i];
            change[i] = sum - x[i];
            x[i] = sum;
        }
        if (norm(n, change) <= tolerance || iteration >= 500)
            return iteration;
    }
}

static double inner(int n, const double u[n], const double v[n])
{
    double sum = 0;

    while (n-- > 0)
        sum += *u++ * *v++;
    return sum;
}

int conjugate_gradients(const matrix *a, const double *b, double *x, double tolerance, vector_norm *norm)
{
    int n = a->rows, iteration;
    double residual[n], direction[n], image[n], square;

    multiply(n, image, a, x);
    for (int i = 0; i < n; i++)
        direction[i] = residual[i] = b[i] - image[i];
    square = inner(n, residual, residual);
    for (iteration = 0; iteration < 500 && norm(n, residual) > tolerance; iteration++) {
        double step, before = square;

        multiply(n, image, a, direction);
        step = square / inner(n, direction, image);
        for (int i = 0; i < n; i++) {
            x[i] += step * direction[i];
            residual[i] -= step * image[i];
        }
        square = inner(n, residual, residual);
        for (int i = 0; i < n; i++)
            direction[i] = residual[i] + square / before * direction[i];
    }
    return iteration;
}
