/* SPDX-License-Identifier: MIT */
/* Enums: named, typedefs of unnamed ones, local ones, negative values, as array sizes and indices, in switch. */
#include <stdio.h>

enum state { IDLE, RUNNING = 5, WAITING, DONE = -3 };
typedef enum { LOW = 1, HIGH = 100 } level;
enum { COUNT = 7 };

static enum state states[COUNT];
static level levels[2][COUNT];

static enum state next(enum state state, int n)
{
    enum { STEP = 3, MOST = 11 };
    enum local { FIRST, SECOND = STEP * 2 } choice = n % 2 ? FIRST : SECOND;
    static int seen[MOST];

    seen[(n + (int)choice) % MOST] += STEP;
    switch (state) {
    case IDLE: return RUNNING;
    case RUNNING: return seen[n % MOST] > 6 ? DONE : WAITING;
    case WAITING: return n % 3 ? RUNNING : IDLE;
    case DONE: break;
    }
    return choice == SECOND ? IDLE : DONE;
}

int main(void)
{
    level here = LOW;
    int n;

    for (n = 0; n < 60; n++) {
        states[n % COUNT] = next(states[n % COUNT], n);
        levels[n % 2][n % COUNT] = here;
        here = states[n % COUNT] == DONE ? HIGH : LOW;
    }
    for (n = 0; n < COUNT; n++)
        printf("%d %d %d\n", (int)states[n], (int)levels[0][n], (int)levels[1][n]);
    printf("%d\n", (int)here);
    return 0;
}
