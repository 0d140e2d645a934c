/* SPDX-License-Identifier: MIT */
/* Structs that repeat the members of a header instead of having it as a member, in one list by casts. */
#include <stdio.h>
#include <stdlib.h>

struct thing { int kind; struct thing *next; };
struct number { int kind; struct thing *next; double value; };
struct word { unsigned kind; struct number *next; char letters[8]; };
struct tail { int kind; struct thing *next; struct thing *last; };

static struct thing *things;

static void add(int i)
{
    if (i % 3 == 0) {
        struct number *number = malloc(sizeof *number);

        *number = (struct number){ 1, things, i / 4.0 };
        things = (struct thing *)number;
    } else if (i % 3 == 1) {
        struct word *word = malloc(sizeof *word);

        word->kind = 2;
        word->next = (struct number *)things;
        snprintf(word->letters, sizeof word->letters, "w%d", i);
        things = (struct thing *)word;
    } else {
        struct tail *tail = malloc(sizeof *tail);

        *tail = (struct tail){ 3, things, things };
        things = (struct thing *)tail;
    }
}

static double weight(const struct thing *thing)
{
    switch (thing->kind) {
    case 1:
        return ((const struct number *)thing)->value;
    case 2:
        return ((const struct word *)thing)->letters[1];
    default:
        return ((const struct tail *)thing)->last->kind;
    }
}

int main(void)
{
    double total = 0;

    for (int i = 0; i < 10; i++) {
        add(i);
        for (const struct thing *at = things; at; at = at->next)
            total += weight(at);
        printf("%d: %g\n", i, total);
    }
    while (things) {
        struct thing *next = things->next;

        free(things);
        things = next;
    }
    return 0;
}
