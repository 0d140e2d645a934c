/* SPDX-License-Identifier: MIT */
/* Rules that hold for an entry whoever made it, apart from those that need its leaves (ti_flatten.c). */
#include "types/ti_storage.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"
#include "base/failure.h"
#include "types/type_name.h"

struct judgement {
    const struct ti_table *table;
    const struct ti_type *type;
    msrck_result blame;
    msrck_error *error;
};

/* What to call a field in a message. */
static const char *shown(const char *name)
{
    return name[0] != '\0' ? name : "(anonymous union)";
}

static int compare_texts(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static int compare_numbers(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

    return (a > b) - (a < b);
}

/* Sorted, so that a file with 65535 names costs no 65535 squared comparisons. Takes `names`, which may be NULL. */
static msrck_result refuse_repeated_names(const struct judgement *j, const char **names, size_t count)
{
    msrck_result result = MSRCK_OK;

    if (names == NULL)
        return msrck_fail_memory(j->error, count * sizeof *names, "names of fields");
    qsort(names, count, sizeof *names, compare_texts);
    for (size_t i = 1; i < count && result == MSRCK_OK; i++)
        if (strcmp(names[i - 1], names[i]) == 0)
            result = msrck_fail(j->error, j->blame, "%s.%s: this name stands twice", j->type->name, names[i]);
    free(names);
    return result;
}

static msrck_result check_enumerators(const struct judgement *j)
{
    const struct ti_type *type = j->type;
    const char **names = msrck_allocate(type->enumerator_count, sizeof *names);

    for (uint32_t i = 0; names != NULL && i < type->enumerator_count; i++) {
        names[i] = type->enumerators[i].name;
        if (names[i][0] == '\0' || !msrck_name_is_printable(names[i])) {
            free(names);
            return msrck_fail(j->error, j->blame, "%s: enumerator %" PRIu32 " has no printable name", type->name,
                              i + 1);
        }
    }
    return refuse_repeated_names(j, names, type->enumerator_count);
}

static msrck_result refuse_repeated_tags(const struct judgement *j)
{
    const struct ti_type *type = j->type;
    int64_t *tags = msrck_allocate(type->field_count, sizeof *tags);
    msrck_result result = MSRCK_OK;

    if (tags == NULL)
        return msrck_fail_memory(j->error, type->field_count * sizeof *tags, "tags");
    for (uint32_t i = 0; i < type->field_count; i++)
        tags[i] = type->fields[i].tag;
    qsort(tags, type->field_count, sizeof *tags, compare_numbers);
    for (uint32_t i = 1; i < type->field_count && result == MSRCK_OK; i++)
        if (tags[i - 1] == tags[i])
            result = msrck_fail(j->error, j->blame, "%s: two members have the tag %" PRId64, type->name, tags[i]);
    free(tags);
    return result;
}

/* The tag of a union must be a number that stands in the same struct. */
static msrck_result check_tag_field(const struct judgement *j, const struct ti_field *field)
{
    const struct ti_field *tag;
    const struct ti_type *tag_type;

    if (field->tag_field == 0)
        return MSRCK_OK;
    if (j->type->kind != MSRCK_KIND_STRUCT || j->table->types[field->type].kind != MSRCK_KIND_UNION)
        return msrck_fail(j->error, j->blame, "%s.%s: only a union in a struct has a tag field", j->type->name,
                          shown(field->name));
    if (field->tag_field > j->type->field_count)
        return msrck_fail(j->error, j->blame, "%s.%s: its tag field does not exist", j->type->name, shown(field->name));
    tag = &j->type->fields[field->tag_field - 1];
    tag_type = &j->table->types[tag->type];
    if ((tag->role != MSRCK_ROLE_PLAIN && tag->role != MSRCK_ROLE_BITS) ||
        !(tag_type->kind == MSRCK_KIND_ENUM ||
          (tag_type->kind == MSRCK_KIND_SCALAR && msrck_scalar_is_integer(tag_type->scalar))))
        return msrck_fail(j->error, j->blame, "%s.%s: its tag field %s is neither an integer nor an enum",
                          j->type->name, shown(field->name), shown(tag->name));
    return MSRCK_OK;
}

static msrck_result check_field(const struct judgement *j, const struct ti_field *field)
{
    const struct ti_type *type = j->type;
    const struct ti_type *field_type = &j->table->types[field->type];
    bool anonymous = field->name[0] == '\0';

    if (!msrck_name_is_printable(field->name) ||
        (anonymous && (field_type->kind != MSRCK_KIND_UNION || type->kind != MSRCK_KIND_STRUCT)))
        return msrck_fail(j->error, j->blame, "%s: field %td has no printable name", type->name,
                          field - type->fields + 1);
    if (field->role > MSRCK_ROLE_FLEXIBLE)
        return msrck_fail(j->error, j->blame, "%s.%s: role %" PRIu32 " is not for a listed field", type->name,
                          shown(field->name), field->role);
    if (type->kind == MSRCK_KIND_UNION && field->role != MSRCK_ROLE_PLAIN)
        return msrck_fail(j->error, j->blame,
                          "%s.%s: a bit-field or flexible array in a union needs a struct around it", type->name,
                          field->name);
    if ((type->kind == MSRCK_KIND_STRUCT && field->tag != 0) ||
        ((field->bits != 0) != (field->role == MSRCK_ROLE_BITS)))
        return msrck_fail(j->error, j->blame, "%s.%s: a tag or a width in bits does not belong there", type->name,
                          shown(field->name));
    return check_tag_field(j, field);
}

/* An anonymous union is known by its type's name. */
static const char *unique_name(const struct judgement *j, const struct ti_field *field)
{
    return field->name[0] != '\0' ? field->name : j->table->types[field->type].name;
}

static msrck_result check_fields(const struct judgement *j)
{
    const struct ti_type *type = j->type;
    const char **names = NULL;
    msrck_result result = MSRCK_OK;

    if (type->field_count == 0)
        return msrck_fail(j->error, j->blame, "%s: has no members that are saved", type->name);
    for (uint32_t i = 0; i < type->field_count && result == MSRCK_OK; i++)
        result = check_field(j, &type->fields[i]);
    if (result == MSRCK_OK && type->kind == MSRCK_KIND_UNION)
        result = refuse_repeated_tags(j);
    if (result != MSRCK_OK)
        return result;
    names = msrck_allocate(type->field_count, sizeof *names);
    for (uint32_t i = 0; names != NULL && i < type->field_count; i++)
        names[i] = unique_name(j, &type->fields[i]);
    return refuse_repeated_names(j, names, type->field_count);
}

/* Complex types have one of three names, which follows from the type of their parts. */
static bool is_complex(const struct ti_table *table, const struct ti_type *type)
{
    const struct ti_type *part = &table->types[type->element];
    const char *name = part->scalar == MSRCK_SCALAR_FLOAT     ? "float _Complex"
                       : part->scalar == MSRCK_SCALAR_DOUBLE  ? "double _Complex"
                       : part->scalar == MSRCK_SCALAR_LDOUBLE ? "long double _Complex"
                                                              : "";

    return part->kind == MSRCK_KIND_SCALAR && strcmp(type->name, name) == 0;
}

/* The usual case: "struct node *". */
static bool is_plain_pointer(const struct ti_table *table, const struct ti_type *type)
{
    const struct ti_type *element = &table->types[type->element];
    size_t length = strlen(element->name);

    return type->kind == MSRCK_KIND_POINTER && element->kind != MSRCK_KIND_POINTER &&
           element->kind != MSRCK_KIND_ARRAY && element->kind != MSRCK_KIND_FUNCTION &&
           strncmp(type->name, element->name, length) == 0 && strcmp(type->name + length, " *") == 0;
}

/* Names of pointers and arrays follow from what they are made of, and so may not be chosen. */
static bool is_named_as_declared(const struct ti_table *table, const struct ti_type *type, bool *failed)
{
    struct byte_buffer name = BYTE_BUFFER_INIT;
    bool same;

    if (is_plain_pointer(table, type))
        return true;
    same = msrck_type_name_append(table, type, "", &name) && strcmp(msrck_buffer_text(&name), type->name) == 0;
    *failed = name.failed;
    msrck_buffer_free(&name);
    return same;
}

/* What only some kinds have must be zero in all others, or two files could say the same with different bytes. */
static bool has_only_what_its_kind_has(const struct ti_type *type)
{
    bool composite = type->kind == MSRCK_KIND_STRUCT || type->kind == MSRCK_KIND_UNION;
    bool element =
        type->kind == MSRCK_KIND_POINTER || type->kind == MSRCK_KIND_ARRAY || type->kind == MSRCK_KIND_COMPLEX;
    bool scalar = type->kind == MSRCK_KIND_SCALAR || type->kind == MSRCK_KIND_ENUM;

    return (element || type->element == 0) && (type->kind == MSRCK_KIND_ARRAY || type->count == 0) &&
           (composite || type->field_count == 0) && (type->kind == MSRCK_KIND_ENUM || type->enumerator_count == 0) &&
           (scalar == (type->scalar != MSRCK_SCALAR_NONE));
}

static msrck_result check_name(const struct judgement *j)
{
    const struct ti_type *type = j->type;
    bool right = true, failed = false;

    if (type->name[0] == '\0' || !msrck_name_is_printable(type->name))
        return msrck_fail(j->error, j->blame, "type %" PRIu32 " has no printable name", type->id);
    if (type->kind == MSRCK_KIND_SCALAR)
        right = strcmp(type->name, msrck_scalar_name(type->scalar)) == 0;
    else if (type->kind == MSRCK_KIND_COMPLEX)
        right = is_complex(j->table, type);
    else if (type->kind == MSRCK_KIND_FUNCTION)
        right = strcmp(type->name, TI_FUNCTION_NAME) == 0;
    else if (type->kind == MSRCK_KIND_POINTER || type->kind == MSRCK_KIND_ARRAY)
        right = is_named_as_declared(j->table, type, &failed);
    if (failed)
        return msrck_fail_memory(j->error, TI_MAX_NAME, "a type's name");
    if (!right)
        return msrck_fail(j->error, j->blame, "%s: the name is not that of what it stands for", type->name);
    return MSRCK_OK;
}

msrck_result msrck_ti_check_rules(const struct ti_table *table, uint32_t id, msrck_result blame, msrck_error *error)
{
    const struct judgement j = { table, &table->types[id], blame, error };
    const struct ti_type *type = j.type;
    msrck_result result;

    if (type->kind == MSRCK_KIND_VOID && id != TI_VOID)
        return msrck_fail(error, blame, "type %" PRIu32 ": only type 0 is void", id);
    if (!has_only_what_its_kind_has(type))
        return msrck_fail(error, blame, "type %" PRIu32 ": has what its kind %" PRIu32 " has no use for", id,
                          type->kind);
    result = check_name(&j);
    if (result != MSRCK_OK)
        return result;
    if (type->kind == MSRCK_KIND_ENUM && type->scalar != MSRCK_SCALAR_INT && type->scalar != MSRCK_SCALAR_LLONG)
        return msrck_fail(error, blame, "%s: an enum is an int or a long long", type->name);
    if (type->kind == MSRCK_KIND_ENUM)
        return check_enumerators(&j);
    if (type->kind == MSRCK_KIND_STRUCT || type->kind == MSRCK_KIND_UNION)
        return check_fields(&j);
    return MSRCK_OK;
}
