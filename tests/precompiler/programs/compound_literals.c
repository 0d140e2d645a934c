/* SPDX-License-Identifier: MIT */
/* Compound literals: values, arguments, and objects whose address lives as long as the block. */
#include <stdio.h>

struct shape {
    int sides;
    const int *lengths;
    struct shape *next;
};

static int total(const struct shape *shape, int deep)
{
    int sum = 0;

    if (deep > 0)
        return total(shape, deep - 1);
    for (int i = 0; i < shape->sides; i++)
        sum += shape->lengths[i];
    return shape->next != NULL ? sum * 10 + total(shape->next, 1) : sum;
}

static int value(struct shape shape)
{
    return total(&shape, 1) + shape.sides;
}

static int build(int n)
{
    struct shape *shape = &(struct shape){ 3, (int[]){ 3, 4, n }, NULL };
    int *numbers = (int[4]){ 1, n, 3 };

    shape = n > 1 ? &(struct shape){ 2, numbers, shape } : shape;
    numbers[2] += total(shape, 2);
    *shape = (struct shape){ 1, numbers + 2, shape->next };
    return total(shape, 1) + value((struct shape){ 2, (int[]){ total(shape, 0), 1 }, NULL });
}

int main(void)
{
    for (int n = 0; n < 4; n++)
        printf("%d\n", build(n));
    return 0;
}
