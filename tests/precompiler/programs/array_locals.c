/* SPDX-License-Identifier: MIT */
/* Arrays of every kind of element as locals, in nested blocks and recursive functions. */
#include <stdio.h>
#include <string.h>

struct cell {
    char name[6];
    int *count;
};

static int fill(int depth, int *out)
{
    int line[4] = { depth, depth * 2 };
    const char *words[3] = { "one", NULL, "three" };
    struct cell cells[2];
    long long wide[2][2] = { { 1, depth }, { 3 } };

    words[1] = words[depth % 2 * 2] + 1;
    for (int i = 0; i < 2; i++) {
        char buffer[16];

        sprintf(buffer, "c%d-%d", depth, i);
        memcpy(cells[i].name, buffer, 5);
        cells[i].name[5] = '\0';
        cells[i].count = &line[i + 2];
        line[i + 2] = (int)strlen(words[1 + i]);
    }
    if (depth > 0) {
        int inner[3] = { 0 };

        wide[1][1] = fill(depth - 1, inner);
        for (int i = 0; i < 3; i++)
            line[i] += inner[i];
    }
    for (int i = 0; i < 3; i++)
        out[i] = line[i] + (int)wide[i / 2][i % 2];
    printf("%s %d %s %d %s %lld\n", cells[0].name, *cells[0].count, cells[1].name, *cells[1].count, words[1], wide[1][1]);
    return out[0] * 3 + out[1];
}

int main(void)
{
    int out[3];

    for (int depth = 0; depth < 4; depth++) {
        int total = fill(depth, out);
        printf("= %d %d %d %d\n", total, out[0], out[1], out[2]);
    }
    return 0;
}
