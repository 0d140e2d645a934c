/* SPDX-License-Identifier: MIT */
/*
 * Entries: interning, names, leaves, rows. The layouts asserted are computed with sizeof and offsetof, so they hold on
 * any machine.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "types/ti_table.h"

struct node { int value; struct node *left, *right; };
extern const msrck_type node_type;
MSRCK_STRUCT(node_type, struct node,
    MSRCK_FIELD(struct node, value, &msrck_int),
    MSRCK_FIELD(struct node, left, MSRCK_POINTER(&node_type)),
    MSRCK_FIELD(struct node, right, MSRCK_POINTER(&node_type)));

/* The same struct, described in another module. */
extern const msrck_type node_again_type;
MSRCK_STRUCT(node_again_type, struct node,
    MSRCK_FIELD(struct node, value, &msrck_int),
    MSRCK_FIELD(struct node, left, MSRCK_POINTER(&node_again_type)),
    MSRCK_FIELD(struct node, right, MSRCK_POINTER(&node_type)));

/* Two structs that point to each other, and hold arrays of pointers and pointers to arrays. */
struct graph;
struct vertex {
    char name[5];
    struct graph *owner;
    double at[2][3];
    struct vertex *next[4];
    int (*table)[10];
    void *any;
};
struct graph { struct vertex *first; struct vertex inner[2]; void (*visit)(struct vertex *); char **words; };
extern const msrck_type graph_type, vertex_type;
MSRCK_STRUCT(vertex_type, struct vertex,
    MSRCK_FIELD(struct vertex, name, MSRCK_ARRAY(&msrck_char, 5)),
    MSRCK_FIELD(struct vertex, owner, MSRCK_POINTER(&graph_type)),
    MSRCK_FIELD(struct vertex, at, MSRCK_ARRAY(MSRCK_ARRAY(&msrck_double, 3), 2)),
    MSRCK_FIELD(struct vertex, next, MSRCK_ARRAY(MSRCK_POINTER(&vertex_type), 4)),
    MSRCK_FIELD(struct vertex, table, MSRCK_POINTER(MSRCK_ARRAY(&msrck_int, 10))),
    MSRCK_FIELD(struct vertex, any, MSRCK_POINTER(&msrck_void)));
MSRCK_STRUCT(graph_type, struct graph,
    MSRCK_FIELD(struct graph, first, MSRCK_POINTER(&vertex_type)),
    MSRCK_FIELD(struct graph, inner, MSRCK_ARRAY(&vertex_type, 2)),
    MSRCK_FIELD(struct graph, visit, &msrck_function),
    MSRCK_FIELD(struct graph, words, MSRCK_POINTER(MSRCK_POINTER(&msrck_char))));

enum shade { DARK = -1, BRIGHT = 5 };
MSRCK_ENUM(shade_type, enum shade, MSRCK_ENUMERATOR(DARK), MSRCK_ENUMERATOR(BRIGHT));

union number { int whole; double real; long double exact; };
extern const msrck_type number_type;
MSRCK_UNION(number_type, union number,
    MSRCK_MEMBER(union number, whole, &msrck_int, 1),
    MSRCK_MEMBER(union number, real, &msrck_double, 2),
    MSRCK_MEMBER(union number, exact, &msrck_ldouble, 3));

struct pair { double x; short y; };
MSRCK_STRUCT(pair_type, struct pair, MSRCK_FIELD(struct pair, x, &msrck_double),
             MSRCK_FIELD(struct pair, y, &msrck_short));

struct item {
    unsigned low : 3;
    signed int high : 7;
    _Bool set : 1;
    enum shade shade;
    int kind;
    union number number;
    double _Complex wave;
    union { int small; struct pair pair; };
    int lock[3];
    char letter;
};
MSRCK_BITS_ACCESS(struct item, item, low)
MSRCK_BITS_ACCESS(struct item, item, high)
MSRCK_BITS_ACCESS(struct item, item, set)
extern const msrck_type item_union_type, item_type;
MSRCK_ANONYMOUS_UNION(item_union_type, "struct item union",
    MSRCK_ANONYMOUS_MEMBER(struct item, small, &msrck_int, 0),
    MSRCK_ANONYMOUS_MEMBER(struct item, pair, &pair_type, 1));
MSRCK_STRUCT(item_type, struct item,
    MSRCK_BITS(struct item, item, low, &msrck_uint, 3),
    MSRCK_BITS(struct item, item, high, &msrck_int, 7),
    MSRCK_BITS(struct item, item, set, &msrck_bool, 1),
    MSRCK_FIELD(struct item, shade, &shade_type),
    MSRCK_FIELD(struct item, kind, &msrck_int),
    MSRCK_TAGGED(struct item, number, &number_type, kind),
    MSRCK_FIELD(struct item, wave, &msrck_cdouble),
    MSRCK_TAGGED_ANONYMOUS(struct item, small, &item_union_type, set),
    MSRCK_FIELD_SKIPPED(struct item, lock),
    MSRCK_FIELD(struct item, letter, &msrck_char));

struct bag { int count; char mark; struct node *items[]; };
MSRCK_FLEXIBLE_STRUCT(bag_type, struct bag,
    MSRCK_FIELD(struct bag, count, &msrck_int),
    MSRCK_FIELD(struct bag, mark, &msrck_char),
    MSRCK_FLEXIBLE(struct bag, items, MSRCK_POINTER(&node_type)));

static const msrck_type *const strange_types[] = {
    MSRCK_POINTER(MSRCK_ARRAY(MSRCK_POINTER(&node_type), 10)),
    MSRCK_ARRAY(MSRCK_POINTER(MSRCK_ARRAY(MSRCK_ARRAY(&msrck_int, 4), 3)), 2),
    MSRCK_ARRAY(&msrck_function, 6),
    MSRCK_POINTER(MSRCK_POINTER(&msrck_function)),
    MSRCK_POINTER(MSRCK_POINTER(&msrck_void)),
    MSRCK_ARRAY(MSRCK_ARRAY(&msrck_uchar, 4), 3),
};
static const char *const strange_names[] = { "struct node *(*)[10]", "int (*[2])[3][4]", "void (*[6])(void)",
                                             "void (***)(void)",     "void **",          "unsigned char [3][4]" };

static struct ti_table *table;

static void set_up(void)
{
    table = msrck_ti_new();
    cr_assert_not_null(table);
}

static void tear_down(void)
{
    msrck_ti_free(table);
}

TestSuite(ti_table, .init = set_up, .fini = tear_down);

static const struct ti_type *add(const msrck_type *type)
{
    msrck_error error = MSRCK_ERROR_INIT;
    uint32_t id;
    msrck_result result = msrck_ti_add(table, type, &id, &error);

    cr_assert_eq(result, MSRCK_OK, "%s", error.message);
    return msrck_ti_get(table, id);
}

static const struct ti_type *named(const char *name)
{
    uint32_t id = msrck_ti_find_name(table, name);

    cr_assert_neq(id, UINT32_MAX, "no type %s", name);
    cr_assert_str_eq(msrck_ti_get(table, id)->name, name);
    return msrck_ti_get(table, id);
}

Test(ti_table, a_new_table_holds_void)
{
    cr_assert_eq(msrck_ti_count(table), 1u);
    cr_assert_str_eq(msrck_ti_get(table, TI_VOID)->name, "void");
    cr_assert_eq(msrck_ti_find_name(table, "void"), TI_VOID);
    cr_assert_eq(msrck_ti_find_name(table, "int"), UINT32_MAX);
    cr_assert_eq(msrck_ti_find_description(table, &msrck_int), UINT32_MAX);
}

Test(ti_table, a_type_brings_in_all_that_it_refers_to)
{
    add(&graph_type);
    named("struct vertex");
    named("struct vertex [2]");
    named("struct graph *");
    named("char **");
    named("int (*)[10]");
    named("double [2][3]");
    named("struct vertex *[4]");
    named("void (*)(void)");
    named("void *");
    cr_assert_eq(msrck_ti_find_description(table, &vertex_type), named("struct vertex")->id);
}

Test(ti_table, adding_again_changes_nothing)
{
    uint32_t id = add(&graph_type)->id, count = msrck_ti_count(table);

    cr_assert_eq(add(&graph_type)->id, id);
    cr_assert_eq(add(&vertex_type)->id, named("struct vertex")->id);
    cr_assert_eq(msrck_ti_count(table), count);
}

Test(ti_table, the_same_description_in_two_modules_is_one_type)
{
    uint32_t id = add(&node_type)->id, count = msrck_ti_count(table);

    cr_assert_eq(add(&node_again_type)->id, id);
    cr_assert_eq(msrck_ti_count(table), count);
    cr_assert_eq(msrck_ti_find_description(table, &node_again_type), id);
}

Test(ti_table, equal_descriptions_met_in_one_addition_are_one_type)
{
    uint32_t id = add(&node_again_type)->id;

    cr_assert_eq(msrck_ti_find_description(table, &node_type), id);
    cr_assert_eq(msrck_ti_count(table), 4u);
}

Test(ti_table, pointers_and_arrays_are_named_as_C_declares_them)
{
    for (size_t i = 0; i < sizeof strange_types / sizeof strange_types[0]; i++)
        cr_assert_str_eq(add(strange_types[i])->name, strange_names[i]);
}

Test(ti_table, leaves_and_rows_of_a_struct_with_pointers)
{
    const struct ti_type *type = add(&node_type);

    cr_assert_eq(type->leaves, 3u);
    cr_assert_eq(type->row_width[0], 12u);
    cr_assert_eq(type->row_width[1], 20u);
    cr_assert_eq(type->fields[2].leaf, 2u);
    cr_assert_eq(type->fields[2].row_offset[0], 8u);
    cr_assert_eq(type->fields[2].row_offset[1], 12u);
    cr_assert(type->has_pointers);
    cr_assert_not(type->has_unions);
    cr_assert_eq(type->nesting, 1u);
    cr_assert_eq(type->size, sizeof(struct node));
    cr_assert_eq(type->fields[2].offset, offsetof(struct node, right));
}

Test(ti_table, leaves_and_rows_of_nested_arrays)
{
    const struct ti_type *type = add(&graph_type), *vertex = named("struct vertex");

    cr_assert_eq(vertex->leaves, 5u + 1 + 6 + 4 + 1 + 1);
    cr_assert_eq(vertex->row_width[0], 5u + 4 + 48 + 16 + 4 + 4);
    cr_assert_eq(vertex->row_width[1], 5u + 8 + 48 + 32 + 8 + 8);
    cr_assert_eq(type->leaves, 1 + 2 * vertex->leaves + 2);
    cr_assert_eq(named("struct vertex [2]")->size, 2 * sizeof(struct vertex));
    cr_assert_eq(named("double [2][3]")->nesting, 2u);
    cr_assert_eq(type->nesting, 5u, "%u", type->nesting);
}

Test(ti_table, skipped_members_are_no_fields)
{
    const struct ti_type *type = add(&item_type);

    cr_assert_eq(type->field_count, 9u);
    cr_assert_str_eq(type->fields[8].name, "letter");
    cr_assert_eq(type->fields[8].offset, offsetof(struct item, letter));
}

Test(ti_table, a_union_takes_the_leaves_and_the_width_of_its_largest_members)
{
    const struct ti_type *type = add(&item_type), *number = named("union number");

    cr_assert_eq(number->leaves, 1u);
    cr_assert_eq(number->row_width[1], 4u + 16);
    cr_assert_eq(number->fields[2].row_offset[1], 4u);
    cr_assert_eq(type->fields[5].tag_field, 5u);
    cr_assert(type->has_unions);
    cr_assert_not(type->has_pointers);
    /* low high set shade kind | number | wave | union of small and pair | letter */
    cr_assert_eq(type->leaves, 5u + 1 + 2 + 2 + 1);
    cr_assert_eq(type->row_width[0], 4u + 4 + 1 + 4 + 4 + 20 + 16 + (4 + 10) + 1);
    cr_assert_eq(type->fields[8].leaf, 10u);
}

Test(ti_table, an_anonymous_union_lies_where_its_members_lie)
{
    const struct ti_type *type = add(&item_type), *anonymous = named("struct item union");

    cr_assert_str_eq(type->fields[7].name, "");
    cr_assert_eq(type->fields[7].offset, offsetof(struct item, small));
    cr_assert_eq(type->fields[7].size, sizeof(struct pair));
    cr_assert_eq(anonymous->size, sizeof(struct pair));
    cr_assert_eq(anonymous->fields[1].offset, 0u);
    cr_assert_eq(type->fields[7].tag_field, 3u);
}

Test(ti_table, bit_fields_lie_where_their_bits_are)
{
    const struct ti_type *type = add(&item_type);

    for (unsigned i = 0; i < 3; i++) {
        cr_assert_eq(type->fields[i].role, MSRCK_ROLE_BITS);
        cr_assert_lt(type->fields[i].offset, 2u);
        cr_assert_eq(type->fields[i].size, 0u);
    }
    cr_assert_eq(type->fields[1].bits, 7u);
}

Test(ti_table, a_flexible_member_is_not_counted_but_its_pointers_are_seen)
{
    const struct ti_type *type = add(&bag_type);

    cr_assert_eq(type->leaves, 2u);
    cr_assert_eq(type->row_width[1], 5u);
    cr_assert_eq(type->flexible, named("struct node *")->id);
    cr_assert_eq(type->flexible_offset, offsetof(struct bag, items));
    cr_assert(type->has_pointers);
    cr_assert_eq(type->fields[2].leaf, 2u);
}

Test(ti_table, stripping_arrays_multiplies_the_count)
{
    uint32_t id = add(strange_types[5])->id;
    uint64_t count = 5;

    cr_assert_eq(msrck_ti_strip_arrays(table, id, &count), named("unsigned char")->id);
    cr_assert_eq(count, 60u);
    count = UINT64_MAX / 12 + 1;
    cr_assert_eq(msrck_ti_strip_arrays(table, id, &count), UINT32_MAX);
}

Test(ti_table, file_order_is_by_name_whatever_the_order_of_addition)
{
    struct ti_table *other = msrck_ti_new();
    uint32_t *order, *other_order, id;

    add(&graph_type);
    add(&item_type);
    cr_assert_eq(msrck_ti_add(other, &item_type, &id, NULL), MSRCK_OK);
    cr_assert_eq(msrck_ti_add(other, &graph_type, &id, NULL), MSRCK_OK);
    order = msrck_ti_file_order(table);
    other_order = msrck_ti_file_order(other);
    cr_assert_eq(order[0], TI_VOID);
    cr_assert_eq(msrck_ti_count(table), msrck_ti_count(other));
    for (uint32_t i = 0; i < msrck_ti_count(table); i++) {
        cr_assert_str_eq(msrck_ti_get(table, order[i])->name, msrck_ti_get(other, other_order[i])->name);
        cr_assert(i < 2 || strcmp(msrck_ti_get(table, order[i - 1])->name, msrck_ti_get(table, order[i])->name) < 0);
    }
    free(order);
    free(other_order);
    msrck_ti_free(other);
}

Test(ti_table, thousands_of_types_are_found_by_name_and_by_address)
{
    enum { COUNT = 5000 };
    msrck_type *types = calloc(COUNT, sizeof *types);

    for (size_t i = 0; i < COUNT; i++) {
        types[i] = (msrck_type){ .kind = MSRCK_KIND_ARRAY, .element = &msrck_int, .count = i + 1 };
        cr_assert_eq(add(&types[i])->count, i + 1);
    }
    for (size_t i = 0; i < COUNT; i++) {
        char name[32];

        snprintf(name, sizeof name, "int [%zu]", i + 1);
        cr_assert_eq(named(name)->id, msrck_ti_find_description(table, &types[i]));
    }
    free(types);
}
