/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <string.h>

#include "base/byte_buffer.h"
#include "types/ti_table.h"

enum colour { RED, GREEN = 7 };
extern const msrck_type colour_type, value_type, either_type, thing_type;
MSRCK_ENUM(colour_type, enum colour, MSRCK_ENUMERATOR(RED), MSRCK_ENUMERATOR(GREEN));

typedef union value { long number; char *text; } value;
MSRCK_UNION(value_type, value, MSRCK_MEMBER(value, number, &msrck_long, 0),
    MSRCK_MEMBER(value, text, MSRCK_POINTER(&msrck_char), 1));

struct thing {
    unsigned flags : 3;
    enum colour colour;
    value value;
    union { int small; double large; };
    int (*matrix)[4];
    struct thing *links[2][3];
    void (*call)(int);
    short tail[];
};
MSRCK_BITS_ACCESS(struct thing, thing, flags)
MSRCK_ANONYMOUS_UNION(either_type, "struct thing union",
    MSRCK_ANONYMOUS_MEMBER(struct thing, small, &msrck_int, -1),
    MSRCK_ANONYMOUS_MEMBER(struct thing, large, &msrck_double, 1));
MSRCK_FLEXIBLE_STRUCT(thing_type, struct thing,
    MSRCK_BITS(struct thing, thing, flags, &msrck_uint, 3),
    MSRCK_FIELD(struct thing, colour, &colour_type),
    MSRCK_TAGGED(struct thing, value, &value_type, colour),
    MSRCK_TAGGED_ANONYMOUS(struct thing, small, &either_type, flags),
    MSRCK_FIELD(struct thing, matrix, MSRCK_POINTER(MSRCK_ARRAY(&msrck_int, 4))),
    MSRCK_FIELD(struct thing, links, MSRCK_ARRAY(MSRCK_ARRAY(MSRCK_POINTER(&thing_type), 3), 2)),
    MSRCK_FIELD(struct thing, call, &msrck_function),
    MSRCK_FLEXIBLE(struct thing, tail, &msrck_short));

static void assert_declared(const char *name, const char *expected)
{
    struct ti_table *table = msrck_ti_new();
    struct byte_buffer out = BYTE_BUFFER_INIT;
    msrck_error error = MSRCK_ERROR_INIT;
    uint32_t id;

    cr_assert_eq(msrck_ti_add(table, &thing_type, &id, &error), MSRCK_OK, "%s", error.message);
    msrck_ti_print_declaration(table, msrck_ti_find_name(table, name), &out);
    cr_assert_str_eq(msrck_buffer_text(&out), expected);
    msrck_buffer_free(&out);
    msrck_ti_free(table);
}

Test(declaration, a_struct_is_shown_as_C_source)
{
    assert_declared("struct thing",
                    "struct thing {\n"
                    "    unsigned int flags : 3;\n"
                    "    enum colour colour;\n"
                    "    value value; /* told by colour */\n"
                    "    union {\n"
                    "        int small; /* tag -1 */\n"
                    "        double large; /* tag 1 */\n"
                    "    }; /* told by flags */\n"
                    "    int (*matrix)[4];\n"
                    "    struct thing *links[2][3];\n"
                    "    void (*call)(void);\n"
                    "    short tail[];\n"
                    "};\n");
}

Test(declaration, an_enum_is_shown_with_its_values)
{
    assert_declared("enum colour", "enum colour {\n    RED = 0,\n    GREEN = 7\n};\n");
}

Test(declaration, a_name_without_a_tag_is_a_typedef)
{
    assert_declared("value", "typedef union {\n    long number; /* tag 0 */\n    char *text; /* tag 1 */\n} value;\n");
}

Test(declaration, what_has_no_body_is_named)
{
    assert_declared("short", "short;\n");
}
