/* SPDX-License-Identifier: MIT */
#include "item.h"

#include <string.h>

static double of_list(const struct item *item)
{
    double size = 0;

    for (size_t i = 0; i < item->u.list.length; i++)
        size += item_size(&item->u.list.items[i]);
    return size;
}

double item_size(const struct item *item)
{
    switch (item->kind) {
    case ITEM_COUNT:
        return (double)item->u.count;
    case ITEM_WEIGHT:
        return item->u.weight;
    case ITEM_NAME:
        return (double)strlen(item->u.name);
    case ITEM_LIST:
        return of_list(item);
    default:
        return 0;
    }
}

struct moment moment_in_ticks(long ticks)
{
    return (struct moment){ .type = 't', .ticks = ticks };
}

double moment_seconds(const struct moment *moment)
{
    if (moment->type == 's')
        return moment->seconds;
    return moment->type == 't' ? (double)moment->ticks / 100 : 0;
}
