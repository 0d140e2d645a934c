/* SPDX-License-Identifier: MIT */
/* && and || evaluate their right side only when it counts, in conditions, values, and nested. */
#include <stdio.h>

static char trace[200];
static int length;

static int say(char c, int value)
{
    if (value > 100)
        return say(c, value - 100);
    trace[length++] = c;
    return value;
}

static void show(const char *what, int value)
{
    trace[length] = '\0';
    printf("%s %d %s\n", what, value, trace);
    length = 0;
}

int main(void)
{
    int a = 0, b = 0;
    int *nothing = NULL, here = 5, *there = &here;

    for (int i = 0; i < 8; i++) {
        int x = i & 1, y = i & 2, z = i & 4;

        show("and", say('x', x) && say('y', y) && say('z', z));
        show("or", say('x', x) || say('y', y) || say('z', z));
        show("mixed", (say('x', x) && say('y', y + 100)) || !say('z', z + 200));
        if (x || (say('p', y) && (a += say('q', z))))
            b++;
        show("if", a * 10 + b);
    }
    show("null", nothing && say('n', *nothing));
    show("there", there && say('t', *there) > 3 && say('u', 0) == 0);
    (say('v', 1) && say('w', 0)) || say('x', 3);
    show("statement", 0);
    return 0;
}
