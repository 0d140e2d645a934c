/* SPDX-License-Identifier: MIT */
#include "call_graph.h"

#include <stdlib.h>
#include <string.h>

#include "openmp_regions.h"
#include "text_builder.h"
#include "unit_state.h"

/* ---- Finding the functions ---- */

struct search {
    call_graph *graph;
    size_t capacity;
};

static CXCursor body_of(CXCursor function);

static enum CXChildVisitResult note_body(CXCursor cursor, CXCursor parent, CXClientData data)
{
    (void)parent;
    if (clang_getCursorKind(cursor) == CXCursor_CompoundStmt)
        *(CXCursor *)data = cursor;
    return CXChildVisit_Continue;
}

static CXCursor body_of(CXCursor function)
{
    CXCursor body = clang_getNullCursor();

    clang_visitChildren(function, note_body, &body);
    return body;
}

static enum CXChildVisitResult add_function(CXCursor cursor, CXCursor parent, CXClientData data)
{
    struct search *search = data;
    call_graph *graph = search->graph;
    program_function *function;

    (void)parent;
    if (clang_getCursorKind(cursor) != CXCursor_FunctionDecl || !clang_isCursorDefinition(cursor) ||
        unit_in_system_header(graph->unit, cursor))
        return CXChildVisit_Continue;
    if (graph->count == search->capacity) {
        search->capacity = search->capacity * 2 + 16;
        graph->functions = storage_resize(graph->functions, search->capacity, sizeof *graph->functions);
    }
    function = &graph->functions[graph->count++];
    memset(function, 0, sizeof *function);
    function->cursor = cursor;
    function->name = unit_keep_string(graph->unit, clang_getCursorSpelling(cursor));
    function->body = syntax_build(graph->unit, body_of(cursor));
    return CXChildVisit_Continue;
}

static program_function *find_function(const call_graph *graph, CXCursor declaration)
{
    CXCursor canonical = clang_getCanonicalCursor(declaration);

    for (size_t f = 0; f < graph->count; f++)
        if (clang_equalCursors(clang_getCanonicalCursor(graph->functions[f].cursor), canonical))
            return &graph->functions[f];
    return NULL;
}

/* ---- What keeps a function as it is ---- */

static bool declares_no_return(struct unit *unit, CXCursor declaration)
{
    text_range range = unit_whole_declaration(unit, declaration);
    CXCursor body = body_of(declaration);
    const char *text;

    if (!clang_Cursor_isNull(body))
        range.end = unit_range(unit, body).begin;
    if (range.end <= range.begin)
        return false;
    text = unit_range_text(unit, range);
    return strstr(text, "_Noreturn") != NULL || strstr(text, "noreturn") != NULL;
}

bool call_graph_no_return(struct unit *unit, CXCursor function)
{
    return declares_no_return(unit, function) || declares_no_return(unit, clang_getCanonicalCursor(function));
}

const char *call_graph_name(struct unit *unit, const syntax *call)
{
    CXCursor called = syntax_called(call);

    return clang_Cursor_isNull(called) ? "" : unit_keep_string(unit, clang_getCursorSpelling(called));
}

static bool is_setjmp(const char *name)
{
    static const char *const names[] = { "setjmp", "_setjmp", "sigsetjmp", "__sigsetjmp", "__builtin_setjmp",
                                         "getcontext", "swapcontext" };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

struct table_search {
    bool table, other;              /* a static array is read; a variable of the function's own that may hold a label, or a call */
};

static bool find_table(syntax *node, void *context)
{
    struct table_search *search = context;
    CXCursor variable;

    search->other |= node->kind == EXPRESSION_CALL;
    if (node->kind != EXPRESSION_NAME)
        return true;
    variable = clang_getCursorReferenced(node->cursor);
    if (clang_getCanonicalType(clang_getCursorType(variable)).kind == CXType_ConstantArray && clang_Cursor_getStorageClass(variable) == CX_SC_Static)
        search->table = true;
    else if (clang_getCanonicalType(clang_getCursorType(node->cursor)).kind == CXType_Pointer && node->parent != NULL &&
             node->parent->kind == STATEMENT_COMPUTED_GOTO)
        search->other = true;
    return true;
}

/* "goto *table[*code++]": a resume finds the labels in its own table, while one in a variable would be that of the old program. */
static bool goes_by_table(syntax *statement)
{
    struct table_search search = { false, false };

    syntax_visit(statement, find_table, &search);
    return search.table && !search.other;
}

struct keeping {
    struct unit *unit;
    const char *reason;
};

static bool find_reason(syntax *node, void *context)
{
    struct keeping *keeping = context;
    const char *name;

    switch (node->kind) {
    case STATEMENT_COMPUTED_GOTO:
        if (!goes_by_table(node))
            keeping->reason = "it has a computed goto that is not by a static table of labels";
        break;
    case EXPRESSION_CALL:
        name = call_graph_name(keeping->unit, node);
        if (is_setjmp(name))
            keeping->reason = unit_format(keeping->unit, "it calls %s()", name);
        else if (strcmp(name, "__builtin_va_start") == 0)
            keeping->reason = "it walks a variable argument list";
        break;
    case VARIABLE:
        if (strstr(unit_range_text(keeping->unit, node->range), "cleanup") != NULL)
            keeping->reason = "a local variable has a cleanup function";
        break;
    default:
        break;
    }
    return keeping->reason == NULL;
}

/* A function without a prototype counts as variadic to libclang. */
static bool is_variadic(CXCursor function)
{
    CXType type = clang_getCanonicalType(clang_getCursorType(function));

    return type.kind == CXType_FunctionProto && clang_isFunctionTypeVariadic(type);
}

static const char *reason_to_keep(struct unit *unit, program_function *function)
{
    struct keeping keeping = { unit, NULL };

    if (is_variadic(function->cursor))
        return "it has a variable number of arguments";
    if (call_graph_no_return(unit, function->cursor))
        return "it does not return";
    if (openmp_within(unit, unit_range(unit, function->cursor)))
        return "it has pragmas of OpenMP";
    syntax_visit(function->body, find_reason, &keeping);
    return keeping.reason;
}

/* ---- Who calls whom ---- */

enum call_target call_graph_target(const call_graph *graph, const syntax *call, program_function **function)
{
    CXCursor called = syntax_called(call);

    *function = NULL;
    if (clang_Cursor_isNull(called))
        return CALL_POINTER;
    *function = find_function(graph, called);
    if (*function != NULL)
        return CALL_OWN;
    return unit_in_system_header(graph->unit, called) || unit_in_system_header(graph->unit, clang_getCanonicalCursor(called))
               ? CALL_LIBRARY
               : CALL_EXTERNAL;
}

bool call_graph_may_poll(const call_graph *graph, const syntax *call)
{
    program_function *function;

    switch (call_graph_target(graph, call, &function)) {
    case CALL_OWN:
        return function->may_poll;
    case CALL_EXTERNAL:
        return !call_graph_no_return(graph->unit, syntax_called(call)) &&
               !is_variadic(syntax_called(call));
    case CALL_POINTER:
        return true;
    default:
        return false;
    }
}

/* reach[from * count + to] */
struct reaching {
    call_graph *graph;
    bool *reach;
    size_t from;
};

static bool note_call(syntax *node, void *context)
{
    struct reaching *reaching = context;
    program_function *called;

    if (node->kind == EXPRESSION_CALL && call_graph_target(reaching->graph, node, &called) == CALL_OWN)
        reaching->reach[reaching->from * reaching->graph->count + (size_t)(called - reaching->graph->functions)] = true;
    return node->kind != EXPRESSION_UNEVALUATED;
}

static void find_recursion(call_graph *graph)
{
    size_t count = graph->count;
    struct reaching reaching = { graph, storage_new(count * count + 1, sizeof(bool)), 0 };

    for (size_t f = 0; f < count; f++) {
        reaching.from = f;
        syntax_visit(graph->functions[f].body, note_call, &reaching);
    }
    for (size_t k = 0; k < count; k++)
        for (size_t i = 0; i < count; i++)
            for (size_t j = 0; reaching.reach[i * count + k] && j < count; j++)
                reaching.reach[i * count + j] |= reaching.reach[k * count + j];
    for (size_t f = 0; f < count; f++)
        graph->functions[f].recursive = reaching.reach[f * count + f];
    free(reaching.reach);
}

/* A function named anywhere but as what is called may be called from anywhere. */
static bool note_names(syntax *node, void *context)
{
    call_graph *graph = context;
    const syntax *up = node->parent, *below = node;

    if (node->kind != EXPRESSION_NAME)
        return true;
    while (up != NULL && up->kind == EXPRESSION_CLEAR) {
        below = up;
        up = up->parent;
    }
    if (up == NULL || up->kind != EXPRESSION_CALL || up->children[0] != below) {
        program_function *function = find_function(graph, clang_getCursorReferenced(node->cursor));

        if (function != NULL)
            function->internal = false;
    }
    return true;
}

static enum CXChildVisitResult note_table(CXCursor cursor, CXCursor parent, CXClientData data)
{
    (void)parent;
    if (clang_getCursorKind(cursor) == CXCursor_DeclRefExpr) {
        program_function *function = find_function(data, clang_getCursorReferenced(cursor));

        if (function != NULL)
            function->internal = false;
    }
    return CXChildVisit_Recurse;
}

/* Tables of functions at file scope. */
static enum CXChildVisitResult note_variable(CXCursor cursor, CXCursor parent, CXClientData data)
{
    (void)parent;
    if (clang_getCursorKind(cursor) == CXCursor_VarDecl)
        clang_visitChildren(cursor, note_table, data);
    return CXChildVisit_Continue;
}

void call_graph_find(call_graph *graph, struct unit *unit)
{
    struct search search = { graph, 0 };

    memset(graph, 0, sizeof *graph);
    graph->unit = unit;
    clang_visitChildren(clang_getTranslationUnitCursor(unit_handle(unit)), add_function, &search);
    for (size_t f = 0; f < graph->count; f++) {
        program_function *function = &graph->functions[f];

        function->kept_because = reason_to_keep(unit, function);
        function->internal = clang_Cursor_getStorageClass(function->cursor) == CX_SC_Static;
    }
    for (size_t f = 0; f < graph->count; f++)
        syntax_visit(graph->functions[f].body, note_names, graph);
    clang_visitChildren(clang_getTranslationUnitCursor(unit_handle(unit)), note_variable, graph);
    find_recursion(graph);
}

void call_graph_clear(call_graph *graph)
{
    for (size_t f = 0; f < graph->count; f++)
        syntax_free(graph->functions[f].body);
    free(graph->functions);
    memset(graph, 0, sizeof *graph);
}
