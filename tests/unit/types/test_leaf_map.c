/* SPDX-License-Identifier: MIT */
/*
 * Places in the shapes that need care: unions, bit-fields, skipped members, padding, complex numbers, flexible arrays.
 */
#include <complex.h>
#include <criterion/criterion.h>
#include <string.h>

#include "base/byte_buffer.h"
#include "types/leaf_map.h"

static struct ti_table *table;

static void set_up(void)
{
    table = msrck_ti_new();
}

static void tear_down(void)
{
    msrck_ti_free(table);
}

TestSuite(leaf_map, .init = set_up, .fini = tear_down);

static uint32_t add(const msrck_type *type)
{
    msrck_error error = MSRCK_ERROR_INIT;
    uint32_t id;

    cr_assert_eq(msrck_ti_add(table, type, &id, &error), MSRCK_OK, "%s", error.message);
    return id;
}

#define NOWHERE UINT64_MAX

/* NOWHERE where there is none. */
static uint64_t leaf_of(uint32_t id, const void *object, uint64_t offset)
{
    uint64_t leaf;

    return msrck_leaf_of_offset(table, id, object, offset, &leaf) ? leaf : NOWHERE;
}

static uint64_t offset_of(uint32_t id, const void *object, uint64_t leaf)
{
    uint64_t offset;

    return msrck_offset_of_leaf(table, id, object, leaf, &offset) ? offset : NOWHERE;
}

static void assert_same_place(uint32_t id, const void *object, uint64_t leaf, uint64_t offset)
{
    cr_assert_eq(leaf_of(id, object, offset), leaf, "offset %llu", (unsigned long long)offset);
    cr_assert_eq(offset_of(id, object, leaf), offset, "leaf %llu", (unsigned long long)leaf);
}

static void assert_path(uint32_t id, uint64_t leaf, const char *expected)
{
    struct byte_buffer path = BYTE_BUFFER_INIT;

    msrck_leaf_path(table, id, leaf, &path);
    cr_assert_str_eq(msrck_buffer_text(&path), expected);
    msrck_buffer_free(&path);
}

struct cell { char letter; int number; double _Complex wave; };
MSRCK_STRUCT(cell_type, struct cell, MSRCK_FIELD(struct cell, letter, &msrck_char),
             MSRCK_FIELD(struct cell, number, &msrck_int), MSRCK_FIELD(struct cell, wave, &msrck_cdouble));
struct board { short rows; struct cell cells[2][3]; char name[5]; struct board *next; };
extern const msrck_type board_type;
MSRCK_STRUCT(board_type, struct board, MSRCK_FIELD(struct board, rows, &msrck_short),
             MSRCK_FIELD(struct board, cells, MSRCK_ARRAY(MSRCK_ARRAY(&cell_type, 3), 2)),
             MSRCK_FIELD(struct board, name, MSRCK_ARRAY(&msrck_char, 5)),
             MSRCK_FIELD(struct board, next, MSRCK_POINTER(&board_type)));

Test(leaf_map, structs_in_arrays_in_structs)
{
    uint32_t id = add(&board_type);

    assert_same_place(id, NULL, 0, 0);
    assert_same_place(id, NULL, 1, offsetof(struct board, cells));
    assert_same_place(id, NULL, 2, offsetof(struct board, cells[0][0].number));
    assert_same_place(id, NULL, 1 + 4 * 4 + 1, offsetof(struct board, cells[1][1].number));
    assert_same_place(id, NULL, 1 + 4 * 5 + 2, offsetof(struct board, cells[1][2].wave));
    assert_same_place(id, NULL, 1 + 4 * 5 + 3, offsetof(struct board, cells[1][2].wave) + sizeof(double));
    assert_same_place(id, NULL, 25 + 4, offsetof(struct board, name[4]));
    assert_same_place(id, NULL, 30, offsetof(struct board, next));
    assert_path(id, 0, ".rows");
    assert_path(id, 18, ".cells[1][1].number");
    assert_path(id, 23, ".cells[1][2].wave.real");
    assert_path(id, 24, ".cells[1][2].wave.imaginary");
    assert_path(id, 29, ".name[4]");
}

Test(leaf_map, the_middle_of_a_scalar_is_no_place)
{
    uint32_t id = add(&board_type);

    cr_assert_eq(leaf_of(id, NULL, 1), NOWHERE);
    cr_assert_eq(leaf_of(id, NULL, offsetof(struct board, cells[1][1].number) + 1), NOWHERE);
    cr_assert_eq(leaf_of(id, NULL, offsetof(struct board, cells[1][1].wave) + 4), NOWHERE);
    cr_assert_eq(leaf_of(id, NULL, offsetof(struct board, next) + 2), NOWHERE);
    cr_assert_eq(leaf_of(id, NULL, sizeof(struct board)), NOWHERE);
    cr_assert_eq(offset_of(id, NULL, 31), NOWHERE);
    cr_assert_eq(leaf_of(add(&msrck_int), NULL, 0), 0u);
    cr_assert_eq(leaf_of(add(&msrck_int), NULL, 2), NOWHERE);
}

Test(leaf_map, directly_behind_a_member_is_one_past_it)
{
    uint32_t id = add(&board_type);

    cr_assert_eq(leaf_of(id, NULL, offsetof(struct board, cells[0][1].letter) + 1), 1u + 4 + 1);
    cr_assert_eq(leaf_of(id, NULL, offsetof(struct board, name) + 5), 30u);
    cr_assert_eq(leaf_of(id, NULL, offsetof(struct board, cells[0][1].letter) + 2), NOWHERE);
}

struct tail { int number; char letter; };
MSRCK_STRUCT(tail_type, struct tail, MSRCK_FIELD(struct tail, number, &msrck_int),
             MSRCK_FIELD(struct tail, letter, &msrck_char));

Test(leaf_map, one_past_the_last_member_is_the_number_of_leaves)
{
    cr_assert_eq(leaf_of(add(&tail_type), NULL, 5), 2u);
    cr_assert_eq(leaf_of(add(&tail_type), NULL, 6), NOWHERE);
}

struct locked { long lock[2]; int value; long other_lock; int last; };
MSRCK_STRUCT(locked_type, struct locked, MSRCK_FIELD_SKIPPED(struct locked, lock),
             MSRCK_FIELD(struct locked, value, &msrck_int), MSRCK_FIELD_SKIPPED(struct locked, other_lock),
             MSRCK_FIELD(struct locked, last, &msrck_int));

Test(leaf_map, skipped_members_have_no_place)
{
    uint32_t id = add(&locked_type);

    assert_same_place(id, NULL, 0, 0);
    assert_same_place(id, NULL, 1, offsetof(struct locked, last));
    cr_assert_eq(leaf_of(id, NULL, offsetof(struct locked, lock[1])), NOWHERE);
    cr_assert_eq(leaf_of(id, NULL, offsetof(struct locked, other_lock)), NOWHERE);
    cr_assert_eq(leaf_of(id, NULL, offsetof(struct locked, other_lock) + 1), NOWHERE);
}

Test(leaf_map, a_place_that_would_come_back_as_another_is_refused)
{
    /* Leaf 0 comes back as the beginning of the struct, which holds a lock. */
    cr_assert_eq(leaf_of(add(&locked_type), NULL, offsetof(struct locked, value)), NOWHERE);
}

struct flags { unsigned ready : 1; unsigned level : 4; int count; unsigned late : 9; };
MSRCK_BITS_ACCESS(struct flags, flags, ready)
MSRCK_BITS_ACCESS(struct flags, flags, level)
MSRCK_BITS_ACCESS(struct flags, flags, late)
MSRCK_STRUCT(flags_type, struct flags, MSRCK_BITS(struct flags, flags, ready, &msrck_uint, 1),
    MSRCK_BITS(struct flags, flags, level, &msrck_uint, 4), MSRCK_FIELD(struct flags, count, &msrck_int),
    MSRCK_BITS(struct flags, flags, late, &msrck_uint, 9));

Test(leaf_map, bit_fields_have_leaves_but_no_places)
{
    uint32_t id = add(&flags_type);

    assert_same_place(id, NULL, 0, 0);
    assert_same_place(id, NULL, 2, offsetof(struct flags, count));
    cr_assert_eq(leaf_of(id, NULL, 1), NOWHERE);
    cr_assert_eq(leaf_of(id, NULL, sizeof(struct flags) - 1), NOWHERE);
    /* One past count, where bits lie or padding does. */
    cr_assert_eq(leaf_of(id, NULL, 8), 3u);
    assert_path(id, 1, ".level");
}

enum kind { NOTHING, NUMBER, TEXT, PAIR };
enum __attribute__((packed)) short_kind { FIRST = 1, LATE = 200 };
MSRCK_ENUM(kind_type, enum kind, MSRCK_ENUMERATOR(NOTHING), MSRCK_ENUMERATOR(NUMBER), MSRCK_ENUMERATOR(TEXT),
           MSRCK_ENUMERATOR(PAIR));
MSRCK_ENUM(short_kind_type, enum short_kind, MSRCK_ENUMERATOR(FIRST), MSRCK_ENUMERATOR(LATE));
union value { double number; char text[6]; struct tail pair; };
MSRCK_UNION(value_type, union value, MSRCK_MEMBER(union value, number, &msrck_double, NUMBER),
            MSRCK_MEMBER(union value, text, MSRCK_ARRAY(&msrck_char, 6), TEXT),
            MSRCK_MEMBER(union value, pair, &tail_type, PAIR));

static long long chosen;

static long long choose(const void *object)
{
    (void)object;
    return chosen;
}

struct variant {
    enum kind kind;
    union value value;
    signed char sign;
    unsigned bits : 2;
    enum short_kind short_kind;
    union { int a; float b; };
    union value other;
    int after;
};
MSRCK_BITS_ACCESS(struct variant, variant, bits)
extern const msrck_type sign_union_type;
MSRCK_ANONYMOUS_UNION(sign_union_type, "struct variant union",
                      MSRCK_ANONYMOUS_MEMBER(struct variant, a, &msrck_int, -5),
                      MSRCK_ANONYMOUS_MEMBER(struct variant, b, &msrck_float, 5));
MSRCK_STRUCT(variant_type, struct variant, MSRCK_FIELD(struct variant, kind, &kind_type),
             MSRCK_TAGGED(struct variant, value, &value_type, kind), MSRCK_FIELD(struct variant, sign, &msrck_schar),
             MSRCK_BITS(struct variant, variant, bits, &msrck_uint, 2),
             MSRCK_FIELD(struct variant, short_kind, &short_kind_type),
             MSRCK_TAGGED_ANONYMOUS(struct variant, b, &sign_union_type, sign),
             MSRCK_CHOSEN(struct variant, other, &value_type, choose), MSRCK_FIELD(struct variant, after, &msrck_int));

static uint32_t active(uint32_t id, unsigned field, const struct variant *object)
{
    const struct ti_type *type = msrck_ti_get(table, id);

    return msrck_active_member(table, type, &type->fields[field], object);
}

Test(leaf_map, tags_are_read_as_the_machine_holds_them)
{
    uint32_t id = add(&variant_type);
    struct variant object = { .kind = TEXT, .sign = -5 };

    chosen = NUMBER;
    cr_assert_eq(active(id, 1, &object), 1u);
    cr_assert_eq(active(id, 5, &object), 0u);
    cr_assert_eq(active(id, 6, &object), 0u);
    object = (struct variant){ .kind = NOTHING, .sign = 5 };
    chosen = 99;
    cr_assert_eq(active(id, 1, &object), UINT32_MAX);
    cr_assert_eq(active(id, 5, &object), 1u);
    cr_assert_eq(active(id, 6, &object), UINT32_MAX);
}

struct bit_tagged { unsigned kind : 2; enum short_kind late; union value value; union value other; };
MSRCK_BITS_ACCESS(struct bit_tagged, bit_tagged, kind)
union late_value { int first; double late; };
MSRCK_UNION(late_value_type, union late_value, MSRCK_MEMBER(union late_value, first, &msrck_int, FIRST),
    MSRCK_MEMBER(union late_value, late, &msrck_double, LATE));
struct late_tagged { enum short_kind kind; union late_value value; };
MSRCK_STRUCT(late_tagged_type, struct late_tagged, MSRCK_FIELD(struct late_tagged, kind, &short_kind_type),
    MSRCK_TAGGED(struct late_tagged, value, &late_value_type, kind));
MSRCK_STRUCT(bit_tagged_type, struct bit_tagged, MSRCK_BITS(struct bit_tagged, bit_tagged, kind, &msrck_uint, 2),
    MSRCK_FIELD(struct bit_tagged, late, &short_kind_type), MSRCK_TAGGED(struct bit_tagged, value, &value_type, kind),
    MSRCK_FIELD_SKIPPED(struct bit_tagged, other));

Test(leaf_map, tags_in_bit_fields_and_short_enums)
{
    const struct ti_type *type = msrck_ti_get(table, add(&bit_tagged_type));
    struct bit_tagged object = { .kind = PAIR };
    struct late_tagged late = { .kind = LATE };

    cr_assert_eq(msrck_active_member(table, type, &type->fields[2], &object), 2u);
    type = msrck_ti_get(table, add(&late_tagged_type));
    cr_assert_eq(msrck_active_member(table, type, &type->fields[1], &late), 1u);
}

Test(leaf_map, places_in_the_active_member_of_a_union)
{
    uint32_t id = add(&variant_type);
    struct variant object = { .kind = TEXT };
    size_t start = offsetof(struct variant, value);

    assert_same_place(id, &object, 1, start);
    assert_same_place(id, &object, 1 + 3, start + 3);
    /* One past the active member, and then nothing. */
    cr_assert_eq(leaf_of(id, &object, start + 6), 7u);
    cr_assert_eq(leaf_of(id, &object, start + 7), NOWHERE);
    object.kind = PAIR;
    assert_same_place(id, &object, 2, start + 4);
    cr_assert_eq(leaf_of(id, &object, start + 3), NOWHERE);
    cr_assert_eq(leaf_of(id, &object, start + 5), 3u);
    cr_assert_eq(offset_of(id, &object, 3), start + sizeof(struct tail));
    cr_assert_eq(offset_of(id, &object, 4), NOWHERE);
    object.kind = NUMBER;
    assert_same_place(id, &object, 1, start);
    cr_assert_eq(leaf_of(id, &object, start + 4), NOWHERE);
    object.kind = NOTHING;
    assert_same_place(id, &object, 1, start);
    cr_assert_eq(leaf_of(id, &object, start + 4), NOWHERE);
    cr_assert_eq(offset_of(id, &object, 3), NOWHERE);
    cr_assert_eq(leaf_of(id, NULL, start + 4), NOWHERE);
}

Test(leaf_map, places_behind_unions_do_not_depend_on_them)
{
    uint32_t id = add(&variant_type);

    assert_same_place(id, NULL, msrck_ti_get(table, id)->leaves - 1, offsetof(struct variant, after));
    assert_path(id, 2, ".value.text[1]");
    assert_path(id, 1, ".value.number");
    assert_path(id, 10, ".a");
}

struct sequence { int count; char mark; char data[]; };
MSRCK_FLEXIBLE_STRUCT(sequence_type, struct sequence, MSRCK_FIELD(struct sequence, count, &msrck_int),
    MSRCK_FIELD(struct sequence, mark, &msrck_char), MSRCK_FLEXIBLE(struct sequence, data, &msrck_char));

Test(leaf_map, a_flexible_array_begins_one_past_the_last_member)
{
    uint32_t id = add(&sequence_type);

    assert_same_place(id, NULL, 1, 4);
    cr_assert_eq(leaf_of(id, NULL, 5), 2u);
    cr_assert_eq(offset_of(id, NULL, 2), NOWHERE);
}
