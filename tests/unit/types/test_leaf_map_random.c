/* SPDX-License-Identifier: MIT */
/*
 * Random structs of scalars, arrays, structs, complex numbers, skipped members and padding, laid out here as the ABI
 * does, against a plain map of all bytes. Every byte of every struct is asked for, and every leaf goes there and back.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "types/leaf_map.h"

enum { LARGEST = 4096, MOST_FIELDS = 6, TYPES_A_ROUND = 24, ROUNDS = 60 };

/* What a byte of a value is. */
enum byte_kind { PADDING, BEGINNING, MIDDLE, SKIPPED };

struct model {
    msrck_type type;
    msrck_field fields[MOST_FIELDS];
    char name[24], field_names[MOST_FIELDS][8];
    size_t size, alignment, leaves;
    unsigned char kind[LARGEST];            /* enum byte_kind of each byte */
    bool end[LARGEST + 1];                  /* a saved member, or an element, ends before this byte */
};

static struct model models[TYPES_A_ROUND];
static unsigned model_count;
static uint64_t state;

static unsigned below(unsigned bound)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(state >> 33) % bound;
}

static void set_scalar(struct model *model, const msrck_type *type, unsigned leaves)
{
    *model = (struct model){ .type = *type, .size = type->size, .alignment = type->alignment, .leaves = leaves };
    for (size_t i = 0; i < type->size; i++)
        model->kind[i] = i % (type->size / leaves) == 0 ? BEGINNING : MIDDLE;
    model->end[type->size] = true;
}

static void copy_ends(struct model *model, size_t offset, const struct model *part)
{
    for (size_t i = 0; i <= part->size; i++)
        model->end[offset + i] = model->end[offset + i] || part->end[i];
    model->end[offset + part->size] = true;
}

static void make_array(struct model *model, const struct model *element)
{
    unsigned count = 1 + below(3);

    *model = (struct model){ .type = { .kind = MSRCK_KIND_ARRAY, .element = &element->type, .count = count },
                             .size = count * element->size,
                             .alignment = element->alignment,
                             .leaves = count * element->leaves };
    for (unsigned i = 0; i < count; i++) {
        memcpy(model->kind + i * element->size, element->kind, element->size);
        copy_ends(model, i * element->size, element);
    }
}

static void add_field(struct model *model, unsigned index, const struct model *part)
{
    msrck_field *field = &model->fields[index];
    bool skipped = index > 0 && below(8) == 0;
    size_t offset = (model->size + part->alignment - 1) / part->alignment * part->alignment;

    snprintf(model->field_names[index], sizeof model->field_names[index], "f%u", index);
    *field = (msrck_field){ .name = model->field_names[index],
                            .type = skipped ? &msrck_void : &part->type,
                            .offset = offset,
                            .size = part->size,
                            .role = skipped ? MSRCK_ROLE_SKIPPED : MSRCK_ROLE_PLAIN };
    for (size_t i = 0; i < part->size; i++)
        model->kind[offset + i] = skipped ? SKIPPED : part->kind[i];
    if (!skipped)
        copy_ends(model, offset, part);
    model->size = offset + part->size;
    if (part->alignment > model->alignment)
        model->alignment = part->alignment;
    model->leaves += skipped ? 0 : part->leaves;
}

static void make_struct(struct model *model)
{
    unsigned count = 1 + below(MOST_FIELDS);

    *model = (struct model){ .alignment = 1 };
    snprintf(model->name, sizeof model->name, "struct s%u", model_count);
    for (unsigned i = 0; i < count; i++)
        add_field(model, i, &models[below(model_count)]);
    model->size = (model->size + model->alignment - 1) / model->alignment * model->alignment;
    model->type = (msrck_type){ .kind = MSRCK_KIND_STRUCT,
                                .name = model->name,
                                .size = model->size,
                                .alignment = model->alignment,
                                .fields = model->fields,
                                .field_count = count };
}

/* Scalars first, then what can be made of what there is. */
static void make_models(void)
{
    const msrck_type *const scalars[] = { &msrck_char,   &msrck_short,   &msrck_int,
                                          &msrck_double, &msrck_ldouble, &msrck_function };

    model_count = 0;
    for (unsigned i = 0; i < sizeof scalars / sizeof scalars[0]; i++)
        set_scalar(&models[model_count++], scalars[i], 1);
    set_scalar(&models[model_count++], &msrck_cfloat, 2);
    while (model_count < TYPES_A_ROUND) {
        struct model *model = &models[model_count];
        const struct model *element = &models[below(model_count)];

        if (below(3) == 0 && element->size * 3 < LARGEST / 16)
            make_array(model, element);
        else
            make_struct(model);
        if (model->size > LARGEST / 8)
            set_scalar(model, &msrck_float, 1);
        model_count++;
    }
}

/*
 * What the map must answer for a byte: leaves that begin before it, where it is the beginning of one or one past the
 * end of one.
 */
static bool expected_leaf(const struct model *model, size_t offset, uint64_t *leaf)
{
    *leaf = 0;
    for (size_t i = 0; i < offset; i++)
        *leaf += model->kind[i] == BEGINNING;
    if (offset == 0 || model->kind[offset] == BEGINNING)
        return true;
    return model->kind[offset] == PADDING && model->end[offset];
}

/* Compilers put a struct's saved member first here, so that every beginning of a leaf has a place. */
static void check_model(const struct ti_table *table, uint32_t id, const struct model *model)
{
    const struct ti_type *type = msrck_ti_get(table, id);

    cr_assert_eq(type->leaves, model->leaves);
    cr_assert_eq(type->size, model->size);
    for (size_t offset = 0; offset < model->size; offset++) {
        uint64_t leaf, expected, back;
        bool place = expected_leaf(model, offset, &expected);

        cr_assert_eq(msrck_leaf_of_offset(table, id, NULL, offset, &leaf), place, "%s at %zu", type->name, offset);
        if (!place)
            continue;
        cr_assert_eq(leaf, expected, "%s at %zu", type->name, offset);
        if (model->kind[offset] == BEGINNING) {
            cr_assert(msrck_offset_of_leaf(table, id, NULL, leaf, &back));
            cr_assert_eq(back, offset, "%s leaf %zu", type->name, (size_t)leaf);
        }
    }
}

Test(leaf_map_random, every_byte_and_every_leaf_of_random_structs)
{
    for (state = 1; state <= ROUNDS; state++) {
        uint64_t seed = state;
        struct ti_table *table = msrck_ti_new();

        make_models();
        for (unsigned i = 0; i < model_count; i++) {
            msrck_error error = MSRCK_ERROR_INIT;
            uint32_t id;

            cr_assert_eq(msrck_ti_add(table, &models[i].type, &id, &error), MSRCK_OK, "seed %d: %s", (int)seed,
                         error.message);
            check_model(table, id, &models[i]);
        }
        msrck_ti_free(table);
        state = seed;
    }
}
