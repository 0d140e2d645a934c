/* SPDX-License-Identifier: MIT */
/*
 * The values in the rows: every pointer, function number, handle and union; in a deep examination also ranges and
 * unused bytes.
 */
#include "file/reader_verify.h"

#include <stdlib.h>

#include "base/allocation.h"
#include "base/big_endian.h"

/* Whether values of a type need a look. */
enum need { NEED_UNKNOWN = 0, NEED_NONE = 1, NEED_LOOK = 2 };

/* A value under examination. */
struct subject {
    const msrck_block_facts *block;
    uint64_t leaf;                  /* of the value, in the block */
    const unsigned char *bytes;
};

/* ---- Plan ---- */

static bool needs_look(struct verification *verification, uint32_t type);

static bool field_needs_look(struct verification *verification, const struct ti_field *field)
{
    if (field->role == MSRCK_ROLE_SKIPPED || field->role == MSRCK_ROLE_FLEXIBLE)
        return false;
    if (field->role == MSRCK_ROLE_BITS)
        return verification->level == MSRCK_VERIFY_DEEP;
    return needs_look(verification, field->type);
}

static bool decide_need(struct verification *verification, const struct ti_type *entry)
{
    switch (entry->kind) {
    case MSRCK_KIND_POINTER:
    case MSRCK_KIND_FUNCTION:
    case MSRCK_KIND_OPAQUE:
    case MSRCK_KIND_UNION:
        return true;
    case MSRCK_KIND_SCALAR:
        return verification->level == MSRCK_VERIFY_DEEP && entry->scalar == MSRCK_SCALAR_BOOL;
    case MSRCK_KIND_ARRAY:
        return needs_look(verification, entry->element);
    case MSRCK_KIND_STRUCT:
        for (uint32_t i = 0; i < entry->field_count; i++)
            if (field_needs_look(verification, &entry->fields[i]))
                return true;
        return false;
    default:
        return false;
    }
}

/* Recursion is bounded by the nesting of types, and each type is decided once. */
static bool needs_look(struct verification *verification, uint32_t type)
{
    if (verification->needs[type] == NEED_UNKNOWN) {
        bool look = decide_need(verification, reader_type(verification->reader, type));
        verification->needs[type] = look ? NEED_LOOK : NEED_NONE;
    }
    return verification->needs[type] == NEED_LOOK;
}

msrck_result msrck_verify_plan(struct verification *verification, msrck_error *error)
{
    uint32_t count = msrck_reader_type_count(verification->reader);

    verification->needs = msrck_allocate(count, 1);
    if (verification->needs == NULL)
        return msrck_fail_memory(error, count, "types");
    for (uint32_t i = 0; i < count; i++)
        needs_look(verification, i);
    return MSRCK_OK;
}

/* ---- Values ---- */

/* Reports with the place in front: "heap#12[3].left: ...". */
#define REPORT(verification, id, subject, type, format, ...) \
    do { \
        char *path = msrck_reader_path((verification)->reader, (subject)->block->number, (subject)->leaf, (type)); \
        msrck_verify_report((verification), (id), MSRCK_NO_OFFSET, "%s#%llu%s: " format, \
                            msrck_segment_text((subject)->block->segment), \
                            (unsigned long long)(subject)->block->number, path == NULL ? "" : path, __VA_ARGS__); \
        free(path); \
    } while (0)

static uint64_t load_pointer(const struct verification *verification, const unsigned char *bytes)
{
    return msrck_canonical_integer(bytes, verification->reader->metadata->header.pointer_width, false);
}

static void verify_pointer(struct verification *verification, const struct ti_type *type, const struct subject *subject)
{
    const msrck_reader *reader = verification->reader;
    uint64_t address = load_pointer(verification, subject->bytes), leaf, leaves;
    msrck_block_facts target;

    if (address == 0)
        return;
    if (!msrck_reader_find_address(reader, address, &target, &leaf)) {
        REPORT(verification, "pointer", subject, type->id, "canonical address %llu is outside of every block",
               (unsigned long long)address);
        return;
    }
    leaves = reader_type(reader, target.type)->leaves;
    /* The usual cases, without a search. */
    if (type->element == TI_VOID || leaf == target.leaves ||
        (target.type == type->element && leaves != 0 && leaf % leaves == 0))
        return;
    if (!msrck_reader_may_point(reader, type->element, target.number, leaf))
        REPORT(verification, "pointer-type", subject, type->id, "no %s is at leaf %llu of %s#%llu %s",
               reader_type(reader, type->element)->name, (unsigned long long)leaf, msrck_segment_text(target.segment),
               (unsigned long long)target.number, reader_type(reader, target.type)->name);
}

static void verify_function(struct verification *verification, const struct ti_type *type,
                            const struct subject *subject)
{
    uint64_t number = load_pointer(verification, subject->bytes);

    if (number > verification->reader->metadata->target_count)
        REPORT(verification, "function", subject, type->id, "function number %llu is beyond the %u that the file names",
               (unsigned long long)number, verification->reader->metadata->target_count);
}

static void verify_opaque(struct verification *verification, const struct ti_type *type, const struct subject *subject)
{
    uint64_t address = load_pointer(verification, subject->bytes), leaf;
    msrck_block_facts target;

    if (address == 0)
        return;
    if (!msrck_reader_find_address(verification->reader, address, &target, &leaf) || leaf != 0 ||
        target.segment != MSRCK_SEGMENT_OPAQUE)
        REPORT(verification, "opaque", subject, type->id,
               "canonical address %llu is not the beginning of a block of handle bytes", (unsigned long long)address);
}

static void verify_scalar(struct verification *verification, const struct ti_type *type, const struct subject *subject)
{
    if (verification->level == MSRCK_VERIFY_DEEP && type->scalar == MSRCK_SCALAR_BOOL && subject->bytes[0] > 1)
        REPORT(verification, "bool", subject, type->id, "a _Bool holds %u", subject->bytes[0]);
}

static void verify_bits(struct verification *verification, const struct ti_field *field, const struct subject *subject)
{
    uint32_t scalar = reader_type(verification->reader, field->type)->scalar;
    bool is_signed = msrck_scalar_is_signed(scalar);
    uint64_t number = msrck_canonical_integer(subject->bytes, msrck_scalar_width(scalar), is_signed);
    int64_t most = field->bits == 0 || field->bits > 63 ? INT64_MAX : (int64_t)(UINT64_C(1) << (field->bits - 1));

    if (verification->level != MSRCK_VERIFY_DEEP || field->bits == 0 || field->bits > 63)
        return;
    if (is_signed ? (int64_t)number < -most || (int64_t)number >= most : number >> field->bits != 0)
        REPORT(verification, "bit-field", subject, field->type, "%s: %lld does not fit in %u bits", field->name,
               (long long)number, field->bits);
}

static void verify_value(struct verification *verification, uint32_t type, const struct subject *subject);

static void verify_union(struct verification *verification, const struct ti_type *type, const struct subject *subject)
{
    unsigned row = verification->reader->row_index;
    uint32_t ordinal = load_be32(subject->bytes);
    struct subject member = { subject->block, subject->leaf, subject->bytes + UNION_TAG_WIDTH };
    uint64_t used = UNION_TAG_WIDTH;

    if (ordinal > type->field_count) {
        REPORT(verification, "union", subject, type->id, "member %u is active, but %s has %u", ordinal, type->name,
               type->field_count);
        return;
    }
    if (ordinal > 0) {
        used += reader_type(verification->reader, type->fields[ordinal - 1].type)->row_width[row];
        verify_value(verification, type->fields[ordinal - 1].type, &member);
    }
    if (verification->level != MSRCK_VERIFY_DEEP)
        return;
    for (uint64_t i = used; i < type->row_width[row]; i++)
        if (subject->bytes[i] != 0) {
            REPORT(verification, "union", subject, type->id, "bytes behind the active member of %s are not zero",
                   type->name);
            return;
        }
}

/*
 * The member that is active must be the one that the tag field says. Tags of char carry their bit pattern, so only
 * as many bits are compared as the field has.
 */
static void verify_tag(struct verification *verification, const struct ti_type *owner, const struct ti_field *field,
                       const struct subject *subject)
{
    unsigned row = verification->reader->row_index;
    const struct ti_field *tag_field = &owner->fields[field->tag_field - 1];
    const struct ti_type *type = reader_type(verification->reader, field->type);
    const struct ti_type *tag_type = reader_type(verification->reader, tag_field->type);
    unsigned width = msrck_scalar_width(tag_type->scalar);
    uint64_t tag = msrck_canonical_integer(subject->bytes + tag_field->row_offset[row], width, false);
    uint64_t mask = width >= 8 ? UINT64_MAX : (UINT64_C(1) << 8 * width) - 1;
    uint32_t ordinal = load_be32(subject->bytes + field->row_offset[row]), expected = 0;

    for (uint32_t i = 0; expected == 0 && i < type->field_count; i++)
        if (((uint64_t)type->fields[i].tag & mask) == tag)
            expected = i + 1;
    if (ordinal <= type->field_count && ordinal != expected)
        REPORT(verification, "union", subject, owner->id, "%s has the tag %llu, but member %u of %s is active",
               tag_field->name, (unsigned long long)tag, ordinal, type->name);
}

static bool has_tag(const struct verification *verification, const struct ti_type *owner, const struct ti_field *field)
{
    const struct ti_type *tag_type;

    if (verification->level != MSRCK_VERIFY_DEEP || field->tag_field == 0 || field->tag_field > owner->field_count ||
        reader_type(verification->reader, field->type)->kind != MSRCK_KIND_UNION)
        return false;
    tag_type = reader_type(verification->reader, owner->fields[field->tag_field - 1].type);
    return tag_type->kind == MSRCK_KIND_SCALAR || tag_type->kind == MSRCK_KIND_ENUM;
}

static void verify_struct(struct verification *verification, const struct ti_type *type, const struct subject *subject)
{
    unsigned row = verification->reader->row_index;

    for (uint32_t i = 0; i < type->field_count; i++) {
        const struct ti_field *field = &type->fields[i];
        struct subject place = { subject->block, subject->leaf + field->leaf, subject->bytes + field->row_offset[row] };
        if (field->role == MSRCK_ROLE_BITS)
            verify_bits(verification, field, &place);
        else if (field->role == MSRCK_ROLE_PLAIN)
            verify_value(verification, field->type, &place);
        if (field->role == MSRCK_ROLE_PLAIN && has_tag(verification, type, field))
            verify_tag(verification, type, field, subject);
    }
}

static void verify_array(struct verification *verification, const struct ti_type *type, const struct subject *subject)
{
    const struct ti_type *element = reader_type(verification->reader, type->element);
    struct subject place = *subject;

    for (uint64_t i = 0; i < type->count && !verification->stopped; i++) {
        verify_value(verification, type->element, &place);
        place.leaf += element->leaves;
        place.bytes += element->row_width[verification->reader->row_index];
    }
}

static void verify_value(struct verification *verification, uint32_t type, const struct subject *subject)
{
    const struct ti_type *entry = reader_type(verification->reader, type);

    if (verification->needs[type] != NEED_LOOK)
        return;
    switch (entry->kind) {
    case MSRCK_KIND_POINTER:
        verify_pointer(verification, entry, subject);
        break;
    case MSRCK_KIND_FUNCTION:
        verify_function(verification, entry, subject);
        break;
    case MSRCK_KIND_OPAQUE:
        verify_opaque(verification, entry, subject);
        break;
    case MSRCK_KIND_UNION:
        verify_union(verification, entry, subject);
        break;
    case MSRCK_KIND_STRUCT:
        verify_struct(verification, entry, subject);
        break;
    case MSRCK_KIND_ARRAY:
        verify_array(verification, entry, subject);
        break;
    default:
        verify_scalar(verification, entry, subject);
        break;
    }
}

void msrck_verify_rows(struct verification *verification, const struct section_place *place,
                       const unsigned char *rows, size_t width)
{
    const msrck_reader *reader = verification->reader;
    const struct extent *extent = &reader->metadata->extents[place->extent];
    const struct ti_type *type = reader_type(reader, extent->type);
    bool trailing = place->part != 0;
    uint32_t row_type = trailing ? type->flexible : extent->type;
    uint64_t per_block = type->flexible != TI_VOID && !trailing ? 1 : extent->count;
    uint64_t leaves = reader_type(reader, row_type)->leaves;
    msrck_block_facts block = { .number = 0 };

    if (verification->needs[row_type] != NEED_LOOK || per_block == 0)
        return;
    for (uint64_t i = 0; i < place->rows && !verification->stopped; i++) {
        uint64_t row = place->first_row + i;
        struct subject subject = { &block, row % per_block * leaves + (trailing ? type->leaves : 0), rows + i * width };
        uint64_t number = reader->first_block[place->extent] + row / per_block;
        if (block.number != number)
            msrck_reader_block(reader, number, &block);
        verify_value(verification, row_type, &subject);
    }
}
