/* SPDX-License-Identifier: MIT */
/* A type that only one file knows, used by others through pointers: in structs, arrays, globals and locals. */
#include <stdio.h>

#include "types_stack.h"

struct user { struct stack *stack; struct stack **others; int id; };
static struct user users[2];
static struct stack *spare[3];

int main(void)
{
    struct stack *mine = stack_new(4);
    int sum = 0;

    for (int n = 0; n < 3; n++)
        spare[n] = stack_new(n + 1);
    for (int n = 0; n < 2; n++) {
        users[n].stack = mine;
        users[n].others = &spare[n];
        users[n].id = n;
    }
    for (int n = 0; n < 25; n++) {
        stack_push(users[n % 2].stack, n * n);
        stack_push(users[n % 2].others[n % 2], -n);
        if (n % 3 == 2)
            sum += stack_pop(mine);
    }
    for (int n = 0; n < 3; n++)
        while (!stack_empty(spare[n]))
            sum = (sum * 3 + stack_pop(spare[n])) % 1000003;
    printf("%d %d\n", sum, stack_empty(mine));
    stack_free(mine);
    return 0;
}
