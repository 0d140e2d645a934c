/* SPDX-License-Identifier: MIT */
/*
 * One program in several versions, for `msrck verify --program`: compiled with VERSION_NARROW and the like, each
 * differs from the plain one in one thing. The plain one is run to write the checkpoint that all are held against.
 */
#include <stdlib.h>

#include <msrck/msrck.h>

#ifdef VERSION_NARROW
typedef short number_type;
#define NUMBER_TYPE &msrck_short
#else
typedef long number_type;
#define NUMBER_TYPE &msrck_long
#endif

#ifdef VERSION_FEWER
#define TABLE_LENGTH 3
#else
#define TABLE_LENGTH 4
#endif

struct item {
#if defined VERSION_RENAMED
    long count;
#elif !defined VERSION_DROPPED
    number_type number;
#endif
#ifdef VERSION_POINTER
    struct item *real;
#else
    double real;
#endif
    void (*call)(void);
    struct item *next;
};

extern const msrck_type item_type;
MSRCK_STRUCT(item_type, struct item,
#if defined VERSION_RENAMED
    MSRCK_FIELD_RENAMED(struct item, count, &msrck_long, "number"),
#elif !defined VERSION_DROPPED
    MSRCK_FIELD(struct item, number, NUMBER_TYPE),
#endif
#ifdef VERSION_POINTER
    MSRCK_FIELD(struct item, real, MSRCK_POINTER(&item_type)),
#else
    MSRCK_FIELD(struct item, real, &msrck_double),
#endif
    MSRCK_FIELD(struct item, call, &msrck_function),
    MSRCK_FIELD(struct item, next, MSRCK_POINTER(&item_type)));

static struct item *list;
static int table[TABLE_LENGTH] = { 1, 2, 3 };
MSRCK_GLOBAL(list, MSRCK_POINTER(&item_type));
MSRCK_GLOBAL(table, MSRCK_ARRAY(&msrck_int, TABLE_LENGTH));

static void callback(void)
{
}

#ifndef VERSION_SILENT
MSRCK_FUNCTION(callback);
#endif

static bool fill(void)
{
    for (int i = 0; i < 3; i++) {
        struct item *item = msrck_new(&item_type);

        if (item == NULL)
            return false;
#if !defined VERSION_RENAMED && !defined VERSION_DROPPED
        item->number = (number_type)(i == 0 ? 5000000000 % 0x7fffffffffff : i);
#endif
        item->call = i == 1 ? callback : NULL;
        item->next = list;
        list = item;
    }
    return true;
}

int main(int argc, char **argv)
{
    const msrck_options options = { .version = MSRCK_OPTIONS_VERSION, .program_name = "elsewhere" };

    if (msrck_init_options(&argc, &argv, &options) != MSRCK_OK)
        return msrck_report(argv[0]);
    if (!msrck_resumed() && !fill())
        return EXIT_FAILURE;
    if (msrck_poll())
        return msrck_exit_status();
    return msrck_finish();
}
