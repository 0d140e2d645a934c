/* SPDX-License-Identifier: MIT */
/* Computed goto through a constant table of labels, as interpreters have it. */
#include <stdio.h>

enum { PUSH, ADD, LOOP, PRINT, STOP };

static int run(const unsigned char *code)
{
    static const void *const table[] = { &&push, &&add, &&loop, &&print, &&stop };
    static void *changing[2] = { &&print, &&stop };
    int stack[16], top = 0, rounds = 0;

#define NEXT goto *table[*code++]
    NEXT;
push:
    stack[top++] = *code++;
    NEXT;
add:
    top--;
    stack[top - 1] += stack[top];
    NEXT;
loop:
    if (++rounds < code[1]) {
        code -= code[0];
        NEXT;
    }
    code += 2;
    NEXT;
print:
    printf("%d %d\n", rounds, stack[top - 1]);
    if (rounds == 100)
        goto *changing[0];
    NEXT;
stop:
    return stack[top - 1] + rounds;
}

/* Distances of labels. */
static int count_down(int from)
{
    static const int distances[] = { &&odd - &&odd, &&even - &&odd, &&done - &&odd };
    int sum = 0;

again:
    goto *(&&odd + distances[from == 0 ? 2 : 1 - from % 2]);
odd:
    sum += 10 * from--;
    goto again;
even:
    sum += from--;
    goto again;
done:
    return sum;
}

int main(void)
{
    static const unsigned char code[] = { PUSH, 1, PUSH, 3, ADD, PRINT, LOOP, 5, 9, PRINT, STOP };

    for (int i = 0; i < 3; i++)
        printf("= %d %d\n", run(code), count_down(5 + i));
    return 0;
}
