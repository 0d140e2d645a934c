/* SPDX-License-Identifier: MIT */
/* The program's functions and poll-points, variables and frames, as msrck/reader.h shows them. */
#include "file/reader_state.h"

#include <string.h>

static const struct function_entry *find_function(const msrck_reader *reader, uint32_t function)
{
    return function < reader->metadata->function_count ? &reader->metadata->functions[function] : NULL;
}

uint32_t msrck_reader_function_count(const msrck_reader *reader)
{
    return reader->metadata->function_count;
}

const char *msrck_reader_function_name(const msrck_reader *reader, uint32_t function)
{
    const struct function_entry *entry = find_function(reader, function);

    return entry == NULL ? NULL : entry->name;
}

uint32_t msrck_reader_point_count(const msrck_reader *reader, uint32_t function)
{
    const struct function_entry *entry = find_function(reader, function);

    return entry == NULL ? 0 : entry->point_count;
}

bool msrck_reader_point(const msrck_reader *reader, uint32_t function, uint32_t point, const char **label,
                        uint32_t *live_type)
{
    const struct function_entry *entry = find_function(reader, function);

    if (entry == NULL || point == 0 || point > entry->point_count)
        return false;
    if (label != NULL)
        *label = entry->points[point - 1].label;
    if (live_type != NULL)
        *live_type = entry->points[point - 1].live_type;
    return true;
}

uint32_t msrck_reader_local_count(const msrck_reader *reader, uint32_t function)
{
    const struct function_entry *entry = find_function(reader, function);

    return entry == NULL ? 0 : entry->local_count;
}

bool msrck_reader_local(const msrck_reader *reader, uint32_t function, uint32_t index, const char **name,
                        uint32_t *type)
{
    const struct function_entry *entry = find_function(reader, function);

    if (entry == NULL || index >= entry->local_count)
        return false;
    if (name != NULL)
        *name = entry->locals[index].name;
    if (type != NULL)
        *type = entry->locals[index].type;
    return true;
}

uint32_t msrck_reader_target_count(const msrck_reader *reader)
{
    return reader->metadata->target_count;
}

const char *msrck_reader_target(const msrck_reader *reader, uint64_t number)
{
    return number == 0 || number > reader->metadata->target_count ? NULL : reader->metadata->targets[number - 1];
}

uint32_t msrck_reader_variable_count(const msrck_reader *reader)
{
    return (uint32_t)reader->metadata->variable_count;
}

bool msrck_reader_variable(const msrck_reader *reader, uint32_t index, msrck_variable_facts *facts)
{
    const struct variable_entry *variable;

    if (index >= reader->metadata->variable_count)
        return false;
    variable = &reader->metadata->variables[index];
    facts->kind = (msrck_variable_kind)variable->kind;
    facts->name = variable->name;
    facts->type = variable->type;
    facts->address = variable->address;
    return true;
}

bool msrck_reader_find_variable(const msrck_reader *reader, const char *name, uint32_t *index)
{
    const struct metadata *metadata = reader->metadata;
    size_t found = metadata->variable_count;

    for (size_t i = 0; i < metadata->variable_count; i++) {
        if (strcmp(metadata->variables[i].name, name) != 0)
            continue;
        if (found == metadata->variable_count || metadata->variables[i].kind < metadata->variables[found].kind)
            found = i;
    }
    if (found == metadata->variable_count)
        return false;
    *index = (uint32_t)found;
    return true;
}

uint32_t msrck_reader_frame_count(const msrck_reader *reader)
{
    return (uint32_t)reader->metadata->frame_count;
}

bool msrck_reader_frame(const msrck_reader *reader, uint32_t frame, msrck_frame_facts *facts)
{
    const struct frame_entry *entry;
    const struct function_entry *function;

    if (frame >= reader->metadata->frame_count)
        return false;
    entry = &reader->metadata->frames[frame];
    function = &reader->metadata->functions[entry->function];
    facts->function = entry->function;
    facts->function_name = function->name;
    facts->point = entry->point;
    facts->label = function->points[entry->point - 1].label;
    facts->live_type = function->points[entry->point - 1].live_type;
    facts->live = entry->live;
    facts->local_count = entry->local_count;
    return true;
}

bool msrck_reader_frame_local(const msrck_reader *reader, uint32_t frame, uint32_t index, const char **name,
                              uint32_t *type, uint64_t *address)
{
    const struct frame_entry *entry;

    if (frame >= reader->metadata->frame_count || index >= reader->metadata->frames[frame].local_count)
        return false;
    entry = &reader->metadata->frames[frame];
    if (address != NULL)
        *address = entry->locals[index];
    return msrck_reader_local(reader, entry->function, index, name, type);
}
