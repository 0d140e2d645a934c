/* SPDX-License-Identifier: MIT */
/* Structs with const members, which cannot be assigned: as parameters of functions with a poll-point at their entry, locals, and results. */
#include <stdio.h>

struct fixed {
    const int key;
    long value;
};
struct outer {
    int depth;
    const struct fixed inside;
    const signed bits : 5;
};

static struct outer begin(int n)
{
    struct outer made = { n, { n * 3, -n }, n % 16 - 8 };

    return made;
}

static long descend(struct outer from, struct fixed own, int n)
{
    const struct fixed next = { own.key + from.inside.key, own.value * 2 + n };
    struct outer lower = { from.depth + n, next, -from.bits / 2 };

    if (n == 0)
        return from.inside.value + own.key + lower.bits;
    own.value += descend(lower, next, n - 1);
    return own.value + lower.depth + from.bits + next.key;
}

int main(void)
{
    long sum = 0;

    for (int i = 0; i < 5; i++) {
        const struct outer first = begin(i);

        sum += descend(first, first.inside, i);
        printf("%d: %ld, %d, %d\n", i, sum, first.bits, begin(i + 7).inside.key);
    }
    return 0;
}
