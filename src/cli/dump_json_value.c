/* SPDX-License-Identifier: MIT */
/* Values as JSON: schemas/README.md is their specification. */
#include <string.h>

#include "dump.h"

/* Scalars of up to 32 bits are numbers; wider ones, and what is no finite number, strings. */
static msrck_result put_scalar(struct dump *dump, const msrck_value *value, msrck_scalar scalar)
{
    const unsigned char *bytes;
    char text[MSRCK_TEXT_SIZE];
    bool quoted;
    size_t width;
    msrck_result result = msrck_value_text(value, text, &dump->error);

    if (result == MSRCK_OK)
        result = msrck_value_bytes(value, &bytes, &width, &dump->error);
    if (result != MSRCK_OK)
        return result;
    if (scalar == MSRCK_SCALAR_BOOL && bytes[0] <= 1) {
        json_bool(&dump->writer, bytes[0] == 1);
        return MSRCK_OK;
    }
    quoted = scalar == MSRCK_SCALAR_FLOAT || scalar == MSRCK_SCALAR_DOUBLE ? strpbrk(text, "in") != NULL : width > 4;
    if (quoted)
        json_string(&dump->writer, text);
    else
        json_token(&dump->writer, text);
    return MSRCK_OK;
}

void dump_json_pointer(struct dump *dump, uint64_t address)
{
    struct json_writer *writer = &dump->writer;
    msrck_block_facts block;
    uint64_t leaf;

    if (dump->put_place != NULL) {
        dump->put_place(dump->context, writer, address);
        return;
    }
    if (address == 0) {
        json_null(writer);
        return;
    }
    json_begin_object(writer);
    if (msrck_reader_find_address(dump->reader, address, &block, &leaf)) {
        json_key_big(writer, "block", block.number);
        json_key_big(writer, "leaf", leaf);
    } else {
        json_key_big(writer, "address", address);
        dump_note_dangling(dump, "canonical address", address);
    }
    json_end_object(writer);
}

static msrck_result put_pointer(struct dump *dump, const msrck_value *value)
{
    uint64_t address = 0;
    msrck_result result = msrck_value_pointer(value, &address, &dump->error);

    if (result == MSRCK_OK)
        dump_json_pointer(dump, address);
    return result;
}

static msrck_result put_function(struct dump *dump, const msrck_value *value)
{
    const char *name = NULL;
    msrck_result result = msrck_value_function(value, &name, &dump->error);

    if (result != MSRCK_OK)
        return result;
    if (name == NULL) {
        json_null(&dump->writer);
        return MSRCK_OK;
    }
    json_begin_object(&dump->writer);
    json_key_string(&dump->writer, "function", name);
    json_end_object(&dump->writer);
    return MSRCK_OK;
}

/* ---- Arrays ---- */

static bool is_character(const msrck_reader *reader, uint32_t type)
{
    msrck_type_facts facts;

    return msrck_reader_type(reader, type, &facts) && facts.kind == MSRCK_KIND_SCALAR &&
           facts.scalar == MSRCK_SCALAR_CHAR;
}

/* An array of char as one string, without its trailing zeros. Zeros are held back until something follows them. */
static msrck_result put_characters(struct dump *dump, const msrck_value *value, uint64_t length)
{
    static const unsigned char zero[1];
    const unsigned char *bytes;
    uint64_t zeros = 0, count;
    size_t width;

    json_begin_bytes(&dump->writer);
    for (uint64_t at = 0; at < length; at += count) {
        msrck_result result = msrck_value_run(value, at, &bytes, &count, &width, &dump->error);
        if (result != MSRCK_OK)
            return result;
        if (count > length - at)
            count = length - at;
        for (uint64_t i = 0; i < count; i++) {
            if (bytes[i] == 0) {
                zeros++;
                continue;
            }
            for (; zeros > 0; zeros--)
                json_bytes(&dump->writer, zero, 1);
            json_bytes(&dump->writer, bytes + i, 1);
        }
    }
    json_end_bytes(&dump->writer);
    return MSRCK_OK;
}

static msrck_result put_array(struct dump *dump, const msrck_value *value)
{
    uint64_t length = dump_limited(dump, msrck_value_length(value));
    msrck_result result = MSRCK_OK;
    msrck_value element;

    if (is_character(dump->reader, msrck_value_element_type(value)) && msrck_value_kind(value) == MSRCK_KIND_ARRAY)
        return put_characters(dump, value, length);
    json_begin_array(&dump->writer);
    for (uint64_t i = 0; result == MSRCK_OK && i < length; i++) {
        result = msrck_value_element(value, i, &element, &dump->error);
        if (result == MSRCK_OK)
            result = dump_json_value(dump, &element);
    }
    json_end_array(&dump->writer);
    return result;
}

/* ---- Structs and unions ---- */

/* A field's name; an anonymous union has none, so its place among the fields stands for it: ":2". */
static void put_field_key(struct dump *dump, const msrck_field_facts *facts, uint32_t index)
{
    char place[16];

    snprintf(place, sizeof place, ":%lu", (unsigned long)index);
    json_key(&dump->writer, facts->name[0] != '\0' ? facts->name : place);
}

static msrck_result put_struct(struct dump *dump, const msrck_value *value)
{
    msrck_result result = MSRCK_OK;
    msrck_field_facts facts;
    msrck_value field;

    json_begin_object(&dump->writer);
    for (uint32_t i = 0; result == MSRCK_OK && msrck_reader_field(dump->reader, value->type, i, &facts); i++) {
        put_field_key(dump, &facts, i);
        result = msrck_value_field(value, i, &field, &dump->error);
        if (result == MSRCK_OK)
            result = dump_json_value(dump, &field);
    }
    json_end_object(&dump->writer);
    return result;
}

static msrck_result put_union(struct dump *dump, const msrck_value *value)
{
    uint32_t index = MSRCK_NO_INDEX;
    msrck_field_facts facts;
    msrck_value member;
    msrck_result result = msrck_value_active(value, &index, &member, &dump->error);

    if (result != MSRCK_OK)
        return result;
    if (!msrck_reader_field(dump->reader, value->type, index, &facts)) {
        json_null(&dump->writer);
        return MSRCK_OK;
    }
    json_begin_object(&dump->writer);
    put_field_key(dump, &facts, index);
    result = dump_json_value(dump, &member);
    json_end_object(&dump->writer);
    return result;
}

/* Recursion is bounded by the nesting of types. */
msrck_result dump_json_value(struct dump *dump, const msrck_value *value)
{
    msrck_type_facts facts;

    switch (msrck_value_kind(value)) {
    case MSRCK_KIND_SCALAR:
    case MSRCK_KIND_ENUM:
        msrck_reader_type(dump->reader, value->type, &facts);
        return put_scalar(dump, value, facts.scalar);
    case MSRCK_KIND_POINTER:
    case MSRCK_KIND_OPAQUE:
        return put_pointer(dump, value);
    case MSRCK_KIND_FUNCTION:
        return put_function(dump, value);
    case MSRCK_KIND_ARRAY:
    case MSRCK_KIND_COMPLEX:
        return put_array(dump, value);
    case MSRCK_KIND_STRUCT:
        return put_struct(dump, value);
    case MSRCK_KIND_UNION:
        return put_union(dump, value);
    default:
        json_null(&dump->writer);
        return MSRCK_OK;
    }
}
