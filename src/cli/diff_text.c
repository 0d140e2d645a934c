/* SPDX-License-Identifier: MIT */
/* Values on one line, much as C would write them, cut where they become long. */
#include "diff.h"

#include <string.h>

/* Length from which on nothing more is added. */
#define LONG_ENOUGH 120u
#define MOST_CHARACTERS 60u

struct printing {
    struct diff *diff;
    const struct diff_side *side;
    struct text_buffer *text;
    size_t end;                     /* length from which on it is long enough */
};

static bool is_full(struct printing *printing)
{
    if (printing->text->length < printing->end)
        return false;
    text_put(printing->text, "...");
    return true;
}

static void put_character(struct text_buffer *text, unsigned char c)
{
    static const char names[] = "abtnvfr";

    if (c >= 7 && c <= 13)
        text_format(text, "\\%c", names[c - 7]);
    else if (c == '"' || c == '\\')
        text_format(text, "\\%c", c);
    else if (c >= 0x20 && c < 0x7f)
        text_format(text, "%c", c);
    else
        text_format(text, "\\%03o", c);
}

/* Characters from `first` on, up to the NUL that nothing but NULs follow. */
static msrck_result put_characters(struct printing *printing, const msrck_value *array, uint64_t first)
{
    uint64_t length = msrck_value_length(array), count = 0, end, shown;
    const unsigned char *bytes;
    size_t width;
    msrck_result result = MSRCK_OK;

    if (first < length)
        result = msrck_value_run(array, first, &bytes, &count, &width, &printing->diff->error);
    if (result != MSRCK_OK)
        return result;
    for (end = count; end > 0 && bytes[end - 1] == 0;)
        end--;
    shown = end < MOST_CHARACTERS ? end : MOST_CHARACTERS;
    text_put(printing->text, "\"");
    for (uint64_t i = 0; i < shown; i++)
        put_character(printing->text, bytes[i]);
    text_put(printing->text, shown < end ? "\"..." : "\"");
    return MSRCK_OK;
}

static bool is_character(const struct diff_side *side, uint32_t type)
{
    const msrck_type_facts *facts = &side->types[type].facts;

    return facts->kind == MSRCK_KIND_SCALAR && facts->scalar == MSRCK_SCALAR_CHAR;
}

static msrck_result put_scalar(struct printing *printing, const msrck_value *value)
{
    char text[MSRCK_TEXT_SIZE];
    const char *name = NULL;
    msrck_result result = msrck_value_text(value, text, &printing->diff->error);

    if (result == MSRCK_OK && msrck_value_kind(value) == MSRCK_KIND_ENUM)
        result = msrck_value_enumerator(value, &name, &printing->diff->error);
    if (result != MSRCK_OK)
        return result;
    if (printing->side->types[value->type].facts.scalar == MSRCK_SCALAR_BOOL && (text[0] == '0' || text[0] == '1') &&
        text[1] == '\0')
        text_put(printing->text, text[0] == '1' ? "true" : "false");
    else
        text_put(printing->text, name != NULL ? name : text);
    return MSRCK_OK;
}

/* A pointer to text shows the text. */
static msrck_result put_pointer(struct printing *printing, const msrck_value *value)
{
    msrck_block_facts block;
    msrck_value array;
    uint64_t leaf;
    msrck_result result = diff_follow(printing->diff, printing->side, value, &block, &leaf);

    if (result != MSRCK_OK || block.number == 0 || !is_character(printing->side, block.type))
        return result == MSRCK_OK ? diff_path_target(printing->diff, printing->side, value, printing->text) : result;
    result = msrck_reader_block_value(printing->side->reader, block.number, &array, &printing->diff->error);
    return result == MSRCK_OK ? put_characters(printing, &array, leaf) : result;
}

static msrck_result put_function(struct printing *printing, const msrck_value *value)
{
    const char *name = NULL;
    msrck_result result = msrck_value_function(value, &name, &printing->diff->error);

    text_put(printing->text, name != NULL ? name : "NULL");
    return result;
}

static msrck_result put_value(struct printing *printing, const msrck_value *value);

static msrck_result put_array(struct printing *printing, const msrck_value *value)
{
    uint64_t length = msrck_value_length(value);
    msrck_result result = MSRCK_OK;
    msrck_value element;

    if (is_character(printing->side, msrck_value_element_type(value)))
        return put_characters(printing, value, 0);
    text_put(printing->text, "{");
    for (uint64_t i = 0; result == MSRCK_OK && i < length; i++) {
        text_put(printing->text, i > 0 ? ", " : "");
        if (is_full(printing))
            break;
        result = msrck_value_element(value, i, &element, &printing->diff->error);
        if (result == MSRCK_OK)
            result = put_value(printing, &element);
    }
    text_put(printing->text, "}");
    return result;
}

static msrck_result put_struct(struct printing *printing, const msrck_value *value)
{
    msrck_result result = MSRCK_OK;
    msrck_field_facts facts;
    msrck_value field;
    bool any = false;

    text_put(printing->text, "{");
    for (uint32_t i = 0; result == MSRCK_OK && msrck_reader_field(printing->side->reader, value->type, i, &facts);
         i++) {
        if (facts.role == MSRCK_ROLE_SKIPPED)
            continue;
        text_put(printing->text, any ? ", " : "");
        any = true;
        if (is_full(printing))
            break;
        if (facts.name[0] != '\0')
            text_format(printing->text, "%s = ", facts.name);
        result = msrck_value_field(value, i, &field, &printing->diff->error);
        if (result == MSRCK_OK)
            result = put_value(printing, &field);
    }
    text_put(printing->text, "}");
    return result;
}

static msrck_result put_union(struct printing *printing, const msrck_value *value)
{
    uint32_t index = MSRCK_NO_INDEX;
    msrck_field_facts facts;
    msrck_value member;
    msrck_result result = msrck_value_active(value, &index, &member, &printing->diff->error);

    if (result != MSRCK_OK || !msrck_reader_field(printing->side->reader, value->type, index, &facts)) {
        text_put(printing->text, "{}");
        return result;
    }
    text_format(printing->text, "{%s = ", facts.name);
    result = put_value(printing, &member);
    text_put(printing->text, "}");
    return result;
}

/* Recursion is bounded by the nesting of types. */
static msrck_result put_value(struct printing *printing, const msrck_value *value)
{
    switch (msrck_value_kind(value)) {
    case MSRCK_KIND_SCALAR:
    case MSRCK_KIND_ENUM:
        return put_scalar(printing, value);
    case MSRCK_KIND_POINTER:
        return put_pointer(printing, value);
    case MSRCK_KIND_OPAQUE:
        return diff_path_target(printing->diff, printing->side, value, printing->text);
    case MSRCK_KIND_FUNCTION:
        return put_function(printing, value);
    case MSRCK_KIND_ARRAY:
    case MSRCK_KIND_COMPLEX:
        return put_array(printing, value);
    case MSRCK_KIND_STRUCT:
        return put_struct(printing, value);
    case MSRCK_KIND_UNION:
        return put_union(printing, value);
    default:
        return MSRCK_OK;
    }
}

msrck_result diff_text_value(struct diff *diff, const struct diff_side *side, const msrck_value *value,
                             struct text_buffer *text)
{
    struct printing printing = { diff, side, text, text->length + LONG_ENOUGH };

    return put_value(&printing, value);
}

msrck_result diff_text_block(struct diff *diff, const struct diff_side *side, uint64_t block, struct text_buffer *text)
{
    msrck_block_facts facts;
    msrck_value value;
    msrck_result result = msrck_reader_block_value(side->reader, block, &value, &diff->error);

    if (result != MSRCK_OK || !msrck_reader_block(side->reader, block, &facts))
        return result;
    text_put(text, side->types[facts.type].facts.name);
    if (facts.elements != 1)
        text_format(text, "[%llu]", (unsigned long long)facts.elements);
    else
        result = msrck_value_element(&value, 0, &value, &diff->error);
    text_put(text, " ");
    return result == MSRCK_OK ? diff_text_value(diff, side, &value, text) : result;
}
