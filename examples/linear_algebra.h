/* SPDX-License-Identifier: MIT */
/*
 * The kernels of linpack and its plain twin: no poll-point is reached from here, so both use the same code.
 *
 * Names are those of the BLAS. Matrices are stored by columns: element (row, column) of a is a[n * column + row].
 */
#ifndef EXAMPLES_LINEAR_ALGEBRA_H
#define EXAMPLES_LINEAR_ALGEBRA_H

#include <float.h>
#include <math.h>
#include <string.h>

#include "arguments.h"

/* y = y + factor * x */
static inline void daxpy(int n, double factor, const double *x, double *y)
{
    for (int i = 0; i < n; i++)
        y[i] += factor * x[i];
}

static inline double ddot(int n, const double *x, int x_step, const double *y)
{
    double sum = 0.0;

    for (int i = 0; i < n; i++)
        sum += x[(ptrdiff_t)i * x_step] * y[i];
    return sum;
}

static inline void dscal(int n, double factor, double *x)
{
    for (int i = 0; i < n; i++)
        x[i] *= factor;
}

/* Index of the element that is largest in magnitude. */
static inline int idamax(int n, const double *x)
{
    int largest = 0;

    for (int i = 1; i < n; i++) {
        if (fabs(x[i]) > fabs(x[largest]))
            largest = i;
    }
    return largest;
}

static inline double *column_of(double *a, int n, int column)
{
    return a + (size_t)n * (size_t)column;
}

static inline void exchange_values(double *one, double *other)
{
    double value = *one;

    *one = *other;
    *other = value;
}

/* Elements from -2 to 2, each a multiple of 2^-52. */
static inline double element_at(long seed, uint64_t position)
{
    return ((double)(random_at(seed, position) >> 11) * 0x1p-53 - 0.5) * 4.0;
}

static inline void generate_matrix(double *a, int n, long seed)
{
    size_t count = (size_t)n * (size_t)n;

    for (size_t i = 0; i < count; i++)
        a[i] = element_at(seed, i);
}

/* b = A e with e all ones, so that the solution is known. */
static inline void generate_right_hand_side(double *a, int n, double *b)
{
    for (int row = 0; row < n; row++)
        b[row] = 0.0;
    for (int column = 0; column < n; column++)
        daxpy(n, 1.0, column_of(a, n, column), b);
}

/* Step k of dgefa: chooses the pivot of column k and eliminates below it. False when the pivot is zero. */
static inline bool eliminate(double *a, int n, int k, int *pivots)
{
    double *pivot_column = column_of(a, n, k);
    int pivot = k + idamax(n - k, pivot_column + k);

    pivots[k] = pivot;
    if (!(fabs(pivot_column[pivot]) > 0.0))
        return false;
    exchange_values(&pivot_column[pivot], &pivot_column[k]);
    dscal(n - k - 1, -1.0 / pivot_column[k], pivot_column + k + 1);
    for (int j = k + 1; j < n; j++) {
        double *column = column_of(a, n, j);
        exchange_values(&column[pivot], &column[k]);
        daxpy(n - k - 1, column[k], pivot_column + k + 1, column + k + 1);
    }
    return true;
}

/* Step k of dgesl's forward elimination: L y = b. */
static inline void forward_step(double *a, int n, int k, const int *pivots, double *b)
{
    exchange_values(&b[pivots[k]], &b[k]);
    daxpy(n - k - 1, b[k], column_of(a, n, k) + k + 1, b + k + 1);
}

/* Step k of dgesl's back substitution: U x = y. */
static inline void back_step(double *a, int n, int k, double *b)
{
    double *column = column_of(a, n, k);

    b[k] /= column[k];
    daxpy(k, -b[k], column, b);
}

static inline uint64_t checksum_of(const double *values, size_t count)
{
    uint64_t checksum = 0, bits = 0;

    for (size_t i = 0; i < count; i++) {
        memcpy(&bits, &values[i], sizeof bits);
        checksum = checksum_add(checksum, bits);
    }
    return checksum;
}

/*
 * Prints what the benchmark prints, with all digits, and checksums of everything. The matrix is generated again
 * over its factors to find the residual b - A x.
 */
static inline int report_solution(double *a, int n, const int *pivots, const double *x, long seed)
{
    double residual = 0.0, norm_a = 0.0, norm_x = 0.0;
    uint64_t factors = checksum_of(a, (size_t)n * (size_t)n), pivoting = 0;

    for (int i = 0; i < n; i++)
        pivoting = checksum_add(pivoting, (uint64_t)pivots[i]);
    generate_matrix(a, n, seed);
    for (int row = 0; row < n; row++) {
        double sum = ddot(n, a + row, n, x), expected = 0.0;
        for (int column = 0; column < n; column++)
            expected += column_of(a, n, column)[row];
        residual = fmax(residual, fabs(sum - expected));
        norm_x = fmax(norm_x, fabs(x[row]));
    }
    for (size_t i = 0; i < (size_t)n * (size_t)n; i++)
        norm_a = fmax(norm_a, fabs(a[i]));
    printf("linpack: %d equations, seed %ld\n", n, seed);
    printf("norm. resid %.17g, resid %.17g, machep %.17g\n", residual / (n * norm_a * norm_x * DBL_EPSILON), residual,
           DBL_EPSILON);
    printf("x[0]-1 %.17g, x[n-1]-1 %.17g\n", x[0] - 1.0, x[n - 1] - 1.0);
    printf("checksums: factors %016llx, pivots %016llx, solution %016llx\n", (unsigned long long)factors,
           (unsigned long long)pivoting, (unsigned long long)checksum_of(x, (size_t)n));
    return EXIT_SUCCESS;
}

#endif
