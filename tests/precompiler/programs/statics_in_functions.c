/* SPDX-License-Identifier: MIT */
/* Static locals: of every kind of type, in blocks, recursive functions, with initialisers that name each other, and one that is a table of labels. */
#include <stdio.h>

static int depth_of(int n)
{
    static int deepest, path[8];
    static int *at = path, (*row)[8] = &path;
    static const int weights[] = { 1, 2, 4 };
    static const int *weight = weights;

    if (n > deepest)
        deepest = n;
    *at += *weight;
    at = at == path + 7 ? path : at + 1;
    weight = weight == weights + 2 ? weights : weight + 1;
    (*row)[n % 8]++;
    return n > 0 ? depth_of(n - 1) + path[n % 8] : deepest;
}

static const char *name_of(int n)
{
    static char text[16];
    static const struct { int least; const char *name; } names[] = { { 10, "many" }, { 3, "some" }, { 0, "few" } };

    for (int i = 0; i < 3; i++)
        if (n >= names[i].least) {
            snprintf(text, sizeof text, "%s(%d)", names[i].name, n);
            break;
        }
    return text;
}

static int run(int n)
{
    static void *const labels[] = { &&odd, &&even };
    static int seen[2];

    goto *labels[n % 2 == 0];
odd:
    return ++seen[0];
even:
    return seen[1] -= 2;
}

int main(void)
{
    int sum = 0;
    const char *name = "";

    for (int n = 0; n < 15; n++) {
        static unsigned long long hash = 14695981039346656037ull;

        hash = (hash ^ (unsigned)depth_of(n % 6)) * 1099511628211ull;
        name = name_of(n);
        sum += run(n);
        sum += (int)(hash >> 40 & 255);
    }
    printf("%d %s\n", sum, name);
    return 0;
}
