/* SPDX-License-Identifier: MIT */
#ifndef TYPES_STACK_H
#define TYPES_STACK_H
struct stack;
struct stack *stack_new(int room);
void stack_push(struct stack *stack, int value);
int stack_pop(struct stack *stack);
int stack_empty(const struct stack *stack);
void stack_free(struct stack *stack);
#endif
