/* SPDX-License-Identifier: MIT */
/*
 * The tables of a checkpoint against those of a program, by the rules that restoring keeps to: functions, points and
 * locals by name and label, globals by name, types by name and shape.
 */
#include "file/obstacles.h"

#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"
#include "encoding/row_decoder.h"

/* ---- Types ---- */

/* The program's type for a type of the file, as restoring would find or make it. TI_VOID: one that msrck brings. */
static uint32_t find_type(const struct ti_table *file_types, uint32_t file_type, const struct ti_table *types)
{
    const struct ti_type *wanted = msrck_ti_get(file_types, file_type);
    uint32_t found = msrck_ti_find_name(types, wanted->name);

    if (found != UINT32_MAX)
        return found;
    /* Pointers and arrays are made of what they consist of; their nesting is bounded. */
    if (wanted->kind == MSRCK_KIND_POINTER || wanted->kind == MSRCK_KIND_ARRAY)
        return find_type(file_types, wanted->element, types) == UINT32_MAX ? UINT32_MAX : TI_VOID;
    if (wanted->kind == MSRCK_KIND_SCALAR || wanted->kind == MSRCK_KIND_COMPLEX ||
        wanted->kind == MSRCK_KIND_FUNCTION)
        return TI_VOID;
    return UINT32_MAX;
}

/* Whether values of the file's type can become the program's; says so where not, after `what`. */
static bool match_types(struct obstacles *obstacles, const char *id, const char *what, uint64_t block,
                        uint32_t file_type, uint32_t type, msrck_result *result, msrck_error *error)
{
    const msrck_reader *reader = obstacles->reader;
    struct row_decoder *decoder = NULL;
    msrck_error found = MSRCK_ERROR_INIT;

    *result = msrck_row_decoder_new(reader->metadata->types, file_type, obstacles->program->types, type,
                                    reader->metadata->header.pointer_width, &decoder, &found);
    msrck_row_decoder_free(decoder);
    if (*result == MSRCK_OK)
        return true;
    if (*result == MSRCK_DOES_NOT_FIT) {
        msrck_obstacle_report(obstacles, id, block, 0, "%s%s", what, found.message);
        *result = MSRCK_OK;
    } else if (error != NULL && error->result == MSRCK_OK) {
        *error = found;
    }
    return false;
}

/* Types that only variables and live variables have are compared there, with the types declared for them. */
static msrck_result examine_heap_types(struct obstacles *obstacles, msrck_error *error)
{
    const struct metadata *metadata = obstacles->reader->metadata;
    uint32_t count = msrck_reader_type_count(obstacles->reader);
    bool *done = msrck_allocate(count, sizeof *done);
    msrck_result result = MSRCK_OK;

    if (done == NULL)
        return msrck_fail_memory(error, count, "the types");
    for (size_t i = 0; result == MSRCK_OK && !obstacles->stopped && i < metadata->extent_count; i++) {
        const struct extent *extent = &metadata->extents[i];
        uint32_t flexible = reader_type(obstacles->reader, extent->type)->flexible, type;

        if ((extent->segment != SEGMENT_HEAP && extent->segment != SEGMENT_FOREIGN) || done[extent->type])
            continue;
        done[extent->type] = true;
        type = obstacles->counterparts[extent->type];
        if (type == UINT32_MAX)
            msrck_obstacle_report(obstacles, "type", 0, 0, "the program has no type %s",
                                  reader_type(obstacles->reader, extent->type)->name);
        else if (type != TI_VOID && match_types(obstacles, "type", "", 0, extent->type, type, &result, error) &&
                 flexible != TI_VOID) {
            uint32_t program_flexible = msrck_ti_get(obstacles->program->types, type)->flexible;
            if (program_flexible == TI_VOID)
                msrck_obstacle_report(obstacles, "type", 0, 0, "%s: the program's has no flexible array member",
                                      reader_type(obstacles->reader, extent->type)->name);
            else
                match_types(obstacles, "type", "", 0, flexible, program_flexible, &result, error);
        }
    }
    free(done);
    return result;
}

/*
 * A block that has a name in the program: `values` values of `type` there; 0 where only running would tell how many.
 */
static msrck_result examine_named(struct obstacles *obstacles, const char *what, uint64_t address, uint32_t type,
                                  uint64_t values, msrck_error *error)
{
    const struct ti_table *types = obstacles->program->types;
    uint64_t count = values == 0 ? 1 : values, leaf;
    uint32_t stripped = msrck_ti_strip_arrays(types, type, &count);
    msrck_result result = MSRCK_OK;
    msrck_block_facts block;

    if (!msrck_reader_find_address(obstacles->reader, address, &block, &leaf) || stripped == UINT32_MAX)
        return MSRCK_OK;
    if (!match_types(obstacles, "variable", what, 0, block.type, stripped, &result, error) || result != MSRCK_OK)
        return result;
    if (values == 0 ? block.count % count != 0 : block.count != count)
        msrck_obstacle_report(obstacles, "variable", 0, 0, "%s%llu elements in the checkpoint, %llu in the program",
                              what, (unsigned long long)block.count, (unsigned long long)count);
    return MSRCK_OK;
}

/* ---- Globals ---- */

static msrck_result examine_globals(struct obstacles *obstacles, msrck_error *error)
{
    const struct metadata *metadata = obstacles->reader->metadata;
    const struct elf_program *program = obstacles->program;
    uint32_t globals = 0, known = 0;
    msrck_result result = MSRCK_OK;

    for (size_t i = 0; result == MSRCK_OK && !obstacles->stopped && i < metadata->variable_count; i++) {
        const struct variable_entry *variable = &metadata->variables[i];
        uint32_t index = variable->kind == VARIABLE_GLOBAL ? msrck_elf_program_global(program, variable->name)
                                                           : UINT32_MAX;
        const struct ti_type *type;
        struct byte_buffer what = BYTE_BUFFER_INIT;

        /* What the library registers is in no table. */
        globals += variable->kind == VARIABLE_GLOBAL && strncmp(variable->name, "msrck.", 6) != 0;
        known += index != UINT32_MAX;
        /* One that the program lacks may be registered while it runs; else restoring drops it. */
        if (index == UINT32_MAX)
            continue;
        type = msrck_ti_get(program->types, program->globals[index].type);
        msrck_buffer_printf(&what, "%s: ", variable->name);
        if (type->size > 0)
            result = examine_named(obstacles, msrck_buffer_text(&what), variable->address, type->id,
                                   program->globals[index].size / type->size, error);
        msrck_buffer_free(&what);
    }
    /* Where nothing at all agrees it is another program, unless it registers everything while it runs. */
    if (metadata->frame_count == 0 && globals > 0 && known == 0 && program->global_count + program->function_count > 0)
        msrck_obstacle_report(obstacles, "variable", 0, 0,
                              "the program's tables have none of the %u global variables of the checkpoint", globals);
    return result;
}

/* ---- Functions and frames ---- */

static uint32_t count_label(const struct elf_function *function, const char *label, uint32_t *last)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < function->point_count; i++)
        if (strcmp(function->points[i].label, label) == 0) {
            *last = i;
            count++;
        }
    return count;
}

/* Index of the program's point: the same one when its label is the same, else the only one with that label. */
static uint32_t find_point(const struct function_entry *file, const struct elf_function *function, uint32_t point)
{
    const char *label = file->points[point].label;
    uint32_t there = 0, same = 0;

    if (point < function->point_count && strcmp(function->points[point].label, label) == 0)
        return point;
    for (uint32_t i = 0; i < file->point_count; i++)
        same += strcmp(file->points[i].label, label) == 0;
    return same == 1 && count_label(function, label, &there) == 1 ? there : UINT32_MAX;
}

static uint32_t find_local(const struct elf_function *function, const char *name)
{
    for (uint32_t i = 0; i < function->local_count; i++)
        if (strcmp(function->locals[i].name, name) == 0)
            return i;
    return UINT32_MAX;
}

static msrck_result examine_locals(struct obstacles *obstacles, const struct frame_entry *frame,
                                   const struct elf_function *function, msrck_error *error)
{
    const struct function_entry *file = &obstacles->reader->metadata->functions[frame->function];
    msrck_result result = MSRCK_OK;

    for (uint32_t i = 0; result == MSRCK_OK && i < frame->local_count && i < file->local_count; i++) {
        uint32_t local = find_local(function, file->locals[i].name);
        struct byte_buffer what = BYTE_BUFFER_INIT;

        if (frame->locals[i] == 0 || local == UINT32_MAX)
            continue;
        msrck_buffer_printf(&what, "%s.%s: ", file->name, file->locals[i].name);
        result = examine_named(obstacles, msrck_buffer_text(&what), frame->locals[i], function->locals[local].type, 0,
                               error);
        msrck_buffer_free(&what);
    }
    return result;
}

/* A frame whose function and point no frame before had. */
static msrck_result examine_frame(struct obstacles *obstacles, const struct frame_entry *frame, msrck_error *error)
{
    const struct function_entry *file = &obstacles->reader->metadata->functions[frame->function];
    uint32_t index = msrck_elf_program_function(obstacles->program, file->name), point;
    const struct elf_function *function;
    struct byte_buffer what = BYTE_BUFFER_INIT;
    msrck_result result = MSRCK_OK;

    if (index == UINT32_MAX) {
        msrck_obstacle_report(obstacles, "frame", 0, 0,
                              "a frame of function '%s', which the program does not have", file->name);
        return MSRCK_OK;
    }
    function = &obstacles->program->functions[index];
    point = find_point(file, function, frame->point - 1);
    if (point == UINT32_MAX) {
        msrck_obstacle_report(obstacles, "frame", 0, 0,
                              "goes on at point %u ('%s') of function '%s', which the program does not have",
                              frame->point, file->points[frame->point - 1].label, file->name);
        return MSRCK_OK;
    }
    msrck_buffer_printf(&what, "live variables of %s: ", file->name);
    if (frame->live != 0 && function->points[point].live != TI_VOID)
        result = examine_named(obstacles, msrck_buffer_text(&what), frame->live, function->points[point].live, 1,
                               error);
    msrck_buffer_free(&what);
    return result == MSRCK_OK ? examine_locals(obstacles, frame, function, error) : result;
}

/* Each function and point once: a recursion may be a million deep. */
static msrck_result examine_frames(struct obstacles *obstacles, msrck_error *error)
{
    const struct metadata *metadata = obstacles->reader->metadata;
    size_t *first = msrck_allocate((size_t)metadata->function_count + 1, sizeof *first), total = 0;
    msrck_result result = MSRCK_OK;
    bool *done;

    for (uint32_t i = 0; first != NULL && i < metadata->function_count; i++) {
        first[i] = total;
        total += metadata->functions[i].point_count;
    }
    done = msrck_allocate(total, sizeof *done);
    if (first == NULL || done == NULL)
        result = msrck_fail_memory(error, total, "the poll-points");
    for (size_t i = 0; result == MSRCK_OK && !obstacles->stopped && i < metadata->frame_count; i++) {
        const struct frame_entry *frame = &metadata->frames[i];
        bool *points = &done[first[frame->function]];

        if (!points[frame->point - 1])
            result = examine_frame(obstacles, frame, error);
        points[frame->point - 1] = true;
        /* That a function is missing is said once. */
        if (msrck_elf_program_function(obstacles->program, metadata->functions[frame->function].name) == UINT32_MAX)
            memset(points, true, metadata->functions[frame->function].point_count);
    }
    free(first);
    free(done);
    return result;
}

/* ---- All ---- */

msrck_result msrck_obstacles_in_tables(struct obstacles *obstacles, msrck_error *error)
{
    const struct metadata *metadata = obstacles->reader->metadata;
    uint32_t count = msrck_reader_type_count(obstacles->reader);
    msrck_error refused = MSRCK_ERROR_INIT;
    msrck_result result;

    obstacles->counterparts = msrck_allocate(count, sizeof *obstacles->counterparts);
    if (obstacles->counterparts == NULL)
        return msrck_fail_memory(error, count * sizeof *obstacles->counterparts, "the program's types");
    for (uint32_t i = 0; i < count; i++)
        obstacles->counterparts[i] = find_type(metadata->types, i, obstacles->program->types);
    if (msrck_header_restorable(&metadata->header, &refused) != MSRCK_OK)
        msrck_obstacle_report(obstacles, "features", 0, 0, "%s", refused.message);
    result = examine_frames(obstacles, error);
    if (result == MSRCK_OK)
        result = examine_globals(obstacles, error);
    return result == MSRCK_OK ? examine_heap_types(obstacles, error) : result;
}

/* What a frame's owner entry leads to in the program: live variables or a local, by name. */
static uint32_t counterpart_in_frame(const struct obstacles *obstacles, const struct block_owner *owner)
{
    const struct metadata *metadata = obstacles->reader->metadata;
    const struct frame_entry *frame = &metadata->frames[owner->index];
    const struct function_entry *file = &metadata->functions[frame->function];
    uint32_t index = msrck_elf_program_function(obstacles->program, file->name), place;
    const struct elf_function *function;

    if (index == UINT32_MAX)
        return UINT32_MAX;
    function = &obstacles->program->functions[index];
    if (owner->kind == MSRCK_OWNER_LOCAL) {
        place = find_local(function, file->locals[owner->local].name);
        return place == UINT32_MAX ? UINT32_MAX : function->locals[place].type;
    }
    place = find_point(file, function, frame->point - 1);
    return place == UINT32_MAX ? UINT32_MAX : function->points[place].live;
}

uint32_t msrck_obstacles_counterpart(const struct obstacles *obstacles, const msrck_block_facts *block)
{
    const struct metadata *metadata = obstacles->reader->metadata;
    const struct ti_table *types = obstacles->program->types;
    const struct block_owner *owner = msrck_reader_owner_entry(obstacles->reader, block->number);
    uint32_t found = obstacles->counterparts[block->type];
    uint64_t count = 1;

    if (owner != NULL && owner->kind == MSRCK_OWNER_VARIABLE) {
        uint32_t global = msrck_elf_program_global(obstacles->program, metadata->variables[owner->index].name);
        found = global == UINT32_MAX ? found : obstacles->program->globals[global].type;
    } else if (owner != NULL) {
        found = counterpart_in_frame(obstacles, owner);
    }
    /* A scalar that the program never describes is what the machine makes it. */
    if (found == TI_VOID || found == UINT32_MAX)
        return UINT32_MAX;
    found = msrck_ti_strip_arrays(types, found, &count);
    return found;
}
