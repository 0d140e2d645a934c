/* SPDX-License-Identifier: MIT */
#include "types_stack.h"

#include <stdlib.h>

struct chunk { struct chunk *below; int used; int values[4]; };
struct stack { struct chunk *top; int room; long pushed; };
static struct stack *all[8];
static int stacks;

struct stack *stack_new(int room)
{
    struct stack *stack = calloc(1, sizeof *stack);

    if (stack == NULL)
        exit(1);
    stack->room = room;
    return all[stacks++] = stack;
}

void stack_push(struct stack *stack, int value)
{
    if (stack->top == NULL || stack->top->used == 4) {
        struct chunk *chunk = malloc(sizeof *chunk);

        if (chunk == NULL)
            exit(1);
        chunk->below = stack->top;
        chunk->used = 0;
        stack->top = chunk;
    }
    stack->top->values[stack->top->used++] = value;
    stack->pushed++;
}

int stack_pop(struct stack *stack)
{
    struct chunk *top = stack->top;
    int value = top->values[--top->used];

    if (top->used == 0) {
        stack->top = top->below;
        free(top);
    }
    return value;
}

int stack_empty(const struct stack *stack)
{
    return stack->top == NULL;
}

void stack_free(struct stack *stack)
{
    for (int n = 0; n < stacks; n++)
        if (all[n] == stack)
            all[n] = NULL;
    while (stack->top != NULL)
        (void)stack_pop(stack);
    free(stack);
}
