/* SPDX-License-Identifier: MIT */
#include "types/type_name.h"

#include <string.h>

/* A C declarator grows outwards from the name: stars and parentheses to its left, brackets to its right. */
struct declarator {
    char left[3 * TI_MAX_NESTING + 8];      /* filled from its end */
    size_t start;
    struct byte_buffer right;
};

static void put_left(struct declarator *declarator, const char *text)
{
    size_t length = strlen(text);

    declarator->start -= length;
    memcpy(declarator->left + declarator->start, text, length);
}

/* Every type of a file passes here when it is read; printf takes longer than all the rest of that. */
static void append_brackets(struct byte_buffer *out, uint64_t count)
{
    char text[24];
    size_t start = sizeof text;

    text[--start] = ']';
    do {
        text[--start] = (char)('0' + count % 10);
        count /= 10;
    } while (count > 0);
    text[--start] = '[';
    msrck_buffer_append(out, text + start, sizeof text - start);
}

/*
 * Takes one pointer or array off the type. Arrays bind tighter than stars, so a star before brackets takes
 * parentheses.
 */
static const struct ti_type *wrap(struct declarator *declarator, const struct ti_table *table,
                                  const struct ti_type *type)
{
    const struct ti_type *element = msrck_ti_get(table, type->element);

    if (type->kind == MSRCK_KIND_ARRAY) {
        append_brackets(&declarator->right, type->count);
    } else if (element->kind == MSRCK_KIND_ARRAY) {
        put_left(declarator, "(*");
        msrck_buffer_append(&declarator->right, ")", 1);
    } else {
        put_left(declarator, "*");
    }
    return element;
}

static void append_all(const struct declarator *declarator, const char *base, const char *declared,
                       struct byte_buffer *out)
{
    size_t left = sizeof declarator->left - declarator->start;

    msrck_buffer_append(out, base, strlen(base));
    if (left > 0 || declared[0] != '\0' || declarator->right.length > 0)
        msrck_buffer_append(out, " ", 1);
    msrck_buffer_append(out, declarator->left + declarator->start, left);
    msrck_buffer_append(out, declared, strlen(declared));
    msrck_buffer_append(out, declarator->right.bytes, declarator->right.length);
    out->failed = out->failed || declarator->right.failed;
}

bool msrck_type_name_append(const struct ti_table *table, const struct ti_type *outer, const char *declared,
                            struct byte_buffer *out)
{
    struct declarator declarator = { .start = sizeof declarator.left, .right = BYTE_BUFFER_INIT };
    const char *base;
    unsigned depth = 0;

    while ((outer->kind == MSRCK_KIND_POINTER || outer->kind == MSRCK_KIND_ARRAY) && depth++ < TI_MAX_NESTING)
        outer = wrap(&declarator, table, outer);
    base = outer->name;
    if (outer->kind == MSRCK_KIND_FUNCTION) {
        put_left(&declarator, "(*");
        msrck_buffer_append(&declarator.right, ")(void)", 7);
        base = "void";
    }
    if (depth <= TI_MAX_NESTING)
        append_all(&declarator, base, declared, out);
    msrck_buffer_free(&declarator.right);
    return depth <= TI_MAX_NESTING;
}

/* Bytes of the UTF-8 character at `text`; 0 when it is none, or a control character of ASCII or Latin-1. */
static size_t character_length(const unsigned char *text)
{
    size_t length = text[0] < 0x80   ? 1
                    : text[0] < 0xc2 ? 0
                    : text[0] < 0xe0 ? 2
                    : text[0] < 0xf0 ? 3
                    : text[0] < 0xf5 ? 4
                                     : 0;

    for (size_t i = 1; i < length; i++)
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    if (length == 1 && (text[0] < 0x20 || text[0] == 0x7f))
        return 0;
    if (length == 2 && text[0] == 0xc2 && text[1] < 0xa0)
        return 0;
    /* Overlong forms, surrogates, and what lies beyond U+10FFFF. */
    if ((text[0] == 0xe0 && text[1] < 0xa0) || (text[0] == 0xed && text[1] > 0x9f) ||
        (text[0] == 0xf0 && text[1] < 0x90) || (text[0] == 0xf4 && text[1] > 0x8f))
        return 0;
    return length;
}

bool msrck_name_is_printable(const char *name)
{
    const unsigned char *text = (const unsigned char *)name;
    size_t position = 0, length;

    while (text[position] != '\0') {
        /* Every name of a file passes here when it is read, and nearly all are ASCII. */
        length = text[position] >= 0x20 && text[position] < 0x7f ? 1 : character_length(text + position);
        position += length;
        if (length == 0 || position > TI_MAX_NAME)
            return false;
    }
    return true;
}
