/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* qsort_r */
#include "runtime/program_tables.h"

#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"
#include "base/failure.h"

/* ---- Functions that pointers name ------------------------------------------------------------------------------- */

static int compare_targets(const void *left, const void *right)
{
    const msrck_function_entry *const *a = left, *const *b = right;

    return strcmp((*a)->name, (*b)->name);
}

/* The same function named in two files is one; two functions under one name would make pointers ambiguous. */
static msrck_result fill_targets(struct program_tables *tables, const msrck_program *program, msrck_error *error)
{
    size_t count = program->functions == NULL ? 0 : (size_t)(program->functions_end - program->functions), from, to = 0;

    tables->target_entries = msrck_allocate(count, sizeof *tables->target_entries);
    if (tables->target_entries == NULL)
        return msrck_fail_memory(error, count * sizeof *tables->target_entries, "the function table");
    if (count > 0)
        memcpy(tables->target_entries, program->functions, count * sizeof *tables->target_entries);
    qsort(tables->target_entries, count, sizeof *tables->target_entries, compare_targets);
    for (from = 0; from < count; from++) {
        const msrck_function_entry *entry = tables->target_entries[from];

        if (to > 0 && strcmp(tables->target_entries[to - 1]->name, entry->name) == 0) {
            if (tables->target_entries[to - 1]->function != entry->function)
                return msrck_fail(error, MSRCK_MISUSE, "two functions are registered as '%s'", entry->name);
            continue;
        }
        tables->target_entries[to++] = entry;
    }
    tables->targets.entries = tables->target_entries;
    tables->targets.count = to;
    return MSRCK_OK;
}

/* ---- Frame tables ----------------------------------------------------------------------------------------------- */

static int compare_frames(const void *left, const void *right)
{
    const msrck_frame_table *const *a = left, *const *b = right;

    return strcmp((*a)->function, (*b)->function);
}

/* The texts of metadata are not const, since decoding owns them; here they are the program's and only copied from. */
static char *borrow(const char *text)
{
    return (char *)(uintptr_t)text;
}

/* Live variables are a struct of their own type, so that a newer program may have more or fewer of them. */
static msrck_result fill_points(struct function_entry *entry, const msrck_frame_table *table, struct ti_table *types,
                                msrck_error *error)
{
    unsigned p;

    entry->points = msrck_allocate(table->point_count, sizeof *entry->points);
    if (entry->points == NULL)
        return msrck_fail_memory(error, table->point_count * sizeof *entry->points, "the poll-points");
    entry->point_count = table->point_count;
    for (p = 0; p < table->point_count; p++) {
        const msrck_point *point = &table->points[p];
        msrck_result result;

        entry->points[p].label = borrow(point->label != NULL ? point->label : "");
        entry->points[p].live_type = TI_VOID;
        if (point->live == NULL)
            continue;
        if ((result = msrck_ti_add(types, point->live, &entry->points[p].live_type, error)) != MSRCK_OK) {
            msrck_error_prefix(error, "function '%s', point %u", table->function, p + 1);
            return result;
        }
        if (msrck_ti_get(types, entry->points[p].live_type)->kind != MSRCK_KIND_STRUCT)
            return msrck_fail(error, MSRCK_MISUSE, "function '%s', point %u: the live variables are not a struct",
                              table->function, p + 1);
    }
    return MSRCK_OK;
}

/* Names of locals are how a checkpoint finds them in the next version of the function, so they have to differ. */
static msrck_result fill_locals(struct function_entry *entry, const msrck_frame_table *table, struct ti_table *types,
                                msrck_error *error)
{
    unsigned l, other;

    entry->locals = msrck_allocate(table->local_count, sizeof *entry->locals);
    if (entry->locals == NULL)
        return msrck_fail_memory(error, table->local_count * sizeof *entry->locals, "the locals");
    entry->local_count = table->local_count;
    for (l = 0; l < table->local_count; l++) {
        msrck_result result = msrck_ti_add(types, table->locals[l].type, &entry->locals[l].type, error);

        entry->locals[l].name = borrow(table->locals[l].name);
        if (result != MSRCK_OK) {
            msrck_error_prefix(error, "function '%s', local '%s'", table->function, table->locals[l].name);
            return result;
        }
        for (other = 0; other < l; other++)
            if (strcmp(table->locals[other].name, table->locals[l].name) == 0)
                return msrck_fail(error, MSRCK_MISUSE, "function '%s' has two locals '%s'", table->function,
                                  table->locals[l].name);
    }
    return MSRCK_OK;
}

static msrck_result fill_function(struct function_entry *entry, const msrck_frame_table *table, struct ti_table *types,
                                  msrck_error *error)
{
    msrck_result result;

    if (table->entry_point > table->point_count)
        return msrck_fail(error, MSRCK_MISUSE, "function '%s': entry point %u of %u points", table->function,
                          table->entry_point, table->point_count);
    entry->name = borrow(table->function);
    if ((result = fill_points(entry, table, types, error)) != MSRCK_OK)
        return result;
    return fill_locals(entry, table, types, error);
}

/* Frames are recorded by the address of their table; there may be millions of them, hence the second order. */
static int compare_addresses(const void *left, const void *right, void *context)
{
    const struct program_tables *tables = context;
    uintptr_t a = (uintptr_t)tables->frames[*(const uint32_t *)left],
              b = (uintptr_t)tables->frames[*(const uint32_t *)right];

    return (a > b) - (a < b);
}

static msrck_result fill_frames(struct program_tables *tables, const msrck_program *program, struct ti_table *types,
                                msrck_error *error)
{
    size_t count = program->frames == NULL ? 0 : (size_t)(program->frames_end - program->frames), f;
    msrck_result result;

    if (count >= UINT32_MAX)
        return msrck_fail(error, MSRCK_MISUSE, "too many frame tables");
    tables->frames = msrck_allocate(count, sizeof *tables->frames);
    tables->functions = msrck_allocate(count, sizeof *tables->functions);
    tables->by_address = msrck_allocate(count, sizeof *tables->by_address);
    if (tables->frames == NULL || tables->functions == NULL || tables->by_address == NULL)
        return msrck_fail_memory(error, count * sizeof *tables->functions, "the frame tables");
    if (count > 0)
        memcpy(tables->frames, program->frames, count * sizeof *tables->frames);
    qsort(tables->frames, count, sizeof *tables->frames, compare_frames);
    for (f = 0; f < count; f++) {
        if (f > 0 && strcmp(tables->frames[f - 1]->function, tables->frames[f]->function) == 0)
            return msrck_fail(error, MSRCK_MISUSE, "two frame tables are of function '%s'",
                              tables->frames[f]->function);
        tables->by_address[f] = (uint32_t)f;
        tables->function_count = (uint32_t)f + 1;
        if ((result = fill_function(&tables->functions[f], tables->frames[f], types, error)) != MSRCK_OK)
            return result;
    }
    qsort_r(tables->by_address, count, sizeof *tables->by_address, compare_addresses, tables);
    return MSRCK_OK;
}

/* All types of the program go in, also those no variable has: an allocation may be of one before a resume needs it. */
msrck_result msrck_program_tables_fill(struct program_tables *tables, const msrck_program *program,
                                       struct ti_table *types, msrck_error *error)
{
    const msrck_type *const *type;
    msrck_result result;
    uint32_t id;

    if (program->types != NULL)
        for (type = program->types; type < program->types_end; type++)
            if ((result = msrck_ti_add(types, *type, &id, error)) != MSRCK_OK)
                return result;
    if ((result = fill_targets(tables, program, error)) != MSRCK_OK)
        return result;
    return fill_frames(tables, program, types, error);
}

void msrck_program_tables_free(struct program_tables *tables)
{
    uint32_t f;

    for (f = 0; f < tables->function_count; f++) {
        free(tables->functions[f].points);
        free(tables->functions[f].locals);
    }
    free(tables->target_entries);
    free(tables->frames);
    free(tables->functions);
    free(tables->by_address);
    memset(tables, 0, sizeof *tables);
}

uint32_t msrck_program_tables_find(const struct program_tables *tables, const msrck_frame_table *table)
{
    uint32_t low = 0, high = tables->function_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2, function = tables->by_address[middle];

        if (tables->frames[function] == table)
            return function;
        if ((uintptr_t)tables->frames[function] < (uintptr_t)table)
            low = middle + 1;
        else
            high = middle;
    }
    return UINT32_MAX;
}

uint32_t msrck_program_tables_find_name(const struct program_tables *tables, const char *name)
{
    uint32_t low = 0, high = tables->function_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = strcmp(tables->frames[middle]->function, name);

        if (order == 0)
            return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return UINT32_MAX;
}
