/* SPDX-License-Identifier: MIT */
/* Matching a file's type with the program's, field by field, into a program. */
#include "encoding/row_decoder.h"

#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"
#include "encoding/row_decoder_state.h"

#define MOST_OPERATIONS 1000000u
#define NO_FIELD UINT32_MAX

static msrck_result match_type(struct matching *m, struct row_body *body, uint32_t file_id, uint32_t id,
                               struct match_place at);

msrck_result msrck_match_refuse(struct matching *m, const struct ti_type *file, const struct ti_type *type)
{
    return msrck_fail(m->error, MSRCK_DOES_NOT_FIT, "%s cannot become %s", file->name, type->name);
}

msrck_result msrck_match_append(struct matching *m, struct row_body *body, const struct row_op *op)
{
    if (!msrck_row_append(body, op))
        return msrck_fail_memory(m->error, sizeof *op, "a row program");
    if (++m->operations > MOST_OPERATIONS)
        return msrck_fail(m->error, MSRCK_LIMIT, "type takes more than %u operations to decode", MOST_OPERATIONS);
    return MSRCK_OK;
}

struct row_op msrck_match_leaf(enum row_code code, struct match_place at, size_t native_step, size_t row_step)
{
    struct row_op op = { .code = code,
                         .native = at.native,
                         .row = at.row,
                         .count = 1,
                         .native_step = native_step,
                         .row_step = row_step,
                         .leaf = at.leaf,
                         .leaf_step = 1,
                         .file_leaf = at.file_leaf,
                         .file_leaf_step = 1 };
    return op;
}

/* ---- References and arrays ---- */

/* Pointers agree when what they point to has one name; void * agrees with all. */
static bool targets_agree(const struct matching *m, const struct ti_type *file, const struct ti_type *type)
{
    const struct ti_type *file_target = msrck_ti_get(m->file_table, file->element);
    const struct ti_type *target = msrck_ti_get(m->table, type->element);

    return file_target->kind == MSRCK_KIND_VOID || target->kind == MSRCK_KIND_VOID ||
           strcmp(file_target->name, target->name) == 0;
}

static msrck_result match_reference(struct matching *m, struct row_body *body, const struct ti_type *file,
                                    const struct ti_type *type, struct match_place at)
{
    struct row_op op = msrck_match_leaf(ROW_POINTER, at, (size_t)type->size, m->pointer_width);

    op.type = type->id;
    if (type->kind == MSRCK_KIND_POINTER) {
        if (!targets_agree(m, file, type))
            return msrck_match_refuse(m, file, type);
        op.type = type->element;
        op.has_pointers = true;
    } else if (type->kind == MSRCK_KIND_FUNCTION) {
        op.code = ROW_FUNCTION;
    } else {
        if (strcmp(file->name, type->name) != 0)
            return msrck_match_refuse(m, file, type);
        op.code = ROW_OPAQUE;
        op.has_opaque = true;
    }
    return msrck_match_append(m, body, &op);
}

static msrck_result match_elements(struct matching *m, struct row_body *body, const struct ti_type *file,
                                   const struct ti_type *type, uint64_t count, struct match_place at)
{
    const struct ti_type *file_element = msrck_ti_get(m->file_table, file->element);
    const struct ti_type *element = msrck_ti_get(m->table, type->element);
    struct row_op op = msrck_match_leaf(ROW_LOOP, at, (size_t)element->size, (size_t)file_element->row_width[m->index]);
    struct row_body one = { 0 };
    msrck_result result;

    if (count == 0)
        return MSRCK_OK;
    op.count = (size_t)count;
    op.leaf_step = element->leaves;
    op.file_leaf_step = file_element->leaves;
    m->source = NULL;
    result = match_type(m, &one, file->element, type->element, (struct match_place){ 0 });
    if (result != MSRCK_OK)
        msrck_error_prefix(m->error, "[]");
    else if (!msrck_row_append_array(body, &one, &op))
        result = msrck_fail_memory(m->error, sizeof op, "a row program");
    msrck_row_body_free(&one);
    return result;
}

static msrck_result match_array(struct matching *m, struct row_body *body, const struct ti_type *file,
                                const struct ti_type *type, struct match_place at)
{
    const msrck_field *source = m->source;
    msrck_result result =
        match_elements(m, body, file, type, file->count < type->count ? file->count : type->count, at);

    if (result == MSRCK_OK && file->count > type->count)
        return msrck_match_fewer_elements(m, body, file, type, at);
    if (result == MSRCK_OK && file->count < type->count)
        return msrck_match_more_elements(m, body, file, type, source, at);
    return result;
}

/* ---- Fields by name ---- */

/* Anonymous unions have no field name; the names shown for their types tell them apart. */
static bool same_field_name(const struct matching *m, const struct ti_field *file_field, const struct ti_field *field)
{
    if (strcmp(file_field->name, field->name) != 0)
        return false;
    return field->name[0] != '\0' ||
           strcmp(msrck_ti_get(m->file_table, file_field->type)->name, msrck_ti_get(m->table, field->type)->name) == 0;
}

static bool has_field_named(const struct matching *m, const struct ti_type *file, const struct ti_field *field)
{
    for (uint32_t i = 0; i < file->field_count; i++)
        if (same_field_name(m, &file->fields[i], field))
            return true;
    return false;
}

/*
 * The program's field for a field of the file: the one of the same name, or one that had this name formerly and whose
 * present name the file does not know. Fields usually kept their order, so the search begins at `guess`.
 */
static uint32_t find_field(const struct matching *m, const struct ti_type *file, const struct ti_type *type,
                           const struct ti_field *file_field, uint32_t guess)
{
    for (uint32_t i = 0; i < type->field_count; i++) {
        uint32_t at = (guess + i) % type->field_count;

        if (same_field_name(m, file_field, &type->fields[at]))
            return at;
    }
    for (uint32_t i = 0; i < type->field_count; i++) {
        const struct ti_field *field = &type->fields[i];
        const char *former = field->source != NULL ? field->source->former_name : NULL;

        if (former != NULL && strcmp(former, file_field->name) == 0 && !has_field_named(m, file, field))
            return i;
    }
    return NO_FIELD;
}

/* ---- Unions ---- */

static msrck_result match_member(struct matching *m, struct row_body *body, const struct ti_type *file,
                                 uint32_t file_index, const struct ti_type *type, size_t native)
{
    const struct ti_field *file_member = &file->fields[file_index];
    uint32_t index = find_field(m, file, type, file_member, file_index);
    struct match_place at = { native, 0, 0, 0 };
    msrck_result result;

    body->name = file_member->name;
    body->member = UINT32_MAX;
    if (index == NO_FIELD) {
        msrck_change_note(m->notes, "removed", "%s.%s: removed; a value of it is refused", file->name,
                          file_member->name);
        return MSRCK_OK;
    }
    body->member = index;
    body->type = type->fields[index].type;
    at.native += (size_t)type->fields[index].offset;
    result = match_type(m, body, file_member->type, body->type, at);
    if (result != MSRCK_OK)
        msrck_error_prefix(m->error, ".%s", type->fields[index].name);
    return result;
}

static void free_bodies(struct row_op *op)
{
    for (size_t i = 0; i < op->body_count; i++)
        msrck_row_body_free(&op->bodies[i]);
    free(op->bodies);
}

static void note_new_members(const struct matching *m, const struct row_op *op, const struct ti_type *type)
{
    for (uint32_t i = 0; m->notes != NULL && i < type->field_count; i++) {
        bool known = false;

        for (size_t b = 0; b < op->body_count && !known; b++)
            known = op->bodies[b].member == i;
        if (!known)
            msrck_change_note(m->notes, "added", "%s.%s: added", type->name, type->fields[i].name);
    }
}

static msrck_result match_union(struct matching *m, struct row_body *body, uint32_t file_id,
                                const struct ti_type *owner, uint32_t index, size_t owner_native, struct match_place at)
{
    const struct ti_type *file = msrck_ti_get(m->file_table, file_id);
    const struct ti_field *field = &owner->fields[index];
    const struct ti_type *type = msrck_ti_get(m->table, field->type);
    struct row_op op = msrck_match_leaf(ROW_UNION, at, 0, (size_t)file->row_width[m->index]);
    msrck_result result = MSRCK_OK;

    if (file->kind != MSRCK_KIND_UNION || strcmp(file->name, type->name) != 0)
        return msrck_match_refuse(m, file, type);
    op.native = owner_native;
    op.type = field->type;
    op.owner = owner->id;
    op.field = index;
    op.leaf_step = type->leaves;
    op.file_leaf_step = file->leaves;
    op.bodies = msrck_allocate(file->field_count, sizeof *op.bodies);
    if (op.bodies == NULL)
        return msrck_fail_memory(m->error, sizeof *op.bodies, "a row program");
    op.body_count = file->field_count;
    for (uint32_t i = 0; i < file->field_count && result == MSRCK_OK; i++)
        result = match_member(m, &op.bodies[i], file, i, type, at.native);
    note_new_members(m, &op, type);
    if (result == MSRCK_OK)
        return msrck_match_append(m, body, &op);
    free_bodies(&op);
    return result;
}

/* ---- Structs ---- */

/* What became of a field that both sides have. */
static void note_field(const struct matching *m, const struct ti_field *file_field, const struct ti_field *field)
{
    const struct ti_type *file = msrck_ti_get(m->file_table, file_field->type), *type = msrck_ti_get(m->table, field->type);
    const char *id = "converted";

    if (m->notes == NULL)
        return;
    if (strcmp(file_field->name, field->name) != 0)
        msrck_change_note(m->notes, "renamed", "%s.%s: renamed; was %s", m->owner, m->field, file_field->name);
    if (file_field->bits != field->bits)
        msrck_change_note(m->notes, id, "%s.%s: had %u bits, has %u (0: no bit-field)", m->owner, m->field,
                          file_field->bits, field->bits);
    if (strcmp(file->name, type->name) == 0)
        return;
    if (file->kind == MSRCK_KIND_ARRAY && type->kind == MSRCK_KIND_ARRAY && file->leaves != type->leaves)
        id = file->leaves < type->leaves ? "grown" : "cut";
    msrck_change_note(m->notes, id, "%s.%s: was %s, is %s", m->owner, m->field, file->name, type->name);
}

static msrck_result match_field(struct matching *m, struct row_body *body, const struct ti_field *file_field,
                                const struct ti_type *owner, uint32_t index, struct match_place start)
{
    const struct ti_field *field = &owner->fields[index];
    const struct ti_type *file_type = msrck_ti_get(m->file_table, file_field->type);
    struct match_place at = { start.native + (size_t)field->offset,
                              start.row + (size_t)file_field->row_offset[m->index], start.leaf + field->leaf,
                              start.file_leaf + file_field->leaf };
    const char *outer_owner = m->owner, *outer_field = m->field;
    msrck_result result;

    m->owner = owner->name;
    m->field = field->name[0] != '\0' ? field->name : msrck_ti_get(m->table, field->type)->name;
    m->source = field->source;
    if (field->role == MSRCK_ROLE_BITS)
        result = msrck_match_bits(m, body, file_type, owner, index, start.native, at);
    else if (msrck_ti_get(m->table, field->type)->kind == MSRCK_KIND_UNION)
        result = match_union(m, body, file_field->type, owner, index, start.native, at);
    else
        result = match_type(m, body, file_field->type, field->type, at);
    if (result == MSRCK_OK)
        note_field(m, file_field, field);
    else if (field->name[0] != '\0')
        msrck_error_prefix(m->error, ".%s", field->name);
    m->owner = outer_owner;
    m->field = outer_field;
    return result;
}

/*
 * Every field of the file that the program has, in the file's order, which is that of file_leaf. Sets matched[i] for
 * the program's fields.
 */
static msrck_result match_fields(struct matching *m, struct row_body *body, const struct ti_type *file,
                                 const struct ti_type *type, struct match_place start, bool *matched)
{
    msrck_result result = MSRCK_OK;
    bool moved = false;
    uint32_t last = 0;

    for (uint32_t i = 0; i < file->field_count && result == MSRCK_OK; i++) {
        const struct ti_field *file_field = &file->fields[i];
        uint32_t index = find_field(m, file, type, file_field, i);

        if (index == NO_FIELD || matched[index]) {
            msrck_change_note(m->notes, "removed", "%s.%s: removed; what it held is dropped", file->name,
                              file_field->name);
            continue;
        }
        moved = moved || index < last;
        last = index;
        /* A flexible member's elements are rows of their own: nothing else can take them. */
        if ((file_field->role == MSRCK_ROLE_FLEXIBLE) != (type->fields[index].role == MSRCK_ROLE_FLEXIBLE))
            return msrck_fail(m->error, MSRCK_DOES_NOT_FIT,
                              ".%s: only one of checkpoint and program has a flexible array member",
                              type->fields[index].name);
        matched[index] = true;
        if (file_field->role == MSRCK_ROLE_FLEXIBLE)
            continue;
        result = match_field(m, body, file_field, type, index, start);
    }
    if (moved)
        msrck_change_note(m->notes, "moved", "%s: its fields stand in another order", type->name);
    return result;
}

/*
 * Fields that the file does not have: the memory is zero already, so only a default is work. `start` is the struct's
 * place but for file_leaf, which is behind all leaves of the file's struct.
 */
static msrck_result append_defaults(struct matching *m, struct row_body *body, const struct ti_type *type,
                                    struct match_place start, const bool *matched)
{
    msrck_result result = MSRCK_OK;

    for (uint32_t i = 0; i < type->field_count && result == MSRCK_OK; i++) {
        const struct ti_field *field = &type->fields[i];

        if (matched[i] || field->role == MSRCK_ROLE_SKIPPED)
            continue;
        msrck_change_note(m->notes, "added", "%s.%s: added; becomes %s", type->name,
                          field->name[0] != '\0' ? field->name : msrck_ti_get(m->table, field->type)->name,
                          field->source != NULL && field->source->initial != NULL ? "its default" : "zero");
        result = msrck_match_absent_field(m, body, field, start);
    }
    return result;
}

/*
 * After all fields, since the tag may stand behind its union: each union of the struct that has a tag field is compared
 * with it.
 */
static msrck_result append_tag_checks(struct matching *m, struct row_body *body, const struct ti_type *type,
                                      size_t first, uint64_t end_leaf)
{
    size_t end = body->count;
    msrck_result result = MSRCK_OK;

    for (size_t i = first; i < end && result == MSRCK_OK; i++) {
        struct row_op op = body->ops[i];

        if (op.code != ROW_UNION || op.owner != type->id || type->fields[op.field].tag_field == 0)
            continue;
        op.code = ROW_TAG;
        op.bodies = NULL;
        op.body_count = 0;
        op.back = body->count - i;
        op.file_leaf = end_leaf;
        op.leaf_step = op.file_leaf_step = 0;
        result = msrck_match_append(m, body, &op);
    }
    return result;
}

static msrck_result match_struct(struct matching *m, struct row_body *body, const struct ti_type *file,
                                 const struct ti_type *type, struct match_place start)
{
    size_t first = body->count;
    bool *matched;
    msrck_result result;

    if (strcmp(file->name, type->name) != 0 && !(m->live && m->nesting == 1))
        return msrck_match_refuse(m, file, type);
    matched = msrck_allocate(type->field_count, sizeof *matched);
    if (matched == NULL)
        return msrck_fail_memory(m->error, type->field_count, "matched fields");
    result = match_fields(m, body, file, type, start, matched);
    start.file_leaf += file->leaves;
    if (result == MSRCK_OK)
        result = append_defaults(m, body, type, start, matched);
    if (result == MSRCK_OK)
        result = append_tag_checks(m, body, type, first, start.file_leaf);
    free(matched);
    return result;
}

/* ---- All types ---- */

static bool is_scalar(const struct ti_type *type)
{
    return type->kind == MSRCK_KIND_SCALAR || type->kind == MSRCK_KIND_ENUM;
}

static msrck_result match_kind(struct matching *m, struct row_body *body, const struct ti_type *file,
                               const struct ti_type *type, struct match_place at)
{
    if (is_scalar(file) && is_scalar(type))
        return msrck_match_scalar(m, body, file, type, at);
    if (file->kind != type->kind)
        return msrck_match_refuse(m, file, type);
    switch (type->kind) {
    case MSRCK_KIND_POINTER:
    case MSRCK_KIND_FUNCTION:
    case MSRCK_KIND_OPAQUE:
        return match_reference(m, body, file, type, at);
    case MSRCK_KIND_ARRAY:
        return match_array(m, body, file, type, at);
    case MSRCK_KIND_COMPLEX:
        return match_elements(m, body, file, type, 2, at);
    case MSRCK_KIND_STRUCT:
        return match_struct(m, body, file, type, at);
    default:
        return msrck_fail(m->error, MSRCK_MISUSE, "%s has no rows", type->name);
    }
}

static msrck_result match_type(struct matching *m, struct row_body *body, uint32_t file_id, uint32_t id,
                               struct match_place at)
{
    msrck_result result;

    if (++m->nesting > TI_MAX_NESTING + 1)
        return msrck_fail(m->error, MSRCK_LIMIT, "types are nested deeper than %u", TI_MAX_NESTING);
    result = match_kind(m, body, msrck_ti_get(m->file_table, file_id), msrck_ti_get(m->table, id), at);
    m->nesting--;
    return result;
}

/* ---- The decoder ---- */

static msrck_result match(struct row_decoder *decoder, const struct ti_table *file_table, uint32_t file_id, bool live,
                          struct change_notes *notes, msrck_error *error)
{
    struct matching m = { .file_table = file_table,
                          .table = decoder->table,
                          .pointer_width = decoder->pointer_width,
                          .index = row_index(decoder->pointer_width),
                          .error = error,
                          .notes = notes,
                          .live = live };
    const struct ti_type *file = msrck_ti_get(file_table, file_id), *type = msrck_ti_get(decoder->table, decoder->type);
    msrck_result result;

    if (!type->has_layout)
        return msrck_fail(error, MSRCK_MISUSE, "%s has no layout on this machine", type->name);
    if (type->size > SIZE_MAX / 2 || file->row_width[m.index] > SIZE_MAX / 2)
        return msrck_fail(error, MSRCK_LIMIT, "%s is too large for this machine", file->name);
    decoder->row_width = (size_t)file->row_width[m.index];
    decoder->file_leaves = file->leaves;
    result = match_type(&m, &decoder->body, file_id, decoder->type, (struct match_place){ 0 });
    if (result != MSRCK_OK)
        msrck_error_prefix(error, "%s", type->name);
    decoder->same_leaves = file->leaves == type->leaves && msrck_row_body_same_leaves(&decoder->body, file->leaves);
    return result;
}

msrck_result msrck_row_decoder_match(const struct ti_table *file_table, uint32_t file_id, const struct ti_table *table,
                                     uint32_t id, unsigned pointer_width, bool live, struct change_notes *notes,
                                     struct row_decoder **decoder, msrck_error *error)
{
    struct row_decoder *made;
    msrck_result result;

    *decoder = NULL;
    if (file_id >= msrck_ti_count(file_table) || id >= msrck_ti_count(table) ||
        (pointer_width != 4 && pointer_width != 8))
        return msrck_fail(error, MSRCK_MISUSE, "no rows of types %u and %u with pointers of %u bytes", file_id, id,
                          pointer_width);
    made = msrck_allocate(1, sizeof *made);
    if (made == NULL)
        return msrck_fail_memory(error, sizeof *made, "a row decoder");
    made->table = table;
    made->type = id;
    made->pointer_width = pointer_width;
    result = match(made, file_table, file_id, live, notes, error);
    if (result != MSRCK_OK) {
        msrck_row_decoder_free(made);
        return result;
    }
    *decoder = made;
    return MSRCK_OK;
}

msrck_result msrck_row_decoder_new(const struct ti_table *file_table, uint32_t file_id, const struct ti_table *table,
                                   uint32_t id, unsigned pointer_width, struct row_decoder **decoder,
                                   msrck_error *error)
{
    return msrck_row_decoder_match(file_table, file_id, table, id, pointer_width, false, NULL, decoder, error);
}

void msrck_row_decoder_free(struct row_decoder *decoder)
{
    if (decoder == NULL)
        return;
    msrck_row_body_free(&decoder->body);
    free(decoder);
}

uint64_t msrck_row_decoder_width(const struct row_decoder *decoder)
{
    return decoder->row_width;
}
