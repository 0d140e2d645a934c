/* SPDX-License-Identifier: MIT */
/* How one scalar, enum or bit-field of a file becomes one of the program. */
#include "encoding/row_decoder_state.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"

/* ---- What an integer type is on either side ---- */

/* char and wchar_t travel as bit patterns: the sign of their upper half differs from machine to machine. */
static bool is_ambiguous(const struct ti_type *type)
{
    return type->kind == MSRCK_KIND_SCALAR && (type->scalar == MSRCK_SCALAR_CHAR || type->scalar == MSRCK_SCALAR_WCHAR);
}

static bool is_integer(const struct ti_type *type)
{
    return type->kind == MSRCK_KIND_ENUM || (type->kind == MSRCK_KIND_SCALAR && msrck_scalar_is_integer(type->scalar));
}

static bool is_bool(const struct ti_type *type)
{
    return type->kind == MSRCK_KIND_SCALAR && type->scalar == MSRCK_SCALAR_BOOL;
}

static bool is_real(const struct ti_type *type)
{
    return type->kind == MSRCK_KIND_SCALAR && !msrck_scalar_is_integer(type->scalar) && !is_bool(type);
}

static bool has_enumerator(const struct ti_type *type, int64_t least, int64_t most)
{
    for (uint32_t i = 0; i < type->enumerator_count; i++)
        if (type->enumerators[i].value >= least && type->enumerators[i].value <= most)
            return true;
    return false;
}

/* An enum's 32 canonical bits are an int's, unless it has enumerators that only an unsigned int can hold. */
static bool row_is_signed(const struct ti_type *type)
{
    if (type->kind == MSRCK_KIND_ENUM)
        return msrck_scalar_width(type->scalar) == 8 || !has_enumerator(type, (int64_t)INT32_MAX + 1, INT64_MAX);
    return msrck_scalar_is_signed(type->scalar);
}

/* The bounds of `bits` bits; for 64 bits without shifting too far. */
static int64_t least_signed(unsigned bits)
{
    return -1 - (int64_t)(UINT64_MAX >> (65 - bits));
}
static uint64_t most_signed(unsigned bits)
{
    return UINT64_MAX >> (65 - bits);
}
static uint64_t most_unsigned(unsigned bits)
{
    return UINT64_MAX >> (64 - bits);
}

/* What fits the program's type. */
static void set_bounds(struct row_op *op, const struct ti_type *type)
{
    unsigned bits = (unsigned)type->size * CHAR_BIT;

    op->least = 0;
    op->most = is_ambiguous(type) ? most_signed(bits) : most_unsigned(bits);
    if (is_bool(type)) {
        op->most = 1;
    } else if (type->kind == MSRCK_KIND_ENUM) {
        /*
         * An int in an enum of its size is at home whatever its sign; shorter enums are as signed as their enumerators.
         */
        if (bits >= 32 || type->native_signed)
            op->least = least_signed(bits);
        if (bits < 32 && op->least < 0)
            op->most = most_signed(bits);
    } else if (msrck_scalar_is_signed(type->scalar)) {
        op->least = least_signed(bits);
        op->most = most_signed(bits);
    }
}

/* ---- Enumerators ---- */

static int by_value(const void *a, const void *b)
{
    const struct enumerator_pair *left = a, *right = b;

    return left->from < right->from ? -1 : left->from > right->from;
}

static const struct ti_enumerator *find_enumerator(const struct ti_type *type, const char *name, uint32_t guess)
{
    for (uint32_t i = 0; i < type->enumerator_count; i++) {
        const struct ti_enumerator *candidate = &type->enumerators[(guess + i) % type->enumerator_count];

        if (strcmp(candidate->name, name) == 0)
            return candidate;
    }
    return NULL;
}

/* A map is needed only where a name changed its value; otherwise numbers stay, known or not. */
static bool enumerators_moved(const struct ti_type *file, const struct ti_type *type)
{
    for (uint32_t i = 0; i < file->enumerator_count; i++) {
        const struct ti_enumerator *same = find_enumerator(type, file->enumerators[i].name, i);

        if (same != NULL && same->value != file->enumerators[i].value)
            return true;
    }
    return false;
}

/* Of several names for one value the first that the program knows decides. */
static void keep_first_known(struct row_op *op)
{
    size_t kept = 0;

    for (size_t i = 0; i < op->map_count; i++) {
        if (kept == 0 || op->map[kept - 1].from != op->map[i].from)
            op->map[kept++] = op->map[i];
        else if (!op->map[kept - 1].known)
            op->map[kept - 1] = op->map[i];
    }
    op->map_count = kept;
}

static void note_enumerators(const struct matching *m, const struct ti_type *file, const struct ti_type *type, bool moved)
{
    if (moved)
        msrck_change_note(m->notes, "converted", "%s: its numbers have changed; values follow their names", type->name);
    for (uint32_t i = 0; i < file->enumerator_count; i++)
        if (find_enumerator(type, file->enumerators[i].name, i) == NULL)
            msrck_change_note(m->notes, "removed", "%s: %s removed; %s", type->name, file->enumerators[i].name,
                              moved ? "a value of it is refused" : "a value of it stays a number");
    for (uint32_t i = 0; i < type->enumerator_count; i++)
        if (find_enumerator(file, type->enumerators[i].name, i) == NULL)
            msrck_change_note(m->notes, "added", "%s: %s added", type->name, type->enumerators[i].name);
}

static msrck_result map_enumerators(struct matching *m, struct row_op *op, const struct ti_type *file,
                                    const struct ti_type *type)
{
    op->map = msrck_allocate(file->enumerator_count, sizeof *op->map);
    if (op->map == NULL)
        return msrck_fail_memory(m->error, sizeof *op->map, "enumerators");
    op->map_count = file->enumerator_count;
    for (uint32_t i = 0; i < file->enumerator_count; i++) {
        const struct ti_enumerator *same = find_enumerator(type, file->enumerators[i].name, i);

        op->map[i] = (struct enumerator_pair){ file->enumerators[i].value, same != NULL ? same->value : 0,
                                               file->enumerators[i].name, same != NULL };
    }
    qsort(op->map, op->map_count, sizeof *op->map, by_value);
    keep_first_known(op);
    return MSRCK_OK;
}

/* ---- Integers ---- */

static enum row_code moving_code(size_t width)
{
    return width == 1 ? ROW_COPY_1 : width == 2 ? ROW_SWAP_2 : width == 4 ? ROW_SWAP_4 : ROW_SWAP_8;
}

/* Whether equal bytes are equal values. */
static bool same_pattern(const struct ti_type *file, const struct ti_type *type)
{
    if (is_bool(file) || is_bool(type) || file->kind != type->kind)
        return false;
    if (file->kind == MSRCK_KIND_ENUM || file->scalar == type->scalar)
        return true;
    return !is_ambiguous(file) && !is_ambiguous(type) &&
           msrck_scalar_is_signed(file->scalar) == msrck_scalar_is_signed(type->scalar);
}

/* Enums are known by their names, like structs. */
static bool enums_agree(const struct ti_type *file, const struct ti_type *type)
{
    return file->kind != MSRCK_KIND_ENUM || type->kind != MSRCK_KIND_ENUM || strcmp(file->name, type->name) == 0;
}

static void describe_row(struct row_op *op, const struct ti_type *file, const struct ti_type *type)
{
    op->type = type->id;
    op->row_signed = row_is_signed(file);
    /*
     * The same scalar elsewhere is the same pattern; as any other type it has a value, and that must be the same
     * everywhere.
     */
    op->ambiguous = is_ambiguous(file) && !(type->kind == MSRCK_KIND_SCALAR && file->scalar == type->scalar);
}

static msrck_result match_integer(struct matching *m, struct row_body *body, const struct ti_type *file,
                                  const struct ti_type *type, struct match_place at)
{
    size_t width = msrck_scalar_width(file->scalar), size = (size_t)type->size;
    struct row_op op = msrck_match_leaf(moving_code(width), at, size, width);
    bool moved = file->kind == MSRCK_KIND_ENUM && type->kind == MSRCK_KIND_ENUM && enumerators_moved(file, type);

    if (m->notes != NULL && file->kind == MSRCK_KIND_ENUM && type->kind == MSRCK_KIND_ENUM)
        note_enumerators(m, file, type, moved);
    if (is_bool(file) && is_bool(type) && size == 1) {
        op.code = ROW_BOOL;
    } else if (moved || size != width || !same_pattern(file, type)) {
        op.code = ROW_INTEGER;
        describe_row(&op, file, type);
        set_bounds(&op, type);
        if (moved && map_enumerators(m, &op, file, type) != MSRCK_OK)
            return MSRCK_SYSTEM;
    }
    return msrck_match_append(m, body, &op);
}

msrck_result msrck_match_bits(struct matching *m, struct row_body *body, const struct ti_type *file,
                              const struct ti_type *owner, uint32_t index, size_t owner_native, struct match_place at)
{
    const struct ti_field *field = &owner->fields[index];
    const struct ti_type *type = msrck_ti_get(m->table, field->type);
    struct row_op op;

    if ((!is_integer(file) && !is_bool(file)) || !enums_agree(file, type))
        return msrck_match_refuse(m, file, type);
    if (field->source == NULL || field->source->get_bits == NULL || field->source->set_bits == NULL)
        return msrck_fail(m->error, MSRCK_MISUSE, "bit-field has no accessors");
    op = msrck_match_leaf(ROW_BITS, at, 0, msrck_scalar_width(file->scalar));
    op.native = owner_native;
    op.owner = owner->id;
    op.field = index;
    op.source = field->source;
    describe_row(&op, file, type);
    /*
     * A pattern is read as this machine reads a char: setting the bit-field and reading it back tells whether it holds.
     */
    if (is_ambiguous(file) && !op.ambiguous)
        op.row_signed = type->native_signed;
    if (file->kind == MSRCK_KIND_ENUM && type->kind == MSRCK_KIND_ENUM && enumerators_moved(file, type) &&
        map_enumerators(m, &op, file, type) != MSRCK_OK)
        return MSRCK_SYSTEM;
    return msrck_match_append(m, body, &op);
}

/* ---- All scalars ---- */

static msrck_result match_real(struct matching *m, struct row_body *body, const struct ti_type *file,
                               const struct ti_type *type, struct match_place at)
{
    size_t width = msrck_scalar_width(file->scalar);
    struct row_op op = msrck_match_leaf(moving_code(width), at, (size_t)type->size, width);

    if (file->scalar != type->scalar || type->scalar == MSRCK_SCALAR_LDOUBLE) {
        op.code = ROW_REAL;
        op.type = type->id;
    }
    return msrck_match_append(m, body, &op);
}

msrck_result msrck_match_scalar(struct matching *m, struct row_body *body, const struct ti_type *file,
                                const struct ti_type *type, struct match_place at)
{
    if (is_real(file) && is_real(type))
        return match_real(m, body, file, type, at);
    if (is_real(file) || is_real(type) || !enums_agree(file, type))
        return msrck_match_refuse(m, file, type);
    return match_integer(m, body, file, type, at);
}
