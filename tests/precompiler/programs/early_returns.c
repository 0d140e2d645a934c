/* SPDX-License-Identifier: MIT */
/* Returns from inside loops, switches and blocks, of values, structs and nothing, and functions that end without one. */
#include <stdio.h>

struct answer {
    int code;
    char text[8];
};

static int found;

static int probe(int n)
{
    while (n > 10) {
        if (n % 7 == 0)
            return probe(n / 7);
        n -= 3;
    }
    return n;
}

static struct answer ask(int n)
{
    struct answer none = { 0, "none" };

    for (int i = 0; i < 5; i++) {
        switch (probe(n + i)) {
        case 3:
            return (struct answer){ probe(i + 30), "three" };
        case 4: {
            struct answer four = { probe(n), "four" };
            if (four.code > 2)
                return four;
            break;
        }
        default:
            if (i == 4)
                return none;
        }
    }
    none.code = -1;
    return none;
}

static void look(int n)
{
    if (n < 0)
        return;
    found += probe(n);
    if (found % 2)
        return;
    look(n - 7);
}

int main(void)
{
    for (int n = 20; n < 60; n += 9) {
        struct answer answer = ask(n);

        look(n);
        printf("%d %d %s %d\n", n, answer.code, answer.text, found);
    }
}
