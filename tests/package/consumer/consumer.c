/* SPDX-License-Identifier: MIT */
/*
 * consumer - uses every kind of table that msrck.h puts into linker sections, and addresses of the library's own types, functions
 * and variables in constants: what differs between position-independent, fixed and static programs. Prints one line
 * that depends on all of it.
 */
#include <msrck/msrck.h>

#include <complex.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

typedef unsigned change(unsigned value);

static unsigned twice(unsigned value)
{
    return value * 2 + 1;
}

static unsigned turned(unsigned value)
{
    return (value << 7 | value >> 25) ^ 0x5bd1e995u;
}

MSRCK_FUNCTION(twice);
MSRCK_FUNCTION(turned);

struct item {
    const char *word;               /* a literal */
    change *apply;
    unsigned value;
    double _Complex turn;
    long double part;
    time_t when;
    size_t length;
    struct item *next;
};
extern const msrck_type item_type;
MSRCK_STRUCT(item_type, struct item,
    MSRCK_FIELD(struct item, word, MSRCK_POINTER(&msrck_char)),
    MSRCK_FIELD(struct item, apply, &msrck_function),
    MSRCK_FIELD(struct item, value, &msrck_uint),
    MSRCK_FIELD(struct item, turn, &msrck_cdouble),
    MSRCK_FIELD(struct item, part, &msrck_ldouble),
    MSRCK_FIELD(struct item, when, &msrck_time),
    MSRCK_FIELD(struct item, length, &msrck_size),
    MSRCK_FIELD(struct item, next, MSRCK_POINTER(&item_type)));

static struct item *items;
static int count;
MSRCK_GLOBAL(items, MSRCK_POINTER(&item_type));
MSRCK_GLOBAL(count, &msrck_int);

struct grow_live {
    int depth;
};
extern const msrck_type grow_live_type;
MSRCK_STRUCT(grow_live_type, struct grow_live,
    MSRCK_FIELD(struct grow_live, depth, &msrck_int));
MSRCK_FRAME(grow_points, "grow", 1, { "entry", &grow_live_type }, { "deeper", &grow_live_type });

static const char *const words[] = { "wind", "sand", "stars" };

static void add_item(int depth)
{
    struct item *item = msrck_new(&item_type);

    if (item == NULL)
        return;
    item->word = words[depth % 3];
    item->apply = depth % 2 == 0 ? twice : turned;
    item->value = item->apply(items == NULL ? 1 : items->value);
    item->turn = depth + 2 * depth * I;
    item->part = depth / 8.0L;
    item->when = depth;
    item->length = strlen(item->word);
    item->next = items;
    items = item;
    count++;
}

static void grow(int depth)
{
    if (MSRCK_UNLIKELY(msrck_flag)) {
        struct grow_live live = { depth };
        int point = msrck_enter(&grow_points, &live);

        if (point == MSRCK_LEAVE)
            return;
        depth = live.depth;
        if (point == 2)
            goto deeper;
    }
    if (depth == 0)
        return;
    add_item(depth);
deeper:
    grow(depth - 1);
    if (MSRCK_UNLIKELY(msrck_flag) && msrck_leave(&grow_points, 2, &(struct grow_live){ depth }))
        return;
    add_item(depth);
}

int main(int argc, char **argv)
{
    msrck_options options = MSRCK_OPTIONS_INIT;
    unsigned sum = 0, letters = 0;
    double parts = 0;

    options.program_name = "consumer";
    if (msrck_init_options(&argc, &argv, &options) != MSRCK_OK)
        return msrck_report(argv[0]);
    do
        grow(100);
    while (msrck_again());
    if (msrck_stopped())
        return msrck_report(argv[0]);
    for (const struct item *item = items; item != NULL; item = item->next) {
        sum = item->apply(sum ^ item->value);
        for (const char *letter = item->word; *letter != '\0'; letter++)
            letters++;
        parts += creal(item->turn) - cimag(item->turn) + (double)item->part + (double)item->when + (double)item->length;
    }
    printf("%d items, %u letters, %08x, %.3f\n", count, letters, sum, parts);
    return msrck_finish();
}
