/* SPDX-License-Identifier: MIT */
/* Tables of functions in constants, functions of other files and static ones of the same name, pointers to entries of a constant table. */
#include <stdio.h>
#include <string.h>

struct instruction { const char *name; int (*run)(int *stack, int depth); int operands; };

int other_add(int *stack, int depth);
const struct instruction *other_find(const char *name);

static int duplicate(int *stack, int depth) { stack[depth] = stack[depth - 1]; return depth + 1; }
static int negate(int *stack, int depth) { stack[depth - 1] = -stack[depth - 1]; return depth; }

static const struct instruction instructions[] = {
    { "dup", duplicate, 1 }, { "neg", negate, 1 }, { "add", other_add, 2 }, { NULL, NULL, 0 }
};

static const struct instruction *find(const char *name)
{
    for (const struct instruction *at = instructions; at->name != NULL; at++)
        if (strcmp(at->name, name) == 0)
            return at;
    return other_find(name);
}

int main(void)
{
    static const char *const program[] = { "dup", "neg", "dup", "mul", "add", "swap", "neg" };
    int stack[64] = { 3 }, depth = 1;
    const struct instruction *now = NULL, *history[4] = { NULL };

    for (int n = 0; n < 60; n++) {
        now = find(program[n % 7]);
        history[n % 4] = now;
        if (depth > now->operands && depth < 60)
            depth = now->run(stack, depth);
    }
    printf("%d %d %s %s\n", depth, stack[depth - 1], now->name, history[1]->name);
    return 0;
}
