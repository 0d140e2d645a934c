/* SPDX-License-Identifier: MIT */
/*
 * Constants of types that cannot be described. Their values are in every build of the program, so what a checkpoint needs are the places in them that pointers may lead to: the
 * elements of arrays, the members of structs, and of what has no value in checkpoints its beginning.
 */
#include <stdlib.h>

#include "record_names.h"
#include "type_tables.h"
#include "unit_state.h"

/* Whether the places of the struct's members can be told: what has no name has none. */
static bool has_places(struct unit *unit, CXCursor definition)
{
    struct field_list list;
    bool places;

    if (clang_Cursor_isNull(definition) || clang_getCursorKind(definition) != CXCursor_StructDecl || record_is_flexible(unit, definition))
        return false;
    list = record_fields(definition);
    places = list.count > 0;
    for (size_t i = 0; i < list.count; i++)
        places = places && !field_is_anonymous_record(list.items[i]);
    free(list.items);
    return places;
}

const char *type_reference_constant(struct unit *unit, CXType type)
{
    CXType canonical = clang_getCanonicalType(type);
    CXCursor definition = canonical.kind == CXType_Record ? record_definition(canonical) : clang_getNullCursor();
    struct type_entry *entry;
    const char *spelling, *element, *reason = NULL, *described = type_reference_quiet(unit, type, &reason);
    bool added;

    if (described != NULL)
        return described;
    if (canonical.kind == CXType_ConstantArray) {
        element = type_reference_constant(unit, clang_getArrayElementType(canonical));
        entry = type_entry_find(unit, ENTRY_ARRAY, unit_format(unit, "%lld %s", clang_getArraySize(canonical), element), "array", &added);
        entry->element = element;
        entry->count = clang_getArraySize(canonical);
        return entry->expression;
    }
    spelling = type_spelling(unit, canonical);
    entry = type_entry_find(unit, has_places(unit, definition) ? ENTRY_PLACES : ENTRY_UNKNOWN, spelling, "constant", &added);
    entry->tag = spelling;
    /* Of this file only: another one may have another union of that name. */
    entry->shown = unit_format(unit, "constant %s:%s", unit->name, spelling);
    entry->definition = definition;
    return entry->expression;
}
