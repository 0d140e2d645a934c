/* SPDX-License-Identifier: MIT */
/* The way through a document, twice. */
#include "document.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void document_begin(struct document *document, int descriptor, msrck_writer *writer, msrck_error *error)
{
    memset(document, 0, sizeof *document);
    json_input_begin(&document->input, descriptor, error);
    document->writer = writer;
}

void document_free(struct document *document)
{
    for (size_t i = 0; i < document->variable_count; i++)
        free(document->variables[i].name);
    for (size_t i = 0; i < document->frame_count; i++)
        free(document->frames[i].locals);
    for (uint32_t i = 0; document->types != NULL && i < document->type_count; i++)
        free(document->types[i].fields);
    free(document->types);
    free(document->variables);
    free(document->frames);
    free(document->extents);
    free(document->runs);
    free(document->order);
}

static bool refuse_memory(struct document *document)
{
    msrck_error *error = document->input.error;

    error->result = MSRCK_LIMIT;
    snprintf(error->message, sizeof error->message,
             "the numbers of its blocks take more than the limit of %llu bytes (--max-memory)",
             (unsigned long long)document->limits->memory_bytes);
    return document_refuse(document, MSRCK_LIMIT);
}

bool document_reserve(struct document *document, void *items, size_t *capacity, size_t count, size_t size)
{
    void *old, *grown = NULL;
    size_t larger = *capacity + *capacity / 2 + 16;

    if (count < *capacity)
        return true;
    memcpy(&old, items, sizeof old);
    document->held += (larger - *capacity) * size;
    if (document->limits != NULL && document->limits->memory_bytes != 0 &&
        document->held > document->limits->memory_bytes)
        return refuse_memory(document);
    if (larger <= SIZE_MAX / size)
        grown = realloc(old, larger * size);
    if (grown == NULL)
        return document_refuse(document, MSRCK_SYSTEM);
    memcpy(items, &grown, sizeof grown);
    *capacity = larger;
    return true;
}

bool document_refuse(struct document *document, msrck_result result)
{
    struct json_input *input = &document->input;
    msrck_error *error = input->error;

    if (result == MSRCK_OK || input->failed)
        return result == MSRCK_OK && !input->failed;
    input->failed = true;
    if (error->result == MSRCK_OK) {
        error->result = result;
        snprintf(error->message, sizeof error->message, "out of memory");
    }
    return false;
}

/* ---- First time ---- */

static bool read_schema(struct json_input *input)
{
    if (!json_take_text(input))
        return false;
    return strcmp(input->text, "msrck-dump") == 0 ||
           json_input_fail(input, "the document's schema is \"%.60s\", not \"msrck-dump\"", input->text);
}

static bool read_schema_version(struct json_input *input)
{
    uint64_t version = 0;

    if (!json_take_unsigned(input, &version))
        return false;
    return version == 1 || json_input_fail(input, "schema version %llu is unknown", (unsigned long long)version);
}

enum part { PART_SCHEMA, PART_VERSION, PART_FORMAT, PART_PROGRAM, PART_NOTES, PART_TYPES, PART_VARIABLES, PART_FRAMES,
            PART_EXTENTS, PART_COUNT };

static const char *const part_names[PART_COUNT] = { "schema",    "schema_version", "format", "program", "notes", "types",
                                                    "variables", "frames",         "extents" };

static bool read_part(struct document *document, unsigned part)
{
    switch (part) {
    case PART_SCHEMA:
        return read_schema(&document->input);
    case PART_VERSION:
        return read_schema_version(&document->input);
    case PART_FORMAT:
        return document_read_format(document);
    case PART_PROGRAM:
        return document_read_program(document);
    case PART_NOTES:
        return document_read_notes(document);
    case PART_TYPES:
        return document_read_types(document);
    case PART_VARIABLES:
        return document_read_variables(document);
    case PART_FRAMES:
        return document_read_frames(document);
    case PART_EXTENTS:
        return document_read_extents(document);
    default:
        return json_skip(&document->input);
    }
}

static bool read_parts(struct document *document)
{
    struct json_input *input = &document->input;

    if (!json_take_object(input))
        return false;
    while (json_take_key(input)) {
        unsigned part = 0;
        while (part < PART_COUNT && strcmp(input->text, part_names[part]) != 0)
            part++;
        if (part < PART_COUNT && (document->parts & 1u << part) != 0)
            return json_input_fail(input, "key \"%s\" stands twice", part_names[part]);
        document->parts |= 1u << part;
        if (!read_part(document, part))
            return false;
    }
    if (!json_take_end(input))
        return false;
    for (unsigned part = 0; part < PART_COUNT; part++)
        if ((document->parts & 1u << part) == 0 && part != PART_NOTES && part != PART_FORMAT)
            return json_input_fail(input, "\"%s\" is missing: only the dump of a whole checkpoint becomes one",
                                   part_names[part]);
    return true;
}

static bool resolve(struct document *document, const struct document_place *place, const char *what, uint64_t *address)
{
    *address = 0;
    if (place->is_null || document_address(document, place->block, place->leaf, address))
        return true;
    return json_input_fail_at(&document->input, place->line, place->column,
                              "%s: there is no block %llu with a leaf %llu", what, (unsigned long long)place->block,
                              (unsigned long long)place->leaf);
}

static bool add_frame(struct document *document, const struct document_frame *frame)
{
    uint64_t live, *locals = calloc((size_t)frame->local_count + 1, sizeof *locals);
    bool added = locals != NULL ? resolve(document, &frame->live, "the live variables", &live)
                                : document_refuse(document, MSRCK_SYSTEM);

    for (uint32_t i = 0; added && i < frame->local_count; i++)
        added = resolve(document, &frame->locals[i], "a local", &locals[i]);
    if (added)
        added = document_refuse(document, msrck_writer_add_frame(document->writer, frame->function, frame->point, live,
                                                                 locals, frame->local_count, document->input.error));
    free(locals);
    return added;
}

/* Variables and frames, whose blocks have addresses now. */
static bool add_roots(struct document *document)
{
    bool added = true;
    uint64_t address;

    for (size_t i = 0; added && i < document->variable_count; i++) {
        const struct document_variable *variable = &document->variables[i];
        added = resolve(document, &variable->place, variable->name, &address) &&
                document_refuse(document, msrck_writer_add_variable(document->writer, variable->kind, variable->name,
                                                                    variable->type, address, document->input.error));
    }
    for (size_t i = 0; added && i < document->frame_count; i++)
        added = add_frame(document, &document->frames[i]);
    return added;
}

/* The types with the rows that the layout gives them. */
static bool load_types(struct document *document)
{
    document->layout = msrck_writer_layout(document->writer);
    document->pointer_width = msrck_reader_pointer_width(document->layout);
    document->type_count = msrck_reader_type_count(document->layout);
    document->types = calloc(document->type_count, sizeof *document->types);
    if (document->types == NULL)
        return document_refuse(document, MSRCK_SYSTEM);
    for (uint32_t i = 0; i < document->type_count; i++) {
        struct document_type *type = &document->types[i];
        msrck_reader_type(document->layout, i, &type->facts);
        type->fields = calloc((size_t)type->facts.field_count + 1, sizeof *type->fields);
        if (type->fields == NULL)
            return document_refuse(document, MSRCK_SYSTEM);
        for (uint32_t k = 0; k < type->facts.field_count; k++)
            msrck_reader_field(document->layout, i, k, &type->fields[k]);
    }
    return true;
}

msrck_result document_describe(struct document *document)
{
    if (read_parts(document) && document_order_extents(document) &&
        document_refuse(document, msrck_writer_lay_out(document->writer, document->input.error)) &&
        load_types(document))
        add_roots(document);
    return json_input_result(&document->input);
}
