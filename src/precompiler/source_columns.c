/* SPDX-License-Identifier: MIT */
#include "source_columns.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text_builder.h"
#include "text_scan.h"

/* Longer lines, in tokens of the source times tokens of the text, are not compared. */
#define MOST_PAIRS (4u << 20)

struct source_line {
    size_t begin;
    bool in_comment;                /* it begins inside of one */
};

struct source_file {
    char *name, *text;              /* the text is NULL where it cannot be read */
    size_t length;
    struct source_line *lines;
    size_t count;
};

struct source_columns {
    struct source_file *files;
    size_t count;
};

struct token {
    size_t begin, length;
};

struct token_list {
    struct token *items;
    size_t count, capacity;
};

struct source_columns *source_columns_new(void)
{
    return storage_new(1, sizeof(struct source_columns));
}

void source_columns_free(struct source_columns *columns)
{
    for (size_t i = 0; columns != NULL && i < columns->count; i++) {
        free(columns->files[i].name);
        free(columns->files[i].text);
        free(columns->files[i].lines);
    }
    if (columns != NULL)
        free(columns->files);
    free(columns);
}

/* ---- Tokens ---- */

static void add_token(struct token_list *list, size_t begin, size_t end)
{
    if (list->count == list->capacity) {
        list->capacity = list->capacity * 2 + 64;
        list->items = storage_resize(list->items, list->capacity, sizeof *list->items);
    }
    list->items[list->count++] = (struct token){ begin, end - begin };
}

static bool begins(const char *text, size_t at, size_t end, const char *two)
{
    return end - at >= 2 && text[at] == two[0] && text[at + 1] == two[1];
}

/* Behind the comment that the place is in. *open: it does not end here. */
static size_t skip_comment(const char *text, size_t at, size_t end, bool *open)
{
    while (at < end && !begins(text, at, end, "*/"))
        at++;
    *open = at >= end;
    return *open ? end : at + 2;
}

/* Adds the tokens of one line, without its comments, unless the list is NULL. Whether a comment is open at its end. */
static bool scan_line(const char *text, size_t at, size_t end, bool in_comment, struct token_list *list)
{
    while (at < end) {
        size_t next;

        if (in_comment)
            at = skip_comment(text, at, end, &in_comment);
        else if (begins(text, at, end, "/*"))
            at = skip_comment(text, at + 2, end, &in_comment);
        else if (begins(text, at, end, "//"))
            break;
        else if (text[at] == ' ' || (text[at] >= '\t' && text[at] <= '\r') || text[at] == '\\')
            at++;
        else {
            next = scan_token(text, at, end);
            if (list != NULL)
                add_token(list, at, next);
            at = next;
        }
    }
    return in_comment;
}

/* ---- Files ---- */

static void find_lines(struct source_file *file)
{
    size_t capacity = 0;
    bool in_comment = false;

    for (size_t at = 0; at < file->length;) {
        const char *newline = memchr(file->text + at, '\n', file->length - at);
        size_t end = newline != NULL ? (size_t)(newline - file->text) : file->length;

        if (file->count == capacity) {
            capacity = capacity * 2 + 256;
            file->lines = storage_resize(file->lines, capacity, sizeof *file->lines);
        }
        file->lines[file->count++] = (struct source_line){ at, in_comment };
        in_comment = scan_line(file->text, at, end, in_comment, NULL);
        at = end + 1;
    }
}

static void read_file(struct source_file *file)
{
    FILE *stream = fopen(file->name, "rb");
    text_builder builder = { NULL, 0, 0 };
    char chunk[65536];
    size_t got;

    while (stream != NULL && (got = fread(chunk, 1, sizeof chunk, stream)) > 0)
        text_add_range(&builder, chunk, got);
    if (stream != NULL)
        fclose(stream);
    file->length = builder.length;
    file->text = builder.length > 0 ? text_take(&builder) : NULL;
    find_lines(file);
}

static const struct source_file *find_file(struct source_columns *columns, const char *name)
{
    struct source_file *file;

    for (size_t i = 0; i < columns->count; i++)
        if (strcmp(columns->files[i].name, name) == 0)
            return &columns->files[i];
    columns->files = storage_resize(columns->files, columns->count + 1, sizeof *columns->files);
    file = &columns->files[columns->count++];
    *file = (struct source_file){ .name = storage_copy(name) };
    read_file(file);
    return file;
}

/* ---- Comparison ---- */

static bool same(const char *one, struct token a, const char *other, struct token b)
{
    return a.length == b.length && memcmp(one + a.begin, other + b.begin, a.length) == 0;
}

/* Names, numbers and literals. Punctuation is so frequent that it would agree anywhere. */
static bool is_word(const char *text, struct token token)
{
    return scan_is_letter(text[token.begin]) || text[token.begin] == '"' || text[token.begin] == '\'';
}

/* Both lines, and for each token of either which one of the other it is; SIZE_MAX for none. */
struct alignment {
    const char *source, *text;
    const struct token_list *own, *made;
    size_t *own_to_made, *made_to_own;
};

/* Lays the words side by side so that as many as can be agree: the longest common subsequence, of the rest behind each pair. */
static void align(struct alignment *a)
{
    size_t width = a->made->count + 1, i = 0, k = 0;
    uint16_t *rest = storage_new((a->own->count + 1) * width, sizeof *rest);

    for (size_t row = a->own->count; row-- > 0;)
        for (size_t column = a->made->count; column-- > 0;) {
            size_t here = row * width + column, below = here + width;
            bool agree = is_word(a->source, a->own->items[row]) && same(a->source, a->own->items[row], a->text, a->made->items[column]);

            rest[here] = agree ? (uint16_t)(rest[below + 1] + 1) : rest[below] > rest[here + 1] ? rest[below] : rest[here + 1];
        }
    while (i < a->own->count && k < a->made->count) {
        bool agree = is_word(a->source, a->own->items[i]) && same(a->source, a->own->items[i], a->text, a->made->items[k]);

        if (agree) {
            a->own_to_made[i] = k;
            a->made_to_own[k++] = i++;
        } else if (rest[(i + 1) * width + k] >= rest[i * width + k + 1])
            i++;
        else
            k++;
    }
    free(rest);
}

/* Which token of the source the wanted one of the text is, or the macro that it comes from. */
static size_t counterpart(const struct alignment *a, size_t wanted)
{
    size_t i = 0, k = 0;

    if (a->made_to_own[wanted] != SIZE_MAX)
        return a->made_to_own[wanted];
    for (size_t before = wanted; before-- > 0;)
        if (a->made_to_own[before] != SIZE_MAX) {
            k = before;
            i = a->made_to_own[before];
            break;
        }
    while (k < wanted && i + 1 < a->own->count && same(a->source, a->own->items[i], a->text, a->made->items[k])) {
        i++;
        k++;
    }
    if (k == wanted && same(a->source, a->own->items[i], a->text, a->made->items[k]))
        return i;
    for (size_t name = i + 1; name-- > 0;)
        if (a->own_to_made[name] == SIZE_MAX && is_word(a->source, a->own->items[name]))
            return name;
    return i;
}

static size_t aligned(const char *source, const struct token_list *own, const char *text, const struct token_list *made, size_t wanted)
{
    struct alignment a = { source, text, own, made, storage_new(own->count, sizeof(size_t)), storage_new(made->count, sizeof(size_t)) };
    size_t found;

    memset(a.own_to_made, 0xff, own->count * sizeof *a.own_to_made);
    memset(a.made_to_own, 0xff, made->count * sizeof *a.made_to_own);
    align(&a);
    found = counterpart(&a, wanted);
    free(a.own_to_made);
    free(a.made_to_own);
    return found;
}

/* The tokens of the text's line, which begins at the newline before `at`; *index is the one at `at`. */
static void text_line(const char *text, size_t at, struct token_list *list, size_t *index)
{
    size_t begin = at, end = at;

    while (begin > 0 && text[begin - 1] != '\n')
        begin--;
    end = at + strcspn(text + at, "\n");
    scan_line(text, begin, end, false, list);
    for (*index = 0; *index + 1 < list->count && list->items[*index + 1].begin <= at;)
        ++*index;
}

/* As gcc shows it. */
static unsigned shown_column(const char *line, size_t length)
{
    unsigned column = 0;

    for (size_t i = 0; i < length; i++) {
        if (line[i] == '\t')
            column = (column / 8 + 1) * 8;
        else if (((unsigned char)line[i] & 0xc0) != 0x80)
            column++;
    }
    return column + 1;
}

/* Where the line ends, and those that backslashes join to it. */
static size_t line_end(const char *text, size_t at)
{
    for (;;) {
        size_t length = strcspn(text + at, "\n");

        at += length;
        if (length == 0 || text[at - 1] != '\\' || text[at] != '\n')
            return at;
        at++;
    }
}

unsigned source_column(struct source_columns *columns, const char *file, unsigned line, const char *text, size_t at)
{
    const struct source_file *source = find_file(columns, file);
    struct token_list own = { NULL, 0, 0 }, made = { NULL, 0, 0 };
    const struct source_line *found;
    unsigned column = 0;
    size_t index = 0;

    if (line == 0 || line > source->count)
        return 0;
    found = &source->lines[line - 1];
    scan_line(source->text, found->begin, line_end(source->text, found->begin), found->in_comment, &own);
    text_line(text, at, &made, &index);
    if (own.count > 0 && made.count > 0 && own.count * made.count <= MOST_PAIRS && own.count < UINT16_MAX) {
        size_t place = own.items[aligned(source->text, &own, text, &made, index)].begin, begin = place;

        while (begin > found->begin && source->text[begin - 1] != '\n')
            begin--;
        column = shown_column(source->text + begin, place - begin);
    }
    free(own.items);
    free(made.items);
    return column;
}
