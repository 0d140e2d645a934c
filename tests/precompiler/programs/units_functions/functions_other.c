/* SPDX-License-Identifier: MIT */
#include <string.h>

struct instruction { const char *name; int (*run)(int *stack, int depth); int operands; };

int other_add(int *stack, int depth) { stack[depth - 2] = (stack[depth - 2] + stack[depth - 1]) % 1009; return depth - 1; }
static int duplicate(int *stack, int depth) { stack[depth - 2] = (stack[depth - 2] * stack[depth - 1]) % 1009; return depth - 1; }
static int swap(int *stack, int depth) { int top = stack[depth - 1]; stack[depth - 1] = stack[depth - 2]; stack[depth - 2] = top; return depth; }

static const struct instruction more[] = { { "mul", duplicate, 2 }, { "swap", swap, 2 } };

const struct instruction *other_find(const char *name)
{
    const struct instruction *found = &more[0];

    for (int i = 0; i < 2; i++)
        if (strcmp(more[i].name, name) == 0)
            found = &more[i];
    return found;
}
