/* SPDX-License-Identifier: MIT */
#include "static_locals.h"

#include <stdlib.h>
#include <string.h>

#include "pragma_table.h"
#include "record_names.h"
#include "text_scan.h"
#include "type_names.h"
#include "unit_state.h"

/* A static local that moved, or was left in its place: under which name tables find it. */
struct moved_static {
    CXCursor variable, function;
    const char *identifier;         /* at file scope */
    const char *shown;              /* "f.name" */
};

struct moved_statics {
    struct moved_static *items;
    size_t count, capacity;
};

void moved_statics_free(struct moved_statics *statics)
{
    if (statics != NULL)
        free(statics->items);
    free(statics);
}

static const struct moved_static *find_moved(const struct unit *unit, CXCursor variable)
{
    for (size_t i = 0; unit->statics != NULL && i < unit->statics->count; i++)
        if (clang_equalCursors(unit->statics->items[i].variable, variable))
            return &unit->statics->items[i];
    return NULL;
}

bool static_local_moved(const struct unit *unit, CXCursor variable)
{
    return find_moved(unit, variable) != NULL;
}

/* ---- Names in checkpoints ---- */

static const char *plain_name(struct unit *unit, CXCursor declaration)
{
    return unit_keep_string(unit, clang_getCursorSpelling(declaration));
}

const char *unit_checkpoint_name(struct unit *unit, CXCursor declaration)
{
    const struct moved_static *moved = find_moved(unit, declaration);
    const char *name = plain_name(unit, declaration);

    if (moved != NULL)
        return moved->shown;
    if (clang_getCursorLinkage(declaration) == CXLinkage_Internal)
        return unit_format(unit, "%s:%s", unit->name, name);
    return name;
}

bool unit_name_is_own(struct unit *unit, const char *shown)
{
    size_t length = strlen(unit->name);

    return strncmp(shown, unit->name, length) == 0 && shown[length] == ':';
}

void unit_note_name(struct unit *unit, const char *identifier, const char *member)
{
    pointer_list_add(&unit->file_names, (void *)unit_format(unit, "&%s.%s", identifier, member));
}

/* The path as every machine has it that has the same tree of sources: its last parts, without links. */
static const char *own_path(struct unit *unit)
{
    const char *source = unit->options->source, *slash = strrchr(source, '/'), *path;
    char *folder = storage_copy_range(source, slash != NULL ? (size_t)(slash - source) + 1 : 0);
    char *real = realpath(folder[0] != '\0' ? folder : ".", NULL);
    unsigned parts = 0;
    const char *begin;

    path = unit_format(unit, "%s/%s", real != NULL ? real : folder, unit->name);
    free(folder);
    free(real);
    for (begin = path + strlen(path); begin > path && (begin[-1] != '/' || ++parts < 5); begin--)
        ;
    return begin[0] == '/' ? begin + 1 : begin;
}

void unit_append_names(struct unit *unit)
{
    text_builder label = { NULL, 0, 0 }, path = { NULL, 0, 0 };

    if (unit->file_names.count == 0)
        return;
    text_add_quoted(&label, unit->name);
    text_add_quoted(&path, own_path(unit));
    unit_append(unit, "static const char **const msrck_file_names[] = {\n");
    for (size_t i = 0; i < unit->file_names.count; i++)
        unit_append(unit, "%s,\n", (const char *)unit->file_names.items[i]);
    unit_append(unit, "};\nstatic const struct msrck_cc_file msrck_file = { %s, %s, msrck_file_names, sizeof msrck_file_names / sizeof msrck_file_names[0] };\n"
                      "static const struct msrck_cc_file *const msrck_file__section __attribute__((used, section(\"msrck_files\"), aligned(sizeof(void *)))) = &msrck_file;\n",
                label.text, path.text);
    text_free(&label);
    text_free(&path);
}

/* "f.name", with a number where another static of f has the name. */
static const char *local_name(struct unit *unit, CXCursor function, CXCursor variable)
{
    const char *stem = unit_format(unit, "%s.%s", unit_checkpoint_name(unit, function), plain_name(unit, variable)), *name = stem;
    unsigned number = 1;

    for (size_t i = 0; i < unit->statics->count; i++)
        if (strcmp(unit->statics->items[i].shown, name) == 0)
            name = unit_format(unit, "%s.%u", stem, ++number);
    return name;
}

/* ---- Moving ---- */

struct static_search {
    struct unit *unit;
    CXCursor function;
};

/* What a moved initialiser could not name at file scope: labels, and the locals of its function. */
static enum CXChildVisitResult visit_bound(CXCursor cursor, CXCursor parent, CXClientData data)
{
    bool *bound = data;

    (void)parent;
    if (clang_getCursorKind(cursor) == CXCursor_AddrLabelExpr)
        *bound = true;
    return CXChildVisit_Recurse;
}

static void add_moved(struct unit *unit, CXCursor function, CXCursor variable)
{
    struct moved_statics *statics = unit->statics;
    const char *shown = local_name(unit, function, variable);

    if (statics->count == statics->capacity) {
        statics->capacity = statics->capacity * 2 + 16;
        statics->items = storage_resize(statics->items, statics->capacity, sizeof *statics->items);
    }
    statics->items[statics->count++] = (struct moved_static){
        variable, function,
        unit_identifier(unit, unit_format(unit, "%s_%s", plain_name(unit, function), plain_name(unit, variable))), shown };
}

struct declaration_parts {
    CXCursor variables[64];
    size_t count;
    bool bound;
};

static enum CXChildVisitResult visit_declarators(CXCursor cursor, CXCursor parent, CXClientData data)
{
    struct declaration_parts *parts = data;

    (void)parent;
    if (clang_getCursorKind(cursor) == CXCursor_VarDecl && clang_Cursor_getStorageClass(cursor) == CX_SC_Static) {
        if (parts->count == sizeof parts->variables / sizeof parts->variables[0])
            parts->bound = true;
        else
            parts->variables[parts->count++] = cursor;
        clang_visitChildren(cursor, visit_bound, &parts->bound);
    }
    return CXChildVisit_Continue;
}

/* The place of the variable's name in its declaration. */
static void rename_at(struct unit *unit, unsigned at, const char *name, const char *identifier)
{
    if (strncmp(unit->text + at, name, strlen(name)) == 0)
        edit_list_replace(unit->edits, at, at + strlen(name), identifier);
}

static void move_declaration(struct static_search *search, CXCursor statement)
{
    struct unit *unit = search->unit;
    struct declaration_parts *parts = storage_new(1, sizeof *parts);
    text_range range = unit_range(unit, statement);

    clang_visitChildren(statement, visit_declarators, parts);
    if (parts->count > 0 && !parts->bound) {
        for (size_t i = 0; i < parts->count; i++) {
            add_moved(unit, search->function, parts->variables[i]);
            rename_at(unit, unit_offset(unit, clang_getCursorLocation(parts->variables[i])), plain_name(unit, parts->variables[i]),
                      unit->statics->items[unit->statics->count - 1].identifier);
            lifted_substitute(unit, parts->variables[i]);
        }
        lift_to_file_scope(unit, search->function, range, "", "");
        edit_list_replace(unit->edits, range.begin, range.end, ";");
    }
    free(parts);
}

static enum CXChildVisitResult visit_statements(CXCursor cursor, CXCursor parent, CXClientData data)
{
    struct static_search *search = data;

    (void)parent;
    if (clang_getCursorKind(cursor) == CXCursor_DeclStmt)
        move_declaration(search, cursor);
    return CXChildVisit_Recurse;
}

static enum CXChildVisitResult visit_uses(CXCursor cursor, CXCursor parent, CXClientData data)
{
    struct unit *unit = data;

    (void)parent;
    if (clang_getCursorKind(cursor) == CXCursor_DeclRefExpr) {
        const struct moved_static *moved = find_moved(unit, clang_getCursorReferenced(cursor));

        if (moved != NULL)
            rename_at(unit, unit_range(unit, cursor).begin, plain_name(unit, cursor), moved->identifier);
    }
    return CXChildVisit_Recurse;
}

static enum CXChildVisitResult visit_functions(CXCursor cursor, CXCursor parent, CXClientData data)
{
    struct unit *unit = data;
    struct static_search search = { unit, cursor };
    size_t before = unit->statics->count;

    (void)parent;
    if (clang_getCursorKind(cursor) != CXCursor_FunctionDecl || !clang_isCursorDefinition(cursor) || unit_in_system_header(unit, cursor))
        return CXChildVisit_Continue;
    clang_visitChildren(cursor, visit_statements, &search);
    if (unit->statics->count > before)
        clang_visitChildren(cursor, visit_uses, unit);
    return CXChildVisit_Continue;
}


/* ---- Compound literals at file scope ---- */

struct literal_search {
    struct unit *unit;
    CXCursor variable;              /* whose initialiser it stands in */
};

static enum CXChildVisitResult find_braces(CXCursor cursor, CXCursor parent, CXClientData data)
{
    (void)parent;
    if (clang_getCursorKind(cursor) != CXCursor_InitListExpr)
        return CXChildVisit_Continue;
    *(CXCursor *)data = cursor;
    return CXChildVisit_Break;
}

/* An object without a name becomes a variable, so that tables can name it. */
static void name_literal(const struct literal_search *search, CXCursor literal)
{
    struct unit *unit = search->unit;
    text_range range = unit_range(unit, literal);
    CXType type = clang_getCursorType(literal);
    const char *owner = plain_name(unit, search->variable), *identifier = unit_identifier(unit, unit_format(unit, "literal_%s", owner));
    CXCursor braces = clang_getNullCursor();
    struct moved_statics *statics = unit->statics;

    clang_visitChildren(literal, find_braces, &braces);
    if (clang_Cursor_isNull(braces))
        return;
    if (statics->count == statics->capacity) {
        statics->capacity = statics->capacity * 2 + 16;
        statics->items = storage_resize(statics->items, statics->capacity, sizeof *statics->items);
    }
    statics->items[statics->count++] = (struct moved_static){
        literal, search->variable, identifier,
        unit_format(unit, "%s:%s.literal%s", unit->name, owner, identifier + strlen("msrck_literal_") + strlen(owner)) };
    lift_to_file_scope(unit, search->variable, unit_range(unit, braces),
                       unit_format(unit, "static %s__typeof__(%s) %s = ", clang_isConstQualifiedType(type) ? "const " : "", type_spelling(unit, type),
                                   identifier), ";");
    edit_list_replace(unit->edits, range.begin, range.end, identifier);
}

/* Inner literals come first. One that is used by its value stays. */
static enum CXChildVisitResult visit_literals(CXCursor cursor, CXCursor parent, CXClientData data)
{
    const struct literal_search *search = data;
    CXType type = clang_getCanonicalType(clang_getCursorType(cursor));

    clang_visitChildren(cursor, visit_literals, data);
    if (clang_getCursorKind(cursor) == CXCursor_CompoundLiteralExpr &&
        (type.kind == CXType_ConstantArray || clang_getCursorUnaryOperatorKind(parent) == CXUnaryOperator_AddrOf))
        name_literal(search, cursor);
    return CXChildVisit_Continue;
}

static enum CXChildVisitResult visit_initialised(CXCursor cursor, CXCursor parent, CXClientData data)
{
    struct literal_search search = { data, cursor };

    (void)parent;
    if (clang_getCursorKind(cursor) == CXCursor_VarDecl && !unit_in_system_header(search.unit, cursor))
        clang_visitChildren(cursor, visit_literals, &search);
    return CXChildVisit_Continue;
}

void static_locals_pass(struct unit *unit)
{
    unit->statics = storage_new(1, sizeof *unit->statics);
    clang_visitChildren(clang_getTranslationUnitCursor(unit->handle), visit_functions, unit);
    clang_visitChildren(clang_getTranslationUnitCursor(unit->handle), visit_initialised, unit);
}

/* ---- The table of globals ---- */

static bool is_const(CXType type)
{
    CXType element;

    for (;;) {
        if (clang_isConstQualifiedType(type) || clang_isConstQualifiedType(clang_getCanonicalType(type)))
            return true;
        element = clang_getArrayElementType(type);
        if (element.kind == CXType_Invalid)
            element = clang_getArrayElementType(clang_getCanonicalType(type));
        if (element.kind == CXType_Invalid)
            return false;
        type = element;
    }
}

/* Looks for uses of a constant other than its value: those that a pointer may come from. */
struct escape_search {
    struct unit *unit;
    CXCursor variable;
    unsigned plain;                 /* where a use begins that is only indexed, or whose member is taken */
    bool escapes;
};

/* table[i] and point.x begin with the variable, and so does what is read by them. The address of either is one into the variable. */
static enum CXChildVisitResult visit_escapes(CXCursor cursor, CXCursor parent, CXClientData data)
{
    struct escape_search *search = data;
    enum CXCursorKind kind = clang_getCursorKind(cursor), around = clang_getCursorKind(parent);
    CXType type = clang_getCanonicalType(clang_getCursorType(cursor));
    bool value = type.kind != CXType_ConstantArray && type.kind != CXType_Record;

    if (around == CXCursor_TranslationUnit && unit_in_system_header(search->unit, cursor))
        return CXChildVisit_Continue;

    if ((kind == CXCursor_ArraySubscriptExpr || kind == CXCursor_MemberRefExpr) && around != CXCursor_UnaryOperator && value)
        search->plain = unit_range(search->unit, cursor).begin;
    if (kind == CXCursor_DeclRefExpr && clang_equalCursors(clang_getCanonicalCursor(clang_getCursorReferenced(cursor)), clang_getCanonicalCursor(search->variable)) &&
        search->plain != unit_range(search->unit, cursor).begin && (!value || around == CXCursor_UnaryOperator)) {
        search->escapes = true;
        return CXChildVisit_Break;
    }
    return CXChildVisit_Recurse;
}

/* Whether a pointer to the constant may be part of the state. Other files may take the address of what they see. */
static bool address_escapes(struct unit *unit, CXCursor variable)
{
    struct escape_search search = { unit, variable, 0, false };

    if (clang_getCursorLinkage(variable) == CXLinkage_External)
        return true;
    clang_visitChildren(clang_getTranslationUnitCursor(unit->handle), visit_escapes, &search);
    return search.escapes;
}

static bool has_name(CXType type)
{
    return type.kind != CXType_IncompleteArray && clang_Type_getSizeOf(type) != 0;
}

static void enter_variable(struct unit *unit, CXCursor variable, const char *identifier, const char *shown)
{
    CXType type = clang_getCursorType(variable);
    bool constant = is_const(type);
    unsigned at = unit_range(unit, variable).begin, name_at = unit_offset(unit, clang_getCursorLocation(variable));
    text_range whole = unit_whole_declaration(unit, variable);
    const char *reference, *entry;
    text_builder quoted = { NULL, 0, 0 };

    if (pragma_before(unit, at, "skip") != NULL || pragma_before(unit, whole.begin, "skip") != NULL || !has_name(type))
        return;
    if (clang_getCursorTLSKind(variable) != CXTLS_None) {
        if (!pragma_covers(unit, variable, "accept"))
            unit_obstacle(unit, name_at, "'%s' is a variable of each thread: it is not saved", shown);
        return;
    }
    /* What nobody can write is not saved, so that its type need not be one that can be. */
    reference = constant ? type_reference_constant(unit, type) : type_reference(unit, type, unit_format(unit, "'%s'", shown), name_at);
    if (reference == NULL)
        return;
    entry = unit_identifier(unit, unit_format(unit, "global_%s", identifier));
    text_add_quoted(&quoted, shown);
    unit_append(unit, "static %smsrck_global_entry %s = { %s, (void *)&%s, %s, sizeof(%s), %d };\n", unit_name_is_own(unit, shown) ? "" : "const ", entry,
                quoted.text, identifier, reference, identifier, constant ? 256 : 0);
    if (unit_name_is_own(unit, shown))
        unit_note_name(unit, entry, "name");
    unit_append(unit, "static const msrck_global_entry *const %s__section __attribute__((used, section(\"msrck_globals\"), aligned(sizeof(void *)))) = &%s;\n",
                entry, entry);
    text_free(&quoted);
}

/* A variable at file scope is declared any number of times: its first declaration that is not of another file's counts. */
static enum CXChildVisitResult visit_globals(CXCursor cursor, CXCursor parent, CXClientData data)
{
    struct unit *unit = data;
    const char *name;

    (void)parent;
    if (clang_getCursorKind(cursor) != CXCursor_VarDecl || unit_in_system_header(unit, cursor))
        return CXChildVisit_Continue;
    if (clang_Cursor_getStorageClass(cursor) == CX_SC_Extern && !clang_isCursorDefinition(cursor))
        return CXChildVisit_Continue;
    name = plain_name(unit, cursor);
    for (size_t i = 0; i < unit->globals.count; i++)
        if (strcmp(unit->globals.items[i], name) == 0)
            return CXChildVisit_Continue;
    if (is_const(clang_getCursorType(cursor)) && !address_escapes(unit, cursor))
        return CXChildVisit_Continue;
    pointer_list_add(&unit->globals, (void *)name);
    enter_variable(unit, cursor, name, unit_checkpoint_name(unit, cursor));
    return CXChildVisit_Continue;
}

struct address_search {
    struct unit *unit;
    unsigned call;                  /* where the last call begins */
};

/* Functions whose address is taken: used, but not called at once. A call begins with what is called. */
static enum CXChildVisitResult visit_addresses(CXCursor cursor, CXCursor parent, CXClientData data)
{
    struct address_search *search = data;
    struct unit *unit = search->unit;
    enum CXCursorKind kind = clang_getCursorKind(cursor);
    CXCursor target;

    if (clang_getCursorKind(parent) == CXCursor_TranslationUnit && unit_in_system_header(unit, cursor))
        return CXChildVisit_Continue;
    if (kind == CXCursor_CallExpr)
        search->call = unit_range(unit, cursor).begin;
    if (kind != CXCursor_DeclRefExpr)
        return CXChildVisit_Recurse;
    target = clang_getCursorReferenced(cursor);
    if (clang_getCursorKind(target) != CXCursor_FunctionDecl || search->call == unit_range(unit, cursor).begin)
        return CXChildVisit_Continue;
    type_names_function(unit, target);
    return CXChildVisit_Continue;
}

void globals_pass(struct unit *unit)
{
    struct address_search search = { unit, 0 };

    clang_visitChildren(clang_getTranslationUnitCursor(unit->handle), visit_globals, unit);
    for (size_t i = 0; i < unit->statics->count; i++) {
        const struct moved_static *moved = &unit->statics->items[i];

        if (clang_getCursorKind(moved->variable) != CXCursor_VarDecl || !is_const(clang_getCursorType(moved->variable)) || address_escapes(unit, moved->variable))
            enter_variable(unit, moved->variable, moved->identifier, moved->shown);
    }
    clang_visitChildren(clang_getTranslationUnitCursor(unit->handle), visit_addresses, &search);
}
