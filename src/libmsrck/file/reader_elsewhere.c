/* SPDX-License-Identifier: MIT */
/* Restoring elsewhere: whether another machine, or a program that is there as a file, could take a checkpoint. */
#include "file/reader_state.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/big_endian.h"
#include "file/obstacles.h"

bool msrck_abi(uint32_t index, msrck_abi_facts *facts)
{
    const struct machine_abi *abi;

    if (index >= msrck_machine_abi_count)
        return false;
    abi = &msrck_machine_abis[index];
    *facts = (msrck_abi_facts){
        .name = abi->name,
        .big_endian = abi->big_endian,
        .pointer_bytes = abi->pointer,
        .long_bytes = abi->long_size,
        .time_bytes = abi->time_size,
        .wchar_bytes = msrck_abi_scalar_size(abi, MSRCK_SCALAR_WCHAR),
        .long_double_bytes = abi->long_double_size,
        .long_double = msrck_long_double_text(abi->long_double),
        .double_alignment = abi->double_alignment,
        .long_long_alignment = abi->long_long_alignment,
        .long_double_alignment = abi->long_double_alignment,
        .address_bits = abi->address_bits,
    };
    return true;
}

uint32_t msrck_abi_find(const char *name)
{
    for (uint32_t i = 0; i < msrck_machine_abi_count; i++)
        if (strcmp(msrck_machine_abis[i].name, name) == 0)
            return i;
    return MSRCK_NO_INDEX;
}

void msrck_obstacle_report(struct obstacles *obstacles, const char *id, uint64_t block, uint64_t leaf,
                           const char *format, ...)
{
    char text[MSRCK_MESSAGE_SIZE];
    msrck_obstacle obstacle = { id, block, leaf, obstacles->value_type, text };
    va_list arguments;

    if (obstacles->stopped)
        return;
    va_start(arguments, format);
    msrck_format_line(text, sizeof text, format, arguments);
    va_end(arguments);
    obstacles->count++;
    if (obstacles->report != NULL && !obstacles->report(obstacles->context, &obstacle))
        obstacles->stopped = true;
}

msrck_result msrck_reader_check_abi(msrck_reader *reader, uint32_t index, msrck_obstacle_callback report,
                                    void *context, uint64_t *count, msrck_error *error)
{
    struct obstacles obstacles = { .reader = reader, .report = report, .context = context };
    msrck_result result;

    if (index >= msrck_machine_abi_count)
        return msrck_fail(error, MSRCK_MISUSE, "there is no machine %u", index);
    obstacles.abi = &msrck_machine_abis[index];
    result = msrck_obstacles_in_sizes(&obstacles, error);
    if (result == MSRCK_OK && !obstacles.stopped)
        result = msrck_obstacles_in_values(&obstacles, error);
    if (count != NULL)
        *count = obstacles.count;
    return result;
}

msrck_result msrck_reader_check_program(msrck_reader *reader, const char *path, msrck_obstacle_callback report,
                                        void *context, uint64_t *count, msrck_error *error)
{
    return msrck_reader_foretell(reader, path, report, NULL, context, count, error);
}

msrck_result msrck_reader_foretell(msrck_reader *reader, const char *path, msrck_obstacle_callback report,
                                   msrck_change_callback change, void *context, uint64_t *count, msrck_error *error)
{
    struct obstacles obstacles = { .reader = reader, .report = report, .context = context };
    struct elf_program program;
    msrck_result result = msrck_elf_program_read(path, reader->limits.chunk_bytes, &program, error);

    obstacles.program = &program;
    obstacles.abi = program.image.abi;
    if (result == MSRCK_OK)
        result = msrck_obstacles_in_tables(&obstacles, error);
    else
        msrck_error_prefix(error, "%s", path);
    if (result == MSRCK_OK && !obstacles.stopped)
        result = msrck_obstacles_in_sizes(&obstacles, error);
    if (result == MSRCK_OK && !obstacles.stopped)
        result = msrck_obstacles_in_values(&obstacles, error);
    for (size_t i = 0; result == MSRCK_OK && change != NULL && i < obstacles.changes.count; i++)
        change(context, obstacles.changes.items[i].id, obstacles.changes.items[i].text);
    msrck_change_notes_clear(&obstacles.changes);
    free(obstacles.counterparts);
    msrck_elf_program_free(&program);
    if (count != NULL)
        *count = obstacles.count;
    return result;
}

/* ---- Pointers ---- */

struct pointer_visit {
    msrck_reader *reader;
    msrck_pointer_callback visit;
    void *context;
    struct value_walk *walk;
};

static bool wants_pointer(void *context, const struct ti_type *type)
{
    (void)context;
    return type->kind == MSRCK_KIND_POINTER || type->kind == MSRCK_KIND_OPAQUE;
}

static void visit_pointer(void *context, const struct walked_value *value)
{
    struct pointer_visit *visit = context;
    uint64_t address = visit->reader->row_index != 0 ? load_be64(value->bytes) : load_be32(value->bytes);

    if (address != 0 && !visit->visit(visit->context, value->leaf, value->type->id, address))
        visit->walk->stopped = true;
}

msrck_result msrck_reader_visit_pointers(msrck_reader *reader, uint64_t block, msrck_pointer_callback callback,
                                         void *context, msrck_error *error)
{
    struct value_walk walk = { .reader = reader, .wants = wants_pointer, .visit = visit_pointer };
    struct pointer_visit visit = { reader, callback, context, &walk };
    msrck_result result;

    if (block == 0 || block > msrck_reader_block_count(reader))
        return msrck_fail(error, MSRCK_MISUSE, "there is no block %llu", (unsigned long long)block);
    walk.context = &visit;
    result = msrck_walk_block(&walk, block, error);
    msrck_walk_end(&walk);
    return result;
}
