/* SPDX-License-Identifier: MIT */
/* Calls through pointers: in variables, tables, members, arguments and results. */
#include <stdio.h>

typedef int operation(int, int);

struct entry {
    const char *name;
    operation *apply;
};

static int add(int a, int b)
{
    return a + b;
}

static int power(int a, int b)
{
    return b <= 0 ? 1 : a * power(a, b - 1);
}

static int gcd(int a, int b)
{
    return b == 0 ? a : gcd(b, a % b);
}

static const struct entry table[] = { { "add", add }, { "power", power }, { "gcd", gcd } };

static operation *choose(int n)
{
    return n > 2 ? choose(n - 3) : table[n].apply;
}

static int fold(operation *apply, const int *values, int count, int start)
{
    int (*again)(operation *, const int *, int, int) = fold;

    if (count == 0)
        return start;
    return again(apply, values + 1, count - 1, (*apply)(start, *values) % 1000);
}

int main(void)
{
    static const int values[] = { 12, 3, 2 };
    operation *current = add;

    for (int i = 0; i < 3; i++) {
        const struct entry *entry = &table[i];

        printf("%s %d %d\n", entry->name, entry->apply(12, 3), fold(entry->apply, values, 3, 2));
        printf("%d %d\n", choose(i + 3)(2, 5), (i > 1 ? power : current)(i, 2));
        current = choose(i);
    }
    return 0;
}
