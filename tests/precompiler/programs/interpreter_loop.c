/* SPDX-License-Identifier: MIT */
/* An endless loop without calls that may poll: a small stack machine. Its loop has a poll-point because nobody knows how long it runs. */
#include <stdio.h>

enum code { PUSH, ADD, MULTIPLY, DUPLICATE, SWAP, JUMP_IF_POSITIVE, SUBTRACT, PRINT, HALT };

static const int program[] = { PUSH, 1, PUSH, 6, DUPLICATE, PRINT, SWAP, PUSH, 3, MULTIPLY, PUSH, 1, ADD, DUPLICATE, PRINT, SWAP,
                               PUSH, 1, SUBTRACT, DUPLICATE, JUMP_IF_POSITIVE, 4, HALT };

static long interpret(const int *code)
{
    long stack[16];
    int top = 0;
    const int *at = code;

    for (;;) {
        long value;

        switch ((enum code)*at++) {
        case PUSH:
            stack[top++] = *at++;
            break;
        case ADD:
            top--;
            stack[top - 1] += stack[top];
            break;
        case SUBTRACT:
            top--;
            stack[top - 1] -= stack[top];
            break;
        case MULTIPLY:
            top--;
            stack[top - 1] *= stack[top];
            break;
        case DUPLICATE:
            stack[top] = stack[top - 1];
            top++;
            break;
        case SWAP:
            value = stack[top - 1];
            stack[top - 1] = stack[top - 2];
            stack[top - 2] = value;
            break;
        case JUMP_IF_POSITIVE:
            if (stack[--top] > 0)
                at = code + *at;
            else
                at++;
            break;
        case PRINT:
            printf("%ld\n", stack[--top]);
            break;
        case HALT:
            return stack[0] * 1000 + top;
        }
    }
}

int main(void)
{
    printf("end %ld\n", interpret(program));
    return 0;
}
