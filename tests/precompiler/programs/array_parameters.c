/* SPDX-License-Identifier: MIT */
/* Parameters that are declared as arrays are pointers: written through, moved, and their address taken. */
#include <stdio.h>

typedef double row[3];

static int down(int n)
{
    return n > 0 ? down(n - 1) + 1 : 0;
}

static void fill(int n, double out[n], double *const ends[static 2], row rows[])
{
    for (int i = 0; i < n; i++)
        out[i] = down(i) + 0.5;
    *ends[0] += 1;
    for (int i = 0; i < 2; i++)
        rows[i][down(i)] = *ends[i] + out[i];
    *ends[1] = out[0];
}

static int move(int values[], int count)
{
    int sum = 0, *second = &values[1];

    while (count-- > 0) {
        sum += *values++ * down(count);
        if (count == 2)
            values += down(0);
        *second += 1;
    }
    return sum + values[-1];
}

static int through(int values[4], int (*apply)(int[], int))
{
    int **place = &values;

    down(1);
    ++*place;
    return apply(values, 3) + down(2);
}

int main(void)
{
    double out[4], first = 1, last = 9;
    double *ends[2] = { &first, &last };
    row rows[2] = { { 0 } };
    int values[4] = { 1, 2, 3, 4 };

    for (int n = 2; n < 5; n++) {
        fill(n, out, ends, rows);
        printf("%.1f %.1f %.1f %.1f %.1f\n", out[n - 1], first, last, rows[0][0], rows[1][1]);
        printf("%d\n", move(values, 4));
        printf("%d %d\n", through(values, move), values[1]);
    }
    return 0;
}
