/* SPDX-License-Identifier: MIT */
/* The TYPE section there and back, and what files that nobody made with msrck get for an answer. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "msrck_xdr.h"

#include "types/ti_section.h"
#include "types/type_name.h"

enum colour { RED = -1, BLUE = 3 };
MSRCK_ENUM(colour_type, enum colour, MSRCK_ENUMERATOR(RED), MSRCK_ENUMERATOR(BLUE));
union value { long number; char *text; };
extern const msrck_type value_type, node_type, rest_type;
MSRCK_UNION(value_type, union value, MSRCK_MEMBER(union value, number, &msrck_long, -1),
    MSRCK_MEMBER(union value, text, MSRCK_POINTER(&msrck_char), 3));
struct node {
    unsigned bits : 5;
    enum colour colour;
    union value value;
    union { int a; double b; };
    struct node *next[2];
    int lock;
    void (*call)(void);
    float _Complex wave;
    short rest[];
};
MSRCK_BITS_ACCESS(struct node, node, bits)
MSRCK_ANONYMOUS_UNION(rest_type, "struct node union", MSRCK_ANONYMOUS_MEMBER(struct node, a, &msrck_int, 1),
    MSRCK_ANONYMOUS_MEMBER(struct node, b, &msrck_double, 2));
MSRCK_FLEXIBLE_STRUCT(node_type, struct node, MSRCK_BITS(struct node, node, bits, &msrck_uint, 5),
    MSRCK_FIELD(struct node, colour, &colour_type), MSRCK_TAGGED(struct node, value, &value_type, colour),
    MSRCK_TAGGED_ANONYMOUS(struct node, a, &rest_type, bits),
    MSRCK_FIELD(struct node, next, MSRCK_ARRAY(MSRCK_POINTER(&node_type), 2)), MSRCK_FIELD_SKIPPED(struct node, lock),
    MSRCK_FIELD(struct node, call, &msrck_function), MSRCK_FIELD(struct node, wave, &msrck_cfloat),
    MSRCK_FLEXIBLE(struct node, rest, &msrck_short));

static struct ti_table *program_table(void)
{
    struct ti_table *table = msrck_ti_new();
    msrck_error error = MSRCK_ERROR_INIT;
    uint32_t id;

    cr_assert_eq(msrck_ti_add(table, &node_type, &id, &error), MSRCK_OK, "%s", error.message);
    return table;
}

static struct byte_buffer encoded(const struct ti_table *table)
{
    struct byte_buffer out = BYTE_BUFFER_INIT;
    uint32_t *order = msrck_ti_file_order(table);

    cr_assert_eq(msrck_ti_encode(table, order, &out, NULL), MSRCK_OK);
    free(order);
    return out;
}

static void assert_same_field(const struct ti_table *left, const struct ti_field *a, const struct ti_table *right,
                              const struct ti_field *b)
{
    cr_assert_str_eq(a->name, b->name);
    cr_assert_str_eq(msrck_ti_get(left, a->type)->name, msrck_ti_get(right, b->type)->name);
    cr_assert_eq(a->role, b->role);
    cr_assert_eq(a->bits, b->bits);
    cr_assert_eq(a->tag, b->tag);
    cr_assert_eq(a->tag_field, b->tag_field);
    cr_assert_eq(a->leaf, b->leaf);
    cr_assert_eq(a->row_offset[0], b->row_offset[0]);
    cr_assert_eq(a->row_offset[1], b->row_offset[1]);
}

/* All that is canonical. */
static void assert_same_type(const struct ti_table *left, const struct ti_type *a, const struct ti_table *right,
                             const struct ti_type *b)
{
    cr_assert_eq(a->kind, b->kind);
    cr_assert_eq(a->scalar, b->scalar);
    cr_assert_eq(a->count, b->count);
    cr_assert_str_eq(msrck_ti_get(left, a->element)->name, msrck_ti_get(right, b->element)->name);
    cr_assert_str_eq(msrck_ti_get(left, a->flexible)->name, msrck_ti_get(right, b->flexible)->name);
    cr_assert_eq(a->leaves, b->leaves);
    cr_assert_eq(a->row_width[0], b->row_width[0]);
    cr_assert_eq(a->row_width[1], b->row_width[1]);
    cr_assert_eq(a->nesting, b->nesting);
    cr_assert_eq(a->has_pointers, b->has_pointers);
    cr_assert_eq(a->has_unions, b->has_unions);
    cr_assert_eq(a->field_count, b->field_count);
    cr_assert_eq(a->enumerator_count, b->enumerator_count);
    for (uint32_t i = 0; i < a->field_count; i++)
        assert_same_field(left, &a->fields[i], right, &b->fields[i]);
    for (uint32_t i = 0; i < a->enumerator_count; i++) {
        cr_assert_str_eq(a->enumerators[i].name, b->enumerators[i].name);
        cr_assert_eq(a->enumerators[i].value, b->enumerators[i].value);
    }
}

Test(ti_section, what_is_canonical_comes_back)
{
    struct ti_table *table = program_table(), *read = NULL;
    struct byte_buffer bytes = encoded(table), again;
    msrck_error error = MSRCK_ERROR_INIT;

    cr_assert_eq(msrck_ti_decode(bytes.bytes, bytes.length, &read, &error), MSRCK_OK, "%s", error.message);
    cr_assert_eq(msrck_ti_count(read), msrck_ti_count(table));
    for (uint32_t id = 0; id < msrck_ti_count(table); id++) {
        const struct ti_type *type = msrck_ti_get(table, id);
        uint32_t read_id = msrck_ti_find_name(read, type->name);

        cr_assert_neq(read_id, UINT32_MAX, "%s", type->name);
        assert_same_type(table, type, read, msrck_ti_get(read, read_id));
        cr_assert_not(msrck_ti_get(read, read_id)->has_layout);
    }
    cr_assert_eq(msrck_ti_find_name(read, "struct nodf"), UINT32_MAX);
    again = encoded(read);
    cr_assert_eq(again.length, bytes.length);
    cr_assert_eq(memcmp(again.bytes, bytes.bytes, bytes.length), 0);
    msrck_buffer_free(&bytes);
    msrck_buffer_free(&again);
    msrck_ti_free(table);
    msrck_ti_free(read);
}

/* A copy of exactly the bytes, so that the sanitizer sees a read beyond them. */
static msrck_result decode_copy(const unsigned char *bytes, size_t length, struct ti_table **table, msrck_error *error)
{
    unsigned char *copy = malloc(length == 0 ? 1 : length);
    msrck_result result;

    memcpy(copy, bytes, length);
    result = msrck_ti_decode(copy, length, table, error);
    free(copy);
    return result;
}

Test(ti_section, every_cut_is_corrupt)
{
    struct ti_table *table = program_table(), *read;
    struct byte_buffer bytes = encoded(table);

    for (size_t length = 0; length < bytes.length; length++) {
        msrck_error error = MSRCK_ERROR_INIT;

        cr_assert_eq(decode_copy(bytes.bytes, length, &read, &error), MSRCK_CORRUPT, "%zu bytes", length);
        cr_assert_null(read);
        cr_assert_neq(error.message[0], '\0');
    }
    msrck_buffer_free(&bytes);
    msrck_ti_free(table);
}

/* A table from altered bytes must say exactly what the bytes say. */
static void assert_valid_or_refused(const unsigned char *bytes, size_t length, unsigned *accepted)
{
    struct ti_table *read;
    msrck_error error = MSRCK_ERROR_INIT;
    msrck_result result = decode_copy(bytes, length, &read, &error);

    if (result == MSRCK_OK) {
        struct byte_buffer again = encoded(read);

        cr_assert_eq(again.length, length);
        cr_assert_eq(memcmp(again.bytes, bytes, length), 0);
        msrck_buffer_free(&again);
        msrck_ti_free(read);
        ++*accepted;
    } else {
        cr_assert(result == MSRCK_CORRUPT || result == MSRCK_UNSUPPORTED, "%d", (int)result);
        cr_assert_null(read);
        cr_assert_neq(error.message[0], '\0');
    }
}

Test(ti_section, every_altered_byte_is_refused_or_gives_a_valid_table)
{
    static const unsigned char masks[] = { 0x01, 0x02, 0x40, 0x80, 0xff };
    struct ti_table *table = program_table();
    struct byte_buffer bytes = encoded(table);
    unsigned accepted = 0;

    for (size_t i = 0; i < bytes.length; i++)
        for (size_t m = 0; m < sizeof masks; m++) {
            bytes.bytes[i] ^= masks[m];
            assert_valid_or_refused(bytes.bytes, bytes.length, &accepted);
            bytes.bytes[i] ^= masks[m];
        }
    /* Letters of field names and values of enumerators may change; most else may not. */
    cr_assert_gt(accepted, 0u);
    cr_assert_lt(accepted, bytes.length * sizeof masks / 2);
    msrck_buffer_free(&bytes);
    msrck_ti_free(table);
}

Test(ti_section, random_bytes_are_refused)
{
    uint64_t state = 5;
    unsigned char bytes[256];
    unsigned accepted = 0;

    for (unsigned round = 0; round < 3000; round++) {
        for (size_t i = 0; i < sizeof bytes; i++) {
            state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
            bytes[i] = (unsigned char)(state >> 40) & (i % 4 == 3 ? 0x0f : 0);
        }
        assert_valid_or_refused(bytes, sizeof bytes, &accepted);
    }
}

Test(ti_section, bytes_behind_the_end_are_corrupt)
{
    struct ti_table *table = program_table(), *read;
    struct byte_buffer bytes = encoded(table);

    msrck_buffer_append(&bytes, "\0\0\0\0", 4);
    cr_assert_eq(msrck_ti_decode(bytes.bytes, bytes.length, &read, NULL), MSRCK_CORRUPT);
    msrck_buffer_free(&bytes);
    msrck_ti_free(table);
}

/* ---- Tables written by hand, with the generated filters --------------------------------------------------- */

#define VOID_ENTRY { .kind = MSRCK_KIND_VOID, .name = "void" }
#define INT_ENTRY { .kind = MSRCK_KIND_SCALAR, .scalar = MSRCK_SCALAR_INT, .name = "int" }
#define FIELDS(...) { .fields_len = sizeof((msrck_x_field[]){ __VA_ARGS__ }) / sizeof(msrck_x_field), \
                      .fields_val = (msrck_x_field[]){ __VA_ARGS__ } }

/* Decodes the entries; the message must hold `expected`. An empty `expected` stands for success. */
static void assert_answer(msrck_x_type *types, u_int count, msrck_result expected_result, const char *expected)
{
    msrck_x_types all = { .types = { .types_len = count, .types_val = types } };
    unsigned long length = xdr_sizeof((xdrproc_t)xdr_msrck_x_types, &all);
    char *bytes = malloc(length);
    struct ti_table *read;
    msrck_error error = MSRCK_ERROR_INIT;
    XDR xdr;

    xdrmem_create(&xdr, bytes, (u_int)length, XDR_ENCODE);
    cr_assert(xdr_msrck_x_types(&xdr, &all));
    cr_assert_eq(msrck_ti_decode(bytes, length, &read, &error), expected_result, "\"%s\" instead of \"%s\"",
                 error.message, expected);
    cr_assert_not_null(strstr(error.message, expected), "\"%s\" instead of \"%s\"", error.message, expected);
    msrck_ti_free(read);
    free(bytes);
}

#define ASSERT_ANSWER(result, expected, ...) do { \
        msrck_x_type entries[] = { __VA_ARGS__ }; \
        assert_answer(entries, sizeof entries / sizeof entries[0], (result), (expected)); \
    } while (0)

Test(ti_section, what_is_newer_is_unsupported)
{
    ASSERT_ANSWER(MSRCK_UNSUPPORTED, "x: kind 10 is unknown", VOID_ENTRY, { .kind = 10, .name = "x" });
    ASSERT_ANSWER(MSRCK_UNSUPPORTED, "x: scalar 37 is unknown", VOID_ENTRY,
                  { .kind = MSRCK_KIND_SCALAR, .scalar = MSRCK_SCALAR_COUNT_, .name = "x" });
    ASSERT_ANSWER(
        MSRCK_UNSUPPORTED, "struct s.a: role 4 is unknown", VOID_ENTRY, INT_ENTRY,
        { .kind = MSRCK_KIND_STRUCT, .name = "struct s", .fields = FIELDS({ .name = "a", .type = 1, .role = 4 }) });
}

Test(ti_section, ids_out_of_range_are_corrupt)
{
    ASSERT_ANSWER(MSRCK_CORRUPT, "its element is type 2 of 2", VOID_ENTRY,
                  { .kind = MSRCK_KIND_POINTER, .name = "x *", .element = 2 });
    ASSERT_ANSWER(MSRCK_CORRUPT, "struct s.a: is of type 9 of 2", VOID_ENTRY,
                  { .kind = MSRCK_KIND_STRUCT, .name = "struct s", .fields = FIELDS({ .name = "a", .type = 9 }) });
}

Test(ti_section, names_must_be_printable_and_ascend)
{
    ASSERT_ANSWER(MSRCK_CORRUPT, "does not stand in the order", VOID_ENTRY, { .kind = MSRCK_KIND_OPAQUE, .name = "b" },
                  { .kind = MSRCK_KIND_OPAQUE, .name = "a" });
    ASSERT_ANSWER(MSRCK_CORRUPT, "does not stand in the order", VOID_ENTRY, { .kind = MSRCK_KIND_OPAQUE, .name = "a" },
                  { .kind = MSRCK_KIND_OPAQUE, .name = "a" });
    ASSERT_ANSWER(MSRCK_CORRUPT, "type 1 has no printable name", VOID_ENTRY, { .kind = MSRCK_KIND_OPAQUE, .name = "" });
    ASSERT_ANSWER(MSRCK_CORRUPT, "type 1 has no printable name", VOID_ENTRY,
                  { .kind = MSRCK_KIND_OPAQUE, .name = "a\x1b[2J" });
    ASSERT_ANSWER(MSRCK_CORRUPT, "type 1 has no printable name", VOID_ENTRY,
                  { .kind = MSRCK_KIND_OPAQUE, .name = "a\xc2\x9b" });
    ASSERT_ANSWER(MSRCK_CORRUPT, "type 0 is int, not void", INT_ENTRY);
    ASSERT_ANSWER(MSRCK_CORRUPT, "only type 0 is void", VOID_ENTRY, { .kind = MSRCK_KIND_OPAQUE, .name = "void" });
    ASSERT_ANSWER(MSRCK_OK, "", VOID_ENTRY, { .kind = MSRCK_KIND_OPAQUE, .name = "\xc3\xa4rger" });
}

Test(ti_section, names_cannot_lie)
{
    ASSERT_ANSWER(MSRCK_CORRUPT, "not that of what it stands for", VOID_ENTRY, INT_ENTRY,
                  { .kind = MSRCK_KIND_POINTER, .name = "long *", .element = 1 });
    ASSERT_ANSWER(MSRCK_CORRUPT, "not that of what it stands for", VOID_ENTRY, INT_ENTRY,
                  { .kind = MSRCK_KIND_ARRAY, .name = "int [4]", .element = 1, .count = 5 });
    ASSERT_ANSWER(MSRCK_CORRUPT, "not that of what it stands for", VOID_ENTRY,
                  { .kind = MSRCK_KIND_SCALAR, .scalar = MSRCK_SCALAR_LONG, .name = "int" });
    ASSERT_ANSWER(MSRCK_CORRUPT, "not that of what it stands for", VOID_ENTRY,
                  { .kind = MSRCK_KIND_FUNCTION, .name = "int" });
    ASSERT_ANSWER(MSRCK_CORRUPT, "not that of what it stands for", VOID_ENTRY,
                  { .kind = MSRCK_KIND_COMPLEX, .name = "c" });
}

Test(ti_section, circles_end)
{
    ASSERT_ANSWER(MSRCK_CORRUPT, "struct s: contains itself", VOID_ENTRY,
                  { .kind = MSRCK_KIND_STRUCT, .name = "struct s", .fields = FIELDS({ .name = "a", .type = 1 }) });
    ASSERT_ANSWER(MSRCK_CORRUPT, "contains itself", VOID_ENTRY,
                  { .kind = MSRCK_KIND_STRUCT, .name = "struct r", .fields = FIELDS({ .name = "a", .type = 2 }) },
                  { .kind = MSRCK_KIND_STRUCT, .name = "struct s", .fields = FIELDS({ .name = "a", .type = 1 }) });
    ASSERT_ANSWER(MSRCK_CORRUPT, "not that of what it stands for", VOID_ENTRY,
                  { .kind = MSRCK_KIND_POINTER, .name = "p", .element = 1 });
    ASSERT_ANSWER(MSRCK_CORRUPT, "not that of what it stands for", VOID_ENTRY,
                  { .kind = MSRCK_KIND_ARRAY, .name = "p", .element = 1, .count = 1 });
    ASSERT_ANSWER(MSRCK_OK, "", VOID_ENTRY,
                  { .kind = MSRCK_KIND_STRUCT, .name = "struct s", .fields = FIELDS({ .name = "a", .type = 2 }) },
                  { .kind = MSRCK_KIND_POINTER, .name = "struct s *", .element = 1 });
}

Test(ti_section, products_do_not_wrap)
{
    ASSERT_ANSWER(
        MSRCK_CORRUPT, "more than 2^56 bytes", VOID_ENTRY, INT_ENTRY,
        { .kind = MSRCK_KIND_ARRAY, .name = "int [4611686018427387905]", .element = 1, .count = 4611686018427387905u });
    ASSERT_ANSWER(
        MSRCK_CORRUPT, "more than 2^56 bytes", VOID_ENTRY, INT_ENTRY,
        { .kind = MSRCK_KIND_ARRAY, .name = "int [18446744073709551615]", .element = 1, .count = UINT64_MAX });
    ASSERT_ANSWER(
        MSRCK_CORRUPT, "more than 2^56 bytes", VOID_ENTRY, INT_ENTRY,
        { .kind = MSRCK_KIND_ARRAY, .name = "int [10000000000000000]", .element = 1, .count = 10000000000000000u },
        { .kind = MSRCK_KIND_STRUCT,
          .name = "struct s",
          .fields = FIELDS({ .name = "a", .type = 2 }, { .name = "b", .type = 2 }) });
    ASSERT_ANSWER(MSRCK_CORRUPT, "an array of no elements", VOID_ENTRY, INT_ENTRY,
                  { .kind = MSRCK_KIND_ARRAY, .name = "int [0]", .element = 1 });
}

#define STRUCT_OF(...) { .kind = MSRCK_KIND_STRUCT, .name = "struct s", .fields = FIELDS(__VA_ARGS__) }
#define UNION_OF(...) { .kind = MSRCK_KIND_UNION, .name = "union u", .fields = FIELDS(__VA_ARGS__) }

Test(ti_section, fields_keep_to_the_rules)
{
    ASSERT_ANSWER(MSRCK_CORRUPT, "role 3 is not for a listed field", VOID_ENTRY, INT_ENTRY,
                  STRUCT_OF({ .name = "a", .type = 1, .role = 3 }));
    ASSERT_ANSWER(MSRCK_CORRUPT, "int has no bit-field of 33 bits", VOID_ENTRY, INT_ENTRY,
                  STRUCT_OF({ .name = "a", .type = 1, .role = MSRCK_ROLE_BITS, .bits = 33 }));
    ASSERT_ANSWER(MSRCK_CORRUPT, "a width in bits does not belong", VOID_ENTRY, INT_ENTRY,
                  STRUCT_OF({ .name = "a", .type = 1, .bits = 3 }));
    ASSERT_ANSWER(MSRCK_CORRUPT, "a flexible array member is the last", VOID_ENTRY, INT_ENTRY,
                  STRUCT_OF({ .name = "a", .type = 1, .role = MSRCK_ROLE_FLEXIBLE }, { .name = "b", .type = 1 }));
    ASSERT_ANSWER(MSRCK_CORRUPT, "struct s.a: this name stands twice", VOID_ENTRY, INT_ENTRY,
                  STRUCT_OF({ .name = "a", .type = 1 }, { .name = "a", .type = 1 }));
    ASSERT_ANSWER(MSRCK_CORRUPT, "field 1 has no printable name", VOID_ENTRY, INT_ENTRY,
                  STRUCT_OF({ .name = "", .type = 1 }));
    ASSERT_ANSWER(MSRCK_CORRUPT, "void stands in it by value", VOID_ENTRY, STRUCT_OF({ .name = "a" }));
    ASSERT_ANSWER(MSRCK_CORRUPT, "only a union in a struct has a tag field", VOID_ENTRY, INT_ENTRY,
                  STRUCT_OF({ .name = "a", .type = 1, .tag_field = 1 }));
    ASSERT_ANSWER(MSRCK_CORRUPT, "its tag field does not exist", VOID_ENTRY, INT_ENTRY,
                  STRUCT_OF({ .name = "a", .type = 3, .tag_field = 2 }), UNION_OF({ .name = "m", .type = 1 }));
    ASSERT_ANSWER(MSRCK_CORRUPT, "its tag field a is neither", VOID_ENTRY, INT_ENTRY,
                  STRUCT_OF({ .name = "a", .type = 3, .tag_field = 1 }), UNION_OF({ .name = "m", .type = 1 }));
    ASSERT_ANSWER(MSRCK_CORRUPT, "two members have the tag 5", VOID_ENTRY, INT_ENTRY,
                  UNION_OF({ .name = "m", .type = 1, .tag = 5 }, { .name = "n", .type = 1, .tag = 5 }));
    ASSERT_ANSWER(MSRCK_CORRUPT, "has no members that are saved", VOID_ENTRY,
                  { .kind = MSRCK_KIND_STRUCT, .name = "struct s" });
    ASSERT_ANSWER(MSRCK_CORRUPT, "has what its kind 1 has no use for", VOID_ENTRY,
                  { .kind = MSRCK_KIND_SCALAR, .scalar = MSRCK_SCALAR_INT, .name = "int", .count = 1 });
    ASSERT_ANSWER(MSRCK_CORRUPT, "an enum is an int or a long long", VOID_ENTRY,
                  { .kind = MSRCK_KIND_ENUM, .scalar = MSRCK_SCALAR_CHAR, .name = "enum e" });
    ASSERT_ANSWER(
        MSRCK_OK, "", VOID_ENTRY, INT_ENTRY,
        STRUCT_OF({ .name = "t", .type = 1 }, { .name = "", .type = 3, .tag_field = 1 }, { .name = "c", .type = 3 }),
        UNION_OF({ .name = "m", .type = 1 }));
}

/* 70 structs, each holding the one before it. */
Test(ti_section, nesting_is_bounded)
{
    enum { DEPTH = 70 };
    msrck_x_type types[DEPTH + 2] = { VOID_ENTRY, INT_ENTRY };
    msrck_x_field fields[DEPTH];
    char names[DEPTH][16];

    for (u_int i = 0; i < DEPTH; i++) {
        snprintf(names[i], sizeof names[i], "struct s%02u", i);
        fields[i] = (msrck_x_field){ .name = "a", .type = i + 1 };
        types[i + 2] = (msrck_x_type){ .kind = MSRCK_KIND_STRUCT, .name = names[i],
                                       .fields = { .fields_len = 1, .fields_val = &fields[i] } };
    }
    assert_answer(types, TI_MAX_NESTING + 2, MSRCK_OK, "");
    assert_answer(types, TI_MAX_NESTING + 3, MSRCK_CORRUPT, "nested deeper than 64");
    /* The other way round, so that the deepest comes first. */
    for (u_int i = 0; i < DEPTH; i++)
        fields[i].type = i + 1 < DEPTH ? i + 3 : 1;
    assert_answer(types, DEPTH + 2, MSRCK_CORRUPT, "nested deeper than 64");
}

Test(ti_section, counts_are_held_against_the_bytes_left)
{
    /* A struct that claims 65535 fields, of which there are none. */
    static const unsigned char bytes[] = { 0,   0,   0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 'v',  'o',
                                           'i', 'd', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,    0,
                                           0,   0,   0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 1, 's',  0,
                                           0,   0,   0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
    struct ti_table *read;

    cr_assert_eq(msrck_ti_decode(bytes, sizeof bytes, &read, NULL), MSRCK_CORRUPT);
    cr_assert_eq(msrck_ti_decode("\xff\xff\xff\xff", 4, &read, NULL), MSRCK_CORRUPT);
    cr_assert_eq(msrck_ti_decode("\0\0\0\0", 4, &read, NULL), MSRCK_CORRUPT);
}

Test(type_name, only_valid_utf8_without_controls_is_printable)
{
    cr_assert(msrck_name_is_printable("struct n\xc3\xb6" "de \xe2\x82\xac \xf0\x9f\x8c\xb3"));
    cr_assert_not(msrck_name_is_printable("tab\t"));
    cr_assert_not(msrck_name_is_printable("\x7f"));
    cr_assert_not(msrck_name_is_printable("\xc3"));
    cr_assert_not(msrck_name_is_printable("\xc0\xaf"));
    cr_assert_not(msrck_name_is_printable("\xe0\x80\xaf"));
    cr_assert_not(msrck_name_is_printable("\xed\xa0\x80"));
    cr_assert_not(msrck_name_is_printable("\xf4\x90\x80\x80"));
    cr_assert_not(msrck_name_is_printable("\x80"));
    cr_assert_not(msrck_name_is_printable("\xf8\x88\x80\x80\x80"));
}
