/* SPDX-License-Identifier: MIT */
/*
 * Each description below is wrong in one way, and the message must say which. They are written with the public macros,
 * as a program would write them; a few that no macro can make are written out.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "types/ti_table.h"

/* Adds the type to a new table. The message must hold `expected`, and the table must be as before. */
static void assert_refused(const msrck_type *type, const char *expected)
{
    struct ti_table *table = msrck_ti_new();
    msrck_error error = MSRCK_ERROR_INIT;
    uint32_t id = 7;

    cr_assert_eq(msrck_ti_add(table, type, &id, &error), MSRCK_MISUSE, "%s was accepted", expected);
    cr_assert_not_null(strstr(error.message, expected), "\"%s\" instead of \"%s\"", error.message, expected);
    cr_assert_eq(id, UINT32_MAX);
    cr_assert_eq(msrck_ti_count(table), 1u);
    cr_assert_eq(msrck_ti_find_description(table, type), UINT32_MAX);
    cr_assert_eq(msrck_ti_add(table, &msrck_int, &id, NULL), MSRCK_OK);
    cr_assert_eq(id, 1u);
    msrck_ti_free(table);
}

static void assert_accepted(const msrck_type *type)
{
    struct ti_table *table = msrck_ti_new();
    msrck_error error = MSRCK_ERROR_INIT;
    uint32_t id;

    cr_assert_eq(msrck_ti_add(table, type, &id, &error), MSRCK_OK, "%s", error.message);
    msrck_ti_free(table);
}

/*
 * A struct of one member `m`, and its description with one field. The braces around the struct's body are the
 * caller's.
 */
#define ONE_MEMBER(identifier, declaration, T) \
    struct identifier { declaration; }; \
    MSRCK_STRUCT(identifier##_type, struct identifier, MSRCK_FIELD(struct identifier, m, T));

ONE_MEMBER(wide, float m, &msrck_double)
ONE_MEMBER(unsigned_int, unsigned m, &msrck_int)
ONE_MEMBER(bits_of_double, int64_t m, &msrck_double)
ONE_MEMBER(plain_char, char m, &msrck_schar)
ONE_MEMBER(small_char, char m, &msrck_int8)
ONE_MEMBER(signed_size, intptr_t m, &msrck_size)
ONE_MEMBER(pointer_as_number, void *m, &msrck_intptr)
ONE_MEMBER(struct_pointer_as_number, struct wide *m, &msrck_uintptr)
ONE_MEMBER(number_as_pointer, intptr_t m, MSRCK_POINTER(&msrck_int))
ONE_MEMBER(number_as_function, intptr_t m, &msrck_function)
ONE_MEMBER(other_pointer, char *m, MSRCK_POINTER(&msrck_int))
ONE_MEMBER(pointer_to_number, int *m, MSRCK_POINTER(&wide_type))
ONE_MEMBER(other_array, int m[4], MSRCK_ARRAY(&msrck_uint, 4))
ONE_MEMBER(short_array, int m[5], MSRCK_ARRAY(&msrck_int, 4))
ONE_MEMBER(float_as_enum, float m, MSRCK_ARRAY(&msrck_int, 1))
ONE_MEMBER(real_as_complex, double m[2], &msrck_cdouble)
ONE_MEMBER(complex_as_struct, float _Complex m, &msrck_double)
ONE_MEMBER(void_member, char m, &msrck_void)
ONE_MEMBER(empty_array, int m, MSRCK_ARRAY(&msrck_int, 0))

Test(description, members_of_another_type_are_refused)
{
    assert_refused(&wide_type, "struct wide.m: described as double (8 bytes), the compiler says 4 bytes");
    assert_refused(&unsigned_int_type, "struct unsigned_int.m: described as int, the compiler says unsigned int");
    assert_refused(&bits_of_double_type, "struct bits_of_double.m: described as double, the compiler says long");
    assert_refused(&plain_char_type, "described as signed char, the compiler says char");
    assert_refused(&small_char_type, "described as int8_t, the compiler says char");
    assert_refused(&signed_size_type, "described as size_t, the compiler says ");
    assert_refused(&complex_as_struct_type, "described as double, the compiler says float _Complex");
    assert_refused(&real_as_complex_type,
                   "described as double _Complex, the compiler says a pointer to, or an array of, double");
    assert_refused(&void_member_type, "struct void_member: void stands in it");
}

Test(description, numbers_for_pointers_and_pointers_for_numbers_are_refused)
{
    assert_refused(&pointer_as_number_type, "described as intptr_t, the compiler says a pointer or an array");
    assert_refused(&struct_pointer_as_number_type, "described as uintptr_t, the compiler says a pointer or an array");
    assert_refused(&number_as_pointer_type, "described as int *, the compiler says ");
    assert_refused(&number_as_function_type, "described as void (*)(void), the compiler says ");
    assert_refused(&other_pointer_type, "described as int *, the compiler says a pointer to, or an array of, char");
    assert_refused(&pointer_to_number_type, "a pointer to, or an array of, int");
}

Test(description, arrays_of_another_type_or_length_are_refused)
{
    assert_refused(&other_array_type,
                   "described as unsigned int [4], the compiler says a pointer to, or an array of, int");
    assert_refused(&short_array_type, "described as int [4] (16 bytes), the compiler says 20 bytes");
    assert_refused(&float_as_enum_type, "described as int [1], the compiler says float");
    assert_refused(&empty_array_type, "an array of no elements");
}

enum small { NONE, SOME };
enum __attribute__((packed)) tiny { FEW, MANY = 200 };
MSRCK_ENUM(small_type, enum small, MSRCK_ENUMERATOR(NONE), MSRCK_ENUMERATOR(SOME));
MSRCK_ENUM(tiny_type, enum tiny, MSRCK_ENUMERATOR(FEW), MSRCK_ENUMERATOR(MANY));
MSRCK_ENUM(twice_type, enum small, MSRCK_ENUMERATOR(NONE), MSRCK_ENUMERATOR(NONE));

struct many {
    size_t size; int64_t wide; time_t time; wchar_t letter; enum small small; enum tiny tiny; const volatile int fixed;
    volatile int *loose; int *typed; void *any; struct many *self; double at[2][3]; int (*rows)[3]; void (*call)(int);
    float _Complex wave; unsigned char bytes[3]; char *anything; uint8_t octets[2];
};
extern const msrck_type many_type;
MSRCK_STRUCT(many_type, struct many, MSRCK_FIELD(struct many, size, &msrck_size),
             MSRCK_FIELD(struct many, wide, &msrck_int64), MSRCK_FIELD(struct many, time, &msrck_time),
             MSRCK_FIELD(struct many, letter, &msrck_wchar), MSRCK_FIELD(struct many, small, &small_type),
             MSRCK_FIELD(struct many, tiny, &tiny_type), MSRCK_FIELD(struct many, fixed, &msrck_int),
             MSRCK_FIELD(struct many, loose, MSRCK_POINTER(&msrck_int)),
             MSRCK_FIELD(struct many, typed, MSRCK_POINTER(&msrck_int)),
             MSRCK_FIELD(struct many, any, MSRCK_POINTER(&msrck_void)),
             MSRCK_FIELD(struct many, self, MSRCK_POINTER(&many_type)),
             MSRCK_FIELD(struct many, at, MSRCK_ARRAY(MSRCK_ARRAY(&msrck_double, 3), 2)),
             MSRCK_FIELD(struct many, rows, MSRCK_POINTER(MSRCK_ARRAY(&msrck_int, 3))),
             MSRCK_FIELD(struct many, call, &msrck_function), MSRCK_FIELD(struct many, wave, &msrck_cfloat),
             MSRCK_FIELD(struct many, bytes, MSRCK_ARRAY(&msrck_uchar, 3)),
             MSRCK_FIELD(struct many, anything, MSRCK_POINTER(&msrck_void)),
             MSRCK_FIELD(struct many, octets, MSRCK_ARRAY(&msrck_uint8, 2)));

Test(description, members_described_as_declared_are_accepted)
{
    assert_accepted(&many_type);
}

Test(description, an_enumerator_that_stands_twice_is_refused)
{
    assert_refused(&twice_type, "enum small.NONE: this name stands twice");
}

struct four { int a, b, c, d; };
MSRCK_STRUCT(without_last_type, struct four, MSRCK_FIELD(struct four, a, &msrck_int),
             MSRCK_FIELD(struct four, b, &msrck_int), MSRCK_FIELD(struct four, c, &msrck_int));
MSRCK_STRUCT(without_middle_type, struct four, MSRCK_FIELD(struct four, a, &msrck_int),
             MSRCK_FIELD(struct four, d, &msrck_int));
MSRCK_STRUCT(swapped_type, struct four, MSRCK_FIELD(struct four, b, &msrck_int),
             MSRCK_FIELD(struct four, a, &msrck_int), MSRCK_FIELD(struct four, c, &msrck_int),
             MSRCK_FIELD(struct four, d, &msrck_int));
MSRCK_STRUCT(with_skipped_type, struct four, MSRCK_FIELD(struct four, a, &msrck_int),
             MSRCK_FIELD_SKIPPED(struct four, b), MSRCK_FIELD(struct four, c, &msrck_int),
             MSRCK_FIELD_SKIPPED(struct four, d));
MSRCK_STRUCT(only_skipped_type, struct four, MSRCK_FIELD_SKIPPED(struct four, a), MSRCK_FIELD_SKIPPED(struct four, b),
    MSRCK_FIELD_SKIPPED(struct four, c), MSRCK_FIELD_SKIPPED(struct four, d));

struct hidden { char a, in_padding; int b; };
MSRCK_STRUCT(hidden_type, struct hidden, MSRCK_FIELD(struct hidden, a, &msrck_char),
             MSRCK_FIELD(struct hidden, b, &msrck_int));
struct hidden_tail { int a; char b, in_padding; };
MSRCK_STRUCT(hidden_tail_type, struct hidden_tail, MSRCK_FIELD(struct hidden_tail, a, &msrck_int),
    MSRCK_FIELD(struct hidden_tail, b, &msrck_char));
struct padded { char a; double b; char c; long double d; short e; };
MSRCK_STRUCT(padded_type, struct padded, MSRCK_FIELD(struct padded, a, &msrck_char),
             MSRCK_FIELD(struct padded, b, &msrck_double), MSRCK_FIELD(struct padded, c, &msrck_char),
             MSRCK_FIELD(struct padded, d, &msrck_ldouble), MSRCK_FIELD(struct padded, e, &msrck_short));
struct overaligned { char a; _Alignas(64) int b; char c; };
MSRCK_STRUCT(overaligned_type, struct overaligned, MSRCK_FIELD(struct overaligned, a, &msrck_char),
    MSRCK_FIELD(struct overaligned, b, &msrck_int), MSRCK_FIELD(struct overaligned, c, &msrck_char));
struct __attribute__((packed)) packed { char a; double b; char c; int d; };
MSRCK_STRUCT(packed_type, struct packed, MSRCK_FIELD(struct packed, a, &msrck_char),
             MSRCK_FIELD(struct packed, b, &msrck_double), MSRCK_FIELD(struct packed, c, &msrck_char),
             MSRCK_FIELD(struct packed, d, &msrck_int));

/* The same description as a compiler without __builtin_clear_padding makes it. */
static void without_clear_padding(const msrck_type *type, const char *expected)
{
    msrck_type plain = *type;

    plain.clear_padding = NULL;
    if (expected == NULL)
        assert_accepted(&plain);
    else
        assert_refused(&plain, expected);
}

Test(description, a_member_left_out_is_found)
{
    assert_refused(&without_last_type, "struct four: what lies in bytes 12 to 15 is not described");
    assert_refused(&without_middle_type, "struct four: what lies in bytes 4 to 11 is not described");
    without_clear_padding(&without_last_type, "bytes 12 to 15");
    without_clear_padding(&without_middle_type, "bytes 4 to 11");
}

Test(description, a_member_left_out_is_found_in_padding_where_the_compiler_tells)
{
    if (hidden_type.clear_padding == NULL)
        cr_skip_test("this compiler has no __builtin_clear_padding");
    assert_refused(&hidden_type, "struct hidden: the member at byte 1 is not described");
    assert_refused(&hidden_tail_type, "struct hidden_tail: the member at byte 5 is not described");
}

struct element { char a; int b; };
MSRCK_STRUCT(element_type, struct element, MSRCK_FIELD(struct element, a, &msrck_char),
             MSRCK_FIELD(struct element, b, &msrck_int));
struct array_first { struct element elements[20]; char name[5]; double after; char last; };
MSRCK_STRUCT(array_first_type, struct array_first,
             MSRCK_FIELD(struct array_first, elements, MSRCK_ARRAY(&element_type, 20)),
             MSRCK_FIELD(struct array_first, name, MSRCK_ARRAY(&msrck_char, 5)),
             MSRCK_FIELD(struct array_first, after, &msrck_double), MSRCK_FIELD(struct array_first, last, &msrck_char));
struct long_doubles { long double a[30]; char b; double c; char d; };
MSRCK_STRUCT(long_doubles_type, struct long_doubles,
             MSRCK_FIELD(struct long_doubles, a, MSRCK_ARRAY(&msrck_ldouble, 30)),
             MSRCK_FIELD(struct long_doubles, b, &msrck_char), MSRCK_FIELD(struct long_doubles, c, &msrck_double),
             MSRCK_FIELD(struct long_doubles, d, &msrck_char));
struct locked { char a; struct element lock[9]; char b; double c; char d; };
MSRCK_STRUCT(locked_type, struct locked, MSRCK_FIELD(struct locked, a, &msrck_char),
             MSRCK_FIELD_SKIPPED(struct locked, lock), MSRCK_FIELD(struct locked, b, &msrck_char),
             MSRCK_FIELD(struct locked, c, &msrck_double), MSRCK_FIELD(struct locked, d, &msrck_char));

/* The last three are those whose padding gcc 12 does not know itself. */
Test(description, padding_is_no_member)
{
    const msrck_type *const types[] = { &padded_type, &overaligned_type, &packed_type, &with_skipped_type, &many_type,
                                        &array_first_type, &long_doubles_type, &locked_type };

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        assert_accepted(types[i]);
        without_clear_padding(types[i], NULL);
    }
}

Test(description, members_out_of_order_are_refused)
{
    assert_refused(&swapped_type, "struct four.a: overlaps another member, or stands out of the order of declaration");
}

Test(description, a_struct_without_state_is_refused)
{
    assert_refused(&only_skipped_type, "struct four: has no members that are saved");
}

static const msrck_field overlapping_fields[] = { { .name = "a", .type = &msrck_int, .offset = 0, .size = 4 },
                                                  { .name = "b", .type = &msrck_int, .offset = 2, .size = 4 } };
static const msrck_type overlapping_type = { .kind = MSRCK_KIND_STRUCT, .name = "struct o", .size = 8, .alignment = 4,
    .fields = overlapping_fields, .field_count = 2 };
static const msrck_field outside_fields[] = { { .name = "a", .type = &msrck_int, .offset = 2, .size = 4 } };
static const msrck_type outside_type = { .kind = MSRCK_KIND_STRUCT, .name = "struct o", .size = 4, .alignment = 4,
    .fields = outside_fields, .field_count = 1 };

Test(description, members_over_each_other_or_outside_are_refused)
{
    assert_refused(&overlapping_type, "struct o.b: overlaps the member before it");
    assert_refused(&outside_type, "struct o.a: lies outside");
}

struct flags { unsigned a : 3; int b : 5; unsigned : 4; _Bool c : 1; unsigned long long d : 40; int e; };
MSRCK_BITS_ACCESS(struct flags, flags, a)
MSRCK_BITS_ACCESS(struct flags, flags, b)
MSRCK_BITS_ACCESS(struct flags, flags, c)
MSRCK_BITS_ACCESS(struct flags, flags, d)
#define FLAG(member, T, width) MSRCK_BITS(struct flags, flags, member, T, width)
#define LAST_FLAG MSRCK_FIELD(struct flags, e, &msrck_int)
MSRCK_STRUCT(flags_type, struct flags, FLAG(a, &msrck_uint, 3), FLAG(b, &msrck_int, 5), FLAG(c, &msrck_bool, 1),
    FLAG(d, &msrck_ullong, 40), LAST_FLAG);
MSRCK_STRUCT(narrow_flag_type, struct flags, FLAG(a, &msrck_uint, 2), FLAG(b, &msrck_int, 5), FLAG(c, &msrck_bool, 1),
    FLAG(d, &msrck_ullong, 40), LAST_FLAG);
MSRCK_STRUCT(wide_signed_flag_type, struct flags, FLAG(a, &msrck_uint, 3), FLAG(b, &msrck_int, 6),
             FLAG(c, &msrck_bool, 1), FLAG(d, &msrck_ullong, 40), LAST_FLAG);
MSRCK_STRUCT(unsigned_flag_type, struct flags, FLAG(a, &msrck_uint, 3), FLAG(b, &msrck_uint, 5),
             FLAG(c, &msrck_bool, 1), FLAG(d, &msrck_ullong, 40), LAST_FLAG);
MSRCK_STRUCT(twice_flag_type, struct flags, FLAG(a, &msrck_uint, 3), FLAG(a, &msrck_uint, 3), LAST_FLAG);
MSRCK_STRUCT(missing_flag_type, struct flags, FLAG(a, &msrck_uint, 3), FLAG(c, &msrck_bool, 1),
             FLAG(d, &msrck_ullong, 40), LAST_FLAG);
MSRCK_STRUCT(moved_flag_type, struct flags, LAST_FLAG, FLAG(a, &msrck_uint, 3));
MSRCK_STRUCT(huge_flag_type, struct flags, FLAG(a, &msrck_uchar, 9), LAST_FLAG);
MSRCK_STRUCT(floating_flag_type, struct flags, FLAG(a, &msrck_float, 3), LAST_FLAG);

Test(description, bit_fields_are_tried)
{
    assert_accepted(&flags_type);
    without_clear_padding(&flags_type, NULL);
    assert_refused(&narrow_flag_type, "struct flags.a: described with 2 bits, the compiler says 3");
    assert_refused(&wide_signed_flag_type, "struct flags.b: described with 6 bits, the compiler says 5");
    assert_refused(&unsigned_flag_type, "struct flags.b: described as unsigned int, the compiler says signed");
    assert_refused(&twice_flag_type, "struct flags.a");
    assert_refused(&moved_flag_type, "struct flags");
    assert_refused(&huge_flag_type, "unsigned char has no bit-field of 9 bits");
    assert_refused(&floating_flag_type, "float has no bit-field of 3 bits");
    if (missing_flag_type.clear_padding != NULL)
        assert_refused(&missing_flag_type, "is not described");
}

union either { int whole; double real; char text[24]; };
#define EITHER(member, T, tag) MSRCK_MEMBER(union either, member, T, tag)
MSRCK_UNION(either_type, union either, EITHER(whole, &msrck_int, 0), EITHER(real, &msrck_double, 1),
    EITHER(text, MSRCK_ARRAY(&msrck_char, 24), 2));
MSRCK_UNION(same_tag_type, union either, EITHER(whole, &msrck_int, 1), EITHER(real, &msrck_double, 1),
    EITHER(text, MSRCK_ARRAY(&msrck_char, 24), 2));
MSRCK_UNION(without_longest_type, union either, EITHER(whole, &msrck_int, 0), EITHER(real, &msrck_double, 1));
MSRCK_UNION(wrong_member_type, union either, EITHER(whole, &msrck_uint, 0), EITHER(real, &msrck_double, 1),
    EITHER(text, MSRCK_ARRAY(&msrck_char, 24), 2));

static long long always_one(const void *object)
{
    (void)object;
    return 1;
}

struct holder { int tag; float other; union either either; union either list[2]; };
#define HOLDER_START MSRCK_FIELD(struct holder, tag, &msrck_int), MSRCK_FIELD(struct holder, other, &msrck_float)
#define HOLDER_END MSRCK_FIELD_SKIPPED(struct holder, list)
MSRCK_STRUCT(holder_type, struct holder, HOLDER_START, MSRCK_TAGGED(struct holder, either, &either_type, tag),
             HOLDER_END);
MSRCK_STRUCT(chosen_type, struct holder, HOLDER_START, MSRCK_CHOSEN(struct holder, either, &either_type, always_one),
             HOLDER_END);
MSRCK_STRUCT(untagged_type, struct holder, HOLDER_START, MSRCK_FIELD(struct holder, either, &either_type), HOLDER_END);
MSRCK_STRUCT(no_such_tag_type, struct holder, HOLDER_START, MSRCK_TAGGED(struct holder, either, &either_type, tags),
             HOLDER_END);
MSRCK_STRUCT(float_tag_type, struct holder, HOLDER_START, MSRCK_TAGGED(struct holder, either, &either_type, other),
             HOLDER_END);
MSRCK_STRUCT(skipped_tag_type, struct holder, MSRCK_FIELD_SKIPPED(struct holder, tag),
             MSRCK_FIELD(struct holder, other, &msrck_float), MSRCK_TAGGED(struct holder, either, &either_type, tag),
             HOLDER_END);
MSRCK_STRUCT(union_array_type, struct holder, HOLDER_START, MSRCK_FIELD_SKIPPED(struct holder, either),
    MSRCK_FIELD(struct holder, list, MSRCK_ARRAY(&either_type, 2)));

union outer { union either inner; int other; };
MSRCK_UNION(outer_type, union outer, MSRCK_MEMBER(union outer, inner, &either_type, 0),
            MSRCK_MEMBER(union outer, other, &msrck_int, 1));

Test(description, unions_need_a_way_to_tell_the_active_member)
{
    assert_accepted(&holder_type);
    assert_accepted(&chosen_type);
    without_clear_padding(&either_type, NULL);
    assert_refused(&untagged_type, "struct holder.either: nothing tells the active member");
    assert_refused(&no_such_tag_type, "struct holder.either: the struct has no saved member tags");
    assert_refused(&skipped_tag_type, "struct holder.either: the struct has no saved member tag");
    assert_refused(&float_tag_type, "its tag field other is neither an integer nor an enum");
    assert_refused(&same_tag_type, "union either: two members have the tag 1");
    assert_refused(&union_array_type, "union either stands in it without a tag");
    assert_refused(&outer_type, "union outer: union either stands in it without a tag");
}

Test(description, union_members_are_checked)
{
    assert_refused(&without_longest_type, "union either: what lies in bytes 8 to 23 is not described");
    without_clear_padding(&without_longest_type, "bytes 8 to 23");
    assert_refused(&wrong_member_type, "union either.whole: described as unsigned int, the compiler says int");
}

struct anonymous { int tag; union { int i; struct { short x, y; }; double d; }; int after; };
extern const msrck_type anonymous_union_type, short_union_type;
MSRCK_ANONYMOUS_UNION(anonymous_union_type, "struct anonymous union",
                      MSRCK_ANONYMOUS_MEMBER(struct anonymous, i, &msrck_int, 1),
                      MSRCK_ANONYMOUS_MEMBER(struct anonymous, y, &msrck_short, 2),
                      MSRCK_ANONYMOUS_MEMBER(struct anonymous, d, &msrck_double, 3));
MSRCK_ANONYMOUS_UNION(short_union_type, "struct anonymous union",
                      MSRCK_ANONYMOUS_MEMBER(struct anonymous, i, &msrck_int, 1));
#define ANONYMOUS(union_type) MSRCK_FIELD(struct anonymous, tag, &msrck_int), \
    MSRCK_TAGGED_ANONYMOUS(struct anonymous, y, union_type, tag), MSRCK_FIELD(struct anonymous, after, &msrck_int)
MSRCK_STRUCT(anonymous_type, struct anonymous, ANONYMOUS(&anonymous_union_type));
MSRCK_STRUCT(short_anonymous_type, struct anonymous, ANONYMOUS(&short_union_type));
struct named_union { int tag; double d; };
MSRCK_STRUCT(named_anonymous_type, struct named_union, MSRCK_FIELD(struct named_union, tag, &msrck_int),
    MSRCK_TAGGED(struct named_union, d, &anonymous_union_type, tag));

Test(description, anonymous_unions_are_checked_with_their_struct)
{
    assert_accepted(&anonymous_type);
    /* Alignment alone cannot tell: the struct might be aligned more strictly than its members. */
    if (short_anonymous_type.clear_padding != NULL)
        assert_refused(&short_anonymous_type, "struct anonymous");
    assert_refused(&named_anonymous_type, "an anonymous union is described with MSRCK_ANONYMOUS_UNION");
}

struct tail { int count; int items[]; };
MSRCK_FLEXIBLE_STRUCT(tail_type, struct tail, MSRCK_FIELD(struct tail, count, &msrck_int),
                      MSRCK_FLEXIBLE(struct tail, items, &msrck_int));
MSRCK_FLEXIBLE_STRUCT(wrong_tail_type, struct tail, MSRCK_FIELD(struct tail, count, &msrck_int),
    MSRCK_FLEXIBLE(struct tail, items, &msrck_float));
static const msrck_field inner_tail_fields[] = {
    { .name = "items", .type = &msrck_int, .offset = 0, .role = MSRCK_ROLE_FLEXIBLE },
    { .name = "n", .type = &msrck_int, .size = 4 }
};
static const msrck_type inner_tail_type = { .kind = MSRCK_KIND_STRUCT, .name = "struct t", .size = 4, .alignment = 4,
    .fields = inner_tail_fields, .field_count = 2 };
static const msrck_field nested_tail_fields[] = { { .name = "t", .type = &tail_type, .size = 4 } };
static const msrck_type nested_tail_type = { .kind = MSRCK_KIND_STRUCT, .name = "struct n", .size = 4, .alignment = 4,
    .fields = nested_tail_fields, .field_count = 1 };

Test(description, flexible_arrays_stand_last_and_alone)
{
    assert_accepted(&tail_type);
    assert_refused(&wrong_tail_type, "struct tail.items: described as an array of float, the compiler says of int");
    assert_refused(&inner_tail_type, "struct t.items: a flexible array member is the last");
    assert_refused(&nested_tail_type, "struct n: struct tail ends in a flexible array member");
    assert_refused(&(msrck_type){ .kind = MSRCK_KIND_ARRAY, .element = &tail_type, .count = 2 },
                   "ends in a flexible array member");
}

struct other { int a; };
MSRCK_STRUCT(first_other_type, struct other, MSRCK_FIELD(struct other, a, &msrck_int));
static const msrck_field second_other_fields[] = { { .name = "b", .type = &msrck_int, .size = 4 } };
static const msrck_type second_other_type = { .kind = MSRCK_KIND_STRUCT,
                                              .name = "struct other",
                                              .size = 4,
                                              .alignment = 4,
                                              .fields = second_other_fields,
                                              .field_count = 1 };

Test(description, two_descriptions_under_one_name_must_agree)
{
    struct ti_table *table = msrck_ti_new();
    msrck_error error = MSRCK_ERROR_INIT;
    uint32_t id, count;

    cr_assert_eq(msrck_ti_add(table, &first_other_type, &id, &error), MSRCK_OK);
    count = msrck_ti_count(table);
    cr_assert_eq(msrck_ti_add(table, &second_other_type, &id, &error), MSRCK_MISUSE);
    cr_assert_str_eq(error.message, "struct other is described twice, differently");
    cr_assert_eq(msrck_ti_count(table), count);
    cr_assert_eq(msrck_ti_find_name(table, "struct other"), msrck_ti_find_description(table, &first_other_type));
    msrck_ti_free(table);
}

static const msrck_type itself_type;
static const msrck_field itself_fields[] = { { .name = "self", .type = &itself_type, .size = 4 } };
static const msrck_type itself_type = { .kind = MSRCK_KIND_STRUCT, .name = "struct itself", .size = 4, .alignment = 4,
    .fields = itself_fields, .field_count = 1 };
static const msrck_type round_pointer = { .kind = MSRCK_KIND_POINTER, .element = &round_pointer };
static const msrck_type no_element = { .kind = MSRCK_KIND_POINTER };
static const msrck_type no_name = { .kind = MSRCK_KIND_STRUCT, .size = 4, .alignment = 4 };
static const msrck_type bad_name = { .kind = MSRCK_KIND_STRUCT, .name = "a\nb", .size = 4, .alignment = 4 };
static const msrck_type bad_kind = { .kind = 99, .name = "what", .size = 4, .alignment = 4 };
static const msrck_type false_scalar = {
    .kind = MSRCK_KIND_SCALAR, .scalar = MSRCK_SCALAR_INT, .name = "long", .size = 4, .alignment = 4
};
static const msrck_type vast_array = { .kind = MSRCK_KIND_ARRAY, .element = &msrck_int, .count = SIZE_MAX / 2 };
static const msrck_field twice_fields[] = { { .name = "a", .type = &msrck_int, .size = 4 },
    { .name = "a", .type = &msrck_int, .offset = 4, .size = 4 } };
static const msrck_type twice_field_type = { .kind = MSRCK_KIND_STRUCT, .name = "struct t", .size = 8, .alignment = 4,
    .fields = twice_fields, .field_count = 2 };
static const msrck_field no_type_fields[] = { { .name = "a", .size = 4 } };
static const msrck_type no_type_type = { .kind = MSRCK_KIND_STRUCT, .name = "struct t", .size = 4, .alignment = 4,
    .fields = no_type_fields, .field_count = 1 };
MSRCK_OPAQUE(no_handlers, int, NULL);

Test(description, nonsense_is_refused)
{
    assert_refused(&itself_type, "struct itself: contains itself");
    assert_refused(&round_pointer, "nested deeper than 64");
    assert_refused(&no_element, "no element type");
    assert_refused(&no_name, "no printable name");
    assert_refused(&bad_name, "no printable name");
    assert_refused(&bad_kind, "kind 99 is unknown");
    assert_refused(&false_scalar, "long: the name is not that");
    assert_refused(&vast_array, sizeof(size_t) == 4 ? "address space" : "more than 2^56 bytes");
    assert_refused(&twice_field_type, "struct t.a: this name stands twice");
    assert_refused(&no_type_type, "struct t.a: no type is given");
    assert_refused(&no_handlers, "int: an opaque handle needs functions");
    assert_refused(NULL, "no type is given");
}

Test(description, nesting_is_bounded)
{
    msrck_type arrays[TI_MAX_NESTING + 1];
    struct ti_table *table = msrck_ti_new();
    msrck_error error = MSRCK_ERROR_INIT;
    uint32_t id;

    for (size_t i = 0; i < TI_MAX_NESTING + 1; i++)
        arrays[i] =
            (msrck_type){ .kind = MSRCK_KIND_ARRAY, .element = i == 0 ? &msrck_char : &arrays[i - 1], .count = 1 };
    cr_assert_eq(msrck_ti_add(table, &arrays[TI_MAX_NESTING - 1], &id, &error), MSRCK_OK, "%s", error.message);
    cr_assert_eq(msrck_ti_get(table, id)->nesting, TI_MAX_NESTING);
    cr_assert_eq(msrck_ti_add(table, &arrays[TI_MAX_NESTING], &id, &error), MSRCK_MISUSE);
    msrck_ti_free(table);
}

Test(description, variables_are_checked_like_members)
{
    struct ti_table *table = msrck_ti_new();
    msrck_error error = MSRCK_ERROR_INIT;
    static unsigned count;
    uint32_t id;

    cr_assert_eq(msrck_ti_add(table, &msrck_int, &id, NULL), MSRCK_OK);
    cr_assert_eq(msrck_ti_check_variable(table, id, "count", sizeof count, MSRCK_NATIVE(count), &error), MSRCK_MISUSE);
    cr_assert_str_eq(error.message, "count: described as int, the compiler says unsigned int");
    cr_assert_eq(msrck_ti_add(table, &msrck_uint, &id, NULL), MSRCK_OK);
    cr_assert_eq(msrck_ti_check_variable(table, id, "count", sizeof count, MSRCK_NATIVE(count), NULL), MSRCK_OK);
    msrck_ti_free(table);
}
