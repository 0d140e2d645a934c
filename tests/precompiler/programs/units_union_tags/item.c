/* SPDX-License-Identifier: MIT */
#include "item.h"

#include <stdlib.h>
#include <string.h>

struct item *item_new(enum item_kind kind, struct item *next)
{
    struct item *item = malloc(sizeof *item);

    if (item == NULL)
        exit(1);
    memset(item, 0, sizeof *item);
    item->kind = kind;
    item->next = next;
    return item;
}

void item_name(struct item *item, const char *name)
{
    if (item->kind != ITEM_NAME)
        return;
    item->u.name = malloc(strlen(name) + 1);
    strcpy(item->u.name, name);
}

void item_fill(struct item *item, size_t length)
{
    item->kind = ITEM_LIST;
    item->u.list.items = calloc(length, sizeof(struct item));
    item->u.list.length = length;
    for (size_t i = 0; i < length; i++) {
        item->u.list.items[i].kind = i % 2 ? ITEM_COUNT : ITEM_WEIGHT;
        if (i % 2)
            item->u.list.items[i].u.count = (long)i * 3;
        else
            item->u.list.items[i].u.weight = (double)i / 8;
    }
}
