/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "matrix.h"

matrix *matrix_new(int rows, int columns)
{
    matrix *m = malloc(sizeof *m);

    m->rows = rows;
    m->columns = columns;
    m->storage = calloc((size_t)rows * (size_t)columns, sizeof(double));
    m->row = malloc(sizeof(double *) * (size_t)rows);
    for (int i = 0; i < rows; i++)
        m->row[i] = m->storage + (size_t)i * (size_t)columns;
    return m;
}

void matrix_free(matrix *m)
{
    if (m) {
        free(m->storage);
        free(m->row);
    }
    free(m);
}

matrix *matrix_copy(const matrix *m)
{
    matrix *copy = matrix_new(m->rows, m->columns);

    for (int i = 0; i < m->rows; i++)
        memcpy(copy->row[i], m->row[i], sizeof(double) * (size_t)m->columns);
    return copy;
}

matrix *matrix_product(const matrix *a, const matrix *b)
{
    matrix *c = matrix_new(a->rows, b->columns);

    for (int i = 0; i < a->rows; i++)
        for (int k = 0; k < a->columns; k++) {
            double factor = a->row[i][k];

            for (int j = 0; j < b->columns; j++)
                c->row[i][j] += factor * b->row[k][j];
        }
    return c;
}

void multiply(int n, double result[restrict n], const matrix *a, const double v[restrict n])
{
    for (int i = 0; i < n; i++) {
        const double *row = a->row[i];
        double sum = 0;

        for (int j = 0; j < n; j++)
            sum += row[j] * v[j];
        result[i] = sum;
    }
}

static int pivot_row(const matrix *a, int column)
{
    int best = column;

    for (int i = column + 1; i < a->rows; i++)
        if (fabs(a->row[i][column]) > fabs(a->row[best][column]))
            best = i;
    return best;
}

/* In place; the sign of the permutation, or 0 for a singular matrix. */
int factor(matrix *a, int permutation[])
{
    int n = a->rows, sign = 1;

    for (int i = 0; i < n; i++)
        permutation[i] = i;
    for (int k = 0; k < n; k++) {
        int pivot = pivot_row(a, k);

        if (a->row[pivot][k] == 0)
            return 0;
        if (pivot != k) {
            double *row = a->row[k];
            int kept = permutation[k];

            a->row[k] = a->row[pivot];
            a->row[pivot] = row;
            permutation[k] = permutation[pivot];
            permutation[pivot] = kept;
            sign = -sign;
        }
        for (int i = k + 1; i < n; i++) {
            double *row = a->row[i], ratio = row[k] /= a->row[k][k];

            for (int j = k + 1; j < n; j++)
                row[j] -= ratio * a->row[k][j];
        }
    }
    return sign;
}

void solve(const matrix *lu, const int permutation[], const double *b, double *x)
{
    int n = lu->rows;
    double y[n];

    for (int i = 0; i < n; i++) {
        y[i] = b[permutation[i]];
        for (int j = 0; j < i; j++)
            y[i] -= lu->row[i][j] * y[j];
    }
    for (int i = n; i-- > 0;) {
        x[i] = y[i];
        for (int j = i + 1; j < n; j++)
            x[i] -= lu->row[i][j] * x[j];
        x[i] /= lu->row[i][i];
    }
}

double determinant(const matrix *a)
{
    matrix *lu = matrix_copy(a);
    int permutation[a->rows];
    double result = factor(lu, permutation);

    for (int i = 0; i < a->rows && result != 0; i++)
        result *= lu->row[i][i];
    matrix_free(lu);
    return result;
}

/* One step of iterative refinement; the residual's norm before it. */
double refine(const matrix *a, const matrix *lu, const int *permutation, const double *b, double *x)
{
    int n = a->rows;
    double residual[n], correction[n];

    multiply(n, residual, a, x);
    for (int i = 0; i < n; i++)
        residual[i] = b[i] - residual[i];
    solve(lu, permutation, residual, correction);
    for (int i = 0; i < n; i++)
        x[i] += correction[i];
    return norm_max(n, residual);
}

matrix *inverse(const matrix *a)
{
    int n = a->rows;
    matrix *lu = matrix_copy(a), *result = matrix_new(n, n);
    int permutation[n];

    if (factor(lu, permutation) != 0) {
        for (int j = 0; j < n; j++) {
            double unit[n], column[n];

            memset(unit, 0, sizeof unit);
            unit[j] = 1;
            solve(lu, permutation, unit, column);
            for (int i = 0; i < n; i++)
                result->row[i][j] = column[i];
        }
    } else {
        matrix_free(result);
        result = NULL;
    }
    matrix_free(lu);
    return result;
}
