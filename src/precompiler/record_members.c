/* SPDX-License-Identifier: MIT */
/* Members of structs and unions: which there are, and what pragmas say about them. */
#include <stdlib.h>
#include <string.h>

#include "pragma_table.h"
#include "record_names.h"
#include "type_tables.h"
#include "union_tags.h"
#include "unit_state.h"

static enum CXVisitorResult collect(CXCursor field, CXClientData data)
{
    struct field_list *list = data;

    if (list->count == list->capacity) {
        list->capacity = list->capacity * 2 + 16;
        list->items = storage_resize(list->items, list->capacity, sizeof *list->items);
    }
    list->items[list->count++] = field;
    return CXVisit_Continue;
}

struct field_list record_fields(CXCursor definition)
{
    struct field_list list = { NULL, 0, 0 };

    clang_Type_visitFields(clang_getCanonicalType(clang_getCursorType(definition)), collect, &list);
    return list;
}

bool field_is_anonymous_record(CXCursor field)
{
    CXString name = clang_getCursorSpelling(field);
    CXType type = clang_getCanonicalType(clang_getCursorType(field));
    CXCursor declaration = clang_getTypeDeclaration(type);
    bool unnamed = clang_getCString(name) == NULL || clang_getCString(name)[0] == '\0';

    clang_disposeString(name);
    return type.kind == CXType_Record && (unnamed || clang_Cursor_isAnonymousRecordDecl(declaration));
}

bool type_is_empty(CXType type)
{
    type = clang_getCanonicalType(type);
    return type.kind == CXType_Record && clang_Type_getSizeOf(type) == 0;
}

bool field_is_skipped(struct unit *unit, CXCursor field)
{
    CXCursor record = clang_getCursorSemanticParent(field);
    CXString name, owner;
    bool zone;

    if (pragma_before(unit, unit_range(unit, field).begin, "skip") != NULL)
        return true;
    if (!unit_in_system_header(unit, record))
        return false;
    /* The name of a time zone points into the C library. */
    name = clang_getCursorSpelling(field);
    owner = clang_getCursorSpelling(record);
    zone = strcmp(clang_getCString(owner), "tm") == 0 && strstr(clang_getCString(name), "tm_zone") != NULL;
    clang_disposeString(name);
    clang_disposeString(owner);
    return zone;
}

bool field_is_flexible(struct unit *unit, CXCursor field, bool last)
{
    CXType type = clang_getCanonicalType(clang_getCursorType(field));
    long long size = clang_getArraySize(type);

    if (!last)
        return false;
    if (type.kind == CXType_IncompleteArray || (type.kind == CXType_ConstantArray && size == 0))
        return true;
    return type.kind == CXType_ConstantArray && size == 1 && pragma_before(unit, unit_range(unit, field).begin, "flexible") != NULL;
}

bool record_is_flexible(struct unit *unit, CXCursor definition)
{
    struct field_list list = record_fields(definition);
    bool flexible = clang_getCursorKind(definition) == CXCursor_StructDecl && list.count > 0 &&
                    field_is_flexible(unit, list.items[list.count - 1], true);

    free(list.items);
    return flexible;
}

/* Index of the union's member with that name; -1 for none. */
static long member_index(CXCursor definition, const char *name)
{
    struct field_list list = record_fields(definition);
    long found = -1;

    for (size_t i = 0; i < list.count && found < 0; i++) {
        CXString spelled = clang_getCursorSpelling(list.items[i]);

        if (strcmp(clang_getCString(spelled), name) == 0)
            found = (long)i;
        clang_disposeString(spelled);
    }
    free(list.items);
    return found;
}

const char *union_member_tag(struct unit *unit, CXCursor field, size_t index)
{
    const pragma_entry *when = pragma_before(unit, unit_range(unit, field).begin, "when");

    return when != NULL ? when->arguments : unit_format(unit, "%zu", index);
}

const pragma_entry *record_pragma(struct unit *unit, CXCursor definition, const char *word)
{
    static const char before[] = "typedef";
    unsigned at = unit_range(unit, definition).begin;
    const pragma_entry *found = pragma_before(unit, at, word);

    while (found == NULL && at > 0 && (unit->text[at - 1] == ' ' || unit->text[at - 1] == '\n' || unit->text[at - 1] == '\t'))
        at--;
    if (found == NULL && at >= strlen(before) && strncmp(unit->text + at - strlen(before), before, strlen(before)) == 0)
        found = pragma_before(unit, at - (unsigned)strlen(before), word);
    return found;
}

const char *record_place_name(struct unit *unit, CXCursor definition)
{
    struct field_list list = record_fields(definition);
    bool is_union = clang_getCursorKind(definition) == CXCursor_UnionDecl;
    const char *name = "";

    /* Of a struct, only the first member stands where that does. */
    for (size_t i = 0; i < list.count && name[0] == '\0' && (is_union || i == 0); i++) {
        if (field_is_anonymous_record(list.items[i]))
            name = record_place_name(unit, record_definition(clang_getCursorType(list.items[i])));
        else if (!clang_Cursor_isBitField(list.items[i]))
            name = unit_keep_string(unit, clang_getCursorSpelling(list.items[i]));
    }
    free(list.items);
    return name;
}

bool type_is_union(CXType type)
{
    type = clang_getCanonicalType(type);
    return type.kind == CXType_Record && clang_getCursorKind(clang_getTypeDeclaration(type)) == CXCursor_UnionDecl;
}

/* An anonymous member begins where its definition does; a named one may be declared together with that, too. */
static const pragma_entry *union_pragma(struct unit *unit, CXCursor field, const char *word)
{
    CXCursor definition = record_definition(clang_getCursorType(field));
    const pragma_entry *found = pragma_before(unit, unit_range(unit, field).begin, word);

    return found != NULL ? found : record_pragma(unit, definition, word);
}

struct union_choice union_choice_of(struct unit *unit, CXCursor field)
{
    CXCursor definition = record_definition(clang_getCursorType(field));
    const pragma_entry *tag = union_pragma(unit, field, "tag"), *member = union_pragma(unit, field, "member");
    struct union_choice choice = { NULL, NULL };
    struct field_list list;
    long index = member != NULL ? member_index(definition, member->arguments) : -1;

    if (tag != NULL)
        choice.tag = tag->arguments;
    else if (member != NULL && index < 0)
        unit_error(unit, member->range.begin, "the union has no member %s", member->arguments);
    list = record_fields(definition);
    if (index >= 0 && tag == NULL)
        choice.constant = union_member_tag(unit, list.items[index], (size_t)index);
    free(list.items);
    return choice;
}

bool union_has_pragma(struct unit *unit, CXCursor field)
{
    return union_pragma(unit, field, "tag") != NULL || union_pragma(unit, field, "member") != NULL;
}

bool union_is_told(struct unit *unit, CXCursor field)
{
    CXCursor definition = record_definition(clang_getCursorType(field));

    if (union_pragma(unit, field, "tag") != NULL || guessed_union_of(unit, field) != NULL)
        return true;
    /* A member that is stated for the type stands for all of them, whatever is around it. */
    return record_pragma(unit, definition, "member") == NULL && union_pragma(unit, field, "member") != NULL;
}

const char *record_spelling(struct unit *unit, CXCursor definition)
{
    return type_spelling(unit, clang_getCursorType(definition));
}

const char *record_shown(struct unit *unit, CXCursor definition)
{
    const struct record_name *name = record_name_find(unit, definition);
    const pragma_entry *given = record_pragma(unit, definition, "name");

    if (given != NULL)
        return given->arguments;
    return name != NULL && name->shown != NULL ? name->shown : record_spelling(unit, definition);
}

struct enumerator_search {
    long long value;
    CXCursor found;
};

static enum CXChildVisitResult find_enumerator(CXCursor cursor, CXCursor parent, CXClientData data)
{
    struct enumerator_search *search = data;

    (void)parent;
    if (clang_getCursorKind(cursor) != CXCursor_EnumConstantDecl || clang_getEnumConstantDeclValue(cursor) != search->value)
        return CXChildVisit_Continue;
    search->found = cursor;
    return CXChildVisit_Break;
}

const char *enumerator_name(struct unit *unit, CXCursor enumeration, long long value)
{
    struct enumerator_search search = { value, clang_getNullCursor() };

    clang_visitChildren(enumeration, find_enumerator, &search);
    return clang_Cursor_isNull(search.found) ? NULL : unit_keep_string(unit, clang_getCursorSpelling(search.found));
}
