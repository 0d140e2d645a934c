/* SPDX-License-Identifier: MIT */
/* What a checkpoint is to hold, piece by piece. Nothing is judged here: that is the decoders' work, when all is there. */
#include "file/checkpoint_writer.h"

#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"
#include "types/ti_storage.h"

msrck_result msrck_writer_expect(const msrck_writer *writer, enum writer_stage stage, msrck_error *error)
{
    return writer->stage == stage ? MSRCK_OK
                                  : msrck_fail(error, MSRCK_MISUSE, "a call to the writer comes out of order");
}

/* Room for one more element; fails where memory is out or the call is out of order. */
static msrck_result make_room(const msrck_writer *writer, enum writer_stage stage, void *items, size_t *capacity,
                              size_t count, size_t size, msrck_error *error)
{
    if (writer->stage > stage)
        return msrck_writer_expect(writer, stage, error);
    return msrck_reserve(items, capacity, count + 1, size) ? MSRCK_OK : msrck_fail_memory(error, size, "a description");
}

static msrck_result copy_name(const char *name, char **copy, msrck_error *error)
{
    *copy = msrck_copy_text(name);
    return *copy != NULL ? MSRCK_OK : msrck_fail_memory(error, strlen(name) + 1, "a name");
}

/* ---- Types ---- */

msrck_result msrck_writer_add_type(msrck_writer *writer, const msrck_type_facts *type, msrck_error *error)
{
    struct ti_type *entry;
    msrck_result result = msrck_writer_expect(writer, WRITER_DESCRIBES, error);

    if (result != MSRCK_OK)
        return result;
    if (msrck_ti_count(writer->described.types) == TI_MAX_TYPES)
        return msrck_fail(error, MSRCK_LIMIT, "a checkpoint holds %u types at most", TI_MAX_TYPES);
    entry = msrck_ti_append(writer->described.types);
    if (entry == NULL)
        return msrck_fail_memory(error, sizeof *entry, "a type");
    entry->kind = type->kind;
    entry->scalar = type->scalar;
    entry->element = type->element;
    entry->count = type->count;
    writer->type_members = 0;
    return copy_name(type->name, &entry->name, error);
}

/* The newest type, where it has room for one more member of a kind. */
static msrck_result newest_type(msrck_writer *writer, struct ti_type **type, msrck_error *error)
{
    msrck_result result = msrck_writer_expect(writer, WRITER_DESCRIBES, error);
    struct ti_table *table = writer->described.types;

    if (result != MSRCK_OK)
        return result;
    *type = &table->types[table->count - 1];
    if ((*type)->id == TI_VOID)
        return msrck_fail(error, MSRCK_MISUSE, "void has no members");
    if ((*type)->field_count >= TI_MAX_FIELDS || (*type)->enumerator_count >= TI_MAX_FIELDS)
        return msrck_fail(error, MSRCK_LIMIT, "%s: a type has %u members at most", (*type)->name, TI_MAX_FIELDS);
    return MSRCK_OK;
}

msrck_result msrck_writer_add_field(msrck_writer *writer, const msrck_field_facts *field, msrck_error *error)
{
    struct ti_type *type = NULL;
    struct ti_field *entry;
    msrck_result result = newest_type(writer, &type, error);

    if (result == MSRCK_OK)
        result = make_room(writer, WRITER_DESCRIBES, &type->fields, &writer->type_members, type->field_count,
                           sizeof *type->fields, error);
    if (result != MSRCK_OK)
        return result;
    entry = &type->fields[type->field_count++];
    entry->type = field->type;
    entry->role = field->role;
    entry->bits = field->bits;
    entry->tag = field->tag;
    entry->tag_field = field->tag_field == MSRCK_NO_INDEX ? 0 : field->tag_field + 1;
    return copy_name(field->name, &entry->name, error);
}

msrck_result msrck_writer_add_enumerator(msrck_writer *writer, const char *name, int64_t value, msrck_error *error)
{
    struct ti_type *type = NULL;
    struct ti_enumerator *entry;
    msrck_result result = newest_type(writer, &type, error);

    if (result == MSRCK_OK && type->field_count > 0)
        return msrck_fail(error, MSRCK_MISUSE, "%s has fields, so it has no enumerators", type->name);
    if (result == MSRCK_OK)
        result = make_room(writer, WRITER_DESCRIBES, &type->enumerators, &writer->type_members, type->enumerator_count,
                           sizeof *type->enumerators, error);
    if (result != MSRCK_OK)
        return result;
    entry = &type->enumerators[type->enumerator_count++];
    entry->value = value;
    return copy_name(name, &entry->name, error);
}

/* ---- Program ---- */

msrck_result msrck_writer_set_program(msrck_writer *writer, const char *name, msrck_error *error)
{
    msrck_result result = msrck_writer_expect(writer, WRITER_DESCRIBES, error);

    if (result != MSRCK_OK)
        return result;
    free(writer->described.program);
    return copy_name(name, &writer->described.program, error);
}

msrck_result msrck_writer_add_function(msrck_writer *writer, const char *name, msrck_error *error)
{
    struct metadata *described = &writer->described;
    msrck_result result = make_room(writer, WRITER_DESCRIBES, &described->functions, &writer->function_capacity,
                                    described->function_count, sizeof *described->functions, error);

    writer->point_capacity = writer->local_capacity = 0;
    return result != MSRCK_OK ? result
                              : copy_name(name, &described->functions[described->function_count++].name, error);
}

static msrck_result newest_function(const msrck_writer *writer, struct function_entry **function, msrck_error *error)
{
    if (writer->described.function_count == 0)
        return msrck_fail(error, MSRCK_MISUSE, "there is no function that this could belong to");
    *function = &writer->described.functions[writer->described.function_count - 1];
    return MSRCK_OK;
}

msrck_result msrck_writer_add_point(msrck_writer *writer, const char *label, uint32_t live_type, msrck_error *error)
{
    struct function_entry *function = NULL;
    msrck_result result = newest_function(writer, &function, error);

    if (result == MSRCK_OK)
        result = make_room(writer, WRITER_DESCRIBES, &function->points, &writer->point_capacity, function->point_count,
                           sizeof *function->points, error);
    if (result != MSRCK_OK)
        return result;
    function->points[function->point_count].live_type = live_type;
    return copy_name(label, &function->points[function->point_count++].label, error);
}

msrck_result msrck_writer_add_local(msrck_writer *writer, const char *name, uint32_t type, msrck_error *error)
{
    struct function_entry *function = NULL;
    msrck_result result = newest_function(writer, &function, error);

    if (result == MSRCK_OK)
        result = make_room(writer, WRITER_DESCRIBES, &function->locals, &writer->local_capacity, function->local_count,
                           sizeof *function->locals, error);
    if (result != MSRCK_OK)
        return result;
    function->locals[function->local_count].type = type;
    return copy_name(name, &function->locals[function->local_count++].name, error);
}

msrck_result msrck_writer_add_target(msrck_writer *writer, const char *name, msrck_error *error)
{
    struct metadata *described = &writer->described;
    msrck_result result = make_room(writer, WRITER_DESCRIBES, &described->targets, &writer->target_capacity,
                                    described->target_count, sizeof *described->targets, error);

    return result != MSRCK_OK ? result : copy_name(name, &described->targets[described->target_count++], error);
}

/* ---- Extents, variables, frames, notes ---- */

msrck_result msrck_writer_add_extent(msrck_writer *writer, msrck_segment segment, uint32_t type, uint64_t count,
                                     uint64_t blocks, msrck_error *error)
{
    struct metadata *described = &writer->described;
    msrck_result result = make_room(writer, WRITER_DESCRIBES, &described->extents, &writer->extent_capacity,
                                    described->extent_count, sizeof *described->extents, error);

    if (result == MSRCK_OK)
        described->extents[described->extent_count++] =
            (struct extent) { .segment = segment, .type = type, .count = count, .blocks = blocks };
    return result;
}

msrck_result msrck_writer_add_variable(msrck_writer *writer, msrck_variable_kind kind, const char *name, uint32_t type,
                                       uint64_t address, msrck_error *error)
{
    struct metadata *described = &writer->described;
    struct variable_entry *entry;
    msrck_result result = make_room(writer, WRITER_LAID_OUT, &described->variables, &writer->variable_capacity,
                                    described->variable_count, sizeof *described->variables, error);

    if (result != MSRCK_OK)
        return result;
    entry = &described->variables[described->variable_count++];
    *entry = (struct variable_entry) { .kind = kind, .type = type, .address = address };
    return copy_name(name, &entry->name, error);
}

msrck_result msrck_writer_add_frame(msrck_writer *writer, uint32_t function, uint32_t point, uint64_t live,
                                    const uint64_t *locals, uint32_t count, msrck_error *error)
{
    struct metadata *described = &writer->described;
    uint64_t *copy = msrck_allocate(count, sizeof *copy);
    msrck_result result = copy == NULL ? msrck_fail_memory(error, count * sizeof *copy, "locals")
                                       : make_room(writer, WRITER_LAID_OUT, &described->frames, &writer->frame_capacity,
                                                   described->frame_count, sizeof *described->frames, error);

    if (result != MSRCK_OK) {
        free(copy);
        return result;
    }
    if (count > 0)
        memcpy(copy, locals, count * sizeof *copy);
    described->frames[described->frame_count++] = (struct frame_entry) {
        .function = function, .point = point, .live = live, .locals = copy, .local_count = count
    };
    return MSRCK_OK;
}

msrck_result msrck_writer_add_note(msrck_writer *writer, const char *key, const char *value, msrck_error *error)
{
    struct metadata *described = &writer->described;
    struct note_entry *entry;
    msrck_result result = make_room(writer, WRITER_LAID_OUT, &described->notes, &writer->note_capacity,
                                    described->note_count, sizeof *described->notes, error);

    if (result != MSRCK_OK)
        return result;
    entry = &described->notes[described->note_count++];
    result = copy_name(key, &entry->key, error);
    return result == MSRCK_OK ? copy_name(value, &entry->value, error) : result;
}
