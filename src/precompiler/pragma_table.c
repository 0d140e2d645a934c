/* SPDX-License-Identifier: MIT */
#include "pragma_table.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "text_scan.h"
#include "unit_state.h"

struct placed_pragma {
    pragma_entry entry;
    unsigned target;                /* where the construct begins that it belongs to */
    unsigned target_end;            /* behind that construct; as `target` until it was looked for */
    bool used;
};

struct pragma_list {
    struct placed_pragma *items;    /* ascending */
    size_t count, capacity;
    bool covered;                   /* target_end is known */
};

void pragma_list_free(struct pragma_list *pragmas)
{
    if (pragmas != NULL)
        free(pragmas->items);
    free(pragmas);
}

/* The word at `at` in its line, which ends at `end`; *at moves behind it. */
static const char *take_word(struct unit *unit, size_t *at, size_t end)
{
    size_t begin;

    while (*at < end && (unit->text[*at] == ' ' || unit->text[*at] == '\t'))
        (*at)++;
    begin = *at;
    while (*at < end && unit->text[*at] != ' ' && unit->text[*at] != '\t')
        (*at)++;
    return unit_keep(unit, storage_copy_range(unit->text + begin, *at - begin));
}

static const char *take_rest(struct unit *unit, size_t at, size_t end)
{
    while (at < end && (unit->text[at] == ' ' || unit->text[at] == '\t'))
        at++;
    while (end > at && (unit->text[end - 1] == ' ' || unit->text[end - 1] == '\t' || unit->text[end - 1] == '\r'))
        end--;
    return unit_keep(unit, storage_copy_range(unit->text + at, end - at));
}

static void add_pragma(struct unit *unit, size_t begin, size_t end)
{
    struct pragma_list *list = unit->pragmas;
    size_t at = begin + strlen("#pragma msrck");
    struct placed_pragma pragma;

    memset(&pragma, 0, sizeof pragma);
    pragma.entry.range = (text_range){ (unsigned)begin, (unsigned)(end < unit->length ? end + 1 : end) };
    pragma.entry.word = take_word(unit, &at, end);
    pragma.entry.arguments = take_rest(unit, at, end);
    pragma.target = pragma.target_end = (unsigned)scan_blank(unit->text, end, unit->length);
    if (list->count == list->capacity) {
        list->capacity = list->capacity * 2 + 16;
        list->items = storage_resize(list->items, list->capacity, sizeof *list->items);
    }
    list->items[list->count++] = pragma;
    /* The newline stays, so that the lines behind it keep their numbers. */
    edit_list_replace(unit->edits, begin, end, "");
}

void pragma_list_find(struct unit *unit)
{
    static const char lead[] = "#pragma msrck ";
    const char *found = unit->text;

    unit->pragmas = storage_new(1, sizeof *unit->pragmas);
    while ((found = strstr(found, lead)) != NULL) {
        size_t begin = (size_t)(found - unit->text), end = begin;

        while (end < unit->length && unit->text[end] != '\n')
            end++;
        if (begin == 0 || unit->text[begin - 1] == '\n')
            add_pragma(unit, begin, end);
        found = unit->text + end;
    }
}

void pragma_list_finish(struct unit *unit)
{
    for (size_t i = 0; i < unit->pragmas->count; i++) {
        struct placed_pragma *pragma = &unit->pragmas->items[i];

        if (!pragma->used)
            unit_warning(unit, pragma->entry.range.begin, "#pragma msrck %s has no effect here", pragma->entry.word);
    }
}

const pragma_entry *pragma_before(struct unit *unit, unsigned offset, const char *word)
{
    for (size_t i = 0; i < unit->pragmas->count; i++) {
        struct placed_pragma *pragma = &unit->pragmas->items[i];

        if (pragma->target == offset && strcmp(pragma->entry.word, word) == 0) {
            pragma->used = true;
            return &pragma->entry;
        }
    }
    return NULL;
}

/* Constructs nest, and the outermost that begins at a place is the one that a pragma before it belongs to. */
static enum CXChildVisitResult visit_cover(CXCursor cursor, CXCursor parent, CXClientData data)
{
    struct unit *unit = data;
    text_range range = unit_range(unit, cursor);

    (void)parent;
    for (size_t i = 0; i < unit->pragmas->count; i++)
        if (unit->pragmas->items[i].target == range.begin && unit->pragmas->items[i].target_end < range.end)
            unit->pragmas->items[i].target_end = range.end;
    return CXChildVisit_Recurse;
}

bool pragma_covers(struct unit *unit, CXCursor cursor, const char *word)
{
    return pragma_covers_place(unit, unit_range(unit, cursor).begin, word);
}

bool pragma_covers_place(struct unit *unit, unsigned offset, const char *word)
{
    bool covers = false;

    if (!unit->pragmas->covered && unit->pragmas->count > 0)
        clang_visitChildren(clang_getTranslationUnitCursor(unit->handle), visit_cover, unit);
    unit->pragmas->covered = true;
    for (size_t i = 0; i < unit->pragmas->count; i++) {
        struct placed_pragma *pragma = &unit->pragmas->items[i];

        if (pragma->target <= offset && offset < pragma->target_end && strcmp(pragma->entry.word, word) == 0)
            covers = pragma->used = true;
    }
    return covers;
}

const pragma_entry *pragma_inside(struct unit *unit, text_range range, size_t index)
{
    for (size_t i = 0; i < unit->pragmas->count; i++) {
        const pragma_entry *entry = &unit->pragmas->items[i].entry;

        if (entry->range.begin >= range.begin && entry->range.end <= range.end && index-- == 0)
            return entry;
    }
    return NULL;
}

void pragma_use(struct unit *unit, const pragma_entry *entry)
{
    (void)unit;
    /* The entry is the first member of what this file keeps about it. */
    ((struct placed_pragma *)(void *)(uintptr_t)entry)->used = true;
}
