/* SPDX-License-Identifier: MIT */
/* Structs, typedefs and enums of functions, with the same tags in two functions and in an inner block. */
#include <stdio.h>
#include <stdlib.h>

static int first(int n)
{
    struct node { int value; struct node *next; } *list = NULL, *node;
    typedef unsigned short small;
    struct both { small low, high; struct node copy; };
    struct both both = { 1, 2, { 3, NULL } };
    int sum = 0;

    for (int i = 0; i < n; i++) {
        node = malloc(sizeof(struct node));
        if (node == NULL)
            exit(1);
        *node = (struct node){ i * both.low, list };
        list = node;
        both.low = (small)(both.low + both.high);
        both.copy = *node;
    }
    {
        struct node { double weight; struct both *back; } heavy = { 0.5, &both };

        for (int i = 0; i < n; i++) {
            heavy.weight *= 1.5;
            heavy.back->high++;
        }
        sum = (int)heavy.weight + (int)sizeof(struct node) * 0;
    }
    for (node = list; node != NULL; node = node->next)
        sum += node->value + both.copy.value;
    while (list != NULL) {
        node = list->next;
        free(list);
        list = node;
    }
    return sum + both.high;
}

static int second(int n)
{
    enum mode { OFF, ON = 4 };
    struct node { enum mode mode; char name[ON + 2]; } nodes[ON];
    int sum = 0;

    for (int i = 0; i < ON; i++)
        nodes[i] = (struct node){ i % 2 ? ON : OFF, "abc" };
    for (int i = 0; i < n; i++) {
        nodes[i % ON].name[i % 3]++;
        nodes[i % ON].mode = nodes[i % ON].mode == ON ? OFF : ON;
    }
    for (int i = 0; i < ON; i++)
        sum = sum * 7 + nodes[i].name[0] + nodes[i].name[1] + nodes[i].name[2] + (int)nodes[i].mode;
    return sum;
}

int main(void)
{
    for (int n = 1; n < 12; n++)
        printf("%d %d\n", first(n), second(n));
    return 0;
}
