/* SPDX-License-Identifier: MIT */
/* Where pointers may lead: what C programs do with casts, and what would be one thing taken for another. */
#include <criterion/criterion.h>

#include "types/pointer_rule.h"

#include "../refusing_handlers.h"

struct header {
    int kind;
    struct header *next;
};
struct derived {
    int kind;
    struct derived *next;
    double value[2];
};
struct embedding {
    struct header header;
    char *name;
};
struct other {
    double weight;
    struct other *left;
};
struct vector {
    double x, y, z;
};
struct trailing {
    long long length;
    double items[];
};
struct one_item {
    long long length;
    double items[1];
};

union overlay {
    unsigned int part;
    unsigned long long whole;
};

extern const msrck_type overlay_type;
MSRCK_OPAQUE(overlay_type, union overlay, &refusing);

extern const msrck_type header_type, derived_type, embedding_type, other_type, vector_type, trailing_type, one_item_type;
MSRCK_STRUCT(header_type, struct header, MSRCK_FIELD(struct header, kind, &msrck_int),
             MSRCK_FIELD(struct header, next, MSRCK_POINTER(&header_type)));
MSRCK_STRUCT(derived_type, struct derived, MSRCK_FIELD(struct derived, kind, &msrck_int),
             MSRCK_FIELD(struct derived, next, MSRCK_POINTER(&derived_type)),
             MSRCK_FIELD(struct derived, value, MSRCK_ARRAY(&msrck_double, 2)));
MSRCK_STRUCT(embedding_type, struct embedding, MSRCK_FIELD(struct embedding, header, &header_type),
             MSRCK_FIELD(struct embedding, name, MSRCK_POINTER(&msrck_char)));
MSRCK_STRUCT(other_type, struct other, MSRCK_FIELD(struct other, weight, &msrck_double),
             MSRCK_FIELD(struct other, left, MSRCK_POINTER(&other_type)));
MSRCK_STRUCT(vector_type, struct vector, MSRCK_FIELD(struct vector, x, &msrck_double),
             MSRCK_FIELD(struct vector, y, &msrck_double), MSRCK_FIELD(struct vector, z, &msrck_double));
MSRCK_FLEXIBLE_STRUCT(trailing_type, struct trailing, MSRCK_FIELD(struct trailing, length, &msrck_llong),
             MSRCK_FLEXIBLE(struct trailing, items, &msrck_double));
MSRCK_STRUCT(one_item_type, struct one_item, MSRCK_FIELD(struct one_item, length, &msrck_llong),
             MSRCK_FIELD(struct one_item, items, MSRCK_ARRAY(&msrck_double, 1)));

static struct ti_table *table;

static void set_up(void)
{
    table = msrck_ti_new();
}

static void tear_down(void)
{
    msrck_ti_free(table);
}

TestSuite(pointer_rule, .init = set_up, .fini = tear_down);

static uint32_t add(const msrck_type *type)
{
    msrck_error error = MSRCK_ERROR_INIT;
    uint32_t id;

    cr_assert_eq(msrck_ti_add(table, type, &id, &error), MSRCK_OK, "%s", error.message);
    return id;
}

static bool may(const msrck_type *target, const msrck_type *block, uint64_t count, uint64_t leaf)
{
    uint32_t wanted = add(target), there = add(block);

    return msrck_pointer_may_lead(table, wanted, there, count, leaf);
}

Test(pointer_rule, objects_elements_and_ends_of_a_type_are_its_own)
{
    cr_assert(may(&other_type, &other_type, 3, 0));
    cr_assert(may(&other_type, &other_type, 3, 4), "an element");
    cr_assert(may(&other_type, &other_type, 3, 6), "one past the end");
    cr_assert_not(may(&other_type, &derived_type, 1, 4), "one past the end of something else");
    cr_assert(may(&header_type, &derived_type, 2, 8), "one past structs that begin with it");
    cr_assert(may(&msrck_double, &trailing_type, 3, 4));
    cr_assert(may(&trailing_type, &trailing_type, 3, 4));
    cr_assert(may(&msrck_float, &msrck_int, 3, 3));
    cr_assert_not(may(&other_type, &other_type, 3, 1), "a member that is no such struct");
    cr_assert(may(MSRCK_ARRAY(&msrck_int, 4), &msrck_int, 12, 4), "a row of a matrix");
    cr_assert(may(&msrck_int, &msrck_int, 12, 5));
    cr_assert(may(&msrck_double, &derived_type, 1, 3), "an element inside a struct");
    cr_assert(may(MSRCK_ARRAY(&msrck_double, 2), &derived_type, 1, 2));
}

Test(pointer_rule, void_and_characters_lead_anywhere)
{
    cr_assert(may(&msrck_void, &other_type, 1, 1));
    cr_assert(may(&msrck_char, &other_type, 1, 1));
    cr_assert(may(&msrck_uchar, &other_type, 1, 0));
}

Test(pointer_rule, structs_that_share_a_header_are_cast_to_it)
{
    cr_assert(may(&header_type, &derived_type, 1, 0), "the same members");
    cr_assert(may(&header_type, &embedding_type, 1, 0), "the first member");
    cr_assert(may(&embedding_type, &embedding_type, 1, 0));
    cr_assert_not(may(&derived_type, &header_type, 1, 0), "there is less than the pointer says");
    cr_assert_not(may(&header_type, &other_type, 1, 0));
    cr_assert_not(may(&other_type, &derived_type, 1, 0));
    cr_assert(may(&one_item_type, &trailing_type, 9, 0), "an array that is longer in some blocks");
}

Test(pointer_rule, pointers_to_pointers_look_at_what_those_lead_to)
{
    cr_assert(may(MSRCK_POINTER(&msrck_void), MSRCK_POINTER(&other_type), 1, 0));
    cr_assert(may(MSRCK_POINTER(&other_type), MSRCK_POINTER(&msrck_void), 1, 0));
    cr_assert(may(MSRCK_POINTER(&msrck_char), MSRCK_POINTER(&other_type), 1, 0));
    cr_assert(may(MSRCK_POINTER(&header_type), MSRCK_POINTER(&derived_type), 1, 0));
    cr_assert(may(MSRCK_POINTER(&derived_type), MSRCK_POINTER(&header_type), 1, 0), "a list of headers");
    cr_assert(may(MSRCK_POINTER(&other_type), &other_type, 1, 1), "the link of a list");
    cr_assert_not(may(MSRCK_POINTER(&other_type), MSRCK_POINTER(&header_type), 1, 0));
    cr_assert_not(may(MSRCK_POINTER(&other_type), &header_type, 1, 1));
}

Test(pointer_rule, numbers_are_looked_at_as_other_numbers_where_there_are_enough)
{
    cr_assert(may(&msrck_uint, &msrck_int, 1, 0));
    cr_assert(may(&vector_type, &msrck_double, 6, 3));
    cr_assert_not(may(&vector_type, &msrck_double, 6, 4), "there are two left");
    cr_assert(may(&msrck_float, &msrck_int, 1, 0));
    cr_assert_not(may(&msrck_double, &msrck_char, 7, 0));
    cr_assert_not(may(&msrck_bool, &msrck_int, 1, 0), "not every number is a _Bool");
    cr_assert_not(may(&other_type, &msrck_char, 64, 0), "a pointer is no number");
    cr_assert_not(may(&msrck_long, MSRCK_POINTER(&msrck_int), 1, 0));
}

Test(pointer_rule, what_only_its_owner_knows_may_hold_numbers)
{
    cr_assert(may(&msrck_ullong, &overlay_type, 1, 0), "a member of a union that is carried as bytes");
    cr_assert(may(&vector_type, &overlay_type, 4, 1));
    cr_assert_not(may(&other_type, &overlay_type, 1, 0), "no pointers");
}
