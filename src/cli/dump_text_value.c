/* SPDX-License-Identifier: MIT */
/*
 * Values as text, much as C would initialise them: {value = 5, left = -> heap#13 struct node, right = NULL}.
 * Structs whose members are all scalars stand on one line, others take a line for each member; arrays of scalars
 * are broken at the right margin, and repeated values are counted.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "colour.h"
#include "dump.h"
#include "output.h"

#define MARGIN 100u
#define MOST_FLAT_FIELDS 8u
/* A pointer to char shows so much of its text. */
#define MOST_QUOTED 80u
/* So many equal elements are counted instead of repeated. */
#define LEAST_REPEATS 4u
/* The width of a number that is put in somebody else's way. */
#define USUAL_NUMBER 8u

void dump_put(struct dump *dump, const char *format, ...)
{
    va_list arguments;
    int written;

    va_start(arguments, format);
    written = vprintf(format, arguments);
    va_end(arguments);
    if (written > 0)
        dump->column += (unsigned)written;
}

void dump_colour(const struct dump *dump, const char *colour)
{
    if (dump->options->coloured)
        fputs(colour, stdout);
}

void dump_heading(const struct dump *dump, const char *heading)
{
    dump_colour(dump, COLOUR_BOLD);
    fputs(heading, stdout);
    dump_colour(dump, COLOUR_NONE);
    putchar('\n');
}

void dump_newline(struct dump *dump, unsigned indent)
{
    printf("\n%*s", (int)indent, "");
    dump->column = indent;
}

/* ---- Scalars ---- */

static void put_character(struct dump *dump, unsigned char c, char quote)
{
    static const char names[] = "abtnvfr";

    if (c >= 7 && c <= 13)
        dump_put(dump, "\\%c", names[c - 7]);
    else if (c == (unsigned char)quote || c == '\\')
        dump_put(dump, "\\%c", c);
    else if (c >= 0x20 && c < 0x7f)
        dump_put(dump, "%c", c);
    else
        dump_put(dump, "\\%03o", c);
}

static msrck_result put_scalar(struct dump *dump, const msrck_value *value, msrck_scalar scalar)
{
    char text[MSRCK_TEXT_SIZE];
    double approximate;
    msrck_result result = msrck_value_text(value, text, &dump->error);

    if (result != MSRCK_OK)
        return result;
    if (scalar == MSRCK_SCALAR_BOOL && text[1] == '\0' && (text[0] == '0' || text[0] == '1')) {
        dump_put(dump, "%s", text[0] == '1' ? "true" : "false");
    } else if (scalar == MSRCK_SCALAR_CHAR && msrck_value_bits(value) == 0) {
        dump_put(dump, "%s '", text);
        put_character(dump, (unsigned char)strtoul(text, NULL, 10), '\'');
        dump_put(dump, "'");
    } else if (scalar == MSRCK_SCALAR_LDOUBLE && strstr(text, "0x") != NULL && strstr(text, "nan") == NULL &&
               msrck_value_double(value, &approximate, NULL) == MSRCK_OK) {
        dump_put(dump, "%s (%.15g)", text, approximate);
    } else {
        dump_put(dump, "%s", text);
    }
    return MSRCK_OK;
}

static msrck_result put_enum(struct dump *dump, const msrck_value *value)
{
    const char *name = NULL;
    char text[MSRCK_TEXT_SIZE];
    msrck_result result = msrck_value_enumerator(value, &name, &dump->error);

    if (result == MSRCK_OK)
        result = msrck_value_text(value, text, &dump->error);
    if (result == MSRCK_OK)
        dump_put(dump, "%s", name != NULL ? name : text);
    return result;
}

/* ---- Strings ---- */

msrck_result dump_text_string(struct dump *dump, const msrck_value *value, uint64_t most)
{
    uint32_t type;
    uint64_t length = msrck_value_flat_length(value, &type), at = 0, zeros = 0, end;
    const unsigned char *bytes;
    uint64_t count;
    size_t width;

    end = length < most ? length : most;
    dump_colour(dump, COLOUR_GREEN);
    dump_put(dump, "\"");
    for (; at < end; at += count) {
        msrck_result result = msrck_value_run(value, at, &bytes, &count, &width, &dump->error);
        if (result != MSRCK_OK)
            return result;
        count = count < end - at ? count : end - at;
        /* Trailing zeros are not shown: the array's length is known. */
        for (uint64_t i = 0; i < count; i++) {
            if (bytes[i] == 0) {
                zeros++;
                continue;
            }
            for (; zeros > 0; zeros--)
                dump_put(dump, "\\000");
            put_character(dump, bytes[i], '"');
        }
    }
    dump_put(dump, "\"%s", end < length ? "..." : "");
    dump_colour(dump, COLOUR_NONE);
    return MSRCK_OK;
}

/* The text a pointer to char stands at, up to its NUL, if it is text. */
static msrck_result put_pointed_text(struct dump *dump, const msrck_block_facts *block, uint64_t leaf)
{
    msrck_value array;
    const unsigned char *bytes;
    uint64_t count;
    size_t width, length = 0;
    msrck_result result = msrck_reader_block_value(dump->reader, block->number, &array, &dump->error);

    if (result == MSRCK_OK)
        result = msrck_value_run(&array, leaf, &bytes, &count, &width, &dump->error);
    if (result != MSRCK_OK)
        return result;
    while (length < count && length < MOST_QUOTED && bytes[length] != 0)
        length++;
    dump_put(dump, " \"");
    for (size_t i = 0; i < length; i++)
        put_character(dump, bytes[i], '"');
    dump_put(dump, "\"%s", length < count && bytes[length] == 0 ? "" : "...");
    return MSRCK_OK;
}

/* ---- Pointers ---- */

/* " grid", " main.x", " struct node": whose block it is, or of what type. `path` is "" for a whole block. */
static void put_block_name(struct dump *dump, const msrck_block_facts *block, const char *path)
{
    uint32_t index = 0, local = 0;
    const char *name = NULL;
    msrck_variable_facts variable;
    msrck_frame_facts frame;
    msrck_type_facts type;

    switch (msrck_reader_owner(dump->reader, block->number, &index, &local)) {
    case MSRCK_OWNER_VARIABLE:
        msrck_reader_variable(dump->reader, index, &variable);
        dump_put(dump, " %s%s", variable.name, path);
        break;
    case MSRCK_OWNER_LOCAL:
        msrck_reader_frame(dump->reader, index, &frame);
        msrck_reader_frame_local(dump->reader, index, local, &name, NULL, NULL);
        dump_put(dump, " %s.%s%s", frame.function_name, name, path);
        break;
    case MSRCK_OWNER_LIVE:
        msrck_reader_frame(dump->reader, index, &frame);
        dump_put(dump, " %s%s", frame.function_name, path);
        break;
    default:
        msrck_reader_type(dump->reader, block->type, &type);
        if (path[0] != '\0' || block->elements > 1)
            dump_put(dump, "%s", path);
        else
            dump_put(dump, " %s", type.name);
        break;
    }
}

static bool is_character(const msrck_reader *reader, uint32_t type)
{
    msrck_type_facts facts;

    return msrck_reader_type(reader, type, &facts) && facts.kind == MSRCK_KIND_SCALAR &&
           facts.scalar == MSRCK_SCALAR_CHAR;
}

msrck_result dump_text_pointer(struct dump *dump, uint64_t address, uint32_t target)
{
    msrck_block_facts block;
    uint64_t leaf;
    char *path;
    bool text;

    if (address == 0) {
        dump_put(dump, "NULL");
        return MSRCK_OK;
    }
    if (!msrck_reader_find_address(dump->reader, address, &block, &leaf)) {
        dump_put(dump, "-> nowhere (canonical address %llu)", (unsigned long long)address);
        dump_note_dangling(dump, "canonical address", address);
        return MSRCK_OK;
    }
    text = leaf < block.leaves && is_character(dump->reader, target) && is_character(dump->reader, block.type);
    path = text && leaf == 0 ? NULL : msrck_reader_path(dump->reader, block.number, leaf, target);
    dump_colour(dump, COLOUR_BLUE);
    dump_put(dump, "-> %s#%llu", msrck_segment_text(block.segment), (unsigned long long)block.number);
    dump_colour(dump, COLOUR_NONE);
    put_block_name(dump, &block, path == NULL ? "" : path);
    free(path);
    return text ? put_pointed_text(dump, &block, leaf) : MSRCK_OK;
}

static msrck_result put_pointer(struct dump *dump, const msrck_value *value)
{
    uint64_t address = 0;
    msrck_result result = msrck_value_pointer(value, &address, &dump->error);

    return result == MSRCK_OK ? dump_text_pointer(dump, address, msrck_value_element_type(value)) : result;
}

/* "opaque#13 of 5 bytes": a handle is what its program wrote of it. */
static msrck_result put_opaque(struct dump *dump, const msrck_value *value)
{
    uint64_t address = 0, leaf = 0;
    msrck_block_facts block;
    msrck_result result = msrck_value_pointer(value, &address, &dump->error);

    if (result != MSRCK_OK)
        return result;
    if (address == 0 || !msrck_reader_find_address(dump->reader, address, &block, &leaf))
        return dump_text_pointer(dump, address, 0);
    dump_put(dump, "-> %s#%llu of %llu bytes", msrck_segment_text(block.segment), (unsigned long long)block.number,
             (unsigned long long)block.count);
    return MSRCK_OK;
}

static msrck_result put_function(struct dump *dump, const msrck_value *value)
{
    const char *name = NULL;
    msrck_result result = msrck_value_function(value, &name, &dump->error);

    if (result == MSRCK_OK)
        dump_put(dump, "%s%s", name == NULL ? "NULL" : "-> ", name == NULL ? "" : name);
    return result;
}

/* ---- Arrays ---- */

static bool is_composite(msrck_kind kind)
{
    return kind == MSRCK_KIND_STRUCT || kind == MSRCK_KIND_UNION || kind == MSRCK_KIND_ARRAY;
}

/* How many elements from `index` on have the same bytes; those in one run are compared. */
static msrck_result count_equal(struct dump *dump, const msrck_value *array, uint64_t index, uint64_t *equal)
{
    const unsigned char *bytes;
    uint64_t count;
    size_t width;
    msrck_result result = msrck_value_run(array, index, &bytes, &count, &width, &dump->error);

    *equal = 1;
    while (result == MSRCK_OK && *equal < count && memcmp(bytes, bytes + *equal * width, width) == 0)
        ++*equal;
    return result;
}

static msrck_result put_scalar_elements(struct dump *dump, const msrck_value *array, uint64_t count, unsigned indent)
{
    msrck_result result = MSRCK_OK;
    msrck_value element;
    uint64_t equal;

    for (uint64_t i = 0; result == MSRCK_OK && i < count;) {
        if (i > 0)
            dump_put(dump, ",");
        if (dump->column > MARGIN)
            dump_newline(dump, indent);
        else if (i > 0)
            dump_put(dump, " ");
        result = count_equal(dump, array, i, &equal);
        if (result == MSRCK_OK)
            result = msrck_value_element(array, i, &element, &dump->error);
        if (result == MSRCK_OK)
            result = dump_text_value(dump, &element, indent);
        if (equal > count - i)
            equal = count - i;
        if (equal >= LEAST_REPEATS)
            dump_put(dump, " <%llu times>", (unsigned long long)equal);
        i += equal >= LEAST_REPEATS ? equal : 1;
    }
    return result;
}

static msrck_result put_composite_elements(struct dump *dump, const msrck_value *array, uint64_t count, unsigned indent)
{
    msrck_result result = MSRCK_OK;
    msrck_value element;

    for (uint64_t i = 0; result == MSRCK_OK && i < count; i++) {
        dump_newline(dump, indent);
        result = msrck_value_element(array, i, &element, &dump->error);
        if (result == MSRCK_OK)
            result = dump_text_value(dump, &element, indent);
        if (result == MSRCK_OK && i + 1 < count)
            dump_put(dump, ",");
    }
    return result;
}

static msrck_result put_array(struct dump *dump, const msrck_value *value, unsigned indent)
{
    uint64_t length = msrck_value_length(value), count = dump_limited(dump, length);
    uint32_t element = msrck_value_element_type(value);
    msrck_type_facts facts;
    msrck_result result;
    bool composite;

    if (is_character(dump->reader, element))
        return dump_text_string(dump, value, dump->options->limit != 0 ? dump->options->limit : UINT64_MAX);
    composite = msrck_reader_type(dump->reader, element, &facts) && is_composite(facts.kind);
    dump_put(dump, "{");
    result = composite ? put_composite_elements(dump, value, count, indent + 4)
                       : put_scalar_elements(dump, value, count, indent + 4);
    if (count < length)
        dump_put(dump, ", ... %llu more", (unsigned long long)(length - count));
    dump_put(dump, "}");
    return result;
}

/* ---- Structs and unions ---- */

/* Whether the struct stands on one line: few members, none of which is made of others. */
static bool is_flat(const msrck_reader *reader, const msrck_value *value)
{
    msrck_field_facts field;
    msrck_type_facts type;

    for (uint32_t i = 0; msrck_reader_field(reader, value->type, i, &field); i++)
        if (i >= MOST_FLAT_FIELDS || field.role == MSRCK_ROLE_FLEXIBLE ||
            (msrck_reader_type(reader, field.type, &type) && is_composite(type.kind) &&
             !(type.kind == MSRCK_KIND_ARRAY && is_character(reader, type.element))))
            return false;
    return true;
}

static msrck_result put_struct(struct dump *dump, const msrck_value *value, unsigned indent)
{
    bool flat = is_flat(dump->reader, value);
    msrck_result result = MSRCK_OK;
    msrck_field_facts facts;
    msrck_value field;

    dump_put(dump, "{");
    for (uint32_t i = 0; result == MSRCK_OK && msrck_reader_field(dump->reader, value->type, i, &facts); i++) {
        if (i > 0)
            dump_put(dump, flat ? ", " : ",");
        if (!flat)
            dump_newline(dump, indent + 4);
        if (facts.name[0] != '\0')
            dump_put(dump, "%s = ", facts.name);
        result = msrck_value_field(value, i, &field, &dump->error);
        if (result == MSRCK_OK)
            result = dump_text_value(dump, &field, indent + (flat ? 0 : 4));
    }
    dump_put(dump, "}");
    return result;
}

static msrck_result put_union(struct dump *dump, const msrck_value *value, unsigned indent)
{
    uint32_t index = MSRCK_NO_INDEX;
    msrck_field_facts facts;
    msrck_value member;
    msrck_result result = msrck_value_active(value, &index, &member, &dump->error);

    if (result != MSRCK_OK)
        return result;
    if (!msrck_reader_field(dump->reader, value->type, index, &facts)) {
        dump_put(dump, "{no active member}");
        return MSRCK_OK;
    }
    dump_put(dump, "{%s = ", facts.name);
    result = dump_text_value(dump, &member, indent);
    dump_put(dump, "}");
    return result;
}

static msrck_result put_complex(struct dump *dump, const msrck_value *value)
{
    msrck_value part;
    msrck_result result = msrck_value_element(value, 0, &part, &dump->error);

    if (result == MSRCK_OK)
        result = dump_text_value(dump, &part, 0);
    dump_put(dump, " + i * ");
    if (result == MSRCK_OK)
        result = msrck_value_element(value, 1, &part, &dump->error);
    return result == MSRCK_OK ? dump_text_value(dump, &part, 0) : result;
}

/* Recursion is bounded by the nesting of types. */
msrck_result dump_text_value(struct dump *dump, const msrck_value *value, unsigned indent)
{
    msrck_kind kind = msrck_value_kind(value);
    msrck_type_facts facts;

    if (dump->put_number != NULL && (kind == MSRCK_KIND_SCALAR || kind == MSRCK_KIND_ENUM)) {
        dump->column += USUAL_NUMBER;
        return dump->put_number(dump->context, value, &dump->error);
    }
    switch (kind) {
    case MSRCK_KIND_SCALAR:
        msrck_reader_type(dump->reader, value->type, &facts);
        return put_scalar(dump, value, facts.scalar);
    case MSRCK_KIND_ENUM:
        return put_enum(dump, value);
    case MSRCK_KIND_POINTER:
        return put_pointer(dump, value);
    case MSRCK_KIND_OPAQUE:
        return put_opaque(dump, value);
    case MSRCK_KIND_FUNCTION:
        return put_function(dump, value);
    case MSRCK_KIND_ARRAY:
        return put_array(dump, value, indent);
    case MSRCK_KIND_STRUCT:
        return put_struct(dump, value, indent);
    case MSRCK_KIND_UNION:
        return put_union(dump, value, indent);
    case MSRCK_KIND_COMPLEX:
        return put_complex(dump, value);
    default:
        dump_put(dump, "void");
        return MSRCK_OK;
    }
}
