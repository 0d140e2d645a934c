/* SPDX-License-Identifier: MIT */
/* Each file shows a part of which values of a tag go with which member of a union; this one next to nothing. */
#include <stdio.h>
#include <stdlib.h>

#include "item.h"

static struct moment moments[3];

static void show(const struct item *list)
{
    for (const struct item *item = list; item != NULL; item = item->next)
        printf(" %d:%g", (int)item->kind, item_size(item));
    for (int i = 0; i < 3; i++)
        printf(" %g", moment_seconds(&moments[i]));
    printf("\n");
}

int main(void)
{
    static const char *const names[] = { "first", "second", "third" };
    struct item *list = item_new(ITEM_NONE, NULL), *item;

    for (int i = 0; i < 12; i++) {
        item = item_new(i % 4 == 3 ? ITEM_MOMENT : (enum item_kind)(i % 4 + 1), list);
        if (i % 4 == 0)
            item->u.count = i;
        if (i % 4 == 1)
            item->u.weight = i / 2.0;
        item_name(item, names[i / 4]);
        if (i % 5 == 4)
            item_fill(item, (size_t)i);
        list = item;
        moments[i % 2] = moment_in_ticks(i * 7);
        moments[2].type = 's';
        moments[2].seconds = i / 3.0;
        show(list);
    }
    return 0;
}
