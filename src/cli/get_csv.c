/* SPDX-License-Identifier: MIT */
/*
 * Values as CSV (RFC 4180): an array's element is a line, its leaves are the columns. Elements that are structs get a line of column names. Matches of a glob,
 * and what is no array, are lines of path and leaves. An array of char is one column, its text as dump shows it.
 */
#include <stdio.h>
#include <string.h>

#include "get.h"
#include "output.h"

/* Types nest at most 64 deep. */
#define MOST_LEVELS 130u

/* What is left of a struct or array while its leaves are visited. */
struct level { msrck_value value; uint64_t next, end; size_t name_length; };

struct columns {
    struct get *get;
    bool names;                     /* of the columns are put, not the values */
    bool first;                     /* nothing stands on the line, or in the union, yet */
    bool in_union;                  /* whose leaves are one column, in quotes, with blanks between them */
    char name[4096];
    msrck_error *error;
};

static msrck_result put_leaves(struct columns *columns, const msrck_value *value);

static void put_quoted(const char *text)
{
    if (strpbrk(text, ",\"\r\n") == NULL) {
        output_masked(text);
        return;
    }
    putchar('"');
    for (; *text != '\0'; text++) {
        if (*text == '"')
            putchar('"');
        putchar(*text);
    }
    putchar('"');
}

static msrck_result put_pointer(const msrck_value *value, msrck_error *error)
{
    msrck_block_facts block;
    uint64_t address, leaf;
    msrck_result result = msrck_value_pointer(value, &address, error);

    if (result != MSRCK_OK || address == 0)
        return result;
    if (!msrck_reader_find_address(value->reader, address, &block, &leaf))
        printf("?%llu", (unsigned long long)address);
    else if (leaf == 0)
        printf("%s#%llu", msrck_segment_text(block.segment), (unsigned long long)block.number);
    else
        printf("%s#%llu:%llu", msrck_segment_text(block.segment), (unsigned long long)block.number, (unsigned long long)leaf);
    return MSRCK_OK;
}

/* Unless numbers are asked for. */
static bool is_text(const struct columns *columns, const msrck_value *value)
{
    msrck_type_facts facts;

    return columns->get->format.letter == 0 && msrck_value_kind(value) == MSRCK_KIND_ARRAY &&
           msrck_reader_type(value->reader, msrck_value_element_type(value), &facts) && facts.kind == MSRCK_KIND_SCALAR &&
           facts.scalar == MSRCK_SCALAR_CHAR;
}

/* Without the zeros at its end, in quotes, which are doubled inside: twice where the column itself stands in quotes. */
static msrck_result put_text(const struct columns *columns, const msrck_value *value)
{
    const char *quote = columns->in_union ? "\"\"" : "\"";
    const unsigned char *bytes;
    uint64_t length = msrck_value_length(value), count, zeros = 0;
    size_t width;
    msrck_result result = MSRCK_OK;

    fputs(quote, stdout);
    for (uint64_t at = 0; at < length; at += count) {
        result = msrck_value_run(value, at, &bytes, &count, &width, columns->error);
        if (result != MSRCK_OK)
            return result;
        for (uint64_t i = 0; i < count; i++) {
            if (bytes[i] == 0) {
                zeros++;
                continue;
            }
            for (; zeros > 0; zeros--)
                fputs("\\000", stdout);
            if (bytes[i] == '"')
                printf("%s%s", quote, quote);
            else if (bytes[i] == '\\' || bytes[i] < 0x20 || bytes[i] >= 0x7f)
                printf("\\%03o", bytes[i]);
            else
                putchar(bytes[i]);
        }
    }
    fputs(quote, stdout);
    return result;
}

static void separate(struct columns *columns)
{
    if (!columns->first)
        putchar(columns->in_union ? ' ' : ',');
    columns->first = false;
}

static msrck_result put_leaf(struct columns *columns, const msrck_value *value, size_t name_length)
{
    const char *name = NULL;
    msrck_result result = MSRCK_OK;

    separate(columns);
    if (columns->names) {
        columns->name[name_length] = '\0';
        put_quoted(columns->name[0] == '.' ? columns->name + 1 : columns->name);
        return MSRCK_OK;
    }
    switch (msrck_value_kind(value)) {
    case MSRCK_KIND_POINTER:
    case MSRCK_KIND_OPAQUE:
        return put_pointer(value, columns->error);
    case MSRCK_KIND_ARRAY:
        return put_text(columns, value);
    case MSRCK_KIND_FUNCTION:
        result = msrck_value_function(value, &name, columns->error);
        if (result == MSRCK_OK && name != NULL)
            put_quoted(name);
        return result;
    case MSRCK_KIND_VOID:
        return MSRCK_OK;
    default:
        return get_format_put(&columns->get->format, value, columns->error);
    }
}

/* How many columns the value has of its own; 0 for a leaf. A union is one column, so that lines keep their columns. */
static uint64_t parts_of(const struct columns *columns, const msrck_value *value)
{
    switch (msrck_value_kind(value)) {
    case MSRCK_KIND_ARRAY:
        return is_text(columns, value) ? 0 : msrck_value_length(value);
    case MSRCK_KIND_COMPLEX:
    case MSRCK_KIND_STRUCT:
        return msrck_value_length(value);
    default:
        return 0;
    }
}

/* The active member; several leaves are one column. Unions nest as types do. */
static msrck_result put_union(struct columns *columns, const msrck_value *value)
{
    msrck_value member;
    uint32_t active;
    bool outermost = !columns->in_union;
    msrck_result result = msrck_value_active(value, &active, &member, columns->error);

    if (result != MSRCK_OK || active == MSRCK_NO_INDEX) {
        separate(columns);
        return result;
    }
    if (parts_of(columns, &member) == 0 && msrck_value_kind(&member) != MSRCK_KIND_UNION)
        return put_leaf(columns, &member, 0);
    if (!outermost)
        return put_leaves(columns, &member);
    separate(columns);
    columns->in_union = columns->first = true;
    putchar('"');
    result = put_leaves(columns, &member);
    putchar('"');
    columns->in_union = columns->first = false;
    return result;
}

static msrck_result take_part(struct columns *columns, struct level *level, msrck_value *part, size_t *name_length)
{
    uint64_t index = level->next++;
    size_t room = sizeof columns->name - level->name_length;
    msrck_field_facts facts = { .name = "" };
    int written;

    if (msrck_value_kind(&level->value) != MSRCK_KIND_STRUCT) {
        written = snprintf(columns->name + level->name_length, room, "[%llu]", (unsigned long long)index);
        *name_length = level->name_length + (size_t)written;
        return (size_t)written < room ? msrck_value_element(&level->value, index, part, columns->error) : MSRCK_LIMIT;
    }
    msrck_reader_field(level->value.reader, level->value.type, (uint32_t)index, &facts);
    written = snprintf(columns->name + level->name_length, room, ".%s", facts.name);
    *name_length = level->name_length + (size_t)written;
    return (size_t)written < room ? msrck_value_field(&level->value, (uint32_t)index, part, columns->error) : MSRCK_LIMIT;
}

/* All leaves of a value, or the names of its columns. */
static msrck_result put_leaves(struct columns *columns, const msrck_value *value)
{
    struct level levels[MOST_LEVELS];
    size_t depth = 1, name_length = 0;
    msrck_result result = MSRCK_OK;

    if (msrck_value_kind(value) == MSRCK_KIND_UNION && !columns->names)
        return put_union(columns, value);
    if (parts_of(columns, value) == 0)
        return put_leaf(columns, value, 0);
    levels[0] = (struct level){ *value, 0, parts_of(columns, value), 0 };
    while (result == MSRCK_OK && depth > 0) {
        struct level *level = &levels[depth - 1];
        msrck_value part;

        if (level->next == level->end) {
            depth--;
            continue;
        }
        result = take_part(columns, level, &part, &name_length);
        if (result != MSRCK_OK)
            break;
        if (parts_of(columns, &part) > 0 && depth < MOST_LEVELS)
            levels[depth++] = (struct level){ part, 0, parts_of(columns, &part), name_length };
        else if (msrck_value_kind(&part) == MSRCK_KIND_UNION && !columns->names)
            result = put_union(columns, &part);
        else
            result = put_leaf(columns, &part, name_length);
    }
    return result;
}

static msrck_result put_line(struct columns *columns, const msrck_value *value)
{
    msrck_result result;

    columns->first = true;
    result = put_leaves(columns, value);
    fputs("\r\n", stdout);
    return result;
}

static msrck_result put_names(struct columns *columns, const msrck_value *value)
{
    msrck_result result;

    columns->names = true;
    result = put_line(columns, value);
    columns->names = false;
    return result;
}

/* A match that is no table: its path and its leaves; above the first struct of a type the names of the columns. */
static msrck_result put_match(struct columns *columns, const char *path, const msrck_value *value)
{
    struct get *get = columns->get;
    msrck_result result = MSRCK_OK;

    if (msrck_value_kind(value) == MSRCK_KIND_STRUCT && get->named_type != value->type) {
        fputs("path,", stdout);
        result = put_names(columns, value);
        get->named_type = value->type;
    }
    if (result != MSRCK_OK)
        return result;
    put_quoted(path);
    putchar(',');
    return put_line(columns, value);
}

msrck_result get_csv(struct get *get, const char *path, const msrck_value *value, msrck_error *error)
{
    struct columns columns = { .get = get, .error = error };
    msrck_value element;
    msrck_result result = MSRCK_OK;
    uint64_t length;

    if (!get->single || msrck_value_kind(value) != MSRCK_KIND_ARRAY || is_text(&columns, value))
        return put_match(&columns, path, value);
    length = dump_limited(&get->dump, msrck_value_length(value));
    for (uint64_t i = 0; result == MSRCK_OK && i < length; i++) {
        result = msrck_value_element(value, i, &element, error);
        if (result == MSRCK_OK && i == 0 && msrck_value_kind(&element) == MSRCK_KIND_STRUCT)
            result = put_names(&columns, &element);
        if (result == MSRCK_OK)
            result = put_line(&columns, &element);
    }
    return result;
}
