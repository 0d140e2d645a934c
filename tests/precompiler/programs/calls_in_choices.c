/* SPDX-License-Identifier: MIT */
/* ?: with calls in the condition and on both sides, nested, of several types, without value, and GNU a ?: b. */
#include <stdio.h>

struct pair {
    int one;
    double other;
};

static int calls;

static int depth(int n)
{
    calls++;
    return n > 3 ? depth(n - 2) : n;
}

static struct pair pair(int n)
{
    struct pair made = { depth(n), n * 0.5 };

    return made;
}

static const char *word(int n)
{
    return depth(n) == 2 ? "two" : depth(n) == 3 ? "three" : depth(n) ? "other" : "zero";
}

static void note(int n)
{
    calls += depth(n) * 100;
}

int main(void)
{
    for (int i = 0; i < 7; i++) {
        int x = i % 2 ? depth(i) : depth(i + 1) * 10;
        double y = depth(i) > 1 ? depth(i) / 4.0 : 7;
        struct pair z = i > 3 ? pair(i) : pair(-i);
        long w = depth(i) - 2 ?: depth(i + 40);

        i % 3 ? note(i) : note(1);
        (i & 1) ? (void)depth(i) : (void)0;
        printf("%d %.2f %d %.2f %ld %d\n", x, y, z.one, z.other, w, calls);
        printf("%s\n", word(i));
    }
    return 0;
}
