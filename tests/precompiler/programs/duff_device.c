/* SPDX-License-Identifier: MIT */
/* A switch that jumps into a loop. */
#include <stdio.h>

static char text[64];
static int length;

static void put(char c, int deep)
{
    if (deep > 0)
        put(c, deep - 1);
    else
        text[length++] = c;
}

static void copy(const char *from, int count)
{
    int rounds = (count + 3) / 4;

    switch (count % 4) {
    case 0:
        do {
            put(*from++, 1);
    case 3:
            put(*from++, 2);
    case 2:
            put(*from++, 0);
    case 1:
            put(*from++, 1);
        } while (--rounds > 0);
    }
}

int main(void)
{
    copy("Duff's device", 13);
    copy(" works", 6);
    copy("!", 1);
    text[length] = '\0';
    printf("%s %d\n", text, length);
    return 0;
}
