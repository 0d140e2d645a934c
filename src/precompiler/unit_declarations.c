/* SPDX-License-Identifier: MIT */
/* The declarations at file scope, each with all that belongs to it. */
#include <stdlib.h>
#include <string.h>

#include "text_scan.h"
#include "unit_state.h"

struct declaration_search {
    struct unit *unit;
    size_t capacity;
};

/* Several declarators share one declaration, and a struct may be defined in one: such cursors begin before the last one ended. */
static void add_declaration(struct unit *unit, size_t *capacity, text_range range, bool function_body)
{
    size_t count = unit->declaration_count, behind = range.end;

    if (!function_body) {
        behind = scan_to(unit->text, range.end, unit->length, ';');
        behind += behind < unit->length;
    }
    if (count > 0 && range.begin < unit->declarations[count - 1].end) {
        if (behind > unit->declarations[count - 1].end && range.end > unit->declarations[count - 1].end)
            unit->declarations[count - 1].end = (unsigned)behind;
        return;
    }
    if (count == *capacity) {
        *capacity = *capacity * 2 + 256;
        unit->declarations = storage_resize(unit->declarations, *capacity, sizeof *unit->declarations);
    }
    range.begin = (unsigned)scan_blank(unit->text, count > 0 ? unit->declarations[count - 1].end : 0, range.begin);
    unit->declarations[count] = (text_range){ range.begin, (unsigned)behind };
    unit->declaration_count++;
}

static enum CXChildVisitResult visit(CXCursor cursor, CXCursor parent, CXClientData data)
{
    struct declaration_search *search = data;
    text_range range = unit_range(search->unit, cursor);

    (void)parent;
    if (range.end > range.begin)
        add_declaration(search->unit, &search->capacity, range,
                        clang_getCursorKind(cursor) == CXCursor_FunctionDecl && clang_isCursorDefinition(cursor));
    return CXChildVisit_Continue;
}

/* Behind the marker by which the compiler leaves precompiled.h; the beginning where it was not included. */
static size_t find_prelude_end(const struct unit *unit)
{
    const char *name = strstr(unit->text, "msrck/precompiled.h\" 1");
    size_t depth = 0, at;

    if (name == NULL)
        return 0;
    for (at = (size_t)(name - unit->text); at < unit->length; at++) {
        const char *line = unit->text + at + 1, *end, *quote;

        if (unit->text[at] != '\n' || line[0] != '#' || line[1] != ' ')
            continue;
        end = strchr(line, '\n');
        for (quote = end; quote != NULL && quote > line && *quote != '"'; quote--)
            continue;
        if (quote == NULL || quote == line)
            continue;
        if (quote[1] == ' ' && quote[2] == '1')
            depth++;
        else if (quote[1] == ' ' && quote[2] == '2' && depth-- == 0)
            return (size_t)(end + 1 - unit->text);
    }
    return 0;
}

void unit_find_declarations(struct unit *unit)
{
    struct declaration_search search = { unit, 0 };

    clang_visitChildren(clang_getTranslationUnitCursor(unit->handle), visit, &search);
    unit->prelude_end = find_prelude_end(unit);
}

text_range unit_whole_declaration(const struct unit *unit, CXCursor declaration)
{
    text_range range = unit_range(unit, declaration);
    size_t low = 0, high = unit->declaration_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (unit->declarations[middle].end <= range.begin)
            low = middle + 1;
        else
            high = middle;
    }
    return low < unit->declaration_count && unit->declarations[low].begin <= range.begin ? unit->declarations[low] : range;
}
