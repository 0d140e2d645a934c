/* SPDX-License-Identifier: MIT */
/* Calls in initialisers of scalars, arrays and structs, with designators, and several declarators. */
#include <stdio.h>

struct inner {
    short low;
    long high;
};

struct outer {
    int head;
    struct inner parts[2];
    const char *name;
};

static int fib(int n)
{
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

static int show(int round)
{
    int a = fib(round), b = a + fib(round + 1), c[3] = { a, fib(b % 5), b };
    struct outer whole = { .head = fib(3), .parts = { [1] = { .high = fib(4), .low = (short)a } }, .name = "whole" };
    struct outer copy = whole, *to = &copy;
    struct inner plain = { (short)fib(2), fib(round) };
    int grid[][2] = { { 1, fib(2) }, { fib(4), 4 }, { 5 } };
    char word[] = "text", padded[8] = "ab";
    const int constant = fib(5);

    to->head += constant;
    word[0] = (char)('a' + fib(round));
    printf("%d %d %d %d %d\n", a, b, c[0], c[1], c[2]);
    printf("%d %d %ld %d %ld %s\n", copy.head, whole.head, whole.parts[1].high, whole.parts[1].low, whole.parts[0].high, whole.name);
    printf("%d %ld %d %d %d %d %s %s\n", plain.low, plain.high, grid[0][1], grid[1][0], grid[2][0], grid[2][1], word, padded);
    return copy.head + (int)sizeof word;
}

int main(void)
{
    for (int round = 2; round < 5; round++)
        printf("= %d\n", show(round));
    return 0;
}
