/* SPDX-License-Identifier: MIT */
#include "file/elf_program.h"

#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"
#include "base/failure.h"

#define MOST_ENTRIES 65535u         /* of one table */
#define MOST_POINTS (UINT32_C(1) << 20)     /* points and locals of all functions together */

/* ---- Arena ---- */

struct elf_arena {
    void **items;                   /* each owned */
    size_t count, capacity;
};

struct elf_arena *msrck_elf_arena_new(void)
{
    return msrck_allocate(1, sizeof(struct elf_arena));
}

void *msrck_elf_arena_take(struct elf_arena *arena, size_t count, size_t size)
{
    void *memory;

    if (!msrck_reserve(&arena->items, &arena->capacity, arena->count + 1, sizeof *arena->items))
        return NULL;
    memory = msrck_allocate(count, size);
    if (memory != NULL)
        arena->items[arena->count++] = memory;
    return memory;
}

void msrck_elf_arena_free(struct elf_arena *arena)
{
    if (arena == NULL)
        return;
    for (size_t i = 0; i < arena->count; i++)
        free(arena->items[i]);
    free(arena->items);
    free(arena);
}

/* ---- Tables ---- */

struct reading {
    struct elf_program *program;
    struct elf_descriptions *descriptions;
    uint32_t points;                /* points and locals so far */
    bool found;                     /* whether the program has any table */
    msrck_error *error;
};

/* The addresses that a linker section lists; 0 stands where the linker left a gap. */
struct listing {
    const struct elf_image *image;
    const unsigned char *bytes;
    uint32_t count;
};

static uint64_t listed(const struct listing *list, uint32_t index)
{
    unsigned width = list->image->abi->pointer;

    return msrck_elf_load(list->image, list->bytes + (size_t)index * width, width);
}

static msrck_result find_list(struct reading *reading, const char *name, struct listing *list)
{
    const struct elf_image *image = &reading->program->image;
    struct elf_section section;

    *list = (struct listing){ image, NULL, 0 };
    if (!msrck_elf_find_section(image, name, &section))
        return MSRCK_OK;
    reading->found = true;
    if (section.size / image->abi->pointer > MOST_ENTRIES)
        return msrck_fail(reading->error, MSRCK_CORRUPT, "section %s has more than %u entries", name, MOST_ENTRIES);
    list->count = (uint32_t)(section.size / image->abi->pointer);
    list->bytes = msrck_elf_at(image, section.address, section.size);
    if (list->bytes == NULL)
        return msrck_fail(reading->error, MSRCK_CORRUPT, "section %s is not in a segment", name);
    return MSRCK_OK;
}

/* A struct of `size` bytes at an address. */
static msrck_result open_struct(struct reading *reading, uint64_t address, uint64_t size, struct elf_cursor *cursor)
{
    const unsigned char *bytes = msrck_elf_at(&reading->program->image, address, size);

    *cursor = (struct elf_cursor){ &reading->program->image, bytes, bytes };
    if (bytes == NULL)
        return msrck_fail(reading->error, MSRCK_CORRUPT, "a table at address %llu is not in the program's file",
                          (unsigned long long)address);
    return MSRCK_OK;
}

static msrck_result take_name(struct reading *reading, struct elf_cursor *cursor, const char **name)
{
    *name = msrck_elf_text(cursor->image, take_word(cursor));
    return *name != NULL ? MSRCK_OK
                         : msrck_fail(reading->error, MSRCK_CORRUPT, "an entry of the program's tables has no name");
}

/* For entries that the functions of a checkpoint have too, where they own their texts. Nobody writes to it. */
static msrck_result take_text(struct reading *reading, struct elf_cursor *cursor, char **text)
{
    const char *name;
    msrck_result result = take_name(reading, cursor, &name);

    *text = (char *)(uintptr_t)name;
    return result;
}

static msrck_result add_type(struct reading *reading, uint64_t address, uint32_t *id)
{
    const msrck_type *type;
    msrck_result result = msrck_elf_describe(reading->descriptions, address, &type, reading->error);

    *id = TI_VOID;
    if (result == MSRCK_OK)
        result = msrck_ti_add(reading->program->types, type, id, reading->error);
    /* What would be a programmer's mistake here is a damaged, or a strange, file there. */
    if (result == MSRCK_MISUSE && reading->error != NULL)
        reading->error->result = MSRCK_CORRUPT;
    return result == MSRCK_MISUSE ? MSRCK_CORRUPT : result;
}

static msrck_result read_types(struct reading *reading)
{
    struct listing list;
    msrck_result result = find_list(reading, "msrck_types", &list);
    uint32_t id;

    for (uint32_t i = 0; result == MSRCK_OK && i < list.count; i++)
        if (listed(&list, i) != 0)
            result = add_type(reading, listed(&list, i), &id);
    return result;
}

static msrck_result read_targets(struct reading *reading)
{
    struct elf_program *program = reading->program;
    unsigned word = program->image.abi->pointer;
    struct elf_cursor cursor;
    struct listing list;
    msrck_result result = find_list(reading, "msrck_functions", &list);

    program->targets = result == MSRCK_OK
                           ? msrck_elf_arena_take(program->arena, list.count, sizeof *program->targets) : NULL;
    if (program->targets == NULL)
        return result == MSRCK_OK ? msrck_fail_memory(reading->error, 0, "functions") : result;
    for (uint32_t i = 0; result == MSRCK_OK && i < list.count; i++) {
        if (listed(&list, i) == 0)
            continue;
        result = open_struct(reading, listed(&list, i), 2u * word, &cursor);
        if (result == MSRCK_OK)
            result = take_name(reading, &cursor, &program->targets[program->target_count]);
        program->target_count++;
    }
    return result;
}

static msrck_result read_global(struct reading *reading, uint64_t address, struct elf_global *global)
{
    unsigned word = reading->program->image.abi->pointer;
    struct elf_cursor cursor;
    msrck_result result = open_struct(reading, address, (UINT64_C(4) * word + 4 + word - 1) / word * word + word, &cursor);
    uint64_t type;

    if (result == MSRCK_OK)
        result = take_name(reading, &cursor, &global->name);
    if (result != MSRCK_OK)
        return result;
    take_word(&cursor);             /* where the variable will be */
    type = take_word(&cursor);
    global->removed = type == 0;
    if (!global->removed)
        result = add_type(reading, type, &global->type);
    global->size = take_word(&cursor);
    take_unsigned(&cursor);
    type = take_word(&cursor);
    global->former_name = type == 0 ? NULL : msrck_elf_text(cursor.image, type);
    return result;
}

static msrck_result read_globals(struct reading *reading)
{
    struct elf_program *program = reading->program;
    struct listing list;
    msrck_result result = find_list(reading, "msrck_globals", &list);

    program->globals = result == MSRCK_OK
                           ? msrck_elf_arena_take(program->arena, list.count, sizeof *program->globals) : NULL;
    if (program->globals == NULL)
        return result == MSRCK_OK ? msrck_fail_memory(reading->error, 0, "globals") : result;
    for (uint32_t i = 0; result == MSRCK_OK && i < list.count; i++)
        if (listed(&list, i) != 0)
            result = read_global(reading, listed(&list, i), &program->globals[program->global_count++]);
    return result;
}

/* ---- Functions ---- */

/* Points and locals are both a text and a type. */
static msrck_result read_pairs(struct reading *reading, uint64_t address, uint32_t count, bool type_needed,
                               struct local_entry **pairs)
{
    unsigned word = reading->program->image.abi->pointer;
    struct elf_cursor cursor;
    msrck_result result;

    if (count > MOST_POINTS - reading->points)
        return msrck_fail(reading->error, MSRCK_CORRUPT, "the program has more than %u points and locals",
                          MOST_POINTS);
    reading->points += count;
    result = count > 0 ? open_struct(reading, address, UINT64_C(2) * word * count, &cursor) : MSRCK_OK;
    if (result != MSRCK_OK)
        return result;
    *pairs = msrck_elf_arena_take(reading->program->arena, count, sizeof **pairs);
    if (*pairs == NULL)
        return msrck_fail_memory(reading->error, count * sizeof **pairs, "points");
    for (uint32_t i = 0; result == MSRCK_OK && i < count; i++) {
        uint64_t type;

        result = take_text(reading, &cursor, &(*pairs)[i].name);
        type = take_word(&cursor);
        if (result == MSRCK_OK && (type != 0 || type_needed))
            result = add_type(reading, type, &(*pairs)[i].type);
    }
    return result;
}

static msrck_result read_function(struct reading *reading, uint64_t address, struct function_entry *function)
{
    unsigned word = reading->program->image.abi->pointer;
    struct local_entry *points = NULL;
    struct elf_cursor cursor;
    uint64_t first;
    msrck_result result = open_struct(reading, address, UINT64_C(3) * word + 12, &cursor);

    if (result == MSRCK_OK)
        result = take_text(reading, &cursor, &function->name);
    if (result != MSRCK_OK)
        return result;
    first = take_word(&cursor);
    function->point_count = take_unsigned(&cursor);
    take_unsigned(&cursor);         /* the entry point is one of them */
    result = read_pairs(reading, first, function->point_count, false, &points);
    if (result != MSRCK_OK)
        return result;
    function->points = msrck_elf_arena_take(reading->program->arena, function->point_count, sizeof *function->points);
    if (function->points == NULL)
        return msrck_fail_memory(reading->error, 0, "points");
    for (uint32_t i = 0; i < function->point_count; i++)
        function->points[i] = (struct point_entry){ points[i].name, points[i].type };
    first = take_word(&cursor);
    function->local_count = take_unsigned(&cursor);
    return read_pairs(reading, first, function->local_count, true, &function->locals);
}

static msrck_result read_functions(struct reading *reading)
{
    struct elf_program *program = reading->program;
    struct listing list;
    msrck_result result = find_list(reading, "msrck_frames", &list);

    program->functions = result == MSRCK_OK
                             ? msrck_elf_arena_take(program->arena, list.count, sizeof *program->functions) : NULL;
    if (program->functions == NULL)
        return result == MSRCK_OK ? msrck_fail_memory(reading->error, 0, "functions") : result;
    for (uint32_t i = 0; result == MSRCK_OK && i < list.count; i++)
        if (listed(&list, i) != 0)
            result = read_function(reading, listed(&list, i), &program->functions[program->function_count++]);
    return result;
}

/* ---- All ---- */

static msrck_result read_tables(struct elf_program *program, msrck_error *error)
{
    struct reading reading = { .program = program, .error = error };
    msrck_result result;

    program->types = msrck_ti_new_believed();
    reading.descriptions = program->types != NULL ? msrck_elf_descriptions_new(&program->image, program->arena) : NULL;
    if (reading.descriptions == NULL)
        return msrck_fail_memory(error, 0, "the program's types");
    result = read_types(&reading);
    if (result == MSRCK_OK)
        result = read_targets(&reading);
    if (result == MSRCK_OK)
        result = read_globals(&reading);
    if (result == MSRCK_OK)
        result = read_functions(&reading);
    if (result == MSRCK_OK && !reading.found)
        result = msrck_fail(error, MSRCK_UNSUPPORTED, "the program has no tables of msrck");
    msrck_elf_descriptions_free(reading.descriptions);
    return result;
}

msrck_result msrck_elf_program_read(const char *path, uint64_t most, struct elf_program *program, msrck_error *error)
{
    msrck_result result;

    *program = (struct elf_program){ 0 };
    result = msrck_elf_open(path, most, &program->image, error);
    if (result == MSRCK_OK)
        result = msrck_elf_tell_files_apart(&program->image, error);
    if (result != MSRCK_OK)
        return result;
    program->arena = msrck_elf_arena_new();
    if (program->arena == NULL)
        return msrck_fail_memory(error, sizeof *program->arena, "the program's tables");
    return read_tables(program, error);
}

void msrck_elf_program_free(struct elf_program *program)
{
    msrck_ti_free(program->types);
    msrck_elf_arena_free(program->arena);
    msrck_elf_close(&program->image);
}

uint32_t msrck_elf_program_function(const struct elf_program *program, const char *name)
{
    for (uint32_t i = 0; i < program->function_count; i++)
        if (strcmp(program->functions[i].name, name) == 0)
            return i;
    return UINT32_MAX;
}

uint32_t msrck_elf_program_global(const struct elf_program *program, const char *name)
{
    for (uint32_t i = 0; i < program->global_count; i++)
        if (strcmp(program->globals[i].name, name) == 0)
            return i;
    return UINT32_MAX;
}

bool msrck_elf_program_has_target(const struct elf_program *program, const char *name)
{
    for (uint32_t i = 0; i < program->target_count; i++)
        if (strcmp(program->targets[i], name) == 0)
            return true;
    return false;
}
