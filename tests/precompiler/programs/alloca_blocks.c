/* SPDX-License-Identifier: MIT */
/* alloca: texts, arrays and structs, in recursive functions and under conditions. */
#include <alloca.h>
#include <stdio.h>
#include <string.h>

struct link {
    int value;
    struct link *outer;
};

static int depth(const struct link *link)
{
    return link == NULL ? 0 : depth(link->outer) + link->value;
}

static int chain(int n, struct link *outer)
{
    struct link *mine = alloca(sizeof *mine);
    char *text = NULL;
    int sum;

    mine->value = n;
    mine->outer = outer;
    if (n % 2) {
        text = alloca((size_t)n + 1);
        memset(text, '0' + n, (size_t)n);
        text[n] = '\0';
    }
    if (n == 0)
        return depth(mine);
    sum = chain(n - 1, mine) + depth(mine);
    if (text != NULL)
        printf("%s %d\n", text, sum);
    return sum;
}

static double mean(int n)
{
    double *values = alloca(sizeof(double) * (size_t)n), sum = 0;

    for (int i = 0; i < n; i++)
        values[i] = chain(i % 4, NULL) * 0.5;
    for (int i = 0; i < n; i++)
        sum += values[i];
    return sum / n;
}

int main(void)
{
    for (int n = 1; n < 6; n++)
        printf("%.3f\n", mean(n));
    return 0;
}
