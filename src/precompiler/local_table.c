/* SPDX-License-Identifier: MIT */
#include "local_table.h"

#include <stdlib.h>
#include <string.h>

#include "array_shape.h"
#include "text_builder.h"
#include "text_scan.h"
#include "type_names.h"
#include "unit_state.h"

static bool has_const_member(CXType type);

/* ---- Entering ---- */

static local *add(local_table *table, enum local_role role, const char *name)
{
    local *variable = storage_new(1, sizeof *variable);

    if (table->count == table->capacity) {
        table->capacity = table->capacity * 2 + 16;
        table->locals = storage_resize(table->locals, table->capacity, sizeof(local *));
    }
    variable->role = role;
    variable->cursor = clang_getNullCursor();
    variable->original = variable->name = name;
    variable->sizes = "";
    variable->number = (unsigned)table->count;
    table->locals[table->count++] = variable;
    return variable;
}

local *local_table_add_spelled(local_table *table, const char *base, const char *spelling)
{
    local *variable = add(table, LOCAL_TEMPORARY, unit_format(table->unit, "msrck_%s%u", base, ++table->temporaries));

    variable->spelling = spelling;
    variable->lifted = true;
    return variable;
}

local *local_table_add(local_table *table, const char *base, CXType type)
{
    local *variable = local_table_add_spelled(table, base, type_spelling(table->unit, type));

    variable->type = type;
    variable->unassignable = has_const_member(type);
    return variable;
}

static local *find(const local_table *table, CXCursor cursor)
{
    for (size_t i = table->count; i > 0; i--)
        if (clang_equalCursors(table->locals[i - 1]->cursor, cursor))
            return table->locals[i - 1];
    return NULL;
}

static bool is_scope(const syntax *node)
{
    return node->kind == STATEMENT_COMPOUND || node->kind == STATEMENT_FOR;
}

static local *enter(local_table *table, enum local_role role, CXCursor cursor)
{
    const char *name = unit_keep_string(table->unit, clang_getCursorSpelling(cursor));
    local *variable = add(table, role, name);

    variable->cursor = cursor;
    variable->type = clang_getCursorType(cursor);
    variable->place = unit_offset(table->unit, clang_getCursorLocation(cursor));
    return variable;
}

/* Static and extern ones are not the function's. */
static bool is_automatic(CXCursor variable)
{
    enum CX_StorageClass storage = clang_Cursor_getStorageClass(variable);

    return storage != CX_SC_Static && storage != CX_SC_Extern;
}

static bool link_node(syntax *node, void *context)
{
    local_table *table = context;

    if (node->kind == VARIABLE && is_automatic(node->cursor)) {
        const syntax *scope = node->parent;

        node->variable = enter(table, LOCAL_VARIABLE, node->cursor);
        node->variable->declaration = node;
        while (scope != NULL && !is_scope(scope))
            scope = scope->parent;
        node->variable->scope = (syntax *)scope;
    } else if (node->kind == EXPRESSION_NAME) {
        node->variable = find(table, clang_getCursorReferenced(node->cursor));
    }
    return true;
}

void local_table_find(local_table *table, struct unit *unit, CXCursor function, syntax *body)
{
    int count = clang_Cursor_getNumArguments(function);

    memset(table, 0, sizeof *table);
    table->unit = unit;
    table->body = body;
    table->function = unit_whole_declaration(unit, function);
    for (int i = 0; i < count; i++)
        enter(table, LOCAL_PARAMETER, clang_Cursor_getArgument(function, (unsigned)i))->lifted = true;
    syntax_visit(body, link_node, table);
}

void local_table_clear(local_table *table)
{
    for (size_t i = 0; i < table->count; i++)
        free(table->locals[i]);
    free(table->locals);
    memset(table, 0, sizeof *table);
}

/* ---- Types ---- */

static bool is_array(CXType type)
{
    return type.kind == CXType_ConstantArray || type.kind == CXType_VariableArray || type.kind == CXType_IncompleteArray;
}

static enum CXVisitorResult field_is_delicate(CXCursor field, CXClientData data)
{
    if (!local_type_is_delicate(clang_getCursorType(field)))
        return CXVisit_Continue;
    *(bool *)data = true;
    return CXVisit_Break;
}

bool local_type_is_delicate(CXType type)
{
    bool delicate = false;

    type = clang_getCanonicalType(type);
    while (is_array(type))
        type = clang_getCanonicalType(clang_getArrayElementType(type));
    switch (type.kind) {
    case CXType_Record:
        clang_Type_visitFields(type, field_is_delicate, &delicate);
        return delicate;
    case CXType_Char_S:
    case CXType_Char_U:
    case CXType_SChar:
    case CXType_UChar:
    case CXType_Short:
    case CXType_UShort:
    case CXType_Int:
    case CXType_UInt:
    case CXType_LongLong:
    case CXType_ULongLong:
    case CXType_Float:
    case CXType_Double:
        return false;
    default:
        return true;
    }
}

static enum CXVisitorResult field_is_const(CXCursor field, CXClientData data)
{
    CXType type = clang_getCanonicalType(clang_getCursorType(field));

    while (is_array(type))
        type = clang_getCanonicalType(clang_getArrayElementType(type));
    if (clang_isConstQualifiedType(type))
        *(bool *)data = true;
    else if (type.kind == CXType_Record)
        clang_Type_visitFields(type, field_is_const, data);
    return CXVisit_Continue;
}

/* A struct that cannot be assigned as a whole. */
static bool has_const_member(CXType type)
{
    bool found = false;

    type = clang_getCanonicalType(type);
    if (type.kind == CXType_Record)
        clang_Type_visitFields(type, field_is_const, &found);
    return found;
}

/* The type of an array's innermost elements goes before the name, without const, and the lengths behind it. */
static void spell(local_table *table, local *variable)
{
    CXType type = variable->type;
    text_builder sizes = { NULL, 0, 0 };

    if (variable->shaped) {
        variable->spelling = "void *";
        return;
    }
    if (variable->role == LOCAL_PARAMETER && is_array(clang_getCanonicalType(type))) {
        variable->pointer = true;
        variable->target = clang_getArrayElementType(clang_getCanonicalType(type));
        variable->spelling = unit_format(table->unit, "__typeof__(%s) *", type_spelling(table->unit, variable->target));
        return;
    }
    if (variable->role != LOCAL_PARAMETER)
        for (CXType array = clang_getCanonicalType(type); is_array(array) && !variable->variable_length;
             array = clang_getCanonicalType(clang_getArrayElementType(array))) {
            text_add_format(&sizes, "[%lld]", clang_getArraySize(array));
            type = clang_getArrayElementType(array);
        }
    if (variable->variable_length)
        type = variable->target;
    variable->unassignable = has_const_member(type);
    variable->spelling = type_spelling(table->unit, type);
    if (clang_isVolatileQualifiedType(variable->type))
        variable->spelling = unit_format(table->unit, "volatile __typeof__(%s)", variable->spelling);
    variable->sizes = unit_keep(table->unit, text_take(&sizes));
}

/* Alignment that the declaration asks for. */
static enum CXChildVisitResult note_alignment(CXCursor cursor, CXCursor parent, CXClientData data)
{
    (void)parent;
    if (clang_getCursorKind(cursor) == CXCursor_AlignedAttr)
        *(CXCursor *)data = cursor;
    return CXChildVisit_Continue;
}

static const char *alignment_of(const local_table *table, const local *variable)
{
    CXCursor attribute = clang_getNullCursor();
    text_range range;

    if (clang_Cursor_isNull(variable->cursor))
        return "";
    clang_visitChildren(variable->cursor, note_alignment, &attribute);
    if (clang_Cursor_isNull(attribute))
        return "";
    range = unit_range(table->unit, attribute);
    if (strncmp(unit_text(table->unit) + range.begin, "_Alignas", 8) != 0)
        return unit_format(table->unit, "__attribute__((%s)) ", unit_range_text(table->unit, range));
    range.end = (unsigned)scan_to(unit_text(table->unit), scan_to(unit_text(table->unit), range.begin, variable->place, '(') + 1,
                                  variable->place, ')') + 1;
    return unit_format(table->unit, "%s ", unit_range_text(table->unit, range));
}

const char *local_declaration(const local_table *table, const local *variable)
{
    return unit_format(table->unit, "%s__typeof__(%s) %s%s%s", alignment_of(table, variable), variable->spelling,
                       variable->variable_length ? "*" : "", variable->name, variable->sizes);
}

const char *local_assignment(const local_table *table, const local *variable, const char *value)
{
    if (!variable->unassignable)
        return unit_format(table->unit, "%s = %s;", variable->name, value);
    return unit_format(table->unit, "__builtin_memcpy((void *)&%s, (__typeof__(%s)[1]){ %s }, sizeof %s);", variable->name,
                       variable->spelling, value, variable->name);
}

/* ---- Blocks ---- */

/* The variable that an lvalue is a part of, found without going through a pointer. */
static local *part_of(syntax *node)
{
    for (;;) {
        node = syntax_core(node);
        if (node->kind == EXPRESSION_NAME)
            return node->variable;
        if (node->count == 0 || (node->kind != EXPRESSION_MEMBER && node->kind != EXPRESSION_SUBSCRIPT))
            return NULL;
        if (node->kind == EXPRESSION_SUBSCRIPT && syntax_core(node->children[0])->variable != NULL &&
            syntax_core(node->children[0])->variable->role == LOCAL_PARAMETER)
            return NULL;
        node = node->children[0];
        /* A pointer that is no array that decayed leads elsewhere. */
        if (clang_getCanonicalType(clang_getCursorType(node->cursor)).kind == CXType_Pointer &&
            !is_array(clang_getCanonicalType(clang_getCursorType(syntax_core(node)->cursor))))
            return NULL;
    }
}

static bool find_addresses(syntax *node, void *context)
{
    local *variable = NULL;

    (void)context;
    if (node->kind == EXPRESSION_UNARY && node->operation == CXUnaryOperator_AddrOf)
        variable = part_of(node->children[0]);
    else if (node->kind == EXPRESSION_MEMBER && is_array(clang_getCanonicalType(clang_getCursorType(node->cursor))))
        variable = part_of(node);
    else if (node->kind == STATEMENT_ASSEMBLY)
        for (size_t i = 0; i < node->count; i++)
            if (syntax_is_expression(node->children[i]) && (variable = part_of(node->children[i])) != NULL)
                variable->block = true;
    if (variable != NULL)
        variable->block = true;
    return true;
}

/* ---- Compound literals ---- */

/* One whose address is kept is an object of its block: the literal is copied there each time it is evaluated. */
static bool find_objects(syntax *node, void *context)
{
    local_table *table = context;
    const syntax *up = node->parent;
    local *object;

    if (node->kind == EXPRESSION_UNEVALUATED || node->kind != EXPRESSION_LITERAL_OBJECT)
        return node->kind != EXPRESSION_UNEVALUATED;
    while (up != NULL && (up->kind == EXPRESSION_CLEAR || up->kind == EXPRESSION_MEMBER))
        up = up->parent;
    if (!is_array(clang_getCanonicalType(clang_getCursorType(node->cursor))) &&
        (up == NULL || up->kind != EXPRESSION_UNARY || up->operation != CXUnaryOperator_AddrOf))
        return true;
    while (up != NULL && !is_scope(up))
        up = up->parent;
    if (up == NULL || !up->special)
        return true;
    object = add(table, LOCAL_OBJECT, unit_format(table->unit, "msrck_object%u", ++table->temporaries));
    object->type = clang_getCursorType(node->cursor);
    object->scope = (syntax *)up;
    object->place = node->range.begin;
    object->lifted = object->block = true;
    spell(table, object);
    edit_list_wrap(unit_edits(table->unit), node->range.begin, node->range.end,
                   unit_format(table->unit, "(*(__typeof__(%s) *)__builtin_memcpy((void *)&%s, &", object->name, object->name),
                   unit_format(table->unit, ", sizeof %s))", object->name));
    return true;
}

/* ---- Names ---- */

/* Whether a word at `at` is in a name space of its own: a member, a tag, a label. */
static bool in_other_name_space(const char *text, unsigned at)
{
    static const char *const words[] = { "struct", "union", "enum", "goto" };

    while (at > 0 && (text[at - 1] == ' ' || text[at - 1] == '\n' || text[at - 1] == '\t'))
        at--;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (at > strlen(words[i]) && strncmp(text + at - strlen(words[i]), words[i], strlen(words[i])) == 0)
            return true;
    return at > 0 && (text[at - 1] == '.' || (at > 1 && text[at - 1] == '>' && text[at - 2] == '-'));
}

/* Whether the name occurs where it cannot mean the variable: outside its scope, or before its declaration. */
static bool occurs_elsewhere(const local_table *table, const local *variable)
{
    const char *text = unit_text(table->unit);
    size_t length = strlen(variable->original);
    text_range scope = variable->scope != NULL ? variable->scope->range : table->function;

    for (unsigned at = table->function.begin; at < table->function.end;) {
        size_t next = scan_token(text, at, table->function.end);

        if (next - at == length && strncmp(text + at, variable->original, length) == 0 && at != variable->place &&
            (at < variable->place || at >= scope.end) && !in_other_name_space(text, at))
            return true;
        at = (unsigned)next;
    }
    return false;
}

static bool name_taken(const local_table *table, const local *variable, const char *name)
{
    for (size_t i = 0; i < table->count; i++)
        if (table->locals[i] != variable && strcmp(table->locals[i]->name, name) == 0)
            return true;
    return false;
}

static void choose_name(local_table *table, local *variable)
{
    unsigned number = 2;

    if (variable->role == LOCAL_PARAMETER ? !variable->copied : !occurs_elsewhere(table, variable))
        return;
    do
        variable->name = unit_format(table->unit, "%s__%u", variable->original, number++);
    while (name_taken(table, variable, variable->name));
}

static bool rename_uses(syntax *node, void *context)
{
    local_table *table = context;
    const local *variable = node->kind == EXPRESSION_NAME ? node->variable : NULL;

    if (variable == NULL || !variable->lifted || variable->variable_length || variable->shaped)
        return true;
    if (variable->name != variable->original)
        edit_list_replace(unit_edits(table->unit), node->range.begin, node->range.end, variable->name);
    return true;
}

void local_table_lift(local_table *table)
{
    size_t count = table->count;

    syntax_visit(table->body, find_addresses, table);
    for (size_t i = 0; i < count; i++) {
        local *variable = table->locals[i];

        if (variable->role == LOCAL_VARIABLE)
            variable->lifted = variable->scope == NULL || variable->scope->special;
        if (!variable->lifted)
            continue;
        variable->copied = variable->role == LOCAL_PARAMETER && clang_isConstQualifiedType(variable->type);
        if (variable->role == LOCAL_VARIABLE && is_array(clang_getCanonicalType(variable->type)))
            variable->block = true;
        array_shape_find(table, variable);
        spell(table, variable);
        choose_name(table, variable);
    }
    syntax_visit(table->body, rename_uses, table);
    syntax_visit(table->body, find_objects, table);
}
