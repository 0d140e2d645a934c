/* SPDX-License-Identifier: MIT */
#include "file/metadata.h"

#include <string.h>

#include "base/big_endian.h"
#include "file/xdr_cursor.h"

/* Where a payload goes, with a failure that stays: emitting code needs no branches. */
struct emitter {
    struct byte_buffer *out;
    msrck_error *error;
    msrck_result result;
};

static void emit_count(struct emitter *emitter, size_t count, size_t most, const char *what)
{
    unsigned char *room;

    if (emitter->result != MSRCK_OK)
        return;
    if (count > most) {
        emitter->result = msrck_fail(emitter->error, MSRCK_LIMIT,
                                     "%zu %s do not fit a checkpoint file, which holds %zu at most", count, what, most);
        return;
    }
    room = msrck_buffer_extend(emitter->out, 4);
    if (room != NULL)
        store_be32(room, (uint32_t)count);
}

/* What a reader would refuse is not written. NULL stands for "". */
static char *checked_name(struct emitter *emitter, char *name, const char *what)
{
    static char none[1] = "";
    size_t length = name != NULL ? strlen(name) : 0;

    if (length == 0 || emitter->result != MSRCK_OK)
        return none;
    if (length > MSRCK_X_MAX_NAME)
        emitter->result = msrck_fail(emitter->error, MSRCK_MISUSE, "the name of %s '%.40s...' is longer than %d bytes",
                                     what, name, MSRCK_X_MAX_NAME);
    for (const char *at = name; *at != '\0' && emitter->result == MSRCK_OK; at++)
        if ((unsigned char)*at < 0x20 || *at == 0x7f)
            emitter->result =
                msrck_fail(emitter->error, MSRCK_MISUSE, "the name of %s '%.40s' has control characters", what, name);
    return emitter->result == MSRCK_OK ? name : none;
}

static void emit_name(struct emitter *emitter, char *name, const char *what)
{
    struct xdr_element element;

    name = checked_name(emitter, name, what);
    if (msrck_element_begin(&element, emitter->out, msrck_xdr_string_size(name)))
        msrck_element_end(&element, xdr_msrck_x_name(&element.xdr, &name));
}

static msrck_result finish(const struct emitter *emitter, const char *section)
{
    if (emitter->result == MSRCK_OK && emitter->out->failed)
        return msrck_fail(emitter->error, MSRCK_SYSTEM, "out of memory for section '%s'", section);
    return emitter->result;
}

static void emit_function(struct emitter *emitter, const struct function_entry *function)
{
    struct xdr_element element;

    emit_name(emitter, function->name, "function");
    emit_count(emitter, function->point_count, MSRCK_X_MAX_POINTS, "poll-points of a function");
    for (uint32_t i = 0; i < function->point_count; i++) {
        msrck_x_point point = { checked_name(emitter, function->points[i].label, "poll-point"),
                                function->points[i].live_type };

        if (msrck_element_begin(&element, emitter->out, msrck_xdr_string_size(point.label) + 4))
            msrck_element_end(&element, xdr_msrck_x_point(&element.xdr, &point));
    }
    emit_count(emitter, function->local_count, MSRCK_X_MAX_LOCALS, "locals of a function");
    for (uint32_t i = 0; i < function->local_count; i++) {
        msrck_x_local local = { checked_name(emitter, function->locals[i].name, "local"), function->locals[i].type };

        if (msrck_element_begin(&element, emitter->out, msrck_xdr_string_size(local.name) + 4))
            msrck_element_end(&element, xdr_msrck_x_local(&element.xdr, &local));
    }
}

msrck_result msrck_program_encode(const struct metadata *metadata, struct byte_buffer *out, msrck_error *error)
{
    struct emitter emitter = { out, error, MSRCK_OK };

    emit_name(&emitter, metadata->program, "program");
    msrck_buffer_append(out, metadata->fingerprint, sizeof metadata->fingerprint);
    emit_count(&emitter, metadata->function_count, MSRCK_X_MAX_FUNCTIONS, "functions");
    for (uint32_t i = 0; i < metadata->function_count; i++)
        emit_function(&emitter, &metadata->functions[i]);
    emit_count(&emitter, metadata->target_count, MSRCK_X_MAX_FUNCTIONS, "targets of function pointers");
    for (uint32_t i = 0; i < metadata->target_count; i++)
        emit_name(&emitter, metadata->targets[i], "function");
    return finish(&emitter, "PROG");
}

msrck_result msrck_extents_encode(const struct metadata *metadata, struct byte_buffer *out, msrck_error *error)
{
    struct emitter emitter = { out, error, MSRCK_OK };

    emit_count(&emitter, metadata->extent_count, MSRCK_X_MAX_EXTENTS, "extents");
    for (size_t i = 0; i < metadata->extent_count && emitter.result == MSRCK_OK; i++) {
        const struct extent *extent = &metadata->extents[i];
        msrck_x_extent coded = { extent->segment, extent->type, extent->count, extent->blocks };
        struct xdr_element element;

        if (msrck_element_begin(&element, out, 24))
            msrck_element_end(&element, xdr_msrck_x_extent(&element.xdr, &coded));
    }
    return finish(&emitter, "EXTE");
}

msrck_result msrck_variables_encode(const struct metadata *metadata, struct byte_buffer *out, msrck_error *error)
{
    struct emitter emitter = { out, error, MSRCK_OK };

    emit_count(&emitter, metadata->variable_count, MSRCK_X_MAX_VARIABLES, "variables");
    for (size_t i = 0; i < metadata->variable_count && emitter.result == MSRCK_OK; i++) {
        const struct variable_entry *variable = &metadata->variables[i];
        msrck_x_variable coded = { variable->kind, checked_name(&emitter, variable->name, "variable"), variable->type,
                                   variable->address };
        struct xdr_element element;

        if (msrck_element_begin(&element, out, 16 + msrck_xdr_string_size(coded.name)))
            msrck_element_end(&element, xdr_msrck_x_variable(&element.xdr, &coded));
    }
    return finish(&emitter, "VARS");
}

static void emit_frame(struct emitter *emitter, const struct frame_entry *frame)
{
    msrck_x_frame coded = { frame->function, frame->point, frame->live, { frame->local_count, frame->locals } };
    struct xdr_element element;

    if (frame->local_count > MSRCK_X_MAX_LOCALS)
        emitter->result =
            msrck_fail(emitter->error, MSRCK_LIMIT, "%lu locals of a frame are more than a checkpoint file holds",
                       (unsigned long)frame->local_count);
    else if (msrck_element_begin(&element, emitter->out, 20 + (size_t)frame->local_count * 8))
        msrck_element_end(&element, xdr_msrck_x_frame(&element.xdr, &coded));
}

msrck_result msrck_frames_encode(const struct metadata *metadata, struct byte_buffer *out, msrck_error *error)
{
    struct emitter emitter = { out, error, MSRCK_OK };

    emit_count(&emitter, metadata->frame_count, MSRCK_X_MAX_FRAMES, "frames");
    for (size_t i = 0; i < metadata->frame_count && emitter.result == MSRCK_OK; i++)
        emit_frame(&emitter, &metadata->frames[i]);
    return finish(&emitter, "FRAM");
}

msrck_result msrck_notes_encode(const struct metadata *metadata, struct byte_buffer *out, msrck_error *error)
{
    struct emitter emitter = { out, error, MSRCK_OK };

    emit_count(&emitter, metadata->note_count, MSRCK_X_MAX_NOTES, "notes");
    for (size_t i = 0; i < metadata->note_count && emitter.result == MSRCK_OK; i++) {
        emit_name(&emitter, metadata->notes[i].key, "note");
        emit_name(&emitter, metadata->notes[i].value, "note");
    }
    return finish(&emitter, "prov");
}
