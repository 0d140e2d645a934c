/* SPDX-License-Identifier: MIT */
/* Values: making them from blocks, variables and frames, and going down into arrays, structs and unions. */
#include "file/reader_state.h"

#include <string.h>

#include "base/big_endian.h"

/* ---- Beginnings ---- */

static void unnamed_rows(msrck_reader *reader, const msrck_block_facts *block, msrck_value *value)
{
    *value = (msrck_value){ .reader = reader, .address = block->address, .type = block->type, .extent = block->extent,
                            .row = block->index * block->elements, .length = block->elements, .form = FORM_UNNAMED };
}

msrck_result msrck_reader_block_value(msrck_reader *reader, uint64_t block, msrck_value *value, msrck_error *error)
{
    msrck_block_facts facts;

    if (!msrck_reader_block(reader, block, &facts))
        return msrck_fail(error, MSRCK_MISUSE, "there is no block %llu", (unsigned long long)block);
    unnamed_rows(reader, &facts, value);
    return MSRCK_OK;
}

msrck_result msrck_reader_element(msrck_reader *reader, uint64_t block, uint64_t index, msrck_value *value,
                                  msrck_error *error)
{
    msrck_value all;
    msrck_result result = msrck_reader_block_value(reader, block, &all, error);

    return result == MSRCK_OK ? msrck_value_element(&all, index, value, error) : result;
}

/*
 * The whole block at the address as a value of the declared type, outer arrays included. Memory may be registered
 * as several values of the type: then it is an array of them without a type of its own.
 */
static msrck_result declared_value(msrck_reader *reader, uint64_t address, uint32_t type, msrck_value *value,
                                   msrck_error *error)
{
    msrck_block_facts block;
    uint64_t leaf, count = 1;
    uint32_t stripped;

    if (!msrck_reader_find_address(reader, address, &block, &leaf) || leaf != 0)
        return msrck_fail(error, MSRCK_CORRUPT, "canonical address %llu is not the beginning of a block",
                          (unsigned long long)address);
    stripped = msrck_ti_strip_arrays(reader->metadata->types, type, &count);
    if (stripped != block.type || count == 0 || block.elements % count != 0)
        return msrck_fail(error, MSRCK_CORRUPT, "block %llu of %llu %s is not a %s", (unsigned long long)block.number,
                          (unsigned long long)block.elements, reader_type(reader, block.type)->name,
                          reader_type(reader, type)->name);
    unnamed_rows(reader, &block, value);
    value->type = type;
    value->length = block.elements / count;
    if (value->length == 1)
        value->form = stripped == type ? FORM_IN_ROW : FORM_ROWS;
    return MSRCK_OK;
}

msrck_result msrck_reader_variable_value(msrck_reader *reader, uint32_t index, msrck_value *value, msrck_error *error)
{
    msrck_variable_facts facts;

    if (!msrck_reader_variable(reader, index, &facts))
        return msrck_fail(error, MSRCK_MISUSE, "there is no variable %u", index);
    return declared_value(reader, facts.address, facts.type, value, error);
}

msrck_result msrck_reader_live_value(msrck_reader *reader, uint32_t frame, msrck_value *value, msrck_error *error)
{
    msrck_frame_facts facts;

    if (!msrck_reader_frame(reader, frame, &facts) || facts.live == 0)
        return msrck_fail(error, MSRCK_MISUSE, "frame %u has no live variables", frame);
    return declared_value(reader, facts.live, facts.live_type, value, error);
}

msrck_result msrck_reader_local_value(msrck_reader *reader, uint32_t frame, uint32_t index, msrck_value *value,
                                      msrck_error *error)
{
    uint64_t address;
    uint32_t type;

    if (!msrck_reader_frame_local(reader, frame, index, NULL, &type, &address) || address == 0)
        return msrck_fail(error, MSRCK_MISUSE, "frame %u has no live local %u", frame, index);
    return declared_value(reader, address, type, value, error);
}

/* ---- What a value is ---- */

msrck_kind msrck_value_kind(const msrck_value *value)
{
    if (value->form == FORM_SKIPPED)
        return MSRCK_KIND_VOID;
    if (value->form == FORM_UNNAMED)
        return MSRCK_KIND_ARRAY;
    return (msrck_kind)reader_type(value->reader, value->type)->kind;
}

bool msrck_value_unnamed(const msrck_value *value)
{
    return value->form == FORM_UNNAMED;
}

unsigned msrck_value_bits(const msrck_value *value)
{
    return value->bits;
}

uint32_t msrck_value_element_type(const msrck_value *value)
{
    return value->form == FORM_UNNAMED ? value->type : reader_type(value->reader, value->type)->element;
}

uint64_t msrck_value_length(const msrck_value *value)
{
    const struct ti_type *type = reader_type(value->reader, value->type);

    switch (msrck_value_kind(value)) {
    case MSRCK_KIND_ARRAY:
        return value->form == FORM_UNNAMED ? value->length : type->count;
    case MSRCK_KIND_COMPLEX:
        return 2;
    case MSRCK_KIND_STRUCT:
    case MSRCK_KIND_UNION:
        return type->field_count;
    default:
        return 0;
    }
}

/* ---- Going down ---- */

/* Rows that one element of an array of rows takes: 1, or the innermost elements of an array type. */
static uint64_t rows_of(const msrck_reader *reader, uint32_t type)
{
    uint64_t count = 1;

    msrck_ti_strip_arrays(reader->metadata->types, type, &count);
    return count;
}

msrck_result msrck_value_element(const msrck_value *value, uint64_t index, msrck_value *element, msrck_error *error)
{
    const msrck_reader *reader = value->reader;
    uint32_t type = msrck_value_element_type(value);
    msrck_kind kind = msrck_value_kind(value);
    msrck_value result = *value;

    if (msrck_value_unnamed(value) && index >= msrck_value_length(value))
        return msrck_fail(error, MSRCK_MISUSE, "of %llu elements of %s there is no element %llu", (unsigned long long)msrck_value_length(value),
                          reader_type(reader, value->type)->name, (unsigned long long)index);
    if ((kind != MSRCK_KIND_ARRAY && kind != MSRCK_KIND_COMPLEX) || index >= msrck_value_length(value))
        return msrck_fail(error, MSRCK_MISUSE, "%s has no element %llu", reader_type(reader, value->type)->name,
                          (unsigned long long)index);
    result.type = type;
    result.address += index * reader_type(reader, type)->leaves;
    result.length = 0;
    if (value->form == FORM_IN_ROW) {
        result.offset += index * reader_width(reader, type);
    } else if (value->part != 0) {
        /* Trailing elements have a row each, arrays too. */
        result.form = FORM_IN_ROW;
        result.row += index;
    } else {
        result.form = reader_type(reader, type)->kind == MSRCK_KIND_ARRAY ? FORM_ROWS : FORM_IN_ROW;
        result.row += index * rows_of(reader, type);
    }
    *element = result;
    return MSRCK_OK;
}

/* Trailing elements: rows of part 1 of the extent, as many for each block as its count says. */
static void flexible_rows(const msrck_value *value, const struct ti_type *owner, const struct ti_field *field,
                          msrck_value *result)
{
    const struct extent *extent = &value->reader->metadata->extents[value->extent];

    /*
     * A flexible struct is a block by itself: its row is the block's index, and one inside something else has no
     * trailing elements.
     */
    bool whole = value->part == 0 && value->offset == 0 && extent->type == owner->id;

    result->type = field->type;
    result->form = FORM_UNNAMED;
    result->part = 1;
    result->row = whole ? value->row * extent->count : 0;
    result->offset = 0;
    result->length = whole ? extent->count : 0;
    result->address = value->address + owner->leaves;
}

static void go_to_field(const msrck_value *value, const struct ti_type *type, uint32_t index, msrck_value *result)
{
    const struct ti_field *field = &type->fields[index];
    msrck_value place = *value;

    place.type = field->type;
    place.bits = (uint8_t)field->bits;
    if (field->role == MSRCK_ROLE_SKIPPED) {
        place.form = FORM_SKIPPED;
    } else if (field->role == MSRCK_ROLE_FLEXIBLE) {
        flexible_rows(value, type, field, &place);
    } else if (type->kind == MSRCK_KIND_UNION) {
        place.offset += UNION_TAG_WIDTH;
    } else {
        place.address += field->leaf;
        place.offset += field->row_offset[value->reader->row_index];
    }
    *result = place;
}

msrck_result msrck_value_field(const msrck_value *value, uint32_t index, msrck_value *field, msrck_error *error)
{
    const struct ti_type *type = reader_type(value->reader, value->type);
    msrck_kind kind = msrck_value_kind(value);
    uint32_t active;

    if ((kind != MSRCK_KIND_STRUCT && kind != MSRCK_KIND_UNION) || index >= type->field_count)
        return msrck_fail(error, MSRCK_MISUSE, "%s has no field %u", type->name, index);
    if (kind == MSRCK_KIND_UNION) {
        msrck_result result = msrck_value_active(value, &active, field, error);
        if (result != MSRCK_OK)
            return result;
        if (active != index)
            return msrck_fail(error, MSRCK_MISUSE, "%s: %s is not the active member", type->name,
                              type->fields[index].name);
        return MSRCK_OK;
    }
    go_to_field(value, type, index, field);
    return MSRCK_OK;
}

/* In an anonymous union of the struct. *found is false when the name is not there, or not active. */
static msrck_result anonymous_member(const msrck_value *value, const char *name, msrck_value *field, bool *found,
                                     msrck_error *error)
{
    const struct ti_type *type = reader_type(value->reader, value->type);
    msrck_result result = MSRCK_OK;

    *found = false;
    for (uint32_t i = 0; i < type->field_count && !*found && result == MSRCK_OK; i++) {
        msrck_value place, member;
        uint32_t active = MSRCK_NO_INDEX;

        if (type->fields[i].name[0] != '\0' ||
            reader_type(value->reader, type->fields[i].type)->kind != MSRCK_KIND_UNION)
            continue;
        go_to_field(value, type, i, &place);
        result = msrck_value_active(&place, &active, &member, error);
        if (result != MSRCK_OK || active == MSRCK_NO_INDEX)
            continue;
        *found = strcmp(reader_type(value->reader, place.type)->fields[active].name, name) == 0;
        if (*found)
            *field = member;
    }
    return result;
}

msrck_result msrck_value_field_named(const msrck_value *value, const char *name, msrck_value *field,
                                     msrck_error *error)
{
    const struct ti_type *type = reader_type(value->reader, value->type);
    msrck_kind kind = msrck_value_kind(value);
    msrck_result result = MSRCK_OK;
    bool found = false;

    if (kind == MSRCK_KIND_STRUCT || kind == MSRCK_KIND_UNION)
        for (uint32_t i = 0; i < type->field_count; i++)
            if (strcmp(type->fields[i].name, name) == 0)
                return msrck_value_field(value, i, field, error);
    if (kind == MSRCK_KIND_STRUCT)
        result = anonymous_member(value, name, field, &found, error);
    if (result == MSRCK_OK && !found)
        result = msrck_fail(error, MSRCK_MISUSE, "%s has no field named %s", type->name, name);
    return result;
}

msrck_result msrck_value_active(const msrck_value *value, uint32_t *index, msrck_value *member, msrck_error *error)
{
    const struct ti_type *type = reader_type(value->reader, value->type);
    const unsigned char *bytes;
    uint32_t ordinal;
    size_t length;
    msrck_result result;

    if (msrck_value_kind(value) != MSRCK_KIND_UNION)
        return msrck_fail(error, MSRCK_MISUSE, "%s is no union", type->name);
    result = msrck_value_bytes(value, &bytes, &length, error);
    if (result != MSRCK_OK)
        return result;
    ordinal = load_be32(bytes);
    if (ordinal > type->field_count)
        return msrck_fail(error, MSRCK_CORRUPT, "canonical address %llu: member %u of %s, which has %u",
                          (unsigned long long)value->address, ordinal, type->name, type->field_count);
    *index = ordinal == 0 ? MSRCK_NO_INDEX : ordinal - 1;
    if (ordinal > 0)
        go_to_field(value, type, ordinal - 1, member);
    return MSRCK_OK;
}
