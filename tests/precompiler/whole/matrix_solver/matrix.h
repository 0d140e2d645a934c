/* SPDX-License-Identifier: MIT */
#ifndef MATRIX_H
#define MATRIX_H

/* Rows by pointers, so that exchanging two of them is cheap; the storage is one block. */
typedef struct {
    int rows, columns;
    double **row;
    double *storage;
} matrix;

typedef double vector_norm(int n, const double v[n]);

matrix *matrix_new(int rows, int columns);
void matrix_free(matrix *m);
matrix *matrix_copy(const matrix *m);
matrix *matrix_product(const matrix *a, const matrix *b);
void multiply(int n, double result[restrict n], const matrix *a, const double v[restrict n]);

int factor(matrix *a, int permutation[]);
void solve(const matrix *lu, const int permutation[], const double *b, double *x);
double determinant(const matrix *a);
double refine(const matrix *a, const matrix *lu, const int *permutation, const double *b, double *x);
matrix *inverse(const matrix *a);

int jacobi(const matrix *a, const double *b, double *x, double tolerance, vector_norm *norm);
int gauss_seidel(const matrix *a, const double *b, double *x, double tolerance, vector_norm *norm);
int conjugate_gradients(const matrix *a, const double *b, double *x, double tolerance, vector_norm *norm);
double norm_max(int n, const double v[n]);
double norm_sum(int n, const double v[n]);

#endif
