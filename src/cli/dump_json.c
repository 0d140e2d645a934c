/* SPDX-License-Identifier: MIT */
/* The JSON form of msrck dump: all that is in the file, in a fixed order. schemas/README.md is its specification. */
#include "answer_json.h"
#include "dump.h"

/* ---- Header and program ---- */

static void put_format(struct dump *dump)
{
    struct json_writer *writer = &dump->writer;
    uint64_t may_ignore, may_read, must_understand;
    unsigned major, minor;

    msrck_reader_version(dump->reader, &major, &minor);
    msrck_reader_features(dump->reader, &may_ignore, &may_read, &must_understand);
    json_line(writer);
    json_key(writer, "format");
    json_begin_object(writer);
    json_key_number(writer, "major", major);
    json_key_number(writer, "minor", minor);
    json_key_number(writer, "pointer_width", msrck_reader_pointer_width(dump->reader));
    json_key_big(writer, "may_ignore", may_ignore);
    json_key_big(writer, "may_read", may_read);
    json_key_big(writer, "must_understand", must_understand);
    json_end_object(writer);
}

static void put_function(struct dump *dump, uint32_t function)
{
    struct json_writer *writer = &dump->writer;
    const char *name;
    uint32_t type;

    json_line(writer);
    json_begin_object(writer);
    json_key_string(writer, "name", msrck_reader_function_name(dump->reader, function));
    json_key(writer, "points");
    json_begin_array(writer);
    for (uint32_t i = 1; msrck_reader_point(dump->reader, function, i, &name, &type); i++) {
        json_begin_object(writer);
        json_key_string(writer, "label", name);
        json_key_number(writer, "live_type", type);
        json_end_object(writer);
    }
    json_end_array(writer);
    json_key(writer, "locals");
    json_begin_array(writer);
    for (uint32_t i = 0; msrck_reader_local(dump->reader, function, i, &name, &type); i++) {
        json_begin_object(writer);
        json_key_string(writer, "name", name);
        json_key_number(writer, "type", type);
        json_end_object(writer);
    }
    json_end_array(writer);
    json_end_object(writer);
}

static void put_program(struct dump *dump)
{
    struct json_writer *writer = &dump->writer;

    json_line(writer);
    json_key(writer, "program");
    json_begin_object(writer);
    json_key_string(writer, "name", msrck_reader_program(dump->reader));
    answer_hexadecimal(writer, "fingerprint", msrck_reader_fingerprint(dump->reader), MSRCK_FINGERPRINT_SIZE);
    json_key(writer, "functions");
    json_begin_array(writer);
    for (uint32_t i = 0; i < msrck_reader_function_count(dump->reader); i++)
        put_function(dump, i);
    json_end_array(writer);
    json_key(writer, "targets");
    json_begin_array(writer);
    for (uint32_t i = 1; i <= msrck_reader_target_count(dump->reader); i++)
        json_string(writer, msrck_reader_target(dump->reader, i));
    json_end_array(writer);
    json_end_object(writer);
}

static void put_notes(struct dump *dump)
{
    struct json_writer *writer = &dump->writer;

    json_line(writer);
    json_key(writer, "notes");
    json_begin_array(writer);
    for (uint32_t i = 0; i < msrck_reader_note_count(dump->reader); i++) {
        json_line(writer);
        json_begin_object(writer);
        json_key_string(writer, "key", msrck_reader_note_key(dump->reader, i));
        json_key_string(writer, "value", msrck_reader_note_value(dump->reader, i));
        json_end_object(writer);
    }
    json_end_array(writer);
}

/* ---- Types ---- */

static void put_field(struct dump *dump, const msrck_field_facts *field, msrck_kind owner)
{
    static const char *const roles[] = { "plain", "bits", "flexible", "skipped" };
    struct json_writer *writer = &dump->writer;
    msrck_type_facts type;

    json_begin_object(writer);
    json_key_string(writer, "name", field->name);
    json_key_number(writer, "type", field->type);
    json_key_string(writer, "role", (unsigned)field->role < 4 ? roles[field->role] : "unknown");
    if (field->role == MSRCK_ROLE_BITS)
        json_key_number(writer, "bits", field->bits);
    if (owner == MSRCK_KIND_UNION) {
        char text[MSRCK_TEXT_SIZE];
        snprintf(text, sizeof text, "%lld", (long long)field->tag);
        json_key_string(writer, "tag", text);
    } else if (msrck_reader_type(dump->reader, field->type, &type) && type.kind == MSRCK_KIND_UNION) {
        json_key(writer, "tag_field");
        if (field->tag_field == MSRCK_NO_INDEX)
            json_null(writer);
        else
            json_number(writer, field->tag_field);
    }
    json_end_object(writer);
}

static void put_enumerators(struct dump *dump, uint32_t type)
{
    struct json_writer *writer = &dump->writer;
    char text[MSRCK_TEXT_SIZE];
    const char *name;
    int64_t value;

    json_key(writer, "enumerators");
    json_begin_array(writer);
    for (uint32_t i = 0; msrck_reader_enumerator(dump->reader, type, i, &name, &value); i++) {
        snprintf(text, sizeof text, "%lld", (long long)value);
        json_begin_object(writer);
        json_key_string(writer, "name", name);
        json_key_string(writer, "value", text);
        json_end_object(writer);
    }
    json_end_array(writer);
}

static void put_type(struct dump *dump, uint32_t id, const msrck_type_facts *type)
{
    struct json_writer *writer = &dump->writer;
    msrck_field_facts field;

    json_line(writer);
    json_begin_object(writer);
    json_key_number(writer, "id", id);
    json_key_string(writer, "kind", msrck_kind_text(type->kind));
    json_key_string(writer, "name", type->name);
    if (type->kind == MSRCK_KIND_SCALAR || type->kind == MSRCK_KIND_ENUM)
        json_key_string(writer, "scalar", msrck_scalar_text(type->scalar));
    if (type->kind == MSRCK_KIND_POINTER || type->kind == MSRCK_KIND_ARRAY || type->kind == MSRCK_KIND_COMPLEX)
        json_key_number(writer, "element", type->element);
    if (type->kind == MSRCK_KIND_ARRAY)
        json_key_big(writer, "count", type->count);
    if (type->kind == MSRCK_KIND_STRUCT || type->kind == MSRCK_KIND_UNION) {
        json_key(writer, "fields");
        json_begin_array(writer);
        for (uint32_t i = 0; msrck_reader_field(dump->reader, id, i, &field); i++)
            put_field(dump, &field, type->kind);
        json_end_array(writer);
    }
    if (type->kind == MSRCK_KIND_ENUM)
        put_enumerators(dump, id);
    json_end_object(writer);
}

static void put_types(struct dump *dump)
{
    msrck_type_facts type;

    json_line(&dump->writer);
    json_key(&dump->writer, "types");
    json_begin_array(&dump->writer);
    for (uint32_t i = 0; msrck_reader_type(dump->reader, i, &type); i++)
        put_type(dump, i, &type);
    json_end_array(&dump->writer);
}

/* ---- Variables and frames ---- */

static void put_variables(struct dump *dump)
{
    struct json_writer *writer = &dump->writer;
    msrck_variable_facts variable;

    json_line(writer);
    json_key(writer, "variables");
    json_begin_array(writer);
    for (uint32_t i = 0; msrck_reader_variable(dump->reader, i, &variable); i++) {
        json_line(writer);
        json_begin_object(writer);
        json_key_string(writer, "kind", variable.kind == MSRCK_VARIABLE_GLOBAL ? "global" : "root");
        json_key_string(writer, "name", variable.name);
        json_key_number(writer, "type", variable.type);
        json_key(writer, "place");
        dump_json_pointer(dump, variable.address);
        json_end_object(writer);
    }
    json_end_array(writer);
}

static void put_frame(struct dump *dump, uint32_t index, const msrck_frame_facts *frame)
{
    struct json_writer *writer = &dump->writer;
    uint64_t address = 0;

    json_line(writer);
    json_begin_object(writer);
    json_key_number(writer, "function", frame->function);
    json_key_string(writer, "name", frame->function_name);
    json_key_number(writer, "point", frame->point);
    json_key_string(writer, "label", frame->label);
    json_key(writer, "live");
    dump_json_pointer(dump, frame->live);
    json_key(writer, "locals");
    json_begin_array(writer);
    for (uint32_t i = 0; i < frame->local_count; i++) {
        msrck_reader_frame_local(dump->reader, index, i, NULL, NULL, &address);
        dump_json_pointer(dump, address);
    }
    json_end_array(writer);
    json_end_object(writer);
}

static void put_frames(struct dump *dump)
{
    msrck_frame_facts frame;

    json_line(&dump->writer);
    json_key(&dump->writer, "frames");
    json_begin_array(&dump->writer);
    for (uint32_t i = 0; msrck_reader_frame(dump->reader, i, &frame); i++)
        put_frame(dump, i, &frame);
    json_end_array(&dump->writer);
}

/* ---- Blocks ---- */

static msrck_result put_block(struct dump *dump, uint64_t number)
{
    struct json_writer *writer = &dump->writer;
    msrck_value value;
    msrck_result result = msrck_reader_block_value(dump->reader, number, &value, &dump->error);

    json_line(writer);
    json_begin_object(writer);
    json_key_big(writer, "block", number);
    json_key(writer, "elements");
    if (result == MSRCK_OK)
        result = dump_json_value(dump, &value);
    else
        json_null(writer);
    json_end_object(writer);
    return result;
}

static msrck_result put_extent(struct dump *dump, const msrck_extent_facts *extent)
{
    uint64_t all = dump_count_shown(dump, extent), shown = dump_limited(dump, all), left = shown;
    struct json_writer *writer = &dump->writer;
    msrck_result result = MSRCK_OK;

    json_line(writer);
    json_begin_object(writer);
    json_key_string(writer, "segment", msrck_segment_text(extent->segment));
    json_key_number(writer, "type", extent->type);
    json_key_big(writer, "count", extent->count);
    json_key(writer, "blocks");
    json_begin_array(writer);
    for (uint64_t i = 0; result == MSRCK_OK && left > 0; i++)
        if (dump_shows(dump, extent->first_block + i)) {
            result = put_block(dump, extent->first_block + i);
            left--;
        }
    json_end_array(writer);
    if (shown < all)
        json_key_big(writer, "omitted", all - shown);
    json_end_object(writer);
    return result;
}

static msrck_result put_extents(struct dump *dump)
{
    msrck_result result = MSRCK_OK;
    msrck_extent_facts extent;

    json_line(&dump->writer);
    json_key(&dump->writer, "extents");
    json_begin_array(&dump->writer);
    for (uint32_t i = 0; result == MSRCK_OK && msrck_reader_extent(dump->reader, i, &extent); i++)
        if (dump_count_shown(dump, &extent) > 0)
            result = put_extent(dump, &extent);
    json_end_array(&dump->writer);
    return result;
}

msrck_result dump_json(struct dump *dump)
{
    const struct dump_options *options = dump->options;
    msrck_result result = MSRCK_OK;

    answer_begin_on(&dump->writer, dump->stream != NULL ? dump->stream : stdout, "msrck-dump");
    put_format(dump);
    if (options->types) {
        put_program(dump);
        put_notes(dump);
        put_types(dump);
    }
    if (options->globals)
        put_variables(dump);
    if (options->frames)
        put_frames(dump);
    if (dump->reached != NULL)
        result = dump_select(dump);
    if (options->blocks && result == MSRCK_OK)
        result = put_extents(dump);
    json_line(&dump->writer);
    answer_end(&dump->writer);
    return result == MSRCK_OK ? dump->error.result : result;
}
