/* SPDX-License-Identifier: MIT */
#include "msrm/sections.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/allocation.h"
#include "msrm/provenance.h"
#include "msrm/stream.h"
#include "types/ti_section.h"

uint64_t msrck_monotonic_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* Handles stay valid over the whole collection, addresses are known from the numbering on. */
static uint64_t address_of(const struct collection *collection, size_t handle)
{
    struct block block;

    if (handle == SIZE_MAX)
        return 0;
    msrck_msrlt_named_block(collection->msrlt, handle, &block);
    return msrck_msrlt_address(collection->msrlt, &block);
}

static int compare_roots(const void *left, const void *right)
{
    const struct collected_root *a = left, *b = right;

    return strcmp(a->name, b->name);
}

/*
 * Globals first, by name, since their order of registration may differ between machines; then the collected roots
 * in their order.
 */
static void fill_variables(struct collection *collection, const uint32_t *file_id, struct variable_entry *variables)
{
    size_t i, globals = 0, next = 0;

    for (i = 0; i < collection->root_count; i++) {
        struct collected_root root = collection->roots[i];

        if (root.kind != VARIABLE_GLOBAL)
            continue;
        memmove(&collection->roots[globals + 1], &collection->roots[globals], (i - globals) * sizeof root);
        collection->roots[globals++] = root;
    }
    if (globals > 1)
        qsort(collection->roots, globals, sizeof collection->roots[0], compare_roots);
    for (i = 0; i < collection->root_count; i++) {
        const struct collected_root *root = &collection->roots[i];

        variables[next].kind = root->kind;
        variables[next].type = file_id[root->type];
        variables[next].address = address_of(collection, root->handle);
        variables[next].name = msrck_copy_text(root->name);
        next++;
    }
}

static msrck_result number_variables(struct collection *collection, const uint32_t *file_id, msrck_error *error)
{
    struct metadata *file = &collection->file;
    size_t i;

    file->variables = msrck_allocate(collection->root_count, sizeof file->variables[0]);
    if (file->variables == NULL)
        return msrck_fail_memory(error, collection->root_count * sizeof file->variables[0], "variables");
    file->variable_count = collection->root_count;
    fill_variables(collection, file_id, file->variables);
    for (i = 0; i < file->variable_count; i++) {
        if (file->variables[i].name == NULL)
            return msrck_fail_memory(error, MSRCK_MESSAGE_SIZE, "a variable's name");
        if (i > 0 && file->variables[i].kind == VARIABLE_GLOBAL &&
            strcmp(file->variables[i].name, file->variables[i - 1].name) == 0)
            return msrck_fail(error, MSRCK_MISUSE, "%s: two variables have this name", file->variables[i].name);
    }
    return MSRCK_OK;
}

/* Frames keep their order: the innermost first, as the program left them. */
static msrck_result number_frames(struct collection *collection, msrck_error *error)
{
    struct metadata *file = &collection->file;
    size_t i;

    file->frames = msrck_allocate(collection->frame_count, sizeof file->frames[0]);
    if (file->frames == NULL)
        return msrck_fail_memory(error, collection->frame_count * sizeof file->frames[0], "frames");
    file->frame_count = collection->frame_count;
    for (i = 0; i < collection->frame_count; i++) {
        const struct collected_frame *from = &collection->frames[i];
        struct frame_entry *to = &file->frames[i];
        uint32_t k;

        to->function = from->function;
        to->point = from->point;
        to->live = address_of(collection, from->live);
        to->locals = msrck_allocate(from->local_count, sizeof to->locals[0]);
        if (to->locals == NULL)
            return msrck_fail_memory(error, from->local_count * sizeof to->locals[0], "a frame");
        to->local_count = from->local_count;
        for (k = 0; k < from->local_count; k++)
            to->locals[k] = address_of(collection, from->locals[k]);
    }
    return MSRCK_OK;
}

/* All registered functions, not only those that pointers name: the section must not depend on the state. */
static msrck_result name_targets(struct collection *collection, msrck_error *error)
{
    struct metadata *file = &collection->file;
    size_t i, count = collection->targets.count;

    file->targets = msrck_allocate(count, sizeof file->targets[0]);
    if (file->targets == NULL)
        return msrck_fail_memory(error, count * sizeof file->targets[0], "function names");
    file->target_count = (uint32_t)count;
    for (i = 0; i < count; i++) {
        file->targets[i] = msrck_copy_text(collection->targets.by_name[i]->name);
        if (file->targets[i] == NULL)
            return msrck_fail_memory(error, MSRCK_MESSAGE_SIZE, "a function's name");
    }
    return MSRCK_OK;
}

/* Functions were copied with table ids. */
static void renumber_functions(struct metadata *file, const uint32_t *file_id)
{
    uint32_t i, k;

    for (i = 0; i < file->function_count; i++) {
        struct function_entry *function = &file->functions[i];

        for (k = 0; k < function->point_count; k++)
            function->points[k].live_type = file_id[function->points[k].live_type];
        for (k = 0; k < function->local_count; k++)
            function->locals[k].type = file_id[function->locals[k].type];
    }
}

/* The MSRLT keeps its extents by table ids; the file's copy has the file's. */
static msrck_result copy_extents(struct metadata *file, const struct extent *extents, size_t count,
                                 const uint32_t *file_id, msrck_error *error)
{
    size_t i;

    file->extents = msrck_allocate(count, sizeof file->extents[0]);
    if (file->extents == NULL)
        return msrck_fail_memory(error, count * sizeof file->extents[0], "extents");
    file->extent_count = count;
    for (i = 0; i < count; i++) {
        file->extents[i] = extents[i];
        file->extents[i].type = file_id[extents[i].type];
    }
    return MSRCK_OK;
}

typedef msrck_result encode_section(const struct metadata *metadata, struct byte_buffer *out, msrck_error *error);

/* Payloads are small next to the rows, so each is made in memory: its length stands before it. */
static msrck_result write_section(const struct metadata *file, const char *tag, encode_section *encode,
                                  struct file_writer *writer, msrck_error *error)
{
    struct byte_buffer payload = BYTE_BUFFER_INIT;
    msrck_result result = encode(file, &payload, error);

    if (result == MSRCK_OK && payload.failed)
        result = msrck_fail_memory(error, payload.capacity, "a metadata section");
    if (result == MSRCK_OK)
        result = msrck_file_writer_section(writer, tag, payload.bytes, payload.length, error);
    msrck_buffer_free(&payload);
    return result;
}

/* TYPE, and the fingerprint that PROG will hold: it covers both. */
static msrck_result write_types(struct collection *collection, const uint32_t *order, struct file_writer *writer,
                                msrck_error *error)
{
    struct byte_buffer payload = BYTE_BUFFER_INIT;
    msrck_result result = msrck_ti_encode(collection->types, order, &payload, error);

    if (result == MSRCK_OK && payload.failed)
        result = msrck_fail_memory(error, payload.capacity, "the TI table");
    if (result == MSRCK_OK)
        result = msrck_fingerprint(payload.bytes, payload.length, &collection->file, error);
    if (result == MSRCK_OK)
        result = msrck_file_writer_section(writer, "TYPE", payload.bytes, payload.length, error);
    msrck_buffer_free(&payload);
    return result;
}

/* The order of the sections is the format's. */
static msrck_result write_metadata(struct collection *collection, const uint32_t *order, struct file_writer *writer,
                                   msrck_error *error)
{
    struct metadata *file = &collection->file;
    msrck_result result = MSRCK_OK;

    if (collection->options.provenance) {
        result = msrck_provenance_fill(file, error);
        if (result == MSRCK_OK)
            result = write_section(file, "prov", msrck_notes_encode, writer, error);
    }
    if (result == MSRCK_OK)
        result = write_types(collection, order, writer, error);
    if (result == MSRCK_OK)
        result = write_section(file, "PROG", msrck_program_encode, writer, error);
    if (result == MSRCK_OK)
        result = write_section(file, "EXTE", msrck_extents_encode, writer, error);
    if (result == MSRCK_OK)
        result = write_section(file, "VARS", msrck_variables_encode, writer, error);
    if (result == MSRCK_OK)
        result = write_section(file, "FRAM", msrck_frames_encode, writer, error);
    return result;
}

/* Everything that has a number or an address, by the numbers the MSRLT gave. */
static msrck_result fill_metadata(struct collection *collection, const struct extent *extents, size_t count,
                                  uint64_t end, const uint32_t *file_id, msrck_error *error)
{
    struct metadata *file = &collection->file;
    msrck_result result = copy_extents(file, extents, count, file_id, error);

    file->address_end = end;
    /* The last address is end - 1. */
    file->header.pointer_width = end > (uint64_t)UINT32_MAX + 1 || collection->targets.count > UINT32_MAX ? 8 : 4;
    renumber_functions(file, file_id);
    if (result == MSRCK_OK)
        result = name_targets(collection, error);
    if (result == MSRCK_OK)
        result = number_variables(collection, file_id, error);
    return result == MSRCK_OK ? number_frames(collection, error) : result;
}

/* Bytes as they lie in this process, for the report: what a copy of the blocks would take. */
static void count_live(const struct collection *collection, const struct extent *extents, size_t count,
                       struct collection_report *report)
{
    size_t i;

    for (i = 0; i < count; i++) {
        report->blocks += extents[i].blocks;
        report->bytes_live += extents[i].blocks *
                              msrck_block_bytes(collection->types, extents[i].type, extents[i].count);
    }
}

static msrck_result write_file(struct collection *collection, const uint32_t *order, const struct extent *extents,
                               size_t count, struct file_writer *writer, struct collection_report *report,
                               msrck_error *error)
{
    struct file_writer_totals totals;
    uint64_t begin = msrck_monotonic_ns(), elapsed, elsewhere;
    msrck_result result = write_metadata(collection, order, writer, error);

    if (result == MSRCK_OK)
        result = msrck_stream_extents(collection, extents, count, collection->file.header.pointer_width, writer, error);
    if (result == MSRCK_OK)
        result = msrck_file_writer_finish(writer, error);
    if (result != MSRCK_OK)
        return result;
    msrck_file_writer_totals(writer, &totals);
    report->bytes_raw = totals.raw;
    report->write_ns = totals.write_ns;
    report->compress_ns = totals.code_ns;
    elapsed = msrck_monotonic_ns() - begin;
    elsewhere = totals.write_ns + totals.own_code_ns + totals.wait_ns;
    report->encode_ns = elapsed > elsewhere ? elapsed - elsewhere : 0;
    return MSRCK_OK;
}

msrck_result msrck_sections_write(struct collection *collection, const uint32_t *order, const uint32_t *file_id,
                                  struct sink *sink, struct collection_report *report, msrck_error *error)
{
    const struct extent *extents;
    struct file_writer *writer = NULL;
    uint64_t end, begin = msrck_sink_written(sink);
    size_t count;
    msrck_result result = msrck_msrlt_number(collection->msrlt, file_id, &extents, &count, &end, error);

    if (result == MSRCK_OK)
        result = fill_metadata(collection, extents, count, end, file_id, error);
    if (result == MSRCK_OK)
        result = msrck_file_writer_new(sink, collection->file.header.pointer_width, &collection->options.codec,
                                       collection->options.threads, &writer, error);
    if (result == MSRCK_OK)
        result = write_file(collection, order, extents, count, writer, report, error);
    if (result == MSRCK_OK) {
        count_live(collection, extents, count, report);
        report->bytes_file = msrck_sink_written(sink) - begin;
    }
    msrck_file_writer_free(writer);
    return result;
}
