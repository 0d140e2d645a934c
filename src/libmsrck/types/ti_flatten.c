/* SPDX-License-Identifier: MIT */
/*
 * What follows from the entries' parts, from the inside out: leaves, canonical rows, nesting; and for entries with a
 * layout the sizes and places that no description spells (arrays, anonymous unions).
 */
#include "types/ti_storage.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>

#include "base/allocation.h"
#include "base/failure.h"

#define CHARS_ARE_SIGNED (CHAR_MIN < 0)
#if WCHAR_MIN < 0
#define WIDE_CHARS_ARE_SIGNED true
#else
#define WIDE_CHARS_ARE_SIGNED false
#endif

enum progress { UNTOUCHED, OPEN, DONE };

struct flattening {
    struct ti_table *table;
    uint32_t first;
    unsigned char *progress;        /* enum progress, of the entries from `first` on */
    msrck_result blame;
    msrck_error *error;
};

static msrck_result flatten(struct flattening *f, uint32_t id, unsigned depth);

/* *sum += count * more, unless that passes the limit of a row. */
static bool add_product(uint64_t *sum, uint64_t count, uint64_t more)
{
    uint64_t product;

    if (__builtin_mul_overflow(count, more, &product) || product > TI_MAX_WIDTH - *sum)
        return false;
    *sum += product;
    return true;
}

static msrck_result fail_width(struct flattening *f, const struct ti_type *type)
{
    return msrck_fail(f->error, f->blame, "%s: a value takes more than 2^56 bytes", type->name);
}

static void set_leaf(struct ti_type *type, unsigned narrow, unsigned wide)
{
    type->leaves = 1;
    type->row_width[0] = narrow;
    type->row_width[1] = wide;
}

/* The part of a struct, union or array: known after this, and fit to stand there by value. */
static msrck_result flatten_part(struct flattening *f, struct ti_type *whole, uint32_t part, unsigned depth)
{
    const struct ti_type *type;
    msrck_result result = flatten(f, part, depth + 1);

    if (result != MSRCK_OK)
        return result;
    type = &f->table->types[part];
    if (type->kind == MSRCK_KIND_VOID)
        return msrck_fail(f->error, f->blame, "%s: void stands in it by value", whole->name);
    if (type->flexible != TI_VOID)
        return msrck_fail(f->error, f->blame, "%s: %s ends in a flexible array member and may not stand in it by value",
                          whole->name, type->name);
    if (type->nesting >= TI_MAX_NESTING)
        return msrck_fail(f->error, f->blame, "%s: nested deeper than %u", whole->name, TI_MAX_NESTING);
    if (whole->nesting < type->nesting + 1)
        whole->nesting = type->nesting + 1;
    whole->has_pointers = whole->has_pointers || type->has_pointers;
    return MSRCK_OK;
}

static msrck_result refuse_union(struct flattening *f, const struct ti_type *whole, uint32_t part)
{
    if (f->table->types[part].kind != MSRCK_KIND_UNION)
        return MSRCK_OK;
    return msrck_fail(f->error, f->blame, "%s: %s stands in it without a tag; put the union and its tag into a struct",
                      whole->name, f->table->types[part].name);
}

static msrck_result flatten_array(struct flattening *f, struct ti_type *type, unsigned depth)
{
    const struct ti_type *element = &f->table->types[type->element];
    msrck_result result = flatten_part(f, type, type->element, depth);

    if (result == MSRCK_OK)
        result = refuse_union(f, type, type->element);
    if (result != MSRCK_OK)
        return result;
    if (type->count == 0)
        return msrck_fail(f->error, f->blame, "%s: an array of no elements", type->name);
    if (!add_product(&type->leaves, type->count, element->leaves) ||
        !add_product(&type->row_width[0], type->count, element->row_width[0]) ||
        !add_product(&type->row_width[1], type->count, element->row_width[1]))
        return fail_width(f, type);
    type->has_unions = element->has_unions;
    type->size = type->count * element->size;
    type->alignment = element->alignment;
    if (type->has_layout && (element->size > PTRDIFF_MAX / type->count))
        return msrck_fail(f->error, f->blame, "%s: larger than the address space", type->name);
    return MSRCK_OK;
}

static msrck_result flatten_flexible(struct flattening *f, struct ti_type *type, struct ti_field *field)
{
    if (field != &type->fields[type->field_count - 1] || type->field_count == 1)
        return msrck_fail(f->error, f->blame,
                          "%s.%s: a flexible array member is the last of at least two saved members", type->name,
                          field->name);
    field->leaf = type->leaves;
    field->row_offset[0] = type->row_width[0];
    field->row_offset[1] = type->row_width[1];
    type->flexible = field->type;
    type->flexible_offset = field->offset;
    return refuse_union(f, type, field->type);
}

static bool bits_fit(const struct ti_type *type, uint32_t bits)
{
    bool number = type->kind == MSRCK_KIND_ENUM ||
                  (type->kind == MSRCK_KIND_SCALAR && msrck_scalar_is_integer(type->scalar));

    return number && bits <= (type->scalar == MSRCK_SCALAR_BOOL ? 1 : 8 * msrck_scalar_width(type->scalar));
}

/* The place of an anonymous union in its struct, which its members tell: theirs are places in the struct. */
static void place_anonymous(struct ti_field *field, const struct ti_type *type)
{
    field->offset = SIZE_MAX;
    for (size_t i = 0; i < type->source->field_count; i++)
        if (type->source->fields[i].offset < field->offset)
            field->offset = type->source->fields[i].offset;
    field->size = type->size;
}

static msrck_result flatten_struct(struct flattening *f, struct ti_type *type, unsigned depth)
{
    msrck_result result = MSRCK_OK;

    for (uint32_t i = 0; i < type->field_count && result == MSRCK_OK; i++) {
        struct ti_field *field = &type->fields[i];
        const struct ti_type *part = &f->table->types[field->type];

        result = flatten_part(f, type, field->type, depth);
        if (result != MSRCK_OK)
            break;
        if (field->role == MSRCK_ROLE_FLEXIBLE) {
            result = flatten_flexible(f, type, field);
            continue;
        }
        if (field->role == MSRCK_ROLE_BITS && !bits_fit(part, field->bits))
            return msrck_fail(f->error, f->blame, "%s.%s: %s has no bit-field of %" PRIu32 " bits", type->name,
                              field->name, part->name, field->bits);
        if (field->name[0] == '\0' && type->has_layout)
            place_anonymous(field, part);
        field->leaf = type->leaves;
        field->row_offset[0] = type->row_width[0];
        field->row_offset[1] = type->row_width[1];
        type->has_unions = type->has_unions || part->has_unions;
        if (!add_product(&type->leaves, 1, part->leaves) || !add_product(&type->row_width[0], 1, part->row_width[0]) ||
            !add_product(&type->row_width[1], 1, part->row_width[1]))
            return fail_width(f, type);
    }
    return result;
}

/*
 * Members of an anonymous union are described with their places in the struct around it, and it has no sizeof: it is
 * as long as its longest member, skipped ones included, in steps of the strictest alignment.
 */
static void lay_out_anonymous(const struct ti_table *table, struct ti_type *type)
{
    struct ti_field whole = { 0 };
    uint64_t end = 0;

    type->alignment = 1;
    place_anonymous(&whole, type);
    for (uint32_t i = 0; i < type->field_count; i++) {
        type->fields[i].offset -= whole.offset;
        if (table->types[type->fields[i].type].alignment > type->alignment)
            type->alignment = table->types[type->fields[i].type].alignment;
    }
    for (size_t i = 0; i < type->source->field_count; i++)
        if (type->source->fields[i].offset - whole.offset + type->source->fields[i].size > end)
            end = type->source->fields[i].offset - whole.offset + type->source->fields[i].size;
    type->size = (end + type->alignment - 1) / type->alignment * type->alignment;
}

static msrck_result flatten_union(struct flattening *f, struct ti_type *type, unsigned depth)
{
    /* The ordinal of the active member stands before it. */
    const uint64_t ordinal_width = 4;
    msrck_result result = MSRCK_OK;

    for (uint32_t i = 0; i < type->field_count && result == MSRCK_OK; i++) {
        struct ti_field *field = &type->fields[i];
        const struct ti_type *part = &f->table->types[field->type];

        result = flatten_part(f, type, field->type, depth);
        if (result == MSRCK_OK)
            result = refuse_union(f, type, field->type);
        field->row_offset[0] = field->row_offset[1] = ordinal_width;
        if (part->leaves > type->leaves)
            type->leaves = part->leaves;
        for (unsigned w = 0; w < 2; w++)
            if (part->row_width[w] + ordinal_width > type->row_width[w])
                type->row_width[w] = part->row_width[w] + ordinal_width;
    }
    if (result == MSRCK_OK && type->row_width[1] > TI_MAX_WIDTH)
        return fail_width(f, type);
    type->has_unions = true;
    if (result == MSRCK_OK && type->has_layout && type->size == 0)
        lay_out_anonymous(f->table, type);
    return result;
}

/*
 * Integers and enums: what reading them natively gives. Compilers make an enum unsigned unless an enumerator is
 * negative.
 */
static void set_native_sign(struct ti_type *type)
{
    type->native_signed = type->kind == MSRCK_KIND_SCALAR && msrck_scalar_is_signed(type->scalar);
    if (type->scalar == MSRCK_SCALAR_CHAR)
        type->native_signed = CHARS_ARE_SIGNED;
    if (type->scalar == MSRCK_SCALAR_WCHAR)
        type->native_signed = WIDE_CHARS_ARE_SIGNED;
    for (uint32_t i = 0; i < type->enumerator_count; i++)
        if (type->enumerators[i].value < 0)
            type->native_signed = true;
}

static msrck_result flatten_one(struct flattening *f, struct ti_type *type, unsigned depth)
{
    unsigned width = msrck_scalar_width(type->scalar);

    set_native_sign(type);
    switch (type->kind) {
    case MSRCK_KIND_SCALAR:
    case MSRCK_KIND_ENUM:
        set_leaf(type, width, width);
        return MSRCK_OK;
    case MSRCK_KIND_POINTER:
    case MSRCK_KIND_FUNCTION:
    case MSRCK_KIND_OPAQUE:
        set_leaf(type, 4, 8);
        type->has_pointers = true;
        return MSRCK_OK;
    case MSRCK_KIND_COMPLEX:
        width = msrck_scalar_width(f->table->types[type->element].scalar);
        set_leaf(type, 2 * width, 2 * width);
        type->leaves = 2;
        return MSRCK_OK;
    case MSRCK_KIND_ARRAY:
        return flatten_array(f, type, depth);
    case MSRCK_KIND_STRUCT:
        return flatten_struct(f, type, depth);
    case MSRCK_KIND_UNION:
        return flatten_union(f, type, depth);
    default:
        return MSRCK_OK;
    }
}

/*
 * Recursion over types within types by value; `depth` ends it before a chain that is too long for TI_MAX_NESTING
 * anyway.
 */
static msrck_result flatten(struct flattening *f, uint32_t id, unsigned depth)
{
    struct ti_type *type = &f->table->types[id];
    msrck_result result;

    if (id < f->first || f->progress[id - f->first] == DONE)
        return MSRCK_OK;
    if (f->progress[id - f->first] == OPEN)
        return msrck_fail(f->error, f->blame, "%s: contains itself", type->name);
    if (depth > TI_MAX_NESTING)
        return msrck_fail(f->error, f->blame, "%s: nested deeper than %u", type->name, TI_MAX_NESTING);
    f->progress[id - f->first] = OPEN;
    result = flatten_one(f, type, depth);
    f->progress[id - f->first] = DONE;
    return result;
}

msrck_result msrck_ti_flatten(struct ti_table *table, uint32_t first, msrck_result blame, msrck_error *error)
{
    struct flattening f = { table, first, NULL, blame, error };
    msrck_result result = MSRCK_OK;

    f.progress = msrck_allocate(table->count - first, 1);
    if (f.progress == NULL)
        return msrck_fail_memory(error, table->count - first, "type information");
    for (uint32_t id = first; id < table->count && result == MSRCK_OK; id++)
        result = flatten(&f, id, 0);
    free(f.progress);
    return result;
}
