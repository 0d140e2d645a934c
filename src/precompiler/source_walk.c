/* SPDX-License-Identifier: MIT */
#include "source_walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text_builder.h"

static void push(source_walk *walk, CXCursor cursor)
{
    if (walk->depth == walk->capacity) {
        walk->capacity = walk->capacity * 2 + 64;
        walk->around = storage_resize(walk->around, walk->capacity, sizeof walk->around[0]);
    }
    walk->around[walk->depth++] = cursor;
}

static enum CXChildVisitResult visit_each(CXCursor cursor, CXCursor parent, CXClientData data)
{
    source_walk *walk = data;

    (void)parent;
    if (walk->depth == 0 && unit_in_system_header(walk->unit, cursor))
        return CXChildVisit_Continue;
    walk->visit(walk, cursor);
    push(walk, cursor);
    clang_visitChildren(cursor, visit_each, walk);
    walk->depth--;
    return CXChildVisit_Continue;
}

void source_walk_run(struct unit *unit, void (*visit)(source_walk *walk, CXCursor cursor), void *context)
{
    source_walk walk = { unit, visit, context, NULL, 0, 0 };

    clang_visitChildren(clang_getTranslationUnitCursor(unit_handle(unit)), visit_each, &walk);
    free(walk.around);
}

CXCursor source_walk_around(const source_walk *walk, size_t level)
{
    return level < walk->depth ? walk->around[walk->depth - 1 - level] : clang_getNullCursor();
}

CXCursor source_walk_function(const source_walk *walk)
{
    return walk->depth > 0 && clang_getCursorKind(walk->around[0]) == CXCursor_FunctionDecl ? walk->around[0]
                                                                                             : clang_getNullCursor();
}

/* ---- Cursors ---- */

bool cursor_is_wrapper(CXCursor cursor)
{
    enum CXCursorKind kind = clang_getCursorKind(cursor);

    return kind == CXCursor_UnexposedExpr || kind == CXCursor_ParenExpr;
}

struct child_search { unsigned left; CXCursor found; };

static enum CXChildVisitResult find_child(CXCursor cursor, CXCursor parent, CXClientData data)
{
    struct child_search *search = data;

    (void)parent;
    if (search->left-- > 0)
        return CXChildVisit_Continue;
    search->found = cursor;
    return CXChildVisit_Break;
}

CXCursor cursor_child(CXCursor cursor, unsigned index)
{
    struct child_search search = { index, clang_getNullCursor() };

    clang_visitChildren(cursor, find_child, &search);
    return search.found;
}

static enum CXChildVisitResult take_child(CXCursor cursor, CXCursor parent, CXClientData data)
{
    (void)parent;
    *(CXCursor *)data = cursor;
    return CXChildVisit_Continue;
}

CXCursor cursor_last_child(CXCursor cursor)
{
    CXCursor last = clang_getNullCursor();

    clang_visitChildren(cursor, take_child, &last);
    return last;
}

bool cursor_constant(CXCursor expression, long long *value)
{
    CXEvalResult result = clang_Cursor_Evaluate(expression);
    bool whole = result != NULL && clang_EvalResult_getKind(result) == CXEval_Int;

    if (whole)
        *value = clang_EvalResult_getAsLongLong(result);
    if (result != NULL)
        clang_EvalResult_dispose(result);
    return whole;
}

CXCursor cursor_unwrapped(CXCursor cursor)
{
    while (cursor_is_wrapper(cursor)) {
        CXCursor inner = cursor_child(cursor, 0);

        if (clang_Cursor_isNull(inner))
            return cursor;
        cursor = inner;
    }
    return cursor;
}

void cursor_name(CXCursor cursor, char *name, size_t size)
{
    CXString spelling = clang_getCursorSpelling(cursor);
    const char *text = clang_getCString(spelling);

    snprintf(name, size, "%s", text != NULL ? text : "");
    clang_disposeString(spelling);
}

bool cursor_is_called(CXCursor cursor, const char *name)
{
    CXString spelling = clang_getCursorSpelling(cursor);
    const char *text = clang_getCString(spelling);
    bool same = text != NULL && strcmp(text, name) == 0;

    clang_disposeString(spelling);
    return same;
}

/* Old programs declare these by hand. Scripts that try whether a function is there declare it as anything, which is no call of it. */
static bool is_declared_heap(CXCursor function, const char *name)
{
    enum CXTypeKind result = clang_getCanonicalType(clang_getCursorResultType(function)).kind;

    if (strcmp(name, "free") == 0)
        return result == CXType_Void || result == CXType_Int;
    return result == CXType_Pointer && (strcmp(name, "malloc") == 0 || strcmp(name, "calloc") == 0 || strcmp(name, "realloc") == 0 ||
                                        strcmp(name, "strdup") == 0);
}

bool cursor_library_function(const struct unit *unit, CXCursor cursor, char *name, size_t size)
{
    CXCursor function = clang_getCursorReferenced(cursor);

    name[0] = '\0';
    if (clang_Cursor_isNull(function) || clang_getCursorKind(function) != CXCursor_FunctionDecl ||
        clang_Cursor_getStorageClass(function) == CX_SC_Static)
        return false;
    cursor_name(function, name, size);
    return unit_in_system_header(unit, clang_getCanonicalCursor(function)) ||
           (is_declared_heap(function, name) && clang_Cursor_isNull(clang_getCursorDefinition(function)));
}
