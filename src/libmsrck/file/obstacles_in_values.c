/* SPDX-License-Identifier: MIT */
/* Values against the range and precision of the type that has to take them on the other machine. */
#include "file/obstacles.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/big_endian.h"
#include "encoding/float_formats.h"

/* What takes a value: a type of the program, or the same type on the other machine. */
struct taker {
    const struct ti_type *type;
    unsigned bits;                  /* of an integer */
    bool is_bit_field;
};

static bool is_real(uint32_t scalar)
{
    return scalar == MSRCK_SCALAR_FLOAT || scalar == MSRCK_SCALAR_DOUBLE || scalar == MSRCK_SCALAR_LDOUBLE;
}

static bool is_ambiguous(const struct ti_type *type)
{
    return type->scalar == MSRCK_SCALAR_CHAR || type->scalar == MSRCK_SCALAR_WCHAR;
}

static struct taker find_taker(const struct obstacles *obstacles, const struct walked_value *value)
{
    struct taker taker = { .type = value->program_type != NULL ? value->program_type : value->type };

    if (value->program_type != NULL) {
        taker.bits = (unsigned)value->program_type->size * 8;
        taker.is_bit_field = value->program_bits != NULL;
        if (taker.is_bit_field)
            taker.bits = value->program_bits->bits;
    } else {
        taker.bits = msrck_abi_scalar_size(obstacles->abi, value->type->scalar) * 8;
    }
    return taker;
}

/* ---- Real numbers ---- */

static struct unpacked_float unpack(uint32_t scalar, const unsigned char *bytes)
{
    if (scalar == MSRCK_SCALAR_FLOAT)
        return msrck_binary32_unpack(load_be32(bytes));
    if (scalar == MSRCK_SCALAR_DOUBLE)
        return msrck_binary64_unpack(load_be64(bytes));
    return msrck_binary128_unpack(load_be64(bytes), load_be64(bytes + 8));
}

static bool real_fits(const struct obstacles *obstacles, const struct walked_value *value, uint32_t scalar)
{
    struct unpacked_float number = unpack(value->type->scalar, value->bytes);
    unsigned char canonical[16];
    uint64_t high, low;
    uint32_t single;

    if (scalar == MSRCK_SCALAR_FLOAT)
        return msrck_binary32_pack(&number, &single);
    if (scalar == MSRCK_SCALAR_DOUBLE)
        return msrck_binary64_pack(&number, &high);
    if (!msrck_binary128_pack(&number, &high, &low))
        return false;
    store_be64(canonical, high);
    store_be64(canonical + 8, low);
    return msrck_long_double_holds(obstacles->abi->long_double, canonical);
}

static void examine_real(struct obstacles *obstacles, const struct walked_value *value, const struct taker *taker)
{
    uint32_t scalar = taker->type->scalar;
    char text[MSRCK_TEXT_SIZE];

    /* What no type but a smaller one could lose is not computed. */
    if (scalar == value->type->scalar && scalar != MSRCK_SCALAR_LDOUBLE)
        return;
    if (real_fits(obstacles, value, scalar))
        return;
    msrck_scalar_bytes_text(value->type->scalar, value->bytes, text);
    msrck_obstacle_report(obstacles, "value", value->block, value->leaf, "%s does not fit in %s %s", text,
                          scalar == MSRCK_SCALAR_FLOAT    ? "32-bit"
                          : scalar == MSRCK_SCALAR_DOUBLE ? "64-bit"
                                                          : msrck_long_double_text(obstacles->abi->long_double),
                          taker->type->name);
}

/* ---- Integers ---- */

static bool in_range(uint64_t number, bool negative, const struct taker *taker)
{
    const struct ti_type *type = taker->type;
    unsigned bits = taker->bits;
    bool has_sign = msrck_scalar_is_signed(type->scalar);
    uint64_t most;

    if (type->scalar == MSRCK_SCALAR_BOOL)
        return !negative && number <= 1;
    if (bits == 0 || bits > 64)
        bits = 64;
    /* A short enum is as signed as its enumerators, a char as its machine makes it. */
    if (type->kind == MSRCK_KIND_ENUM)
        has_sign = negative || bits >= 32;
    else if (is_ambiguous(type))
        has_sign = true;
    most = UINT64_MAX >> (64 - bits);
    if (!has_sign)
        return !negative && number <= most;
    return negative ? (int64_t)number >= -(int64_t)(most / 2) - 1 : number <= most / 2;
}

static const struct ti_enumerator *named_enumerator(const struct ti_type *type, const char *name)
{
    for (uint32_t i = 0; i < type->enumerator_count; i++)
        if (strcmp(type->enumerators[i].name, name) == 0)
            return &type->enumerators[i];
    return NULL;
}

static bool numbers_changed(const struct ti_type *file, const struct ti_type *type)
{
    for (uint32_t i = 0; i < file->enumerator_count; i++) {
        const struct ti_enumerator *same = named_enumerator(type, file->enumerators[i].name);

        if (same != NULL && same->value != file->enumerators[i].value)
            return true;
    }
    return false;
}

/* Where numbers have changed only names can be followed. True when that is so, and the value is dealt with. */
static bool examine_enumerator(struct obstacles *obstacles, const struct walked_value *value, const struct taker *taker)
{
    const struct ti_type *file = value->type;
    int64_t number = (int64_t)msrck_canonical_integer(value->bytes, msrck_scalar_width(file->scalar), true);
    const char *name = NULL;

    if (file->kind != MSRCK_KIND_ENUM || taker->type->kind != MSRCK_KIND_ENUM || !numbers_changed(file, taker->type))
        return false;
    for (uint32_t i = 0; i < file->enumerator_count; i++) {
        if (file->enumerators[i].value != number)
            continue;
        if (named_enumerator(taker->type, file->enumerators[i].name) != NULL)
            return true;
        name = name == NULL ? file->enumerators[i].name : name;
    }
    if (name != NULL)
        msrck_obstacle_report(obstacles, "value", value->block, value->leaf, "the program's %s has no enumerator %s",
                              taker->type->name, name);
    else
        msrck_obstacle_report(obstacles, "value", value->block, value->leaf,
                              "%" PRId64 " is no enumerator of %s, whose numbers have changed", number,
                              taker->type->name);
    return true;
}

static void examine_integer(struct obstacles *obstacles, const struct walked_value *value, const struct taker *taker)
{
    uint32_t scalar = value->type->scalar;
    unsigned width = msrck_scalar_width(scalar);
    bool is_signed = msrck_scalar_is_signed(scalar), negative;
    uint64_t number = msrck_canonical_integer(value->bytes, width, is_signed);
    char text[24];

    if (examine_enumerator(obstacles, value, taker))
        return;
    /* The same pattern in the same width is at home everywhere. */
    if (!taker->is_bit_field && taker->bits == width * 8 && scalar == taker->type->scalar)
        return;
    if (is_ambiguous(value->type) && is_ambiguous(taker->type))
        return;
    negative = is_signed && (int64_t)number < 0;
    if (in_range(number, negative, taker))
        return;
    snprintf(text, sizeof text, is_signed ? "%" PRId64 : "%" PRIu64, number);
    if (taker->is_bit_field)
        msrck_obstacle_report(obstacles, "value", value->block, value->leaf, "%s does not fit in %u bits of %s", text,
                              taker->bits, taker->type->name);
    else
        msrck_obstacle_report(obstacles, "value", value->block, value->leaf, "%s does not fit in %u-bit %s", text,
                              taker->bits, taker->type->name);
}

/* ---- All ---- */

static void examine_function(struct obstacles *obstacles, const struct walked_value *value)
{
    const struct metadata *metadata = obstacles->reader->metadata;
    uint64_t number = obstacles->reader->row_index != 0 ? load_be64(value->bytes) : load_be32(value->bytes);

    if (obstacles->program == NULL || number == 0 || number > metadata->target_count ||
        msrck_elf_program_has_target(obstacles->program, metadata->targets[number - 1]))
        return;
    msrck_obstacle_report(obstacles, "function", value->block, value->leaf,
                          "points to function '%s', which the program does not name", metadata->targets[number - 1]);
}

static void examine(struct obstacles *obstacles, const struct walked_value *value)
{
    struct taker taker;

    if (value->type->kind == MSRCK_KIND_FUNCTION) {
        examine_function(obstacles, value);
        return;
    }
    if (value->type->kind != MSRCK_KIND_SCALAR && value->type->kind != MSRCK_KIND_ENUM)
        return;
    taker = find_taker(obstacles, value);
    /* Kinds that do not match are found where types are compared. */
    if (taker.type->kind != MSRCK_KIND_SCALAR && taker.type->kind != MSRCK_KIND_ENUM)
        return;
    if (is_real(value->type->scalar) != is_real(taker.type->scalar))
        return;
    if (is_real(value->type->scalar))
        examine_real(obstacles, value, &taker);
    else
        examine_integer(obstacles, value, &taker);
}

/* Without a program only scalars that are not the same everywhere; with one, all that could be converted. */
static bool wants(void *context, const struct ti_type *type)
{
    const struct obstacles *obstacles = context;

    /* With a program pointers too: they may be what an array that shrank would lose. */
    if (obstacles->program != NULL)
        return true;
    if (type->kind != MSRCK_KIND_SCALAR && type->kind != MSRCK_KIND_ENUM)
        return false;
    return (type->scalar == MSRCK_SCALAR_LDOUBLE && obstacles->abi->long_double != LONG_DOUBLE_BINARY128) ||
           (type->scalar != MSRCK_SCALAR_LDOUBLE &&
            msrck_abi_scalar_size(obstacles->abi, type->scalar) < msrck_scalar_width(type->scalar));
}

static uint32_t counterpart(void *context, const msrck_block_facts *block, uint64_t *room)
{
    return msrck_obstacles_counterpart(context, block, room);
}

static void lose(void *context, const struct lost_value *lost)
{
    struct obstacles *obstacles = context;

    if (lost->tag_field != NULL)
        msrck_obstacle_report(obstacles, "value", lost->block, lost->leaf,
                              "member %s is not what the program's %s stands for", lost->member, lost->tag_field);
    else if (lost->member != NULL)
        msrck_obstacle_report(obstacles, "value", lost->block, lost->leaf, "the program's %s has no member %s",
                              lost->type->name, lost->member);
    else
        msrck_obstacle_report(obstacles, "value", lost->block, lost->leaf,
                              "element %llu is not zero, and the program has room for %llu",
                              (unsigned long long)lost->element, (unsigned long long)lost->room);
    if (obstacles->stopped)
        obstacles->walk->stopped = true;
}

static void visit(void *context, const struct walked_value *value)
{
    struct obstacles *obstacles = context;

    obstacles->value_type = value->type->id;
    examine(obstacles, value);
    obstacles->value_type = TI_VOID;
    if (obstacles->stopped)
        obstacles->walk->stopped = true;
}

msrck_result msrck_obstacles_in_values(struct obstacles *obstacles, msrck_error *error)
{
    struct value_walk walk = { .reader = obstacles->reader, .counterpart = counterpart, .wants = wants,
                               .visit = visit, .lose = lose, .context = obstacles };
    msrck_result result;

    if (obstacles->program != NULL)
        walk.program = obstacles->program->types;
    obstacles->walk = &walk;
    result = msrck_walk_values(&walk, error);
    msrck_walk_end(&walk);
    return result;
}
