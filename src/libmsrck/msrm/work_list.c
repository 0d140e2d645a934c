/* SPDX-License-Identifier: MIT */
#include "msrm/work_list.h"

#include <stdlib.h>

bool msrck_work_list_grow(struct work_list *list)
{
    size_t larger = list->capacity == 0 ? 128 : list->capacity * 2;
    struct work *grown;

    if (larger > SIZE_MAX / sizeof grown[0])
        return false;
    grown = realloc(list->stack, larger * sizeof grown[0]);
    if (grown == NULL)
        return false;
    list->stack = grown;
    list->capacity = larger;
    return true;
}

void msrck_work_list_free(struct work_list *list)
{
    free(list->stack);
    *list = (struct work_list){ .most = WORK_MOST };
}
