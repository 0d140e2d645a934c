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
#include "file/version_match.h"

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
static bool match_types_as(struct obstacles *obstacles, const char *id, const char *what, uint64_t block,
                           uint32_t file_type, uint32_t type, bool live, msrck_result *result, msrck_error *error)
{
    const msrck_reader *reader = obstacles->reader;
    struct row_decoder *decoder = NULL;
    msrck_error found = MSRCK_ERROR_INIT;

    *result = msrck_row_decoder_match(reader->metadata->types, file_type, obstacles->program->types, type,
                                      reader->metadata->header.pointer_width, live, &obstacles->changes, &decoder,
                                      &found);
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

static bool match_types(struct obstacles *obstacles, const char *id, const char *what, uint64_t block,
                        uint32_t file_type, uint32_t type, msrck_result *result, msrck_error *error)
{
    return match_types_as(obstacles, id, what, block, file_type, type, false, result, error);
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

/* A block that has a name in the program: `declared` there, `file_declared` in the file. */
struct named_block {
    const char *what;               /* its name, for messages */
    uint64_t address;
    uint32_t file_declared, declared;
    uint64_t values;                /* of the declared type; 0 where only running would tell how many */
};

static msrck_result examine_named(struct obstacles *obstacles, const struct named_block *named, msrck_error *error)
{
    struct variable_shape before = { obstacles->reader->metadata->types, named->file_declared, 1 };
    struct variable_shape now = { obstacles->program->types, named->declared, named->values == 0 ? 1 : named->values };
    uint32_t type = msrck_ti_strip_arrays(now.types, now.declared, &now.elements);
    msrck_error found = MSRCK_ERROR_INIT;
    msrck_result result = MSRCK_OK;
    struct byte_buffer what = BYTE_BUFFER_INIT;
    msrck_block_facts block;
    uint64_t leaf;

    if (!msrck_reader_find_address(obstacles->reader, named->address, &block, &leaf) || type == UINT32_MAX)
        return MSRCK_OK;
    msrck_ti_strip_arrays(before.types, before.declared, &before.elements);
    /* A length that is given at run time is the same, as far as can be told. */
    if (named->values == 0 && before.elements != block.count && now.elements > 0 && block.count % now.elements == 0)
        now.elements = block.count;
    before.elements = block.count;
    msrck_buffer_printf(&what, "%s: ", named->what);
    if (msrck_match_shape(&before, &now, &found) != MSRCK_OK)
        msrck_obstacle_report(obstacles, "variable", 0, 0, "%s%s", msrck_buffer_text(&what), found.message);
    else if (match_types(obstacles, "variable", msrck_buffer_text(&what), 0, block.type, type, &result, error))
        msrck_note_shape(&obstacles->changes, before.types, before.declared, now.types, now.declared, named->what);
    msrck_buffer_free(&what);
    return result;
}

/* ---- Globals ---- */

static bool file_has_variable(const struct obstacles *obstacles, const char *name)
{
    const struct metadata *metadata = obstacles->reader->metadata;

    for (size_t i = 0; i < metadata->variable_count; i++)
        if (strcmp(metadata->variables[i].name, name) == 0)
            return true;
    return false;
}

/* The program's global for a variable of the file: of that name, or formerly of that name. UINT32_MAX: none. */
static uint32_t find_global(const struct obstacles *obstacles, const char *name)
{
    const struct elf_program *program = obstacles->program;
    uint32_t found = msrck_elf_program_global(program, name);

    for (uint32_t i = 0; i < program->global_count && found == UINT32_MAX; i++) {
        const struct elf_global *global = &program->globals[i];

        if (global->former_name != NULL && strcmp(global->former_name, name) == 0 &&
            !file_has_variable(obstacles, global->name))
            found = i;
    }
    return found;
}

static msrck_result examine_global(struct obstacles *obstacles, const struct variable_entry *variable, uint32_t index,
                                   msrck_error *error)
{
    const struct elf_global *global = &obstacles->program->globals[index];
    struct named_block named = { global->name, variable->address, variable->type, global->type, 1 };

    if (global->removed) {
        msrck_change_note(&obstacles->changes, "removed", "%s: removed; what it held is dropped", variable->name);
        return MSRCK_OK;
    }
    if (strcmp(global->name, variable->name) != 0)
        msrck_change_note(&obstacles->changes, "renamed", "%s: renamed; was %s", global->name, variable->name);
    return examine_named(obstacles, &named, error);
}

static void note_new_globals(struct obstacles *obstacles)
{
    const struct metadata *metadata = obstacles->reader->metadata;

    for (uint32_t i = 0; i < obstacles->program->global_count; i++) {
        bool known = obstacles->program->globals[i].removed;

        for (size_t v = 0; v < metadata->variable_count && !known; v++)
            known = find_global(obstacles, metadata->variables[v].name) == i;
        if (!known)
            msrck_change_note(&obstacles->changes, "added", "%s: added; keeps what the program gave it",
                              obstacles->program->globals[i].name);
    }
}

static msrck_result examine_globals(struct obstacles *obstacles, msrck_error *error)
{
    const struct metadata *metadata = obstacles->reader->metadata;
    const struct elf_program *program = obstacles->program;
    uint32_t globals = 0, known = 0;
    msrck_result result = MSRCK_OK;

    for (size_t i = 0; result == MSRCK_OK && !obstacles->stopped && i < metadata->variable_count; i++) {
        const struct variable_entry *variable = &metadata->variables[i];
        uint32_t index = variable->kind == VARIABLE_GLOBAL ? find_global(obstacles, variable->name) : UINT32_MAX;

        /* What the library registers is in no table. */
        if (strncmp(variable->name, "msrck.", 6) == 0)
            continue;
        globals += variable->kind == VARIABLE_GLOBAL;
        known += index != UINT32_MAX;
        /* One that the program lacks may be registered while it runs; else restoring drops it, or says so. */
        if (index != UINT32_MAX)
            result = examine_global(obstacles, variable, index, error);
    }
    note_new_globals(obstacles);
    /* Where nothing at all agrees it is another program, unless it registers everything while it runs. */
    if (metadata->frame_count == 0 && globals > 0 && known == 0 && program->global_count + program->function_count > 0)
        msrck_obstacle_report(obstacles, "variable", 0, 0,
                              "the program's tables have none of the %u global variables of the checkpoint", globals);
    return result;
}

/* ---- Functions and frames ---- */

static uint32_t find_local(const struct function_entry *function, const char *name)
{
    for (uint32_t i = 0; i < function->local_count; i++)
        if (strcmp(function->locals[i].name, name) == 0)
            return i;
    return UINT32_MAX;
}

static msrck_result examine_locals(struct obstacles *obstacles, const struct frame_entry *frame,
                                   const struct function_entry *function, msrck_error *error)
{
    const struct function_entry *file = &obstacles->reader->metadata->functions[frame->function];
    msrck_result result = MSRCK_OK;

    for (uint32_t i = 0; result == MSRCK_OK && i < frame->local_count && i < file->local_count; i++) {
        uint32_t local = find_local(function, file->locals[i].name);
        struct byte_buffer what = BYTE_BUFFER_INIT;
        struct named_block named = { .address = frame->locals[i], .file_declared = file->locals[i].type };

        if (frame->locals[i] == 0 || local == UINT32_MAX)
            continue;
        msrck_buffer_printf(&what, "%s.%s", file->name, file->locals[i].name);
        named.what = msrck_buffer_text(&what);
        named.declared = function->locals[local].type;
        result = examine_named(obstacles, &named, error);
        msrck_buffer_free(&what);
    }
    return result;
}

/* The structs of live variables need not have one name. */
static msrck_result examine_live(struct obstacles *obstacles, const struct frame_entry *frame,
                                 const struct function_entry *file, uint32_t live_type, msrck_error *error)
{
    struct byte_buffer what = BYTE_BUFFER_INIT;
    msrck_result result = MSRCK_OK;

    if (frame->live == 0 || live_type == TI_VOID)
        return MSRCK_OK;
    msrck_buffer_printf(&what, "live variables of %s: ", file->name);
    match_types_as(obstacles, "variable", msrck_buffer_text(&what), 0, file->points[frame->point - 1].live_type,
                   live_type, true, &result, error);
    msrck_buffer_free(&what);
    return result;
}

/* A frame whose function and point no frame before had. */
static msrck_result examine_frame(struct obstacles *obstacles, const struct frame_entry *frame, msrck_error *error)
{
    const struct function_entry *file = &obstacles->reader->metadata->functions[frame->function];
    uint32_t index = msrck_elf_program_function(obstacles->program, file->name), point;
    const struct function_entry *function;
    msrck_error refused = MSRCK_ERROR_INIT;
    msrck_result result;

    if (index == UINT32_MAX) {
        msrck_obstacle_report(obstacles, "frame", 0, 0,
                              "a frame of function '%s', which the program does not have", file->name);
        return MSRCK_OK;
    }
    function = &obstacles->program->functions[index];
    msrck_note_locals(&obstacles->changes, file, function);
    point = msrck_match_point(file, function, frame->point);
    if (point == 0) {
        msrck_refuse_point(file, function, frame->point, &refused);
        msrck_obstacle_report(obstacles, "frame", 0, 0, "%s", refused.message);
        return MSRCK_OK;
    }
    msrck_note_point(&obstacles->changes, file, frame->point, point);
    result = examine_live(obstacles, frame, file, function->points[point - 1].live_type, error);
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
    const struct function_entry *function;

    if (index == UINT32_MAX)
        return UINT32_MAX;
    function = &obstacles->program->functions[index];
    if (owner->kind == MSRCK_OWNER_LOCAL) {
        place = find_local(function, file->locals[owner->local].name);
        return place == UINT32_MAX ? UINT32_MAX : function->locals[place].type;
    }
    place = msrck_match_point(file, function, frame->point);
    return place == 0 || function->points[place - 1].live_type == TI_VOID ? UINT32_MAX
                                                                          : function->points[place - 1].live_type;
}

uint32_t msrck_obstacles_counterpart(const struct obstacles *obstacles, const msrck_block_facts *block, uint64_t *room)
{
    const struct metadata *metadata = obstacles->reader->metadata;
    const struct ti_table *types = obstacles->program->types;
    const struct block_owner *owner = msrck_reader_owner_entry(obstacles->reader, block->number);
    uint32_t found = obstacles->counterparts[block->type], declared;
    uint64_t count = 1;

    if (owner != NULL && owner->kind == MSRCK_OWNER_VARIABLE) {
        uint32_t global = find_global(obstacles, metadata->variables[owner->index].name);

        if (global != UINT32_MAX && obstacles->program->globals[global].removed)
            return UINT32_MAX;
        found = global == UINT32_MAX ? found : obstacles->program->globals[global].type;
    } else if (owner != NULL) {
        found = counterpart_in_frame(obstacles, owner);
    }
    /* A scalar that the program never describes is what the machine makes it. */
    if (found == TI_VOID || found == UINT32_MAX)
        return UINT32_MAX;
    declared = found;
    found = msrck_ti_strip_arrays(types, found, &count);
    /* Only an array that a variable was declared as can have less room than the file has elements. */
    *room = owner != NULL && declared != found ? count : UINT64_MAX;
    return found;
}
