/* SPDX-License-Identifier: MIT */
/*
 * From the program's descriptions to entries. Descriptions point to each other in circles, so they are taken from a
 * work list: every description gets its id first and its fields later. An addition that fails leaves the table as it
 * was.
 */
#include "types/ti_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"
#include "base/failure.h"
#include "types/description_check.h"
#include "types/ti_storage.h"
#include "types/type_name.h"

/* A description whose entry is still to be filled, or to be compared with the one that was filled before. */
struct work_item {
    const msrck_type *source;
    uint32_t id;
};

struct addition {
    struct ti_table *table;
    struct work_item *work;         /* owned; a stack */
    size_t work_count, work_capacity;
    msrck_error *error;
};

static msrck_result fail_memory(struct addition *a)
{
    return msrck_fail_memory(a->error, sizeof(struct ti_type), "type information");
}

static msrck_result map(struct addition *a, const msrck_type *source, uint32_t id)
{
    return msrck_ti_index_description(a->table, source, id) ? MSRCK_OK : fail_memory(a);
}

static msrck_result append(struct addition *a, struct ti_type *made, uint32_t *id)
{
    struct ti_type *entry;

    if (a->table->count >= TI_MAX_TYPES)
        return msrck_fail(a->error, MSRCK_MISUSE, "%s: more than %u types", made->name, TI_MAX_TYPES);
    entry = msrck_ti_append(a->table);
    if (entry == NULL)
        return fail_memory(a);
    *id = made->id = entry->id;
    *entry = *made;
    *made = (struct ti_type){ 0 };
    return msrck_ti_index_name(a->table, *id) ? MSRCK_OK : fail_memory(a);
}

/* The id of a type that has a name of its own. Its fields wait in the work list. */
static msrck_result intern_named(struct addition *a, const msrck_type *source, uint32_t *id)
{
    struct ti_type made = { .kind = source->kind };
    msrck_result result;

    if (source->kind == MSRCK_KIND_VOID) {
        *id = TI_VOID;
        return map(a, source, TI_VOID);
    }
    if (source->name == NULL || source->name[0] == '\0' || !msrck_name_is_printable(source->name))
        return msrck_fail(a->error, MSRCK_MISUSE, "a type of kind %u has no printable name", source->kind);
    if (source->kind > MSRCK_KIND_OPAQUE)
        return msrck_fail(a->error, MSRCK_MISUSE, "%s: kind %u is unknown", source->name, source->kind);
    *id = msrck_ti_find_name(a->table, source->name);
    if (*id == UINT32_MAX) {
        made.name = msrck_copy_text(source->name);
        if (made.name == NULL)
            return fail_memory(a);
        result = append(a, &made, id);
        msrck_ti_clear_type(&made);
        if (result != MSRCK_OK)
            return result;
    }
    if (!msrck_reserve(&a->work, &a->work_capacity, a->work_count + 1, sizeof *a->work))
        return fail_memory(a);
    a->work[a->work_count++] = (struct work_item){ source, *id };
    return map(a, source, *id);
}

static msrck_result fail_conflict(struct addition *a, const char *name)
{
    return msrck_fail(a->error, MSRCK_MISUSE, "%s is described twice, differently", name);
}

static msrck_result fail_different(struct addition *a, const msrck_type *one, const msrck_type *other)
{
    if (one->unit == NULL || other->unit == NULL)
        return fail_conflict(a, one->name);
    return msrck_fail(a->error, MSRCK_MISUSE, "%s is one type in %s and another in %s", one->name, one->unit, other->unit);
}

/* The id of a pointer or array whose element has an id. */
static msrck_result intern_derived(struct addition *a, const msrck_type *source, uint32_t element, uint32_t *id)
{
    struct ti_type made = { .kind = source->kind, .element = element, .has_layout = true, .source = source };
    struct byte_buffer name = BYTE_BUFFER_INIT;
    const struct ti_type *old;
    msrck_result result = MSRCK_OK;

    if (source->kind == MSRCK_KIND_ARRAY)
        made.count = source->count;
    else
        made.size = made.alignment = sizeof(void *);
    if (!msrck_type_name_append(a->table, &made, "", &name) || name.length > TI_MAX_NAME) {
        result = msrck_fail(a->error, MSRCK_MISUSE,
                            "%s: pointers and arrays of it are nested deeper than %u, or its name is too long",
                            a->table->types[element].name, TI_MAX_NESTING);
        goto done;
    }
    made.name = msrck_copy_text(msrck_buffer_text(&name));
    if (name.failed || made.name == NULL) {
        result = fail_memory(a);
        goto done;
    }
    *id = msrck_ti_find_name(a->table, made.name);
    if (*id == UINT32_MAX) {
        result = append(a, &made, id);
    } else {
        old = &a->table->types[*id];
        if (old->kind != made.kind || old->element != made.element || old->count != made.count)
            result = fail_conflict(a, made.name);
    }
    if (result == MSRCK_OK)
        result = map(a, source, *id);
done:
    msrck_buffer_free(&name);
    msrck_ti_clear_type(&made);
    return result;
}

/* The id of any description: pointers and arrays are peeled off down to a type with a name, then put on again. */
static msrck_result intern(struct addition *a, const msrck_type *source, uint32_t *id)
{
    const msrck_type *chain[TI_MAX_NESTING];
    unsigned depth = 0;
    msrck_result result = MSRCK_OK;

    *id = msrck_ti_find_description(a->table, source);
    while (*id == UINT32_MAX && (source->kind == MSRCK_KIND_POINTER || source->kind == MSRCK_KIND_ARRAY)) {
        if (depth == TI_MAX_NESTING)
            return msrck_fail(a->error, MSRCK_MISUSE, "pointers and arrays are nested deeper than %u", TI_MAX_NESTING);
        if (source->element == NULL)
            return msrck_fail(a->error, MSRCK_MISUSE, "a pointer or array has no element type");
        chain[depth++] = source;
        source = source->element;
        *id = msrck_ti_find_description(a->table, source);
    }
    if (*id == UINT32_MAX)
        result = intern_named(a, source, id);
    while (result == MSRCK_OK && depth > 0)
        result = intern_derived(a, chain[--depth], *id, id);
    return result;
}

static msrck_result copy_enumerators(struct addition *a, const msrck_type *source, struct ti_type *made)
{
    if (source->enumerator_count > TI_MAX_FIELDS)
        return msrck_fail(a->error, MSRCK_MISUSE, "%s: more than %u enumerators", source->name, TI_MAX_FIELDS);
    made->enumerators = msrck_allocate(source->enumerator_count, sizeof *made->enumerators);
    if (made->enumerators == NULL)
        return fail_memory(a);
    for (size_t i = 0; i < source->enumerator_count; i++) {
        made->enumerators[i].value = source->enumerators[i].value;
        made->enumerators[i].name = msrck_copy_text(source->enumerators[i].name);
        if (made->enumerators[i].name == NULL)
            return fail_memory(a);
        made->enumerator_count++;
    }
    return MSRCK_OK;
}

static msrck_result copy_field(struct addition *a, const msrck_field *source, bool in_union, struct ti_type *made)
{
    struct ti_field *field = &made->fields[made->field_count];

    field->name = msrck_copy_text(source->name);
    if (field->name == NULL)
        return fail_memory(a);
    made->field_count++;
    field->role = source->role;
    field->bits = source->bits;
    field->tag = in_union ? source->tag : 0;
    field->offset = source->offset;
    field->size = source->role == MSRCK_ROLE_PLAIN ? source->size : 0;
    field->source = source;
    if (source->type == NULL)
        return msrck_fail(a->error, MSRCK_MISUSE, "%s.%s: no type is given", made->name, source->name);
    return intern(a, source->type, &field->type);
}

/* A union that could be asked for its active member by nobody would lose its value, so it is refused. */
static msrck_result find_tag_field(struct addition *a, struct ti_type *made, struct ti_field *field)
{
    const msrck_field *source = field->source;

    if (source->tag_field == NULL) {
        if (source->type->kind == MSRCK_KIND_UNION && made->kind == MSRCK_KIND_STRUCT && source->choose == NULL)
            return msrck_fail(a->error, MSRCK_MISUSE, "%s.%s: nothing tells the active member of the union", made->name,
                              source->name);
        return MSRCK_OK;
    }
    for (uint32_t i = 0; i < made->field_count; i++)
        if (strcmp(made->fields[i].name, source->tag_field) == 0)
            field->tag_field = i + 1;
    if (field->tag_field == 0)
        return msrck_fail(a->error, MSRCK_MISUSE, "%s.%s: the struct has no saved member %s to be its tag", made->name,
                          source->name, source->tag_field);
    return MSRCK_OK;
}

/* Skipped members are part of the layout, not of the state: only layout_check.c looks at them. */
static msrck_result copy_fields(struct addition *a, const msrck_type *source, struct ti_type *made)
{
    msrck_result result = MSRCK_OK;

    if (source->field_count > TI_MAX_FIELDS)
        return msrck_fail(a->error, MSRCK_MISUSE, "%s: more than %u members", source->name, TI_MAX_FIELDS);
    made->fields = msrck_allocate(source->field_count, sizeof *made->fields);
    if (made->fields == NULL)
        return fail_memory(a);
    for (size_t i = 0; i < source->field_count && result == MSRCK_OK; i++)
        if (source->fields[i].role != MSRCK_ROLE_SKIPPED)
            result = copy_field(a, &source->fields[i], source->kind == MSRCK_KIND_UNION, made);
    for (uint32_t i = 0; i < made->field_count && result == MSRCK_OK; i++)
        result = find_tag_field(a, made, &made->fields[i]);
    return result;
}

/* The entry as the description has it. What it owns is the caller's to free, also after a failure. */
static msrck_result copy_description(struct addition *a, const msrck_type *source, struct ti_type *made)
{
    msrck_result result = MSRCK_OK;

    made->name = msrck_copy_text(source->name);
    if (made->name == NULL)
        return fail_memory(a);
    made->kind = source->kind;
    made->scalar = source->scalar;
    made->has_layout = true;
    made->size = source->size;
    made->alignment = source->alignment;
    made->source = source;
    if (source->kind == MSRCK_KIND_ENUM)
        result = copy_enumerators(a, source, made);
    if (source->kind == MSRCK_KIND_STRUCT || source->kind == MSRCK_KIND_UNION)
        result = copy_fields(a, source, made);
    if (source->kind == MSRCK_KIND_COMPLEX)
        result = source->element == NULL ? msrck_fail(a->error, MSRCK_MISUSE, "%s: no type is given", source->name)
                                         : intern(a, source->element, &made->element);
    return result;
}

/*
 * The more telling one of two types that may be one: where a module knows a struct by name only, it describes a pointer to it as void *. UINT32_MAX when they differ.
 */
static uint32_t more_telling(const struct ti_table *table, uint32_t left, uint32_t right)
{
    const struct ti_type *a = &table->types[left], *b = &table->types[right];
    uint32_t element;

    if (left == right)
        return left;
    if (a->kind == MSRCK_KIND_POINTER && b->kind == MSRCK_KIND_POINTER && (a->element == TI_VOID || b->element == TI_VOID))
        return a->element == TI_VOID ? right : left;
    if ((a->kind != MSRCK_KIND_ARRAY && a->kind != MSRCK_KIND_POINTER) || a->kind != b->kind || a->count != b->count)
        return UINT32_MAX;
    /* Nesting is bounded: see intern(). */
    element = more_telling(table, a->element, b->element);
    return element == UINT32_MAX ? UINT32_MAX : element == a->element ? left : right;
}

static bool same_fields(const struct ti_table *table, const struct ti_field *left, const struct ti_field *right)
{
    return strcmp(left->name, right->name) == 0 && more_telling(table, left->type, right->type) != UINT32_MAX && left->role == right->role &&
           left->bits == right->bits && left->tag == right->tag && left->tag_field == right->tag_field &&
           left->source->size == right->source->size;
}

/* The table of callbacks may be each module's own; what it calls, and with what, decides. */
static bool same_handlers(const msrck_opaque_handlers *left, const msrck_opaque_handlers *right)
{
    return left == right || (left != NULL && right != NULL && left->save == right->save && left->restore == right->restore && left->context == right->context);
}

/* Whether two modules describe one type. Accessors are functions of their own in each, so they do not count. */
static bool same_types(const struct ti_table *table, const struct ti_type *left, const struct ti_type *right)
{
    if (left->kind != right->kind || left->scalar != right->scalar || left->element != right->element ||
        left->source->size != right->source->size || left->source->alignment != right->source->alignment ||
        left->field_count != right->field_count || left->enumerator_count != right->enumerator_count ||
        !same_handlers(left->source->handlers, right->source->handlers))
        return false;
    for (uint32_t i = 0; i < left->field_count; i++)
        if (!same_fields(table, &left->fields[i], &right->fields[i]) ||
            (left->source->size != 0 && left->fields[i].source->offset != right->fields[i].source->offset))
            return false;
    for (uint32_t i = 0; i < left->enumerator_count; i++)
        if (strcmp(left->enumerators[i].name, right->enumerators[i].name) != 0 ||
            left->enumerators[i].value != right->enumerators[i].value)
            return false;
    return true;
}

static msrck_result do_item(struct addition *a, struct work_item item)
{
    struct ti_type made = { .id = item.id };
    struct ti_type *entry;
    msrck_result result = copy_description(a, item.source, &made);

    entry = &a->table->types[item.id];
    if (result == MSRCK_OK && entry->source == NULL) {
        free(entry->name);
        *entry = made;
        return MSRCK_OK;
    }
    if (result == MSRCK_OK && !same_types(a->table, entry, &made))
        result = fail_different(a, entry->source, item.source);
    for (uint32_t i = 0; result == MSRCK_OK && i < made.field_count; i++)
        entry->fields[i].type = more_telling(a->table, entry->fields[i].type, made.fields[i].type);
    msrck_ti_clear_type(&made);
    return result;
}

static bool is_power_of_two(size_t number)
{
    return number != 0 && (number & (number - 1)) == 0;
}

/* What makes a union anonymous is that it has no size; such a one has no place but under an empty name. */
static msrck_result check_field(struct addition *a, const struct ti_type *type, const struct ti_field *field)
{
    bool anonymous = field->name[0] == '\0';
    bool sizeless = field->source->type->kind == MSRCK_KIND_UNION && field->source->type->size == 0;
    msrck_error found = MSRCK_ERROR_INIT;
    msrck_result result;

    if (anonymous != sizeless)
        return msrck_fail(a->error, MSRCK_MISUSE,
                          "%s.%s: an anonymous union is described with MSRCK_ANONYMOUS_UNION, and no other", type->name,
                          field->name);
    if (anonymous && (field->source->offset < field->offset || field->source->offset - field->offset >= field->size))
        return msrck_fail(a->error, MSRCK_MISUSE, "%s: its anonymous union has members of another struct", type->name);
    if (anonymous || field->role == MSRCK_ROLE_BITS)
        return MSRCK_OK;
    result = msrck_check_native(a->table, field->type, (size_t)field->size, field->source->native,
                                field->role == MSRCK_ROLE_FLEXIBLE, &found);
    if (result != MSRCK_OK)
        msrck_fail(a->error, result, "%s.%s: %s", type->name, field->name, found.message);
    return result;
}

/* Everything that the compiler knows better than the description. */
static msrck_result check_with_compiler(struct addition *a, uint32_t id)
{
    const struct ti_type *type = &a->table->types[id];
    const msrck_type *source = type->source;
    bool composite = type->kind == MSRCK_KIND_STRUCT || type->kind == MSRCK_KIND_UNION;
    bool sizeless = type->kind == MSRCK_KIND_UNION && source->size == 0;
    msrck_result result = MSRCK_OK;

    if (!sizeless && (type->size == 0 || !is_power_of_two((size_t)type->alignment)))
        return msrck_fail(a->error, MSRCK_MISUSE, "%s: has no size or no alignment", type->name);
    if (type->kind == MSRCK_KIND_OPAQUE &&
        (source->handlers == NULL || source->handlers->save == NULL || source->handlers->restore == NULL))
        return msrck_fail(a->error, MSRCK_MISUSE, "%s: an opaque handle needs functions that save and restore it",
                          type->name);
    if (!composite || a->table->believed)
        return MSRCK_OK;
    for (uint32_t i = 0; i < type->field_count && result == MSRCK_OK; i++)
        result = check_field(a, type, &type->fields[i]);
    return result == MSRCK_OK ? msrck_check_layout(a->table, id, a->error) : result;
}

/* The root, and by the work list everything that it leads to; then what follows from it, and whether it is right. */
static msrck_result add_all(struct addition *a, const msrck_type *type, uint32_t first, uint32_t *id)
{
    msrck_result result = intern(a, type, id);

    while (result == MSRCK_OK && a->work_count > 0)
        result = do_item(a, a->work[--a->work_count]);
    for (uint32_t i = first; i < a->table->count && result == MSRCK_OK; i++)
        result = msrck_ti_check_rules(a->table, i, MSRCK_MISUSE, a->error);
    if (result == MSRCK_OK)
        result = msrck_ti_flatten(a->table, first, MSRCK_MISUSE, a->error);
    for (uint32_t i = first; i < a->table->count && result == MSRCK_OK; i++)
        result = check_with_compiler(a, i);
    return result;
}

msrck_result msrck_ti_add(struct ti_table *table, const msrck_type *type, uint32_t *id, msrck_error *error)
{
    struct addition a = { .table = table, .error = error };
    size_t count = table->count, descriptions = table->description_count;
    msrck_result result;

    *id = UINT32_MAX;
    if (type == NULL)
        return msrck_fail(error, MSRCK_MISUSE, "no type is given");
    *id = msrck_ti_find_description(table, type);
    if (*id != UINT32_MAX)
        return MSRCK_OK;
    result = add_all(&a, type, (uint32_t)count, id);
    free(a.work);
    if (result != MSRCK_OK) {
        msrck_ti_truncate(table, count, descriptions);
        *id = UINT32_MAX;
    }
    return result;
}
