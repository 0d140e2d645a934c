/* SPDX-License-Identifier: MIT */
/*
 * linpack without msrck: the output of examples/linpack.c must equal this program's, whatever happened in
 * between and wherever its matrix was kept. Here it always comes from calloc().
 */
#include "../arguments.h"
#include "../linear_algebra.h"

#define MOST_EQUATIONS 4000

static int dgefa(double *a, int n, int *pivots)
{
    int info = 0;

    for (int k = 0; k < n; k++) {
        if (!eliminate(a, n, k, pivots))
            info = k + 1;
    }
    return info;
}

static void dgesl(double *a, int n, const int *pivots, double *b)
{
    for (int k = 0; k < n - 1; k++)
        forward_step(a, n, k, pivots, b);
    for (int k = n - 1; k >= 0; k--)
        back_step(a, n, k, b);
}

static int solve(double *a, double *b, int *pivots, int n, long seed)
{
    int info = 0;

    generate_matrix(a, n, seed);
    generate_right_hand_side(a, n, b);
    info = dgefa(a, n, pivots);
    if (info != 0) {
        printf("linpack: the matrix is singular in column %d\n", info);
        return EXIT_FAILURE;
    }
    dgesl(a, n, pivots, b);
    return report_solution(a, n, pivots, b, seed);
}

int main(int argc, char **argv)
{
    long size = 100, seed = 1;
    double *a = NULL, *b = NULL;
    int *pivots = NULL, status = EXIT_FAILURE;

    /* The third argument, where the matrix is kept, makes no difference here. */
    if (!at_most_arguments(argc, argv, 3) || !number_argument(argc, argv, 1, "SIZE", 1, MOST_EQUATIONS, &size)
        || !number_argument(argc, argv, 2, "SEED", LONG_MIN, LONG_MAX, &seed))
        return 2;
    a = calloc((size_t)size * (size_t)size, sizeof *a);
    b = calloc((size_t)size, sizeof *b);
    pivots = calloc((size_t)size, sizeof *pivots);
    if (a != NULL && b != NULL && pivots != NULL)
        status = solve(a, b, pivots, (int)size, seed);
    free(a);
    free(b);
    free(pivots);
    return status;
}
