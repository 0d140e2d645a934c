/* SPDX-License-Identifier: MIT */
#include "file/value_walk.h"

#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"
#include "base/big_endian.h"

/* Whether a type has values that are asked for. */
enum need { NEED_UNKNOWN = 0, NEED_NONE = 1, NEED_LOOK = 2 };

/* A value on the way, and what the program makes of it. */
struct place {
    const struct walked_value *head;    /* its block */
    uint64_t leaf;
    const unsigned char *bytes;
    uint32_t program;               /* type id, or TI_VOID without a program */
};

static void walk_value(struct value_walk *walk, uint32_t type, struct place place);

/* ---- Plan ---- */

static bool needed(struct value_walk *walk, uint32_t type);

static bool decide(struct value_walk *walk, const struct ti_type *entry)
{
    switch (entry->kind) {
    case MSRCK_KIND_STRUCT:
    case MSRCK_KIND_UNION:
        for (uint32_t i = 0; i < entry->field_count; i++)
            if (entry->fields[i].role != MSRCK_ROLE_FLEXIBLE && needed(walk, entry->fields[i].type))
                return true;
        return false;
    case MSRCK_KIND_ARRAY:
    case MSRCK_KIND_COMPLEX:
        return needed(walk, entry->element);
    case MSRCK_KIND_VOID:
        return false;
    default:
        return walk->wants(walk->context, entry);
    }
}

/* Recursion is bounded by the nesting of types; each is decided once. */
static bool needed(struct value_walk *walk, uint32_t type)
{
    if (walk->needs[type] == NEED_UNKNOWN)
        walk->needs[type] = decide(walk, reader_type(walk->reader, type)) ? NEED_LOOK : NEED_NONE;
    return walk->needs[type] == NEED_LOOK;
}

static msrck_result plan(struct value_walk *walk, msrck_error *error)
{
    uint32_t count = msrck_reader_type_count(walk->reader);

    if (walk->needs == NULL)
        walk->needs = msrck_allocate(count, 1);
    return walk->needs != NULL ? MSRCK_OK : msrck_fail_memory(error, count, "a plan of the values");
}

void msrck_walk_end(struct value_walk *walk)
{
    free(walk->needs);
    walk->needs = NULL;
}

/* ---- Fields ---- */

static bool same_name(const struct ti_table *file_types, const struct ti_field *file_field,
                      const struct ti_table *types, const struct ti_field *field)
{
    if (strcmp(file_field->name, field->name) != 0)
        return false;
    return field->name[0] != '\0' || strcmp(msrck_ti_get(file_types, file_field->type)->name,
                                            msrck_ti_get(types, field->type)->name) == 0;
}

static bool file_has(const struct ti_table *file_types, const struct ti_type *file, const struct ti_table *types,
                     const struct ti_field *field)
{
    for (uint32_t i = 0; i < file->field_count; i++)
        if (same_name(file_types, &file->fields[i], types, field))
            return true;
    return false;
}

const struct ti_field *msrck_program_field(const struct ti_table *file_types, const struct ti_type *file,
                                           const struct ti_table *types, const struct ti_type *type, uint32_t index)
{
    const struct ti_field *file_field = &file->fields[index];

    /* Fields usually kept their order. */
    for (uint32_t i = 0; i < type->field_count; i++) {
        const struct ti_field *field = &type->fields[(index + i) % type->field_count];

        if (same_name(file_types, file_field, types, field))
            return field;
    }
    for (uint32_t i = 0; i < type->field_count; i++) {
        const struct ti_field *field = &type->fields[i];
        const char *former = field->source != NULL ? field->source->former_name : NULL;

        if (former != NULL && strcmp(former, file_field->name) == 0 && !file_has(file_types, file, types, field))
            return field;
    }
    return NULL;
}

/* ---- Values ---- */

static void visit_leaf(struct value_walk *walk, const struct ti_type *type, const struct ti_field *bits,
                       const struct ti_field *program_bits, const struct place *place)
{
    struct walked_value value = { .block = place->head->block, .leaf = place->leaf, .type = type, .bits = bits,
                                  .program_bits = program_bits, .bytes = place->bytes };

    if (walk->program != NULL)
        value.program_type = msrck_ti_get(walk->program, place->program);
    walk->visit(walk->context, &value);
}

/* The part that field `index` is, seen from the whole. False when the program has dropped it. */
static bool enter_field(const struct value_walk *walk, const struct ti_type *type, uint32_t index,
                        const struct place *whole, struct place *part, const struct ti_field **program_field)
{
    const struct ti_field *field = &type->fields[index];
    uint64_t offset = type->kind == MSRCK_KIND_UNION ? UNION_TAG_WIDTH : field->row_offset[walk->reader->row_index];

    *part = (struct place){ whole->head, whole->leaf + field->leaf, whole->bytes + offset, TI_VOID };
    *program_field = NULL;
    if (walk->program == NULL)
        return true;
    *program_field = msrck_program_field(walk->reader->metadata->types, type, walk->program,
                                         msrck_ti_get(walk->program, whole->program), index);
    if (*program_field == NULL)
        return false;
    part->program = (*program_field)->type;
    return true;
}

/* What the program will read in its tag field: the file's number, or that of the enumerator of the same name. */
static int64_t tag_there(const struct value_walk *walk, const struct ti_type *file, const struct ti_field *tag,
                         const struct place *whole)
{
    const struct ti_type *type = msrck_ti_get(walk->program, tag->type);

    for (uint32_t i = 0; i < file->field_count; i++) {
        const struct ti_type *from = reader_type(walk->reader, file->fields[i].type);
        int64_t number;

        if (msrck_program_field(walk->reader->metadata->types, file, walk->program,
                                msrck_ti_get(walk->program, whole->program), i) != tag)
            continue;
        number = (int64_t)msrck_canonical_integer(whole->bytes + file->fields[i].row_offset[walk->reader->row_index],
                                                  msrck_scalar_width(from->scalar),
                                                  msrck_scalar_is_signed(from->scalar));
        for (uint32_t e = 0; e < from->enumerator_count; e++)
            for (uint32_t p = 0; from->enumerators[e].value == number && p < type->enumerator_count; p++)
                if (strcmp(from->enumerators[e].name, type->enumerators[p].name) == 0)
                    return type->enumerators[p].value;
        return number;
    }
    return 0;
}

/* A union with a tag field in the program: the tag has to stand for the member that is active in the file. */
static void check_tag(struct value_walk *walk, const struct ti_type *type, uint32_t index, const struct place *whole,
                      const struct place *part, const struct ti_field *program_field)
{
    const struct ti_type *owner = msrck_ti_get(walk->program, whole->program);
    const struct ti_type *file = reader_type(walk->reader, type->fields[index].type);
    const struct ti_type *program = msrck_ti_get(walk->program, program_field->type);
    uint32_t ordinal = load_be32(part->bytes);
    const struct ti_field *member, *tag;

    if (file->kind != MSRCK_KIND_UNION || program->kind != MSRCK_KIND_UNION || program_field->tag_field == 0 ||
        ordinal == 0 || ordinal > file->field_count)
        return;
    tag = &owner->fields[program_field->tag_field - 1];
    member = msrck_program_field(walk->reader->metadata->types, file, walk->program, program, ordinal - 1);
    if (member != NULL && member->tag != tag_there(walk, type, tag, whole)) {
        struct lost_value lost = { .block = part->head->block, .leaf = part->leaf, .type = file,
                                   .member = file->fields[ordinal - 1].name, .tag_field = tag->name };

        walk->lose(walk->context, &lost);
    }
}

static void walk_field(struct value_walk *walk, const struct ti_type *type, uint32_t index, const struct place *whole)
{
    const struct ti_field *field = &type->fields[index], *program_field;
    struct place part;

    if (field->role == MSRCK_ROLE_FLEXIBLE || !needed(walk, field->type) ||
        !enter_field(walk, type, index, whole, &part, &program_field))
        return;
    if (program_field != NULL && type->kind == MSRCK_KIND_STRUCT)
        check_tag(walk, type, index, whole, &part, program_field);
    if (field->role != MSRCK_ROLE_BITS && (program_field == NULL || program_field->role != MSRCK_ROLE_BITS))
        walk_value(walk, field->type, part);
    else if (walk->wants(walk->context, reader_type(walk->reader, field->type)))
        visit_leaf(walk, reader_type(walk->reader, field->type), field->role == MSRCK_ROLE_BITS ? field : NULL,
                   program_field != NULL && program_field->role == MSRCK_ROLE_BITS ? program_field : NULL, &part);
}

/* Bytes of `count` elements from number `first` on, which the program has no room for. */
static void walk_cut(struct value_walk *walk, const struct ti_type *element, struct place place, uint64_t first,
                     uint64_t count)
{
    uint64_t width = element->row_width[walk->reader->row_index];

    for (uint64_t byte = 0; byte < count * width; byte++)
        if (place.bytes[byte] != 0) {
            struct lost_value lost = { .block = place.head->block,
                                       .leaf = place.leaf,
                                       .type = element,
                                       .element = first + byte / width,
                                       .room = first };
            walk->lose(walk->context, &lost);
            return;
        }
}

static void lose_member(struct value_walk *walk, const struct ti_type *type, uint32_t index, const struct place *place)
{
    struct lost_value lost = { .block = place->head->block,
                               .leaf = place->leaf,
                               .type = type,
                               .member = type->fields[index].name };

    walk->lose(walk->context, &lost);
}

static void walk_elements(struct value_walk *walk, const struct ti_type *type, struct place place)
{
    const struct ti_type *element = reader_type(walk->reader, type->element);
    uint64_t count = type->kind == MSRCK_KIND_COMPLEX ? 2 : type->count, room = count;

    if (walk->program != NULL) {
        if (type->kind == MSRCK_KIND_ARRAY)
            room = msrck_ti_get(walk->program, place.program)->count;
        place.program = msrck_ti_get(walk->program, place.program)->element;
    }
    if (room < count) {
        struct place cut = place;

        cut.bytes += room * element->row_width[walk->reader->row_index];
        walk_cut(walk, element, cut, room, count - room);
        count = room;
    }
    for (uint64_t i = 0; i < count && !walk->stopped; i++) {
        walk_value(walk, type->element, place);
        place.leaf += element->leaves;
        place.bytes += element->row_width[walk->reader->row_index];
    }
}

/* Recursion is bounded by the nesting of types. */
static void walk_value(struct value_walk *walk, uint32_t type, struct place place)
{
    const struct ti_type *entry = reader_type(walk->reader, type);
    bool composite = entry->kind == MSRCK_KIND_STRUCT || entry->kind == MSRCK_KIND_UNION ||
                     entry->kind == MSRCK_KIND_ARRAY || entry->kind == MSRCK_KIND_COMPLEX;
    uint32_t ordinal;

    if (!needed(walk, type) || walk->stopped)
        return;
    /* Types that do not match are found where types are compared. */
    if (composite && walk->program != NULL && msrck_ti_get(walk->program, place.program)->kind != entry->kind)
        return;
    switch (entry->kind) {
    case MSRCK_KIND_STRUCT:
        for (uint32_t i = 0; i < entry->field_count && !walk->stopped; i++)
            walk_field(walk, entry, i, &place);
        break;
    case MSRCK_KIND_UNION:
        ordinal = load_be32(place.bytes);
        if (ordinal == 0 || ordinal > entry->field_count)
            break;
        if (walk->program != NULL && msrck_program_field(walk->reader->metadata->types, entry, walk->program,
                                                         msrck_ti_get(walk->program, place.program),
                                                         ordinal - 1) == NULL)
            lose_member(walk, entry, ordinal - 1, &place);
        else
            walk_field(walk, entry, ordinal - 1, &place);
        break;
    case MSRCK_KIND_ARRAY:
    case MSRCK_KIND_COMPLEX:
        walk_elements(walk, entry, place);
        break;
    default:
        visit_leaf(walk, entry, NULL, NULL, &place);
        break;
    }
}

/* ---- Rows ---- */

/* Type of the program for a row; part 1 are the elements of a flexible array member. False when there is none. */
static bool find_counterpart(struct value_walk *walk, const msrck_block_facts *block, uint32_t part, uint32_t *program,
                             uint64_t *room)
{
    *program = TI_VOID;
    *room = UINT64_MAX;
    if (walk->program == NULL)
        return true;
    *program = walk->counterpart(walk->context, block, room);
    if (*program != UINT32_MAX && part != 0)
        *program = msrck_ti_get(walk->program, *program)->flexible;
    return *program != UINT32_MAX && *program != TI_VOID;
}

/* An element of a variable that is an array, and has fewer elements in the program. */
static void lose_row(struct value_walk *walk, uint32_t type, struct place place, uint64_t element, uint64_t room)
{
    const struct ti_type *entry = reader_type(walk->reader, type);
    uint64_t width = entry->row_width[walk->reader->row_index];
    struct lost_value lost = { .block = place.head->block, .leaf = place.leaf, .type = entry, .element = element,
                               .room = room };

    for (uint64_t byte = 0; byte < width; byte++)
        if (place.bytes[byte] != 0) {
            walk->lose(walk->context, &lost);
            return;
        }
}

/* `count` rows of one part of an extent that lie together. */
static void walk_rows(struct value_walk *walk, uint32_t extent_index, uint32_t part, uint64_t first, uint64_t count,
                      const unsigned char *rows, size_t width)
{
    const msrck_reader *reader = walk->reader;
    const struct extent *extent = &reader->metadata->extents[extent_index];
    const struct ti_type *type = reader_type(reader, extent->type);
    uint32_t row_type = part != 0 ? type->flexible : extent->type, program = TI_VOID;
    uint64_t per_block = type->flexible != TI_VOID && part == 0 ? 1 : extent->count;
    uint64_t leaves = reader_type(reader, row_type)->leaves;
    struct walked_value head = { 0 };
    uint64_t room = UINT64_MAX;
    msrck_block_facts block;
    struct place place;
    bool has = false;

    if (per_block == 0 || !needed(walk, row_type))
        return;
    for (uint64_t i = 0; i < count && !walk->stopped; i++) {
        uint64_t row = first + i, number = reader->first_block[extent_index] + row / per_block;

        if (head.block != number) {
            msrck_reader_block(reader, number, &block);
            has = find_counterpart(walk, &block, part, &program, &room);
            head.block = number;
        }
        place = (struct place){ &head, row % per_block * leaves + (part != 0 ? type->leaves : 0), rows + i * width,
                                program };
        if (has && row % per_block >= room)
            lose_row(walk, row_type, place, row % per_block, room);
        else if (has)
            walk_value(walk, row_type, place);
    }
}

static msrck_result walk_range(struct value_walk *walk, uint32_t extent, uint32_t part, uint64_t first, uint64_t end,
                               msrck_error *error)
{
    msrck_result result = MSRCK_OK;
    const unsigned char *rows;
    uint64_t count;
    size_t width;

    for (uint64_t row = first; row < end && result == MSRCK_OK && !walk->stopped; row += count) {
        result = msrck_reader_rows(walk->reader, extent, part, row, &rows, &count, &width, NULL, error);
        if (result != MSRCK_OK)
            break;
        if (count > end - row)
            count = end - row;
        walk_rows(walk, extent, part, row, count, rows, width);
    }
    return result;
}

msrck_result msrck_walk_values(struct value_walk *walk, msrck_error *error)
{
    const struct metadata *metadata = walk->reader->metadata;
    msrck_result result = plan(walk, error);

    for (uint32_t i = 0; result == MSRCK_OK && i < metadata->extent_count; i++)
        for (uint32_t part = 0; result == MSRCK_OK && part < 2; part++) {
            const struct extent *extent = &metadata->extents[i];
            uint32_t flexible = reader_type(walk->reader, extent->type)->flexible;

            if ((part == 1 && flexible == TI_VOID) || !needed(walk, part == 0 ? extent->type : flexible))
                continue;
            result = walk_range(walk, i, part, 0, msrck_extent_rows(metadata->types, extent, part), error);
        }
    return result;
}

msrck_result msrck_walk_block(struct value_walk *walk, uint64_t number, msrck_error *error)
{
    msrck_block_facts block;
    msrck_result result = plan(walk, error);
    uint32_t flexible;

    if (result != MSRCK_OK || !msrck_reader_block(walk->reader, number, &block))
        return result;
    flexible = reader_type(walk->reader, block.type)->flexible;
    if (needed(walk, block.type))
        result = walk_range(walk, block.extent, 0, block.index * block.elements, (block.index + 1) * block.elements,
                            error);
    if (result == MSRCK_OK && flexible != TI_VOID && needed(walk, flexible))
        result = walk_range(walk, block.extent, 1, block.index * block.count, (block.index + 1) * block.count, error);
    return result;
}
