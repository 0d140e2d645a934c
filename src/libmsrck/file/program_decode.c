/* SPDX-License-Identifier: MIT */
/*
 * PROG: the program's name, fingerprint, functions with their poll-points and locals, and targets of function
 * pointers.
 */
#include "file/metadata.h"

#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"
#include "file/metadata_checks.h"
#include "file/xdr_cursor.h"

/* Least bytes of an element: an empty name takes four, a count four. */
#define SMALLEST_FUNCTION 12
#define SMALLEST_MEMBER 8
#define SMALLEST_NAME 4

/* A table of `count` zeroed elements; NULL and noted when memory is out. An empty one is NULL too. */
static void *new_table(struct xdr_cursor *cursor, uint32_t count, size_t size)
{
    void *table = count > 0 ? msrck_allocate(count, size) : NULL;

    if (table == NULL && count > 0)
        msrck_cursor_memory(cursor, count * size, "a table of the program");
    return table;
}

static bool decode_points(struct xdr_cursor *cursor, const struct metadata *metadata, uint64_t number,
                          struct function_entry *function)
{
    uint32_t count;

    if (!msrck_cursor_count(cursor, MSRCK_X_MAX_POINTS, SMALLEST_MEMBER, "poll-points", &count))
        return false;
    function->points = new_table(cursor, count, sizeof *function->points);
    if (function->points == NULL)
        return count == 0;
    for (uint32_t i = 0; i < count; i++) {
        msrck_x_point point = { NULL, 0 };

        if (!msrck_cursor_prepare_name(cursor, 0, "function", number, &point.label, NULL))
            return false;
        function->points[function->point_count++].label = point.label;
        if (!xdr_msrck_x_point(&cursor->xdr, &point))
            return msrck_cursor_cut(cursor, "function", number);
        /* Void says that nothing is live; arrays are never the type of a block. */
        if (point.live_type >= msrck_ti_count(metadata->types) ||
            msrck_ti_get(metadata->types, point.live_type)->kind == MSRCK_KIND_ARRAY)
            return msrck_cursor_corrupt(cursor, "function", number, "poll-point %lu has the impossible type %lu",
                                        (unsigned long)i + 1, (unsigned long)point.live_type);
        function->points[i].live_type = point.live_type;
    }
    return true;
}

static bool decode_locals(struct xdr_cursor *cursor, const struct metadata *metadata, uint64_t number,
                          struct function_entry *function)
{
    uint32_t count;

    if (!msrck_cursor_count(cursor, MSRCK_X_MAX_LOCALS, SMALLEST_MEMBER, "locals", &count))
        return false;
    function->locals = new_table(cursor, count, sizeof *function->locals);
    if (function->locals == NULL)
        return count == 0;
    for (uint32_t i = 0; i < count; i++) {
        msrck_x_local local = { NULL, 0 };

        if (!msrck_cursor_prepare_name(cursor, 0, "function", number, &local.name, NULL))
            return false;
        function->locals[function->local_count++].name = local.name;
        if (!xdr_msrck_x_local(&cursor->xdr, &local))
            return msrck_cursor_cut(cursor, "function", number);
        if (!msrck_type_usable(metadata, local.type))
            return msrck_cursor_corrupt(cursor, "function", number, "local '%s' has the impossible type %lu",
                                        local.name, (unsigned long)local.type);
        function->locals[i].type = local.type;
    }
    return true;
}

static bool decode_function(struct xdr_cursor *cursor, const struct metadata *metadata, uint64_t number,
                            struct function_entry *function)
{
    if (!msrck_cursor_prepare_name(cursor, 0, "function", number, &function->name, NULL))
        return false;
    if (!xdr_msrck_x_name(&cursor->xdr, &function->name))
        return msrck_cursor_cut(cursor, "function", number);
    if (function->name[0] == '\0')
        return msrck_cursor_corrupt(cursor, "function", number, "it has no name");
    return decode_points(cursor, metadata, number, function) && decode_locals(cursor, metadata, number, function);
}

static bool check_function_names(struct xdr_cursor *cursor, const struct metadata *metadata)
{
    char **names = new_table(cursor, metadata->function_count, sizeof *names);
    const char *duplicate = "";
    bool unique;

    if (names == NULL)
        return metadata->function_count == 0;
    for (uint32_t i = 0; i < metadata->function_count; i++)
        names[i] = metadata->functions[i].name;
    unique = msrck_names_unique(names, metadata->function_count, &duplicate);
    free(names);
    if (!unique)
        cursor->result =
            msrck_fail(cursor->error, MSRCK_CORRUPT, "section 'PROG' lists function '%s' twice", duplicate);
    return unique;
}

static bool decode_functions(struct xdr_cursor *cursor, struct metadata *metadata)
{
    uint32_t count;

    if (!msrck_cursor_count(cursor, MSRCK_X_MAX_FUNCTIONS, SMALLEST_FUNCTION, "functions", &count))
        return false;
    metadata->functions = new_table(cursor, count, sizeof *metadata->functions);
    if (metadata->functions == NULL)
        return count == 0;
    /* The count grows first, so that a half decoded function is freed with the others. */
    while (metadata->function_count < count) {
        uint32_t number = metadata->function_count++;

        if (!decode_function(cursor, metadata, number, &metadata->functions[number]))
            return false;
    }
    return check_function_names(cursor, metadata);
}

static bool decode_targets(struct xdr_cursor *cursor, struct metadata *metadata)
{
    uint32_t count;

    if (!msrck_cursor_count(cursor, MSRCK_X_MAX_FUNCTIONS, SMALLEST_NAME, "targets", &count))
        return false;
    metadata->targets = new_table(cursor, count, sizeof *metadata->targets);
    if (metadata->targets == NULL)
        return count == 0;
    for (uint32_t i = 0; i < count; i++) {
        if (!msrck_cursor_prepare_name(cursor, 0, "target", i, &metadata->targets[i], NULL))
            return false;
        metadata->target_count++;
        if (!xdr_msrck_x_name(&cursor->xdr, &metadata->targets[i]))
            return msrck_cursor_cut(cursor, "target", i);
        if (metadata->targets[i][0] == '\0')
            return msrck_cursor_corrupt(cursor, "target", i, "it has no name");
        if (i > 0 && strcmp(metadata->targets[i - 1], metadata->targets[i]) >= 0)
            return msrck_cursor_corrupt(cursor, "target", i, "the names do not ascend");
    }
    return true;
}

msrck_result msrck_program_decode(const void *bytes, size_t length, struct metadata *metadata, msrck_error *error)
{
    struct xdr_cursor cursor;

    if (!msrck_cursor_open(&cursor, bytes, length, "PROG", error) ||
        !msrck_cursor_prepare_name(&cursor, 0, "program", 0, &metadata->program, NULL))
        return cursor.result;
    if (!xdr_msrck_x_name(&cursor.xdr, &metadata->program) ||
        !xdr_opaque(&cursor.xdr, (char *)metadata->fingerprint, sizeof metadata->fingerprint))
        msrck_cursor_cut(&cursor, "program", 0);
    else if (decode_functions(&cursor, metadata))
        decode_targets(&cursor, metadata);
    return msrck_cursor_close(&cursor);
}
