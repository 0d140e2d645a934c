/* SPDX-License-Identifier: MIT */
/* The loop that runs code. Calls of the language are calls of this function: its depth is the program's. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "script_value.h"

static void push(struct value value)
{
    *machine.top++ = value;
}

static struct value pop(void)
{
    struct value value = *--machine.top;

    *machine.top = nil_value();
    return value;
}

static void fail(const char *reason)
{
    printf("run-time error: %s\n", reason);
    exit(2);
}

static void arithmetic(enum instruction instruction)
{
    struct value right = pop(), left = pop();

    if (instruction == ADD && left.kind == OBJECT && right.kind == OBJECT) {
        push(concatenate((struct text *)left.object, (struct text *)right.object));
        return;
    }
    if (left.kind != NUMBER || right.kind != NUMBER)
        fail("numbers wanted");
    switch (instruction) {
    case ADD:
        push(number_value(left.number + right.number));
        break;
    case SUBTRACT:
        push(number_value(left.number - right.number));
        break;
    case MULTIPLY:
        push(number_value(left.number * right.number));
        break;
    case DIVIDE:
        push(number_value(left.number / right.number));
        break;
    case MODULO:
        push(number_value(left.number - right.number * floor(left.number / right.number)));
        break;
    case LESS:
        push(boolean_value(left.number < right.number));
        break;
    default:
        push(boolean_value(left.number <= right.number));
    }
}

static struct list *as_list(struct value value)
{
    if (value.kind != OBJECT || value.object->kind != LIST)
        fail("a list wanted");
    return (struct list *)value.object;
}

static struct value *place(struct list *list, struct value index)
{
    if (index.number < 0 || index.number >= (double)list->count)
        fail("index out of range");
    return &list->items[(size_t)index.number];
}

static void list_instruction(enum instruction instruction, int operand)
{
    struct value item, index;
    struct list *list;

    switch (instruction) {
    case MAKE_LIST:
        list = new_list();
        for (int i = operand; i > 0; i--)
            list_append(list, machine.top[-i]);
        for (int i = 0; i < operand; i++)
            pop();
        push(object_value(list));
        break;
    case INDEX:
        index = pop();
        list = as_list(pop());
        push(*place(list, index));
        break;
    case SET_INDEX:
        item = pop();
        index = pop();
        *place(as_list(pop()), index) = item;
        break;
    case LENGTH:
        item = pop();
        if (item.kind == OBJECT && item.object->kind == TEXT)
            push(number_value((double)((struct text *)item.object)->length));
        else
            push(number_value((double)as_list(item)->count));
        break;
    default:
        item = pop();
        list_append(as_list(pop()), item);
    }
}

struct value call_function(struct function *function, int arguments)
{
    struct value *base = machine.top - arguments, result;
    const unsigned char *ip = function->code.bytes;

    if (arguments != function->parameters)
        fail("wrong number of arguments");
    for (int i = arguments; i < function->locals; i++)
        push(nil_value());
    for (;;) {
        enum instruction instruction = *ip++;

        machine.steps++;
        if (machine.object_count > machine.collect_at)
            collect_garbage();
        switch (instruction) {
        case PUSH_CONSTANT:
            push(function->code.constants[*ip++]);
            break;
        case PUSH_NIL:
            push(nil_value());
            break;
        case PUSH_TRUE:
        case PUSH_FALSE:
            push(boolean_value(instruction == PUSH_TRUE));
            break;
        case POP:
            pop();
            break;
        case LOAD_LOCAL:
            push(base[*ip++]);
            break;
        case STORE_LOCAL:
            base[*ip++] = pop();
            break;
        case LOAD_GLOBAL:
            push(machine.globals[*ip++]);
            break;
        case STORE_GLOBAL:
            machine.globals[*ip++] = pop();
            break;
        case NEGATE:
            push(number_value(-pop().number));
            break;
        case NOT:
            push(boolean_value(!is_true(pop())));
            break;
        case EQUAL: {
            struct value right = pop(), left = pop();

            push(boolean_value(values_equal(left, right)));
            break;
        }
        case JUMP:
            ip += (ip[0] << 8) + ip[1] + 2;
            break;
        case JUMP_IF_FALSE:
            ip += is_true(machine.top[-1]) ? 2 : (ip[0] << 8) + ip[1] + 2;
            break;
        case LOOP:
            ip -= (ip[0] << 8) + ip[1];
            break;
        case CALL: {
            int count = *ip++;
            struct value callee = machine.top[-count - 1];

            if (callee.kind != OBJECT || callee.object->kind != FUNCTION)
                fail("not a function");
            result = call_function((struct function *)callee.object, count);
            machine.top[-1] = result;
            break;
        }
        case RETURN:
            result = pop();
            while (machine.top > base)
                pop();
            return result;
        case PRINT:
            print_value(pop());
            putchar('\n');
            break;
        case MAKE_LIST:
            list_instruction(instruction, *ip++);
            break;
        case INDEX:
        case SET_INDEX:
        case LENGTH:
        case APPEND:
            list_instruction(instruction, 0);
            break;
        default:
            arithmetic(instruction);
        }
    }
}
