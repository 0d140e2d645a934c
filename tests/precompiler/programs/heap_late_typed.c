/* SPDX-License-Identifier: MIT */
/* Containers that know nothing of what they hold: the types of their blocks show only from the pointers that reach them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct vector { void **items; size_t count, room; };
struct cell { void *item; struct cell *next; };
struct number { int value; float weight; };
struct name { char *text; struct number *number; };

static void *get_memory(size_t size)
{
    return malloc(size);
}

static void push(struct vector *vector, void *item)
{
    if (vector->count == vector->room) {
        vector->room = vector->room ? vector->room * 2 : 2;
        vector->items = realloc(vector->items, vector->room * sizeof(void *));
    }
    vector->items[vector->count++] = item;
}

static struct cell *prepend(struct cell *list, void *item)
{
    size_t size = sizeof(struct cell);
    struct cell *cell = get_memory(size);

    cell->item = item;
    cell->next = list;
    return cell;
}

int main(void)
{
    struct vector names = { NULL, 0, 0 };
    struct cell *numbers = NULL, *cell;
    struct number *best = NULL;
    size_t bytes = sizeof(struct number), i;
    int total = 0;

    for (i = 0; i < 9; i++) {
        struct number *number = get_memory(bytes);
        struct name *name = get_memory(sizeof *name);

        number->value = (int)(i * 17 % 10);
        number->weight = 0.5f * (float)i;
        name->number = number;
        name->text = get_memory(10);
        sprintf(name->text, "n%d", (int)i);
        push(&names, name);
        numbers = prepend(numbers, number);
        if (best == NULL || number->value > best->value)
            best = number;
    }
    for (cell = numbers; cell != NULL; cell = cell->next) {
        const struct number *number = cell->item;

        total = total * 3 + number->value;
        printf("%d %.1f\n", number->value, number->weight);
    }
    for (i = 0; i < names.count; i++) {
        struct name *name = names.items[i];

        printf("%s %d%s\n", name->text, name->number->value, name->number == best ? " best" : "");
    }
    printf("%d %u\n", total, (unsigned)names.count);
    while ((cell = numbers) != NULL) {
        numbers = cell->next;
        free(cell->item);
        free(cell);
    }
    for (i = 0; i < names.count; i++) {
        free(((struct name *)names.items[i])->text);
        free(names.items[i]);
    }
    free(names.items);
    return 0;
}
