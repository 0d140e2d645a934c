/* SPDX-License-Identifier: MIT */
#ifndef ITEM_H
#define ITEM_H

#include <stddef.h>

enum item_kind { ITEM_NONE, ITEM_COUNT, ITEM_WEIGHT, ITEM_NAME, ITEM_LIST, ITEM_MOMENT };

struct item {
    enum item_kind kind;
    union {
        long count;
        double weight;
        char *name;
        struct { struct item *items; size_t length; } list;
    } u;
    struct item *next;
};

/* Numbers only; a moment in two units. */
struct moment {
    char type;
    union { long ticks; double seconds; };
};

struct item *item_new(enum item_kind kind, struct item *next);
void item_name(struct item *item, const char *name);
void item_fill(struct item *item, size_t length);
double item_size(const struct item *item);
struct moment moment_in_ticks(long ticks);
double moment_seconds(const struct moment *moment);

#endif
