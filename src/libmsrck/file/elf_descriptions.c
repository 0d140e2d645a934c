/* SPDX-License-Identifier: MIT */
/*
 * Descriptions of types as another machine's compiler laid them out, made into descriptions of this process. Each is
 * copied once, found again by its address, and what it refers to is copied from a work list, so types may refer to
 * each other in any way.
 */
#include "file/elf_program.h"

#include <stdlib.h>

#include "base/allocation.h"
#include "base/failure.h"

#define MOST_DESCRIPTIONS 131071u
#define SLOTS 262144u
#define MOST_MEMBERS (UINT32_C(1) << 20)    /* fields and enumerators of all types together */

struct elf_descriptions {
    const struct elf_image *image;
    struct elf_arena *arena;
    struct described { uint64_t address; msrck_type *type; } *items;    /* owned, in the order of discovery */
    size_t count, capacity, done;
    uint32_t *slots;                /* owned; index plus one, by address */
    uint32_t members;
};

/* ---- Reading structs ---- */

uint64_t msrck_elf_take(struct elf_cursor *cursor, unsigned width, unsigned alignment)
{
    size_t offset = (size_t)(cursor->at - cursor->start);
    uint64_t number;

    offset = (offset + alignment - 1) / alignment * alignment;
    number = msrck_elf_load(cursor->image, cursor->start + offset, width);
    cursor->at = cursor->start + offset + width;
    return number;
}

static int64_t take_long_long(struct elf_cursor *cursor)
{
    return (int64_t)msrck_elf_take(cursor, 8, cursor->image->abi->long_long_alignment);
}

static uint64_t round_up(uint64_t size, unsigned alignment)
{
    return (size + alignment - 1) / alignment * alignment;
}

/* Sizes of the structs of msrck/types.h there. */
static uint64_t type_bytes(const struct machine_abi *abi)
{
    return 8 + UINT64_C(12) * abi->pointer;
}

static unsigned strictest(const struct machine_abi *abi)
{
    return abi->long_long_alignment > abi->pointer ? abi->long_long_alignment
           : abi->double_alignment == 2            ? 2
                                                   : abi->pointer;
}

static uint64_t field_bytes(const struct machine_abi *abi)
{
    uint64_t size = round_up(UINT64_C(4) * abi->pointer + 12, abi->long_long_alignment) + 8;

    return round_up(size + UINT64_C(6) * abi->pointer, strictest(abi));
}

static uint64_t enumerator_bytes(const struct machine_abi *abi)
{
    return round_up(round_up(abi->pointer, abi->long_long_alignment) + 8, strictest(abi));
}

/* ---- What callbacks of the other machine become ---- */

static long long no_choice(const void *object)
{
    (void)object;
    return 0;
}

static void no_change(void *object, long long value)
{
    (void)object;
    (void)value;
}

static int no_save(const void *object, void **bytes, size_t *length, void *context)
{
    (void)object, (void)context;
    *bytes = NULL;
    *length = 0;
    return 1;
}

static int no_restore(void *object, const void *bytes, size_t length, void *context)
{
    (void)object, (void)bytes, (void)length, (void)context;
    return 1;
}

static const msrck_opaque_handlers no_handlers = { no_save, no_restore, NULL };

/* ---- Finding ---- */

static size_t slot_of(const struct elf_descriptions *d, uint64_t address)
{
    size_t slot = (size_t)((address * UINT64_C(0x9E3779B97F4A7C15)) >> 46) & (SLOTS - 1);

    while (d->slots[slot] != 0 && d->items[d->slots[slot] - 1].address != address)
        slot = (slot + 1) & (SLOTS - 1);
    return slot;
}

/* The copy of the description at the address, to be filled later when it is new. 0 stays NULL. */
static msrck_result refer(struct elf_descriptions *d, uint64_t address, const msrck_type **type, msrck_error *error)
{
    size_t slot;
    msrck_type *made;

    *type = NULL;
    if (address == 0)
        return MSRCK_OK;
    slot = slot_of(d, address);
    if (d->slots[slot] != 0) {
        *type = d->items[d->slots[slot] - 1].type;
        return MSRCK_OK;
    }
    if (d->count == MOST_DESCRIPTIONS)
        return msrck_fail(error, MSRCK_CORRUPT, "the program describes more than %u types", MOST_DESCRIPTIONS);
    made = msrck_elf_arena_take(d->arena, 1, sizeof *made);
    if (made == NULL || !msrck_reserve(&d->items, &d->capacity, d->count + 1, sizeof *d->items))
        return msrck_fail_memory(error, sizeof *made, "a description");
    d->items[d->count++] = (struct described){ address, made };
    d->slots[slot] = (uint32_t)d->count;
    *type = made;
    return MSRCK_OK;
}

static msrck_result take_type(struct elf_descriptions *d, struct elf_cursor *cursor, const msrck_type **type,
                              msrck_error *error)
{
    return refer(d, take_word(cursor), type, error);
}

/* NULL for 0, or for an address without text. */
static const char *take_text(struct elf_cursor *cursor)
{
    uint64_t address = take_word(cursor);

    return address == 0 ? NULL : msrck_elf_text(cursor->image, address);
}

/* ---- Members ---- */

static const unsigned char some_default[1];

static msrck_result take_field(struct elf_descriptions *d, struct elf_cursor *cursor, msrck_field *field,
                               msrck_error *error)
{
    msrck_result result;

    field->name = take_text(cursor);
    result = take_type(d, cursor, &field->type, error);
    field->offset = (size_t)take_word(cursor);
    field->size = (size_t)take_word(cursor);
    field->role = take_unsigned(cursor);
    field->native = take_unsigned(cursor);
    field->bits = take_unsigned(cursor);
    field->tag = take_long_long(cursor);
    field->tag_field = take_text(cursor);
    field->choose = take_word(cursor) != 0 ? no_choice : NULL;
    field->get_bits = take_word(cursor) != 0 ? no_choice : NULL;
    field->set_bits = take_word(cursor) != 0 ? no_change : NULL;
    /* What it is, is for the one who restores. */
    field->initial = take_word(cursor) != 0 ? (const void *)some_default : NULL;
    field->former_name = take_text(cursor);
    if (result == MSRCK_OK && (field->name == NULL || field->role > MSRCK_ROLE_SKIPPED || field->type == NULL))
        return msrck_fail(error, MSRCK_CORRUPT, "a field of the program's types has no name, type or role");
    return result;
}

/* Bytes of `count` members, after it has been checked that the file has them. */
static msrck_result find_members(struct elf_descriptions *d, uint64_t address, uint64_t count, uint64_t size,
                                 const unsigned char **bytes, msrck_error *error)
{
    *bytes = NULL;
    if (count > TI_MAX_FIELDS || count > MOST_MEMBERS - d->members)
        return msrck_fail(error, MSRCK_CORRUPT, "the program's types have too many members");
    d->members += (uint32_t)count;
    *bytes = msrck_elf_at(d->image, address, count * size);
    if (*bytes == NULL)
        return msrck_fail(error, MSRCK_CORRUPT, "members of the program's types are not in its file");
    return MSRCK_OK;
}

static msrck_result copy_fields(struct elf_descriptions *d, msrck_type *type, uint64_t address, uint64_t count,
                                msrck_error *error)
{
    uint64_t size = field_bytes(d->image->abi);
    const unsigned char *bytes;
    msrck_result result = find_members(d, address, count, size, &bytes, error);
    msrck_field *fields;

    if (result != MSRCK_OK)
        return result;
    fields = msrck_elf_arena_take(d->arena, (size_t)count, sizeof *fields);
    if (fields == NULL)
        return msrck_fail_memory(error, (size_t)count * sizeof *fields, "fields");
    for (uint64_t i = 0; result == MSRCK_OK && i < count; i++) {
        struct elf_cursor cursor = { d->image, bytes + i * size, bytes + i * size };
        result = take_field(d, &cursor, &fields[i], error);
    }
    type->fields = fields;
    type->field_count = (size_t)count;
    return result;
}

static msrck_result copy_enumerators(struct elf_descriptions *d, msrck_type *type, uint64_t address, uint64_t count,
                                     msrck_error *error)
{
    uint64_t size = enumerator_bytes(d->image->abi);
    const unsigned char *bytes;
    msrck_result result = find_members(d, address, count, size, &bytes, error);
    msrck_enumerator *enumerators;

    if (result != MSRCK_OK)
        return result;
    enumerators = msrck_elf_arena_take(d->arena, (size_t)count, sizeof *enumerators);
    if (enumerators == NULL)
        return msrck_fail_memory(error, (size_t)count * sizeof *enumerators, "enumerators");
    for (uint64_t i = 0; i < count; i++) {
        struct elf_cursor cursor = { d->image, bytes + i * size, bytes + i * size };
        enumerators[i].name = take_text(&cursor);
        enumerators[i].value = take_long_long(&cursor);
        if (enumerators[i].name == NULL)
            return msrck_fail(error, MSRCK_CORRUPT, "an enumerator of the program has no name");
    }
    type->enumerators = enumerators;
    type->enumerator_count = (size_t)count;
    return MSRCK_OK;
}

/* ---- Types ---- */

/* What the rules of the TI table do not look at, because the compiler guarantees it elsewhere. */
static msrck_result check_head(const msrck_type *type, uint64_t count, msrck_error *error)
{
    bool derived = type->kind == MSRCK_KIND_POINTER || type->kind == MSRCK_KIND_ARRAY;

    if (type->kind > MSRCK_KIND_OPAQUE || type->scalar >= MSRCK_SCALAR_COUNT_ || (type->name == NULL && !derived) ||
        count > PTRDIFF_MAX || type->size > PTRDIFF_MAX)
        return msrck_fail(error, MSRCK_CORRUPT, "a type that the program describes is none");
    return MSRCK_OK;
}

/* As the room is into which the loader copies. */
static bool is_zero(const unsigned char *bytes, uint64_t length)
{
    for (uint64_t i = 0; i < length; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

static const msrck_type stream_mode = { .kind = MSRCK_KIND_ARRAY, .element = &msrck_char, .count = 8 };
static const msrck_field stream_fields[] = { { .name = "mode", .type = &stream_mode, .size = 8 } };

/* A description of the shared library, as it is on that machine. */
static msrck_result fill_from_library(struct elf_descriptions *d, const msrck_type *library, msrck_type *type,
                                      msrck_error *error)
{
    const struct machine_abi *abi = d->image->abi;
    const msrck_type *number = library->kind == MSRCK_KIND_COMPLEX ? library->element : library;
    uint32_t scalar = library->kind == MSRCK_KIND_FUNCTION ? (uint32_t)MSRCK_SCALAR_UINTPTR : (uint32_t)number->scalar;

    *type = *library;
    if (library->kind == MSRCK_KIND_VOID)
        return MSRCK_OK;
    if (library->kind == MSRCK_KIND_STRUCT) {
        /* A stream: pointers to it are all that programs have, so one field that is the same everywhere will do. */
        type->fields = &stream_fields[0];
        type->field_count = 1;
        type->size = stream_fields[0].size;
        type->alignment = 1;
        return MSRCK_OK;
    }
    type->size = msrck_abi_scalar_size(abi, scalar);
    type->alignment = msrck_abi_scalar_alignment(abi, scalar);
    if (library->kind == MSRCK_KIND_COMPLEX) {
        msrck_type *part = msrck_elf_arena_take(d->arena, 1, sizeof *part);

        if (part == NULL)
            return msrck_fail_memory(error, sizeof *part, "a description");
        *part = *library->element;
        part->size = type->size;
        part->alignment = type->alignment;
        type->element = part;
        type->size *= 2;
    }
    return MSRCK_OK;
}

static msrck_result fill(struct elf_descriptions *d, uint64_t address, msrck_type *type, msrck_error *error)
{
    const unsigned char *bytes = msrck_elf_at(d->image, address, type_bytes(d->image->abi));
    const msrck_type *library = msrck_elf_library_type(d->image, address);
    struct elf_cursor cursor = { d->image, bytes, bytes };
    uint64_t count, fields, field_count, enumerators, enumerator_count;
    msrck_result result;

    if (library != NULL && (bytes == NULL || is_zero(bytes, type_bytes(d->image->abi))))
        return fill_from_library(d, library, type, error);
    if (bytes == NULL)
        return msrck_fail(error, MSRCK_CORRUPT, "a description at address %llu is not in the program's file",
                          (unsigned long long)address);
    type->kind = take_unsigned(&cursor);
    type->scalar = take_unsigned(&cursor);
    type->name = take_text(&cursor);
    type->size = (size_t)take_word(&cursor);
    type->alignment = (size_t)take_word(&cursor);
    result = take_type(d, &cursor, &type->element, error);
    count = take_word(&cursor);
    fields = take_word(&cursor);
    field_count = take_word(&cursor);
    enumerators = take_word(&cursor);
    enumerator_count = take_word(&cursor);
    take_word(&cursor);             /* clearing padding is for those who run */
    type->handlers = take_word(&cursor) != 0 ? &no_handlers : NULL;
    type->unit = take_text(&cursor);
    if (result == MSRCK_OK)
        result = check_head(type, count, error);
    type->count = (size_t)count;
    if (result == MSRCK_OK && field_count > 0)
        result = copy_fields(d, type, fields, field_count, error);
    if (result == MSRCK_OK && enumerator_count > 0)
        result = copy_enumerators(d, type, enumerators, enumerator_count, error);
    return result;
}

struct elf_descriptions *msrck_elf_descriptions_new(const struct elf_image *image, struct elf_arena *arena)
{
    struct elf_descriptions *made = msrck_allocate(1, sizeof *made);

    if (made == NULL)
        return NULL;
    made->image = image;
    made->arena = arena;
    made->slots = msrck_allocate(SLOTS, sizeof *made->slots);
    if (made->slots != NULL)
        return made;
    free(made);
    return NULL;
}

void msrck_elf_descriptions_free(struct elf_descriptions *descriptions)
{
    if (descriptions == NULL)
        return;
    free(descriptions->items);
    free(descriptions->slots);
    free(descriptions);
}

msrck_result msrck_elf_describe(struct elf_descriptions *d, uint64_t address, const msrck_type **type,
                                msrck_error *error)
{
    msrck_result result = refer(d, address, type, error);

    /* Filling one may discover more of them; `items` may move, the copies do not. */
    for (; result == MSRCK_OK && d->done < d->count; d->done++)
        result = fill(d, d->items[d->done].address, d->items[d->done].type, error);
    if (result == MSRCK_OK && *type == NULL)
        return msrck_fail(error, MSRCK_CORRUPT, "a table of the program names no type");
    return result;
}
