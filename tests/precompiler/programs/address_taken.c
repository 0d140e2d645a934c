/* SPDX-License-Identifier: MIT */
/* Pointers to locals and parameters of this function and of callers, into arrays and structs, and pointers to those pointers. */
#include <stdio.h>

struct cursor {
    int *at;
    int left;
    struct cursor *outer;
};

static int walk(struct cursor *cursor, int **best, long *steps)
{
    struct cursor inner = { cursor->at + 1, cursor->left - 1, cursor };
    int here = *cursor->at, *mine = &here;

    ++*steps;
    if (cursor->left == 1)
        return here;
    if (**best < here)
        *best = cursor->at;
    *mine += walk(&inner, best, steps);
    if (inner.outer->left % 2)
        *inner.outer->at -= 1;
    return here;
}

static void swap(int *one, int *other, int deep)
{
    int kept = *one;

    if (deep > 0) {
        swap(&kept, other, deep - 1);
        return;
    }
    *one = *other;
    *other = kept;
}

static int parameters(int a, int b, int deep)
{
    int *to = a > b ? &a : &b;

    *to += deep;
    if (deep > 0)
        a += parameters(b, a, deep - 1);
    swap(&a, &b, 1);
    return a * 3 - *to;
}

int main(void)
{
    int values[] = { 3, 9, 2, 7, 5 }, *best = values, total;
    struct cursor cursor = { values, 5, NULL };
    long steps = 0;

    for (int round = 0; round < 3; round++) {
        total = walk(&cursor, &best, &steps);
        swap(&values[round], &values[4], round);
        printf("%d %d %d %ld %d\n", total, (int)(best - values), *best, steps, parameters(round, 5, round));
    }
    for (int i = 0; i < 5; i++)
        printf("%d ", values[i]);
    printf("\n");
    return 0;
}
