/* SPDX-License-Identifier: MIT */
/* Variables that have a value on some paths only, and structs that are filled member by member. */
#include <stdio.h>
#include <stdlib.h>

struct item {
    char *text;
    long size;
    struct item *next;
};

static int deep(int n)
{
    return n > 0 ? deep(n - 1) : 7;
}

static long some(int way)
{
    int *pointer;
    long number, other;
    struct item item;
    double unused;

    if (way & 1) {
        pointer = malloc(sizeof *pointer);
        *pointer = deep(way);
    }
    if (way & 2)
        number = deep(2) + way;
    deep(1);
    item.size = way;
    deep(1);
    if (way > 1) {
        item.text = NULL;
        item.size += deep(0);
        unused = item.size * 2.0;
        other = (long)unused;
        deep(2);
    }
    if (way & 1) {
        item.size += *pointer;
        free(pointer);
    }
    if (way & 2)
        item.size += number;
    if (way > 1)
        item.size += other + (item.text == NULL);
    return item.size;
}

int main(void)
{
    for (int way = 0; way < 5; way++)
        printf("%ld\n", some(way));
    return 0;
}
