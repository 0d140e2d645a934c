/* SPDX-License-Identifier: MIT */
/*
 * From a description to a layout: the metadata is encoded, and decoded again by the code that readers use, so that
 * there is one place only that knows what is valid.
 */
#include "file/checkpoint_writer.h"

#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"
#include "types/ti_section.h"
#include "types/ti_storage.h"

msrck_result msrck_writer_new(msrck_writer **writer, msrck_error *error)
{
    msrck_writer *made = msrck_allocate(1, sizeof *made);

    *writer = NULL;
    if (made == NULL)
        return msrck_fail_memory(error, sizeof *made, "a writer");
    made->described.types = msrck_ti_new();
    if (made->described.types == NULL) {
        free(made);
        return msrck_fail_memory(error, sizeof(struct ti_type), "a type");
    }
    made->layout.spool = -1;
    made->limits = (msrck_limits) { MSRCK_LIMITS_VERSION, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, "--" };
    *writer = made;
    return MSRCK_OK;
}

msrck_result msrck_writer_limit(msrck_writer *writer, const msrck_limits *limits, msrck_error *error)
{
    msrck_result result = msrck_writer_expect(writer, WRITER_DESCRIBES, error);

    if (result == MSRCK_OK)
        msrck_limits_fill(limits, &writer->limits);
    return result;
}

void msrck_writer_free(msrck_writer *writer)
{
    struct byte_buffer *payloads[6];

    if (writer == NULL)
        return;
    payloads[0] = &writer->types;
    payloads[1] = &writer->program;
    payloads[2] = &writer->extents;
    payloads[3] = &writer->variables;
    payloads[4] = &writer->frames;
    payloads[5] = &writer->notes;
    for (size_t i = 0; i < 6; i++)
        msrck_buffer_free(payloads[i]);
    msrck_file_writer_free(writer->file);
    msrck_sink_abort(writer->sink);
    free(writer->verification.needs);
    free(writer->layout.first_block);
    free(writer->layout.owners);
    msrck_metadata_clear(&writer->described);
    msrck_metadata_clear(&writer->checked);
    free(writer);
}

const msrck_reader *msrck_writer_layout(const msrck_writer *writer)
{
    return writer->stage == WRITER_DESCRIBES ? NULL : &writer->layout;
}

/* ---- Encoding ---- */

/* Encoding looks types up by their ids, so these must be in range before anything else is. */
static msrck_result check_ids(const struct ti_table *types, msrck_error *error)
{
    uint32_t count = msrck_ti_count(types);

    for (uint32_t id = 0; id < count; id++) {
        const struct ti_type *type = msrck_ti_get(types, id);

        if (type->element >= count)
            return msrck_fail(error, MSRCK_CORRUPT, "%s: its element is type %lu of %lu", type->name,
                              (unsigned long)type->element, (unsigned long)count);
        for (uint32_t i = 0; i < type->field_count; i++)
            if (type->fields[i].type >= count)
                return msrck_fail(error, MSRCK_CORRUPT, "%s.%s: is of type %lu of %lu", type->name,
                                  type->fields[i].name, (unsigned long)type->fields[i].type, (unsigned long)count);
    }
    return MSRCK_OK;
}

static msrck_result encode_types(const struct ti_table *types, struct byte_buffer *out, msrck_error *error)
{
    uint32_t count = msrck_ti_count(types), *order = msrck_allocate(count, sizeof *order);
    msrck_result result = MSRCK_OK;

    if (order == NULL)
        return msrck_fail_memory(error, count * sizeof *order, "types");
    for (uint32_t id = 0; id < count; id++)
        order[id] = id;
    result = msrck_ti_encode(types, order, out, error);
    free(order);
    return result;
}

msrck_result msrck_writer_encode_description(msrck_writer *writer, const struct ti_table *types,
                                             const struct metadata *source, msrck_error *error)
{
    msrck_result result = check_ids(types, error);

    if (result == MSRCK_OK)
        result = encode_types(types, &writer->types, error);
    if (result == MSRCK_OK && source == &writer->described)
        result = msrck_fingerprint(writer->types.bytes, writer->types.length, &writer->described, error);
    if (result == MSRCK_OK)
        result = msrck_program_encode(source, &writer->program, error);
    return result == MSRCK_OK ? msrck_extents_encode(source, &writer->extents, error) : result;
}

/* ---- Checking ---- */

static msrck_result number_blocks(msrck_reader *layout, msrck_error *error)
{
    const struct metadata *metadata = layout->metadata;
    uint64_t next = 1;

    layout->first_block = msrck_allocate(metadata->extent_count + 1, sizeof *layout->first_block);
    if (layout->first_block == NULL)
        return msrck_fail_memory(error, metadata->extent_count * sizeof next, "block numbers");
    for (size_t i = 0; i < metadata->extent_count; i++) {
        layout->first_block[i] = next;
        next += metadata->extents[i].blocks; /* each takes an address, and those are below 2^63 */
    }
    layout->first_block[metadata->extent_count] = next;
    return MSRCK_OK;
}

/* As a reader does when it meets the extents, and the largest chunk that each of them needs at least: one row. */
static msrck_result check_limits(const msrck_writer *writer, msrck_error *error)
{
    const struct metadata *metadata = writer->layout.metadata;
    const msrck_limits *limits = &writer->limits;
    uint64_t blocks = writer->layout.first_block[metadata->extent_count] - 1;

    if (blocks > limits->blocks)
        return msrck_fail(error, MSRCK_LIMIT, "there are %llu blocks, the limit is %llu (%smax-blocks)",
                          (unsigned long long)blocks, (unsigned long long)limits->blocks, limits->option_prefix);
    for (size_t i = 0; i < metadata->extent_count; i++)
        for (uint32_t part = 0; part < 2; part++) {
            const struct extent *extent = &metadata->extents[i];
            uint64_t width = msrck_extent_rows(metadata->types, extent, part) == 0 ? 0 :
                                 msrck_extent_row_width(metadata->types, extent, part, metadata->header.pointer_width);

            if (width > limits->chunk_bytes)
                return msrck_fail(error, MSRCK_LIMIT, "a row of %s takes %llu bytes, the limit is %llu (%smax-chunk)",
                                  msrck_ti_get(metadata->types, extent->type)->name, (unsigned long long)width,
                                  (unsigned long long)limits->chunk_bytes, limits->option_prefix);
        }
    return MSRCK_OK;
}

msrck_result msrck_writer_check_description(msrck_writer *writer, msrck_error *error)
{
    struct metadata *checked = &writer->checked;
    msrck_result result = msrck_ti_decode(writer->types.bytes, writer->types.length, &checked->types, error);

    if (result == MSRCK_OK)
        result = msrck_program_decode(writer->program.bytes, writer->program.length, checked, error);
    if (result == MSRCK_OK)
        result = msrck_extents_decode(writer->extents.bytes, writer->extents.length, checked, error);
    if (result != MSRCK_OK)
        return result;
    checked->header.pointer_width = checked->address_end - 1 <= UINT32_MAX ? 4 : 8;
    writer->layout.metadata = checked;
    writer->layout.row_index = row_index(checked->header.pointer_width);
    writer->stage = WRITER_LAID_OUT;
    result = number_blocks(&writer->layout, error);
    return result == MSRCK_OK ? check_limits(writer, error) : result;
}

msrck_result msrck_writer_lay_out(msrck_writer *writer, msrck_error *error)
{
    msrck_result result = msrck_writer_expect(writer, WRITER_DESCRIBES, error);

    if (result == MSRCK_OK)
        result = msrck_writer_encode_description(writer, writer->described.types, &writer->described, error);
    return result == MSRCK_OK ? msrck_writer_check_description(writer, error) : result;
}
