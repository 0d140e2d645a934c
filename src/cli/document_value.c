/* SPDX-License-Identifier: MIT */
/* Values from JSON to canonical bytes, which are zero before. schemas/README.md says which JSON stands for what. */
#include "document.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool document_is_character(const struct document *document, uint32_t type)
{
    const msrck_type_facts *facts = &document->types[type].facts;

    return facts->kind == MSRCK_KIND_SCALAR && facts->scalar == MSRCK_SCALAR_CHAR;
}

/* ---- Pointers ---- */

static bool read_pointer_member(struct json_input *input, unsigned *met, uint64_t *block, uint64_t *leaf)
{
    unsigned key;

    if (strcmp(input->text, "address") == 0)
        return json_input_fail(input, "a pointer that leads nowhere");
    key = strcmp(input->text, "block") == 0 ? 1 : strcmp(input->text, "leaf") == 0 ? 2 : 0;
    if (key == 0)
        return json_input_fail(input, "a pointer has no \"%.60s\"", input->text);
    if ((*met & key) != 0)
        return json_input_fail(input, "key \"%s\" stands twice", input->text);
    *met |= key;
    return key == 1 ? document_take_block(input, block) : json_take_unsigned(input, leaf);
}

static bool read_pointer(struct document *document, unsigned char *bytes)
{
    struct json_input *input = &document->input;
    uint64_t block = 0, leaf = 0, address = 0;
    unsigned met = 0;

    if (json_input_kind(input) == JSON_NULL)
        return json_take_null(input);
    if (!json_take_object(input))
        return false;
    while (json_take_key(input) && read_pointer_member(input, &met, &block, &leaf))
        continue;
    if (!input->failed && met != 3)
        return json_input_fail(input, "a pointer without \"%s\"", met == 1 ? "leaf" : "block");
    if (!input->failed && !document_address(document, block, leaf, &address))
        return json_input_fail(input, "there is no block %llu with a leaf %llu", (unsigned long long)block,
                               (unsigned long long)leaf);
    document_store(bytes, document->pointer_width, address);
    return !input->failed;
}

/* Number of a function, from 1; 0 when nothing has that name. Names ascend. */
static uint32_t find_target(const struct document *document, const char *name)
{
    uint32_t low = 1, high = msrck_reader_target_count(document->layout) + 1;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = strcmp(msrck_reader_target(document->layout, middle), name);
        if (order == 0)
            return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}

static bool read_function(struct document *document, unsigned char *bytes)
{
    struct json_input *input = &document->input;
    uint32_t number = 0;

    if (json_input_kind(input) == JSON_NULL)
        return json_take_null(input);
    if (!json_take_object(input))
        return false;
    while (json_take_key(input)) {
        if (strcmp(input->text, "function") != 0 || number != 0)
            return json_input_fail(input, "a pointer to a function has one \"function\" and nothing else");
        if (!json_take_text(input))
            return false;
        number = find_target(document, input->text);
        if (number == 0)
            return json_input_fail(input, "function \"%.60s\" is not among the program's targets", input->text);
    }
    if (!input->failed && number == 0)
        return json_input_fail(input, "a pointer to a function without \"function\"");
    document_store(bytes, document->pointer_width, number);
    return !input->failed;
}

/* ---- Arrays ---- */

static bool read_characters(struct document *document, uint64_t count, unsigned char *bytes)
{
    struct json_input *input = &document->input;
    uint32_t character = 0;

    if (!json_take_string(input))
        return false;
    for (uint64_t i = 0; json_take_character(input, &character); i++) {
        if (i == count)
            return json_input_fail(input, "a string of more than %llu bytes", (unsigned long long)count);
        if (character > 0xff)
            return json_input_fail(input, "U+%04X is no byte", (unsigned)character);
        bytes[i] = (unsigned char)character;
    }
    return !input->failed;
}

static bool read_array(struct document *document, uint32_t element, uint64_t count, unsigned char *bytes)
{
    struct json_input *input = &document->input;
    size_t width = (size_t)document->types[element].facts.row_width;
    uint64_t i;

    if (document_is_character(document, element) && json_input_kind(input) == JSON_STRING)
        return read_characters(document, count, bytes);
    if (!json_take_array(input))
        return false;
    for (i = 0; json_take_item(input); i++) {
        if (i == count)
            return json_input_fail(input, "an array of more than %llu elements", (unsigned long long)count);
        if (!document_read_value(document, element, bytes + i * width)) {
            json_input_path(input, "[%llu]", (unsigned long long)i);
            return false;
        }
    }
    if (!input->failed && i < count)
        return json_input_fail(input, "%llu elements instead of %llu", (unsigned long long)i,
                               (unsigned long long)count);
    return !input->failed;
}

/* ---- Structs and unions ---- */

/* An anonymous union's key is ':' and the index of the field. */
static bool field_has_key(const struct document_type *type, uint32_t index, const char *key)
{
    char place[16];

    if (type->fields[index].name[0] != '\0')
        return strcmp(type->fields[index].name, key) == 0;
    snprintf(place, sizeof place, ":%lu", (unsigned long)index);
    return strcmp(place, key) == 0;
}

uint32_t document_find_field(const struct document_type *type, const char *key, uint32_t expected)
{
    for (uint32_t i = 0; i < type->facts.field_count; i++) {
        uint32_t index = (uint32_t)(((uint64_t)expected + i) % type->facts.field_count);
        if (field_has_key(type, index, key))
            return index;
    }
    return UINT32_MAX;
}

static bool read_field(struct document *document, const msrck_field_facts *field, unsigned char *bytes)
{
    bool taken;

    if (field->role == MSRCK_ROLE_FLEXIBLE)
        taken = json_skip(&document->input); /* rows of their own */
    else if (field->role == MSRCK_ROLE_BITS)
        taken = document_read_scalar(document, &document->types[field->type].facts, field->bits,
                                     bytes + field->row_offset);
    else
        taken = document_read_value(document, field->type, bytes + field->row_offset);
    if (!taken)
        json_input_path(&document->input, ".%s", field->name);
    return taken;
}

static bool read_fields(struct document *document, const struct document_type *type, uint64_t *met,
                        unsigned char *bytes)
{
    struct json_input *input = &document->input;
    uint32_t expected = 0, count = 0;

    if (!json_take_object(input))
        return false;
    while (json_take_key(input)) {
        uint32_t index = document_find_field(type, input->text, expected);
        if (index == UINT32_MAX)
            return json_input_fail(input, "%s has no field \"%.60s\"", type->facts.name, input->text);
        if ((met[index / 64] & UINT64_C(1) << index % 64) != 0)
            return json_input_fail(input, "key \"%.60s\" stands twice", input->text);
        met[index / 64] |= UINT64_C(1) << index % 64;
        if (!read_field(document, &type->fields[index], bytes))
            return false;
        expected = index + 1;
        count++;
    }
    for (uint32_t i = 0; !input->failed && count < type->facts.field_count && i < type->facts.field_count; i++)
        if ((met[i / 64] & UINT64_C(1) << i % 64) == 0 && type->fields[i].role != MSRCK_ROLE_SKIPPED)
            return json_input_fail(input, "field \"%s\" of %s is missing", type->fields[i].name, type->facts.name);
    return !input->failed;
}

bool document_read_struct(struct document *document, uint32_t id, unsigned char *bytes)
{
    const struct document_type *type = &document->types[id];
    uint64_t few[4] = { 0 }, *many = NULL;
    bool taken;

    if (type->facts.field_count > 64 * 4) {
        many = calloc(type->facts.field_count / 64 + 1, sizeof *many);
        if (many == NULL)
            return document_refuse(document, MSRCK_SYSTEM);
    }
    taken = read_fields(document, type, many != NULL ? many : few, bytes);
    free(many);
    return taken;
}

static bool read_union(struct document *document, uint32_t id, unsigned char *bytes)
{
    const struct document_type *type = &document->types[id];
    struct json_input *input = &document->input;
    uint32_t active = UINT32_MAX;

    if (json_input_kind(input) == JSON_NULL)
        return json_take_null(input);
    if (!json_take_object(input))
        return false;
    while (json_take_key(input)) {
        if (active != UINT32_MAX)
            return json_input_fail(input, "a union with more than one member");
        active = document_find_field(type, input->text, 0);
        if (active == UINT32_MAX)
            return json_input_fail(input, "%s has no member \"%.60s\"", type->facts.name, input->text);
        document_store(bytes, 4, active + 1);
        if (!document_read_value(document, type->fields[active].type, bytes + 4)) {
            json_input_path(input, ".%s", type->fields[active].name);
            return false;
        }
    }
    if (!input->failed && active == UINT32_MAX)
        return json_input_fail(input, "a union without a member is null");
    return !input->failed;
}

/* Recursion is bounded by the nesting of types. */
bool document_read_value(struct document *document, uint32_t type, unsigned char *bytes)
{
    const msrck_type_facts *facts = &document->types[type].facts;

    switch (facts->kind) {
    case MSRCK_KIND_SCALAR:
    case MSRCK_KIND_ENUM:
        return document_read_scalar(document, facts, 0, bytes);
    case MSRCK_KIND_POINTER:
    case MSRCK_KIND_OPAQUE:
        return read_pointer(document, bytes);
    case MSRCK_KIND_FUNCTION:
        return read_function(document, bytes);
    case MSRCK_KIND_ARRAY:
        return read_array(document, facts->element, facts->count, bytes);
    case MSRCK_KIND_COMPLEX:
        return read_array(document, facts->element, 2, bytes);
    case MSRCK_KIND_STRUCT:
        return document_read_struct(document, type, bytes);
    case MSRCK_KIND_UNION:
        return read_union(document, type, bytes);
    default:
        return json_input_fail(&document->input, "%s cannot have a value", facts->name);
    }
}
