/* SPDX-License-Identifier: MIT */
/* Matrices on the heap: rows of their own, rows in one block, pointers to arrays, a cube, rows that are exchanged. */
#include <stdio.h>
#include <stdlib.h>

enum { SIZE = 5 };

static double **make_rows(int rows, int columns)
{
    double **made = malloc((size_t)rows * sizeof(double *));

    for (int i = 0; i < rows; i++) {
        made[i] = malloc((size_t)columns * sizeof(double));
        for (int k = 0; k < columns; k++)
            made[i][k] = (i * 7 + k * 3) % 11 - 4 + (i == k ? 9 : 0);
    }
    return made;
}

static double determinant(double **rows, int size)
{
    double product = 1;

    for (int i = 0; i < size; i++) {
        int pivot = i;

        for (int k = i + 1; k < size; k++)
            if (rows[k][i] > rows[pivot][i])
                pivot = k;
        if (pivot != i) {
            double *held = rows[i];

            rows[i] = rows[pivot];
            rows[pivot] = held;
            product = -product;
        }
        for (int k = i + 1; k < size; k++) {
            double factor = rows[k][i] / rows[i][i];

            for (int j = i; j < size; j++)
                rows[k][j] -= factor * rows[i][j];
        }
        product *= rows[i][i];
    }
    return product;
}

int main(void)
{
    double **rows = make_rows(SIZE, SIZE), *block = malloc(SIZE * SIZE * sizeof *block), *starts[SIZE];
    int (*table)[4] = malloc(3 * sizeof *table), (*row)[4];
    short (*cube)[3][2] = calloc(2, sizeof *cube);
    int sum = 0;

    for (int i = 0; i < SIZE; i++) {
        starts[i] = block + i * SIZE;
        for (int k = 0; k < SIZE; k++)
            starts[i][k] = rows[i][k] / 2;
    }
    for (row = table; row < table + 3; row++)
        for (int k = 0; k < 4; k++)
            (*row)[k] = (int)(row - table) * 10 + k;
    for (int i = 0; i < 12; i++)
        cube[i / 6][i / 2 % 3][i % 2] = (short)(i * 1000 - 5000);
    printf("%.3f\n", determinant(rows, SIZE));
    printf("%.3f\n", determinant(starts, SIZE));
    for (int i = 0; i < 3; i++)
        sum = sum * 2 + table[i][i] + cube[i % 2][i][1];
    printf("%d\n", sum);
    for (int i = 0; i < SIZE; i++)
        free(rows[i]);
    free(rows);
    free(block);
    free(table);
    free(cube);
    return 0;
}
