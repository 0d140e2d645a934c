/* SPDX-License-Identifier: MIT */
/* EXTE, VARS, FRAM and prov. Each function checks its section against itself and against the sections before it. */
#include "file/metadata.h"

#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"
#include "file/metadata_checks.h"
#include "file/xdr_cursor.h"

/* Bytes of an extent; least bytes of the other elements, whose names and tables may be empty. */
#define EXTENT_SIZE 24
#define SMALLEST_VARIABLE 20
#define SMALLEST_FRAME 20
#define SMALLEST_NOTE 8

/* The table's count, and `count` zeroed elements; NULL when there are none or that is noted as a failure. */
static void *open_table(struct xdr_cursor *cursor, uint32_t most, size_t smallest, const char *what, size_t size,
                        uint32_t *count)
{
    void *table;

    if (!msrck_cursor_count(cursor, most, smallest, what, count) || *count == 0)
        return NULL;
    table = msrck_allocate(*count, size);
    if (table == NULL)
        msrck_cursor_memory(cursor, *count * size, what);
    return table;
}

/* ---- EXTE ---- */

/* Below zero, zero, above zero, as strcmp. */
static int compare_extents(const struct extent *a, const struct extent *b)
{
    if (a->segment != b->segment)
        return a->segment < b->segment ? -1 : 1;
    if (a->type != b->type)
        return a->type < b->type ? -1 : 1;
    return a->count < b->count ? -1 : a->count > b->count;
}

static bool check_extent(struct xdr_cursor *cursor, const struct metadata *metadata, uint32_t number)
{
    const struct extent *extent = &metadata->extents[number];
    const struct ti_type *type;

    if (extent->segment < SEGMENT_GLOBAL || extent->segment > SEGMENT_OPAQUE)
        return msrck_cursor_corrupt(cursor, "extent", number, "segment %lu does not exist",
                                    (unsigned long)extent->segment);
    if (!msrck_type_usable(metadata, extent->type))
        return msrck_cursor_corrupt(cursor, "extent", number, "type %lu cannot be that of a block",
                                    (unsigned long)extent->type);
    type = msrck_ti_get(metadata->types, extent->type);
    if (type->kind == MSRCK_KIND_ARRAY)
        return msrck_cursor_corrupt(cursor, "extent", number, "its type is an array");
    if (extent->blocks == 0 || (extent->count == 0 && type->flexible == TI_VOID))
        return msrck_cursor_corrupt(cursor, "extent", number, "it is empty");
    if (extent->segment >= SEGMENT_LITERAL && (type->kind != MSRCK_KIND_SCALAR || type->row_width[0] != 1))
        return msrck_cursor_corrupt(cursor, "extent", number, "its elements are not bytes, as its segment wants");
    if (number > 0 && compare_extents(extent - 1, extent) >= 0)
        return msrck_cursor_corrupt(cursor, "extent", number, "the extents do not ascend");
    return true;
}

msrck_result msrck_extents_decode(const void *bytes, size_t length, struct metadata *metadata, msrck_error *error)
{
    struct xdr_cursor cursor;
    uint32_t count = 0;

    if (!msrck_cursor_open(&cursor, bytes, length, "EXTE", error))
        return cursor.result;
    metadata->extents =
        open_table(&cursor, MSRCK_X_MAX_EXTENTS, EXTENT_SIZE, "extents", sizeof *metadata->extents, &count);
    for (uint32_t i = 0; i < count && cursor.result == MSRCK_OK; i++) {
        msrck_x_extent coded;

        if (!xdr_msrck_x_extent(&cursor.xdr, &coded)) {
            msrck_cursor_cut(&cursor, "extent", i);
            break;
        }
        metadata->extents[i] = (struct extent){ coded.segment, coded.type, coded.count, coded.blocks, 0, 0 };
        check_extent(&cursor, metadata, i);
    }
    if (msrck_cursor_close(&cursor) != MSRCK_OK)
        return cursor.result;
    metadata->extent_count = count;
    if (!msrck_extents_number(metadata->types, metadata->extents, count, &metadata->address_end))
        return msrck_fail(error, MSRCK_CORRUPT, "section 'EXTE' describes more memory than can be addressed");
    return MSRCK_OK;
}

/* ---- VARS ---- */

static bool decode_variable(struct xdr_cursor *cursor, struct metadata *metadata, uint32_t number)
{
    struct variable_entry *variable = &metadata->variables[number];
    msrck_x_variable coded = { 0, NULL, 0, 0 };
    const char *fault;

    if (!msrck_cursor_prepare_name(cursor, 4, "variable", number, &coded.name, NULL))
        return false;
    variable->name = coded.name;
    metadata->variable_count++;
    if (!xdr_msrck_x_variable(&cursor->xdr, &coded))
        return msrck_cursor_cut(cursor, "variable", number);
    variable->kind = coded.kind;
    variable->type = coded.type;
    variable->address = coded.address;
    if (coded.kind != VARIABLE_GLOBAL && coded.kind != VARIABLE_ROOT)
        return msrck_cursor_corrupt(cursor, "variable", number, "kind %lu does not exist", (unsigned long)coded.kind);
    if (coded.kind == VARIABLE_GLOBAL && coded.name[0] == '\0')
        return msrck_cursor_corrupt(cursor, "variable", number, "a global has no name");
    if (!msrck_type_usable(metadata, coded.type))
        return msrck_cursor_corrupt(cursor, "variable", number, "'%s' has the impossible type %lu", coded.name,
                                    (unsigned long)coded.type);
    fault = msrck_variable_fault(metadata, variable);
    return fault == NULL || msrck_cursor_corrupt(cursor, "variable", number, "'%s': %s", coded.name, fault);
}

/*
 * Globals are found by name when they are restored. Roots are restored in their order, and may share names or have
 * none.
 */
static bool check_global_names(struct xdr_cursor *cursor, const struct metadata *metadata)
{
    char **names = msrck_allocate(metadata->variable_count, sizeof *names);
    const char *duplicate = "";
    size_t count = 0;
    bool unique;

    if (names == NULL)
        return msrck_cursor_memory(cursor, metadata->variable_count * sizeof *names, "the names of variables");
    for (size_t i = 0; i < metadata->variable_count; i++)
        if (metadata->variables[i].kind == VARIABLE_GLOBAL)
            names[count++] = metadata->variables[i].name;
    unique = msrck_names_unique(names, count, &duplicate);
    free(names);
    if (!unique)
        cursor->result = msrck_fail(cursor->error, MSRCK_CORRUPT, "section 'VARS' lists global '%s' twice", duplicate);
    return unique;
}

msrck_result msrck_variables_decode(const void *bytes, size_t length, struct metadata *metadata, msrck_error *error)
{
    struct xdr_cursor cursor;
    uint32_t count = 0;

    if (!msrck_cursor_open(&cursor, bytes, length, "VARS", error))
        return cursor.result;
    metadata->variables =
        open_table(&cursor, MSRCK_X_MAX_VARIABLES, SMALLEST_VARIABLE, "variables", sizeof *metadata->variables, &count);
    for (uint32_t i = 0; i < count && cursor.result == MSRCK_OK; i++)
        decode_variable(&cursor, metadata, i);
    if (cursor.result == MSRCK_OK)
        check_global_names(&cursor, metadata);
    return msrck_cursor_close(&cursor);
}

/* ---- FRAM ---- */

static bool decode_frame_locals(struct xdr_cursor *cursor, struct metadata *metadata, uint32_t number,
                                struct frame_entry *frame)
{
    const struct function_entry *function = &metadata->functions[frame->function];
    const char *fault;
    uint32_t count;

    frame->locals = open_table(cursor, MSRCK_X_MAX_LOCALS, 8, "locals of a frame", sizeof *frame->locals, &count);
    if (cursor->result != MSRCK_OK)
        return false;
    if (count != function->local_count)
        return msrck_cursor_corrupt(cursor, "frame", number, "it has %lu locals, its function '%s' has %lu",
                                    (unsigned long)count, function->name, (unsigned long)function->local_count);
    frame->local_count = count;
    for (uint32_t i = 0; i < count; i++) {
        if (!xdr_u_int64_t(&cursor->xdr, &frame->locals[i]))
            return msrck_cursor_cut(cursor, "frame", number);
        fault = frame->locals[i] == 0 ? NULL : msrck_local_fault(metadata, frame->locals[i], function->locals[i].type);
        if (fault != NULL)
            return msrck_cursor_corrupt(cursor, "frame", number, "local '%s': %s", function->locals[i].name, fault);
    }
    return true;
}

static bool decode_frame(struct xdr_cursor *cursor, struct metadata *metadata, uint32_t number)
{
    struct frame_entry *frame = &metadata->frames[number];
    const struct function_entry *function;
    uint32_t live_type;
    const char *fault;

    /*
     * The locals of msrck_x_frame are bounded by the bytes left before memory is taken, so they are decoded by
     * themselves.
     */
    metadata->frame_count++;
    if (!xdr_u_int(&cursor->xdr, &frame->function) || !xdr_u_int(&cursor->xdr, &frame->point) ||
        !xdr_u_int64_t(&cursor->xdr, &frame->live))
        return msrck_cursor_cut(cursor, "frame", number);
    if (frame->function >= metadata->function_count)
        return msrck_cursor_corrupt(cursor, "frame", number, "function %lu does not exist",
                                    (unsigned long)frame->function);
    function = &metadata->functions[frame->function];
    if (frame->point == 0 || frame->point > function->point_count)
        return msrck_cursor_corrupt(cursor, "frame", number, "'%s' has no poll-point %lu", function->name,
                                    (unsigned long)frame->point);
    live_type = function->points[frame->point - 1].live_type;
    fault = frame->live == 0 && live_type == TI_VOID ? NULL : msrck_live_fault(metadata, frame->live, live_type);
    if (fault != NULL)
        return msrck_cursor_corrupt(cursor, "frame", number, "'%s': %s", function->name, fault);
    return decode_frame_locals(cursor, metadata, number, frame);
}

msrck_result msrck_frames_decode(const void *bytes, size_t length, struct metadata *metadata, msrck_error *error)
{
    struct xdr_cursor cursor;
    uint32_t count = 0;

    if (!msrck_cursor_open(&cursor, bytes, length, "FRAM", error))
        return cursor.result;
    metadata->frames =
        open_table(&cursor, MSRCK_X_MAX_FRAMES, SMALLEST_FRAME, "frames", sizeof *metadata->frames, &count);
    for (uint32_t i = 0; i < count && cursor.result == MSRCK_OK; i++)
        decode_frame(&cursor, metadata, i);
    return msrck_cursor_close(&cursor);
}

/* ---- prov ---- */

static bool decode_note(struct xdr_cursor *cursor, struct metadata *metadata, uint32_t number)
{
    struct note_entry *note = &metadata->notes[number];
    msrck_x_note coded = { NULL, NULL };
    size_t value = 0;

    metadata->note_count++;
    if (!msrck_cursor_prepare_name(cursor, 0, "note", number, &note->key, &value) ||
        !msrck_cursor_prepare_name(cursor, value, "note", number, &note->value, NULL))
        return false;
    coded.key = note->key;
    coded.value = note->value;
    if (!xdr_msrck_x_note(&cursor->xdr, &coded))
        return msrck_cursor_cut(cursor, "note", number);
    return note->key[0] != '\0' || msrck_cursor_corrupt(cursor, "note", number, "it has no key");
}

msrck_result msrck_notes_decode(const void *bytes, size_t length, struct metadata *metadata, msrck_error *error)
{
    struct xdr_cursor cursor;
    uint32_t count = 0;

    if (!msrck_cursor_open(&cursor, bytes, length, "prov", error))
        return cursor.result;
    metadata->notes = open_table(&cursor, MSRCK_X_MAX_NOTES, SMALLEST_NOTE, "notes", sizeof *metadata->notes, &count);
    for (uint32_t i = 0; i < count && cursor.result == MSRCK_OK; i++)
        decode_note(&cursor, metadata, i);
    return msrck_cursor_close(&cursor);
}
