/* SPDX-License-Identifier: MIT */
#include "record_names.h"

#include <stdlib.h>
#include <string.h>

#include "text_scan.h"
#include "type_names.h"
#include "unit_state.h"

struct lifted {
    CXCursor function;
    text_range range;
    const char *before, *after;
};

/* A tag of a function's and where it is known: its uses are renamed when all are found, the inner ones first. */
struct local_tag {
    text_range scope;
    const char *keyword, *tag, *identifier;
};

struct record_names {
    struct local_tag *tags;
    size_t tag_count, tag_capacity;
    struct record_name *names;
    size_t count, capacity;
    struct lifted *lifted;
    size_t lifted_count, lifted_capacity;
};

void record_names_free(struct record_names *records)
{
    if (records == NULL)
        return;
    free(records->names);
    free(records->tags);
    free(records->lifted);
    free(records);
}

/* ---- Questions ---- */

CXCursor record_definition(CXType type)
{
    CXCursor declaration;

    type = clang_getCanonicalType(type);
    for (;;) {
        if (type.kind == CXType_Pointer)
            type = clang_getPointeeType(type);
        else if (type.kind == CXType_ConstantArray || type.kind == CXType_IncompleteArray || type.kind == CXType_VariableArray)
            type = clang_getArrayElementType(type);
        else if (type.kind == CXType_Atomic)
            type = clang_Type_getValueType(type);
        else
            break;
    }
    if (type.kind != CXType_Record && type.kind != CXType_Enum)
        return clang_getNullCursor();
    declaration = clang_getCursorDefinition(clang_getTypeDeclaration(type));
    return declaration;
}

/* Behind the keyword and attributes: at the tag or the brace. */
static size_t behind_keyword(const struct unit *unit, text_range range)
{
    size_t at = scan_blank(unit->text, scan_token(unit->text, range.begin, range.end), range.end);

    while (scan_is_word(unit->text, at, range.end, "__attribute__") || scan_is_word(unit->text, at, range.end, "__attribute")) {
        at = scan_blank(unit->text, scan_token(unit->text, at, range.end), range.end);
        at = scan_to(unit->text, at + 1, range.end, ')');
        at = scan_blank(unit->text, at + 1, range.end);
    }
    return at;
}

bool record_has_tag(const struct unit *unit, CXCursor definition)
{
    text_range range = unit_range(unit, definition);
    size_t at = behind_keyword(unit, range);

    return at < range.end && scan_is_letter(unit->text[at]);
}

const struct record_name *record_name_find(const struct unit *unit, CXCursor definition)
{
    unsigned begin = unit_range(unit, definition).begin;

    for (size_t i = 0; unit->records != NULL && i < unit->records->count; i++)
        if (unit->records->names[i].begin == begin)
            return &unit->records->names[i];
    return NULL;
}

/* ---- Naming ---- */

static const char *keyword_of(CXCursor definition)
{
    enum CXCursorKind kind = clang_getCursorKind(definition);

    return kind == CXCursor_UnionDecl ? "union" : kind == CXCursor_EnumDecl ? "enum" : "struct";
}

static void add_name(struct unit *unit, CXCursor definition, const char *spelling, const char *shown)
{
    struct record_names *records = unit->records;

    if (records->count == records->capacity) {
        records->capacity = records->capacity * 2 + 32;
        records->names = storage_resize(records->names, records->capacity, sizeof *records->names);
    }
    records->names[records->count++] = (struct record_name){ unit_range(unit, definition).begin, spelling, shown };
}

/* Where the pass is: what owns an unnamed struct that it meets, and the function and block that it is in. */
struct naming {
    struct unit *unit;
    CXCursor function;              /* null at file scope */
    const char *owner;              /* "f", "outer", "f.outer"; NULL for none */
    unsigned block_end;             /* of the innermost block; 0 at file scope */
    bool moving;                    /* inside a definition that is lifted as a whole */
};

static const char *owned_name(struct unit *unit, const char *owner, const char *name)
{
    return owner != NULL ? unit_format(unit, "%s.%s", owner, name) : name;
}

static void add_tag(struct unit *unit, struct local_tag tag)
{
    struct record_names *records = unit->records;

    if (records->tag_count == records->tag_capacity) {
        records->tag_capacity = records->tag_capacity * 2 + 32;
        records->tags = storage_resize(records->tags, records->tag_capacity, sizeof *records->tags);
    }
    records->tags[records->tag_count++] = tag;
}

/* All uses of a local tag in its scope. An inner block that defines the same tag again has renamed its uses before. */
static void rename_tag(struct unit *unit, const struct local_tag *local)
{
    text_range scope = local->scope;
    const char *keyword = local->keyword, *tag = local->tag, *identifier = local->identifier;
    size_t at = scan_blank(unit->text, scope.begin, scope.end), behind, word;

    while (at < scope.end) {
        behind = scan_token(unit->text, at, scope.end);
        if (scan_is_word(unit->text, at, scope.end, keyword)) {
            word = scan_blank(unit->text, behind, scope.end);
            if (scan_is_word(unit->text, word, scope.end, tag)) {
                char *now = edit_list_render(unit->edits, word, word + strlen(tag));

                if (strcmp(now, tag) == 0)
                    edit_list_replace(unit->edits, word, word + strlen(tag), identifier);
                free(now);
            }
        }
        at = scan_blank(unit->text, behind, scope.end);
    }
}

/* A definition in a function moves out of it, unless it stands in one that does; what stays in its place is its name. */
static void lift_definition(const struct naming *at, CXCursor definition, const char *spelling)
{
    struct unit *unit = at->unit;
    text_range range = unit_range(unit, definition);
    size_t behind = scan_blank(unit->text, range.end, unit->length);

    if (at->moving)
        return;
    lift_to_file_scope(unit, at->function, range, "", ";");
    lifted_substitute(unit, definition);
    /* A tag alone would declare a type of its own in the block. */
    edit_list_replace(unit->edits, range.begin, range.end, unit->text[behind] == ';' ? "" : spelling);
}

static void name_local_tag(const struct naming *at, CXCursor definition)
{
    struct unit *unit = at->unit;
    text_range range = unit_range(unit, definition);
    size_t word = behind_keyword(unit, range);
    const char *keyword = keyword_of(definition);
    const char *tag = unit_keep(unit, storage_copy_range(unit->text + word, scan_token(unit->text, word, range.end) - word));
    const char *shown = owned_name(unit, at->owner, tag), *identifier = unit_identifier(unit, shown);
    const char *spelling = unit_format(unit, "%s %s", keyword, identifier);

    add_name(unit, definition, spelling, unit_format(unit, "%s %s", keyword, shown));
    add_tag(unit, (struct local_tag){ { range.begin, at->block_end }, keyword, tag, identifier });
    lift_definition(at, definition, spelling);
}

/* An unnamed one is named by the first declarator that uses it; a typedef of exactly it at file scope is a name already. */
static void name_unnamed(const struct naming *at, CXCursor definition, const char *name, bool own_typedef)
{
    struct unit *unit = at->unit;
    text_range range = unit_range(unit, definition);
    const char *keyword = keyword_of(definition), *shown = owned_name(unit, at->owner, name), *identifier, *spelling;

    if (own_typedef && clang_Cursor_isNull(at->function)) {
        add_name(unit, definition, name, name);
        return;
    }
    identifier = unit_identifier(unit, shown);
    spelling = unit_format(unit, "%s %s", keyword, identifier);
    add_name(unit, definition, spelling, unit_format(unit, "%s %s", keyword, shown));
    edit_list_insert(unit->edits, behind_keyword(unit, range), unit_format(unit, " %s ", identifier));
    if (!clang_Cursor_isNull(at->function))
        lift_definition(at, definition, spelling);
}

/* Enums stay where they are: their type outside is their integer type. */
static void name_record(const struct naming *at, CXCursor definition, const char *name, bool own_typedef)
{
    bool local = !clang_Cursor_isNull(at->function), tagged = record_has_tag(at->unit, definition);

    if (record_name_find(at->unit, definition) != NULL || unit_in_system_header(at->unit, definition))
        return;
    if (clang_getCursorKind(definition) == CXCursor_EnumDecl) {
        if (local || (!tagged && !own_typedef))
            add_name(at->unit, definition, NULL, NULL);
        else if (!tagged)
            add_name(at->unit, definition, name, name);
        return;
    }
    if (!tagged && name != NULL && name[0] != '\0')
        name_unnamed(at, definition, name, own_typedef);
    else if (tagged && local)
        name_local_tag(at, definition);
}

/* ---- The pass ---- */

static void walk(const struct naming *at, CXCursor cursor);

static enum CXChildVisitResult visit(CXCursor cursor, CXCursor parent, CXClientData data)
{
    (void)parent;
    walk(data, cursor);
    return CXChildVisit_Continue;
}

static bool is_definition_of_record(CXCursor cursor)
{
    enum CXCursorKind kind = clang_getCursorKind(cursor);

    return (kind == CXCursor_StructDecl || kind == CXCursor_UnionDecl || kind == CXCursor_EnumDecl) && clang_isCursorDefinition(cursor);
}

/* Tag or typedef name of a definition, for the names of what is defined inside; NULL where it has none yet. */
static const char *owner_name(const struct naming *at, CXCursor definition)
{
    const struct record_name *name = record_name_find(at->unit, definition);
    const char *shown, *space;

    if (name == NULL)
        return record_has_tag(at->unit, definition) ? unit_keep_string(at->unit, clang_getCursorSpelling(definition)) : NULL;
    shown = name->shown != NULL ? name->shown : "";
    space = strchr(shown, ' ');
    return space != NULL ? space + 1 : shown;
}

/* What is defined inside a definition, which has its name by now, unless it is an anonymous member. */
static void walk_inside(const struct naming *at, CXCursor definition)
{
    struct naming inside = *at;
    const char *owner = owner_name(at, definition);

    inside.owner = owner != NULL ? owner : at->owner;
    inside.moving = !clang_Cursor_isNull(at->function);
    clang_visitChildren(definition, visit, &inside);
}

/* A declarator whose type is, or leads to, an unnamed struct that is defined in this very declaration. */
static void name_by_declarator(const struct naming *at, CXCursor cursor)
{
    enum CXCursorKind kind = clang_getCursorKind(cursor);
    CXType type = kind == CXCursor_TypedefDecl ? clang_getTypedefDeclUnderlyingType(cursor) : clang_getCursorType(cursor);
    CXCursor definition;
    const char *name;
    bool own;

    if (kind == CXCursor_FunctionDecl)
        type = clang_getCursorResultType(cursor);
    definition = record_definition(type);
    if (clang_Cursor_isNull(definition) || record_has_tag(at->unit, definition) || unit_in_system_header(at->unit, definition) ||
        record_name_find(at->unit, definition) != NULL)
        return;
    type = clang_getCanonicalType(type);
    own = kind == CXCursor_TypedefDecl && (type.kind == CXType_Record || type.kind == CXType_Enum);
    name = unit_keep_string(at->unit, clang_getCursorSpelling(cursor));
    name_record(at, definition, name, own);
    walk_inside(at, definition);
}

static void walk(const struct naming *at, CXCursor cursor)
{
    enum CXCursorKind kind = clang_getCursorKind(cursor);
    struct naming inside = *at;

    if (is_definition_of_record(cursor)) {
        /* The visitor shows an unnamed one before the declarator that names it: that one looks inside. */
        if (record_has_tag(at->unit, cursor))
            name_record(at, cursor, NULL, false);
        if (record_has_tag(at->unit, cursor) || clang_Cursor_isAnonymousRecordDecl(cursor))
            walk_inside(at, cursor);
        return;
    }
    if (kind == CXCursor_VarDecl || kind == CXCursor_FieldDecl || kind == CXCursor_TypedefDecl || kind == CXCursor_ParmDecl ||
        kind == CXCursor_FunctionDecl)
        name_by_declarator(at, cursor);
    if (kind == CXCursor_FunctionDecl && clang_isCursorDefinition(cursor)) {
        inside.function = cursor;
        inside.owner = unit_keep_string(at->unit, clang_getCursorSpelling(cursor));
        inside.block_end = unit_range(at->unit, cursor).end;
    } else if (kind == CXCursor_CompoundStmt || kind == CXCursor_ForStmt)
        inside.block_end = unit_range(at->unit, cursor).end;
    clang_visitChildren(cursor, visit, &inside);
}

static enum CXChildVisitResult visit_file_scope(CXCursor cursor, CXCursor parent, CXClientData data)
{
    const struct naming *at = data;

    (void)parent;
    if (!unit_in_system_header(at->unit, cursor))
        walk(at, cursor);
    return CXChildVisit_Continue;
}

void local_types_pass(struct unit *unit)
{
    struct naming at = { unit, clang_getNullCursor(), NULL, 0, false };

    unit->records = storage_new(1, sizeof *unit->records);
    clang_visitChildren(clang_getTranslationUnitCursor(unit->handle), visit_file_scope, &at);
    /* Inner blocks come behind what is around them. */
    for (size_t i = unit->records->tag_count; i > 0; i--)
        rename_tag(unit, &unit->records->tags[i - 1]);
}

/* ---- Lifting ---- */

void lift_to_file_scope(struct unit *unit, CXCursor function, text_range range, const char *before, const char *after)
{
    struct record_names *records = unit->records;

    if (records->lifted_count == records->lifted_capacity) {
        records->lifted_capacity = records->lifted_capacity * 2 + 16;
        records->lifted = storage_resize(records->lifted, records->lifted_capacity, sizeof *records->lifted);
    }
    records->lifted[records->lifted_count++] = (struct lifted){ function, range, before, after };
}

void lifted_finish(struct unit *unit)
{
    for (size_t i = 0; i < unit->records->lifted_count; i++) {
        const struct lifted *lifted = &unit->records->lifted[i];
        text_range function = unit_whole_declaration(unit, lifted->function);
        char *text = edit_list_render_inside(unit->edits, lifted->range.begin, lifted->range.end);

        edit_list_insert(unit->edits, function.begin, unit_format(unit, "%s%s%s%s", unit_line_marker(unit, lifted->range.begin),
                                                                  lifted->before, text, lifted->after));
        edit_list_insert(unit->edits, function.begin, unit_line_marker(unit, function.begin));
        free(text);
    }
}

/* "enum mode" where only "mode" is given. */
static void substitute_enum(struct unit *unit, CXCursor definition, text_range name)
{
    size_t begin = name.begin;

    while (begin > 0 && (unit->text[begin - 1] == ' ' || unit->text[begin - 1] == '\n' || unit->text[begin - 1] == '\t'))
        begin--;
    if (begin >= 4 && scan_is_word(unit->text, begin - 4, unit->length, "enum"))
        edit_list_replace(unit->edits, begin - 4, name.end, type_spelling(unit, clang_getEnumDeclIntegerType(definition)));
}

static enum CXChildVisitResult visit_substituted(CXCursor cursor, CXCursor parent, CXClientData data)
{
    struct unit *unit = data;
    enum CXCursorKind kind = clang_getCursorKind(cursor);
    CXCursor target = clang_getCursorReferenced(cursor);
    bool local = kind == CXCursor_TypeRef || kind == CXCursor_DeclRefExpr;
    text_range range = unit_range(unit, cursor);

    (void)parent;
    if (local && !clang_Cursor_isNull(target)) {
        CXCursor owner = clang_getCursorSemanticParent(target);
        enum CXCursorKind what = clang_getCursorKind(target);

        if (what == CXCursor_EnumConstantDecl)
            owner = clang_getCursorSemanticParent(owner);
        local = clang_getCursorKind(owner) == CXCursor_FunctionDecl;
        if (local && what == CXCursor_TypedefDecl)
            edit_list_replace(unit->edits, range.begin, range.end, unit_format(unit, "__typeof__(%s)",
                              type_spelling(unit, clang_getTypedefDeclUnderlyingType(target))));
        if (local && what == CXCursor_EnumDecl)
            substitute_enum(unit, target, range);
        if (local && what == CXCursor_EnumConstantDecl)
            edit_list_replace(unit->edits, range.begin, range.end, unit_format(unit, "%lld", clang_getEnumConstantDeclValue(target)));
    }
    return CXChildVisit_Recurse;
}

void lifted_substitute(struct unit *unit, CXCursor declaration)
{
    clang_visitChildren(declaration, visit_substituted, unit);
}
