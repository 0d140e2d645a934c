/* SPDX-License-Identifier: MIT */
/* Types as C source for people: what a tool shows of a checkpoint whose program is not at hand. */
#include "types/ti_table.h"

#include <inttypes.h>
#include <string.h>

#include "base/byte_buffer.h"
#include "types/type_name.h"

#define INDENT 4

static void print_fields(const struct ti_table *table, const struct ti_type *type, unsigned depth,
                         struct byte_buffer *out);

static void indent(unsigned depth, struct byte_buffer *out)
{
    msrck_buffer_printf(out, "%*s", (int)(depth * INDENT), "");
}

void msrck_ti_print_declarator(const struct ti_table *table, uint32_t id, const char *name, struct byte_buffer *out)
{
    msrck_type_name_append(table, msrck_ti_get(table, id), name, out);
}

/* C has no syntax for what makes a member of a union active, so comments say it. */
static void print_remark(const struct ti_type *type, const struct ti_field *field, bool is_union,
                         struct byte_buffer *out)
{
    if (type->kind == MSRCK_KIND_UNION)
        msrck_buffer_printf(out, " /* tag %" PRId64 " */", field->tag);
    else if (is_union && field->tag_field != 0)
        msrck_buffer_printf(out, " /* told by %s */", type->fields[field->tag_field - 1].name);
}

static void print_field(const struct ti_table *table, const struct ti_type *type, const struct ti_field *field,
                        unsigned depth, struct byte_buffer *out)
{
    const struct ti_type *field_type = msrck_ti_get(table, field->type);
    struct byte_buffer name = BYTE_BUFFER_INIT;

    indent(depth, out);
    if (field->name[0] == '\0') {
        msrck_buffer_printf(out, "union {\n");
        print_fields(table, field_type, depth + 1, out);
        indent(depth, out);
        msrck_buffer_printf(out, "};");
    } else {
        msrck_buffer_printf(&name, "%s%s", field->name, field->role == MSRCK_ROLE_FLEXIBLE ? "[]" : "");
        msrck_ti_print_declarator(table, field->type, msrck_buffer_text(&name), out);
        if (field->role == MSRCK_ROLE_BITS)
            msrck_buffer_printf(out, " : %" PRIu32, field->bits);
        msrck_buffer_printf(out, ";");
        out->failed = out->failed || name.failed;
        msrck_buffer_free(&name);
    }
    print_remark(type, field, field_type->kind == MSRCK_KIND_UNION, out);
    msrck_buffer_printf(out, "\n");
}

/* Anonymous unions nest no deeper than structs do, so recursion is bounded by TI_MAX_NESTING. */
static void print_fields(const struct ti_table *table, const struct ti_type *type, unsigned depth,
                         struct byte_buffer *out)
{
    for (uint32_t i = 0; i < type->field_count; i++)
        print_field(table, type, &type->fields[i], depth, out);
}

static void print_enumerators(const struct ti_type *type, struct byte_buffer *out)
{
    for (uint32_t i = 0; i < type->enumerator_count; i++) {
        indent(1, out);
        msrck_buffer_printf(out, "%s = %" PRId64 "%s\n", type->enumerators[i].name, type->enumerators[i].value,
                            i + 1 < type->enumerator_count ? "," : "");
    }
}

/* "struct" for struct, union and enum; NULL for what has no body. */
static const char *keyword_of(const struct ti_type *type)
{
    return type->kind == MSRCK_KIND_STRUCT  ? "struct"
           : type->kind == MSRCK_KIND_UNION ? "union"
           : type->kind == MSRCK_KIND_ENUM  ? "enum"
                                            : NULL;
}

void msrck_ti_print_declaration(const struct ti_table *table, uint32_t id, struct byte_buffer *out)
{
    const struct ti_type *type = msrck_ti_get(table, id);
    const char *keyword = keyword_of(type);
    bool tagged;

    if (keyword == NULL) {
        msrck_buffer_printf(out, "%s;\n", type->name);
        return;
    }
    /* "struct node" is a tag; any other name must have come from a typedef. */
    tagged = strncmp(type->name, keyword, strlen(keyword)) == 0 && type->name[strlen(keyword)] == ' ';
    if (tagged)
        msrck_buffer_printf(out, "%s {\n", type->name);
    else
        msrck_buffer_printf(out, "typedef %s {\n", keyword);
    if (type->kind == MSRCK_KIND_ENUM)
        print_enumerators(type, out);
    else
        print_fields(table, type, 1, out);
    msrck_buffer_printf(out, tagged ? "};\n" : "} %s;\n", type->name);
}
