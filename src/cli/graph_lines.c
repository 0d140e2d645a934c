/* SPDX-License-Identifier: MIT */
/* The values inside a drawn block. Recursion is bounded by the nesting of types, the lines by MOST_LINES. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "graph.h"

#define MOST_LINES 12u
/* Elements of an array of numbers on one line; bytes of a text. */
#define MOST_ELEMENTS 6u
#define MOST_CHARACTERS 28u

struct line_writer {
    msrck_reader *reader;
    const struct selection *selection;
    struct text_buffer *lines;
    unsigned count;
};

static msrck_result put_value(struct line_writer *writer, const char *path, const msrck_value *value,
                              msrck_error *error);

/* False when there is no more room: "..." was put. */
static bool begin_line(struct line_writer *writer, const char *path)
{
    if (writer->count > MOST_LINES)
        return false;
    if (writer->count++ == MOST_LINES) {
        text_put(writer->lines, "...\n");
        return false;
    }
    text_put(writer->lines, path);
    if (path[0] != '\0')
        text_put(writer->lines, " = ");
    return true;
}

static bool full(const struct line_writer *writer)
{
    return writer->count > MOST_LINES;
}

/* "path.member", "member"; "" for memory that is out. The caller frees it. */
static char *join(const char *path, const char *dot, const char *member)
{
    size_t length = strlen(path) + strlen(dot) + strlen(member) + 1;
    char *joined = malloc(length);

    if (joined != NULL)
        snprintf(joined, length, "%s%s%s", path, dot, member);
    return joined;
}

/* ---- Scalars ---- */

static msrck_result scalar_text(const msrck_value *value, char text[MSRCK_TEXT_SIZE], msrck_error *error)
{
    const char *name = NULL;
    double number;
    msrck_type_facts facts;
    msrck_result result = MSRCK_OK;

    if (msrck_value_kind(value) == MSRCK_KIND_ENUM)
        result = msrck_value_enumerator(value, &name, error);
    if (result == MSRCK_OK && name == NULL)
        result = msrck_value_text(value, text, error);
    else if (result == MSRCK_OK)
        snprintf(text, MSRCK_TEXT_SIZE, "%s", name);
    if (result == MSRCK_OK && msrck_reader_type(value->reader, value->type, &facts) && facts.kind == MSRCK_KIND_SCALAR &&
        facts.scalar == MSRCK_SCALAR_BOOL && text[1] == '\0' && (text[0] == '0' || text[0] == '1'))
        snprintf(text, MSRCK_TEXT_SIZE, "%s", text[0] == '1' ? "true" : "false");
    /* A long double is hexadecimal there. */
    if (result == MSRCK_OK && strstr(text, "0x") != NULL && strchr(text, 'p') != NULL &&
        msrck_value_double(value, &number, NULL) == MSRCK_OK)
        snprintf(text, MSRCK_TEXT_SIZE, "%.15g", number);
    if (result == MSRCK_OK && strlen(text) > MOST_CHARACTERS)
        memcpy(text + MOST_CHARACTERS - 3, "...", sizeof "...");
    return result;
}

static msrck_result put_scalar(struct line_writer *writer, const char *path, const msrck_value *value,
                               msrck_error *error)
{
    char text[MSRCK_TEXT_SIZE];
    msrck_result result = scalar_text(value, text, error);

    if (result == MSRCK_OK && begin_line(writer, path))
        text_format(writer->lines, "%s\n", text);
    return result;
}

static msrck_result put_complex(struct line_writer *writer, const char *path, const msrck_value *value,
                                msrck_error *error)
{
    char real[MSRCK_TEXT_SIZE], imaginary[MSRCK_TEXT_SIZE];
    msrck_value part;
    msrck_result result = msrck_value_element(value, 0, &part, error);

    if (result == MSRCK_OK)
        result = scalar_text(&part, real, error);
    if (result == MSRCK_OK)
        result = msrck_value_element(value, 1, &part, error);
    if (result == MSRCK_OK)
        result = scalar_text(&part, imaginary, error);
    if (result == MSRCK_OK && begin_line(writer, path))
        text_format(writer->lines, "%s + %si\n", real, imaginary);
    return result;
}

static msrck_result put_pointer(struct line_writer *writer, const char *path, const msrck_value *value,
                                msrck_error *error)
{
    uint64_t address = 0, leaf;
    msrck_block_facts block;
    msrck_result result = msrck_value_pointer(value, &address, error);

    if (result != MSRCK_OK)
        return result;
    if (address == 0) {
        if (begin_line(writer, path))
            text_put(writer->lines, "NULL\n");
    } else if (!msrck_reader_find_address(writer->reader, address, &block, &leaf)) {
        if (begin_line(writer, path))
            text_put(writer->lines, "\xe2\x86\x92 nowhere\n");
    } else if (!graph_selected(writer->selection, block.number) && begin_line(writer, path)) {
        text_format(writer->lines, "\xe2\x86\x92 %llu\n", (unsigned long long)block.number);
    }
    return result;
}

static msrck_result put_function(struct line_writer *writer, const char *path, const msrck_value *value,
                                 msrck_error *error)
{
    const char *name = NULL;
    msrck_result result = msrck_value_function(value, &name, error);

    if (result == MSRCK_OK && begin_line(writer, path))
        text_format(writer->lines, "%s%s\n", name == NULL ? "NULL" : name, name == NULL ? "" : "()");
    return result;
}

/* ---- Arrays ---- */

static msrck_result put_characters(struct line_writer *writer, const char *path, const msrck_value *value,
                                   msrck_error *error)
{
    const unsigned char *bytes;
    uint64_t count = 0;
    size_t width, shown = 0;
    msrck_result result = MSRCK_OK;

    if (!begin_line(writer, path))
        return MSRCK_OK;
    text_put(writer->lines, "\"");
    if (msrck_value_length(value) > 0)
        result = msrck_value_run(value, 0, &bytes, &count, &width, error);
    /* Zeros at the end are not shown, those before are: not every array of char is a text. */
    while (result == MSRCK_OK && count > 0 && bytes[count - 1] == 0)
        count--;
    for (; result == MSRCK_OK && shown < count && shown < MOST_CHARACTERS; shown++)
        if (bytes[shown] == '"' || bytes[shown] == '\\')
            text_format(writer->lines, "\\%c", bytes[shown]);
        else
            text_format(writer->lines, bytes[shown] >= 0x20 && bytes[shown] < 0x7f ? "%c" : "\\%03o", bytes[shown]);
    text_put(writer->lines, shown < count ? "\"...\n" : "\"\n");
    return result;
}

static msrck_result put_numbers(struct line_writer *writer, const char *path, const msrck_value *value,
                                msrck_error *error)
{
    uint64_t length = msrck_value_length(value), shown = length < MOST_ELEMENTS ? length : MOST_ELEMENTS;
    msrck_result result = MSRCK_OK;
    char text[MSRCK_TEXT_SIZE];
    msrck_value element;

    if (!begin_line(writer, path))
        return MSRCK_OK;
    for (uint64_t i = 0; result == MSRCK_OK && i < shown; i++) {
        result = msrck_value_element(value, i, &element, error);
        if (result == MSRCK_OK)
            result = scalar_text(&element, text, error);
        if (result == MSRCK_OK)
            text_format(writer->lines, "%s%s", i == 0 ? "{" : ", ", text);
    }
    if (shown < length)
        text_format(writer->lines, ", ... %llu more", (unsigned long long)(length - shown));
    text_put(writer->lines, shown == 0 ? "{}\n" : "}\n");
    return result;
}

static bool is_null(const msrck_value *value)
{
    uint64_t address = 1;

    return msrck_value_kind(value) == MSRCK_KIND_POINTER && msrck_value_pointer(value, &address, NULL) == MSRCK_OK &&
           address == 0;
}

/* NULL pointers that follow each other take one line: "[5..9] = NULL". */
static msrck_result put_elements(struct line_writer *writer, const char *path, const msrck_value *value,
                                 msrck_error *error)
{
    uint64_t length = msrck_value_length(value);
    msrck_result result = MSRCK_OK;
    msrck_value element;

    for (uint64_t i = 0; result == MSRCK_OK && i < length && !full(writer); i++) {
        uint64_t first = i;
        char index[64], *joined;
        result = msrck_value_element(value, i, &element, error);
        while (result == MSRCK_OK && is_null(&element) && i + 1 < length && i - first < 100000) {
            msrck_value next;
            result = msrck_value_element(value, i + 1, &next, error);
            if (result != MSRCK_OK || !is_null(&next))
                break;
            i++;
        }
        snprintf(index, sizeof index, i > first ? "[%llu..%llu]" : "[%llu]", (unsigned long long)first,
                 (unsigned long long)i);
        joined = join(path, "", index);
        if (result == MSRCK_OK && joined == NULL)
            result = graph_out_of_memory(error);
        if (result == MSRCK_OK)
            result = put_value(writer, joined, &element, error);
        free(joined);
    }
    return result;
}

static msrck_result put_array(struct line_writer *writer, const char *path, const msrck_value *value,
                              msrck_error *error)
{
    msrck_type_facts element;
    msrck_value only;
    msrck_result result;

    if (!msrck_reader_type(writer->reader, msrck_value_element_type(value), &element))
        return MSRCK_OK;
    /* A block of one element is that element. */
    if (path[0] == '\0' && msrck_value_length(value) == 1) {
        result = msrck_value_element(value, 0, &only, error);
        return result == MSRCK_OK ? put_value(writer, path, &only, error) : result;
    }
    if (element.kind == MSRCK_KIND_SCALAR && element.scalar == MSRCK_SCALAR_CHAR)
        return put_characters(writer, path, value, error);
    if (element.kind == MSRCK_KIND_SCALAR || element.kind == MSRCK_KIND_ENUM)
        return put_numbers(writer, path, value, error);
    return put_elements(writer, path, value, error);
}

/* ---- Structs and unions ---- */

static msrck_result put_field(struct line_writer *writer, const char *path, const msrck_field_facts *facts,
                              const msrck_value *field, msrck_error *error)
{
    char *joined = join(path, path[0] != '\0' && facts->name[0] != '\0' ? "." : "", facts->name);
    msrck_result result = joined == NULL ? graph_out_of_memory(error) : put_value(writer, joined, field, error);

    free(joined);
    return result;
}

static msrck_result put_struct(struct line_writer *writer, const char *path, const msrck_value *value,
                               msrck_error *error)
{
    msrck_result result = MSRCK_OK;
    msrck_field_facts facts;
    msrck_value field;

    for (uint32_t i = 0;
         result == MSRCK_OK && !full(writer) && msrck_reader_field(writer->reader, value->type, i, &facts); i++) {
        if (facts.role == MSRCK_ROLE_SKIPPED)
            continue;
        result = msrck_value_field(value, i, &field, error);
        if (result == MSRCK_OK)
            result = put_field(writer, path, &facts, &field, error);
    }
    return result;
}

static msrck_result put_union(struct line_writer *writer, const char *path, const msrck_value *value,
                              msrck_error *error)
{
    uint32_t index = MSRCK_NO_INDEX;
    msrck_field_facts facts;
    msrck_value member;
    msrck_result result = msrck_value_active(value, &index, &member, error);

    if (result != MSRCK_OK || !msrck_reader_field(writer->reader, value->type, index, &facts))
        return result;
    return put_field(writer, path, &facts, &member, error);
}

static msrck_result put_value(struct line_writer *writer, const char *path, const msrck_value *value,
                              msrck_error *error)
{
    switch (msrck_value_kind(value)) {
    case MSRCK_KIND_SCALAR:
    case MSRCK_KIND_ENUM:
        return put_scalar(writer, path, value, error);
    case MSRCK_KIND_COMPLEX:
        return put_complex(writer, path, value, error);
    case MSRCK_KIND_POINTER:
    case MSRCK_KIND_OPAQUE:
        return put_pointer(writer, path, value, error);
    case MSRCK_KIND_FUNCTION:
        return put_function(writer, path, value, error);
    case MSRCK_KIND_ARRAY:
        return put_array(writer, path, value, error);
    case MSRCK_KIND_STRUCT:
        return put_struct(writer, path, value, error);
    case MSRCK_KIND_UNION:
        return put_union(writer, path, value, error);
    default:
        return MSRCK_OK;
    }
}

msrck_result graph_block_lines(msrck_reader *reader, uint64_t block, const struct selection *selection,
                               struct text_buffer *lines, msrck_error *error)
{
    struct line_writer writer = { reader, selection, lines, 0 };
    msrck_value value;
    msrck_result result = msrck_reader_block_value(reader, block, &value, error);

    return result == MSRCK_OK ? put_value(&writer, "", &value, error) : result;
}
