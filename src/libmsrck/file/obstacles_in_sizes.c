/* SPDX-License-Identifier: MIT */
/*
 * Room: blocks as the other machine's compiler would lay them out, by the rules that the platforms share (members in
 * order at multiples of their alignment, bit-fields packed into units of their type). Members that are not saved are
 * not in the checkpoint, so sizes without a program are the least there can be.
 */
#include "file/obstacles.h"

#include <stdlib.h>

#include "base/allocation.h"

struct native_size { uint64_t size; uint64_t alignment; };

struct sizing {
    struct obstacles *obstacles;
    struct native_size *types;  /* by type id; alignment 0: not known yet */
};

/* Sums and products that stay at the largest number. */
static uint64_t sum(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static uint64_t product(uint64_t a, uint64_t b)
{
    uint64_t result;

    return __builtin_mul_overflow(a, b, &result) ? UINT64_MAX : result;
}

static uint64_t round_up(uint64_t size, uint64_t alignment)
{
    uint64_t rest = size % alignment;

    return rest == 0 ? size : sum(size, alignment - rest);
}

static struct native_size size_of(struct sizing *sizing, uint32_t type);

/* A unit of the declared type holds a bit-field whole; `bits` counts all bits before it. */
static uint64_t place_bits(uint64_t bits, unsigned width, const struct native_size *type)
{
    uint64_t unit = type->alignment * 8;

    if (width == 0 || bits / unit == (bits + width - 1) / unit)
        return bits + width;
    return round_up(bits, unit) + width;
}

static struct native_size size_of_struct(struct sizing *sizing, const struct ti_type *type)
{
    struct native_size whole = { 0, 1 };
    uint64_t bits = 0;              /* behind the last whole byte counted in `size` */

    for (uint32_t i = 0; i < type->field_count; i++) {
        const struct ti_field *field = &type->fields[i];
        struct native_size part = size_of(sizing, field->type);

        if (part.alignment > whole.alignment)
            whole.alignment = part.alignment;
        if (field->role == MSRCK_ROLE_BITS) {
            bits = place_bits(whole.size % 4096 * 8 + bits, field->bits, &part) - whole.size % 4096 * 8;
            continue;
        }
        whole.size = round_up(sum(whole.size, (bits + 7) / 8), part.alignment);
        bits = 0;
        if (field->role != MSRCK_ROLE_FLEXIBLE)
            whole.size = sum(whole.size, part.size);
    }
    whole.size = round_up(sum(whole.size, (bits + 7) / 8), whole.alignment);
    return whole;
}

static struct native_size size_of_union(struct sizing *sizing, const struct ti_type *type)
{
    struct native_size whole = { 0, 1 };

    for (uint32_t i = 0; i < type->field_count; i++) {
        struct native_size part = size_of(sizing, type->fields[i].type);

        if (part.alignment > whole.alignment)
            whole.alignment = part.alignment;
        if (part.size > whole.size)
            whole.size = part.size;
    }
    whole.size = round_up(whole.size, whole.alignment);
    return whole;
}

/* Recursion is bounded by the nesting of types; each is computed once. */
static struct native_size size_of(struct sizing *sizing, uint32_t id)
{
    const struct machine_abi *abi = sizing->obstacles->abi;
    const struct ti_type *type = reader_type(sizing->obstacles->reader, id);
    struct native_size *known = &sizing->types[id], made = { abi->pointer, abi->pointer };

    if (known->alignment != 0)
        return *known;
    switch (type->kind) {
    case MSRCK_KIND_SCALAR:
    case MSRCK_KIND_ENUM:
        made.size = msrck_abi_scalar_size(abi, type->scalar);
        made.alignment = msrck_abi_scalar_alignment(abi, type->scalar);
        break;
    case MSRCK_KIND_ARRAY:
    case MSRCK_KIND_COMPLEX:
        made = size_of(sizing, type->element);
        made.size = product(made.size, type->kind == MSRCK_KIND_COMPLEX ? 2 : type->count);
        break;
    case MSRCK_KIND_STRUCT:
        made = size_of_struct(sizing, type);
        break;
    case MSRCK_KIND_UNION:
        made = size_of_union(sizing, type);
        break;
    default:
        break;
    }
    *known = made;
    return made;
}

/* Native bytes of a block of the extent there; 0 where the program has no such type, which is found elsewhere. */
static uint64_t block_bytes(struct sizing *sizing, const struct extent *extent)
{
    const struct obstacles *obstacles = sizing->obstacles;
    const struct ti_type *type = reader_type(obstacles->reader, extent->type);
    struct native_size size;

    if (obstacles->program != NULL) {
        uint32_t id = obstacles->counterparts[extent->type];
        return id == UINT32_MAX || id == TI_VOID ? 0 : msrck_block_bytes(obstacles->program->types, id, extent->count);
    }
    size = size_of(sizing, extent->type);
    if (type->flexible == TI_VOID)
        return product(size.size, extent->count);
    return sum(size.size, product(size_of(sizing, type->flexible).size, extent->count));
}

static void examine_extents(struct sizing *sizing)
{
    struct obstacles *obstacles = sizing->obstacles;
    const struct metadata *metadata = obstacles->reader->metadata;
    unsigned bits = obstacles->abi->address_bits;
    uint64_t space = UINT64_C(1) << bits, total = 0;
    uint64_t largest = obstacles->abi->pointer == 4 ? INT32_MAX : INT64_MAX;

    for (size_t i = 0; i < metadata->extent_count && !obstacles->stopped; i++) {
        uint64_t bytes = block_bytes(sizing, &metadata->extents[i]);

        total = sum(total, product(bytes, metadata->extents[i].blocks));
        if (bytes > largest)
            msrck_obstacle_report(obstacles, "memory", obstacles->reader->first_block[i], 0,
                                  "takes %llu bytes, more than one object can have there", (unsigned long long)bytes);
    }
    if (total > space)
        msrck_obstacle_report(obstacles, "memory", 0, 0,
                              "the blocks take %llu bytes, the address space has %u bits", (unsigned long long)total,
                              bits);
}

/* Such a struct does not compile there. */
static void examine_bits(struct sizing *sizing)
{
    struct obstacles *obstacles = sizing->obstacles;

    for (uint32_t id = 0; id < msrck_reader_type_count(obstacles->reader); id++) {
        const struct ti_type *type = reader_type(obstacles->reader, id);

        for (uint32_t i = 0; i < type->field_count && !obstacles->stopped; i++) {
            const struct ti_field *field = &type->fields[i];
            unsigned most = field->role != MSRCK_ROLE_BITS ? 64
                            : msrck_abi_scalar_size(obstacles->abi,
                                                    reader_type(obstacles->reader, field->type)->scalar) * 8;
            if (field->bits > most)
                msrck_obstacle_report(obstacles, "type", 0, 0, "%s.%s: a bit-field of %u bits is wider than %u-bit %s",
                                      type->name, field->name, field->bits, most,
                                      reader_type(obstacles->reader, field->type)->name);
        }
    }
}

msrck_result msrck_obstacles_in_sizes(struct obstacles *obstacles, msrck_error *error)
{
    uint32_t count = msrck_reader_type_count(obstacles->reader);
    struct sizing sizing = { obstacles, msrck_allocate(count, sizeof *sizing.types) };

    if (sizing.types == NULL)
        return msrck_fail_memory(error, count * sizeof *sizing.types, "sizes of types");
    if (obstacles->program == NULL)
        examine_bits(&sizing);
    examine_extents(&sizing);
    free(sizing.types);
    return MSRCK_OK;
}
