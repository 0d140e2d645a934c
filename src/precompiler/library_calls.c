/* SPDX-License-Identifier: MIT */
#include "library_calls.h"

#include <stdlib.h>
#include <string.h>

#include "library_functions.h"
#include "source_walk.h"
#include "text_builder.h"
#include "type_names.h"

/* Functions of the runtime that pointers may hold: named once a unit. */
struct named_functions { char **names; size_t count; bool reads_input; unsigned variables; };

/* Variables of the C library that are part of the state where the program uses them: where getopt() is, and what it tells. */
static const struct {
    const char *name, *reference;   /* NULL: a pointer to characters */
} library_variables[] = { { "optind", "&msrck_int" }, { "opterr", "&msrck_int" }, { "optopt", "&msrck_int" }, { "optarg", NULL } };

enum { LIBRARY_VARIABLES = sizeof library_variables / sizeof library_variables[0] };

static void wrap(struct unit *unit, CXCursor call, const char *before, const char *after)
{
    text_range range = unit_range(unit, call);

    if (range.end != 0)
        edit_list_wrap(unit_edits(unit), range.begin, range.end, before, after);
}

static bool returns_nothing(CXCursor call)
{
    return clang_getCanonicalType(clang_getCursorType(call)).kind == CXType_Void;
}

/* A value is kept in a variable of the statement expression, whose type is that of the call. */
static void hold(struct unit *unit, CXCursor call, const char *name)
{
    const char *result;

    if (returns_nothing(call)) {
        wrap(unit, call, "(msrck_hold(), ", ", msrck_release())");
    } else {
        result = unit_identifier(unit, "held_result");
        wrap(unit, call, unit_format(unit, "({ msrck_hold(); __typeof__(%s) %s = ", type_spelling(unit, clang_getCursorType(call)), result),
             unit_format(unit, "; msrck_release(); %s; })", result));
    }
    unit_report(unit, unit_range(unit, call).begin, "%s: poll-points in the functions it calls take no checkpoint", name);
}

static void wrap_tm(struct unit *unit, CXCursor call)
{
    const char *reason, *reference = type_reference_quiet(unit, clang_getPointeeType(clang_getCanonicalType(clang_getCursorType(call))), &reason);

    if (reference != NULL)
        wrap(unit, call, unit_format(unit, "((%s)msrck_cc_static_tm(%s, ", type_spelling(unit, clang_getCursorType(call)), reference), "))");
}

static void change_call(struct unit *unit, CXCursor call, const char *name, const library_function *known)
{
    switch (known->action) {
    case LIBRARY_WRAPPED:
        wrap(unit, call, known->text, ")");
        break;
    case LIBRARY_TM:
        wrap_tm(unit, call);
        break;
    case LIBRARY_HELD:
        hold(unit, call, name);
        break;
    default:
        break;
    }
}

/* Nothing is known of the function but that it may call one of the program's. */
static bool gets_function(CXCursor call)
{
    int count = clang_Cursor_getNumArguments(call);

    for (int i = 0; i < count; i++) {
        CXType type = clang_getCanonicalType(clang_getCursorType(cursor_unwrapped(clang_Cursor_getArgument(call, (unsigned)i))));
        enum CXTypeKind kind = type.kind == CXType_Pointer ? clang_getCanonicalType(clang_getPointeeType(type)).kind : type.kind;

        if (kind == CXType_FunctionProto || kind == CXType_FunctionNoProto)
            return true;
    }
    return false;
}

/* ---- Names of functions ---- */

/* Whether the name stands where a function is called. */
static bool is_callee(const source_walk *walk, CXCursor name)
{
    CXCursor inner = name;

    for (size_t level = 0;; level++) {
        CXCursor around = source_walk_around(walk, level);

        if (!cursor_is_wrapper(around))
            return clang_getCursorKind(around) == CXCursor_CallExpr && clang_equalCursors(cursor_child(around, 0), inner);
        inner = around;
    }
}

/* Pointers to functions are saved by their names. globals_pass() enters those that the text names; these stand in their places. */
static void enter_function(struct unit *unit, struct named_functions *named, const char *name)
{
    const char *entry;

    for (size_t i = 0; i < named->count; i++)
        if (strcmp(named->names[i], name) == 0)
            return;
    named->names = storage_resize(named->names, named->count + 1, sizeof named->names[0]);
    named->names[named->count++] = storage_copy(name);
    entry = unit_identifier(unit, unit_format(unit, "named_%s", name));
    unit_append(unit, "static const msrck_function_entry %s = { \"%s\", (void (*)(void))%s };\n"
                      "static const msrck_function_entry *const %s__section "
                      "__attribute__((used, section(\"msrck_functions\"), aligned(sizeof(void *)))) = &%s;\n",
                entry, name, name, entry, entry);
}

static void change_name(source_walk *walk, CXCursor cursor, const char *name)
{
    const library_function *known = library_function_find(name);
    text_range range = unit_range(walk->unit, cursor);
    const char *other = NULL;

    if (known != NULL && known->action == LIBRARY_RENAMED)
        other = known->text;
    if (is_callee(walk, cursor)) {
        if (other != NULL && range.end != 0)
            edit_list_replace(unit_edits(walk->unit), range.begin, range.end, other);
        return;
    }
    if (known != NULL && known->action == LIBRARY_TYPED)
        other = known->plain;
    if (other == NULL || range.end == 0)
        return;
    edit_list_replace(unit_edits(walk->unit), range.begin, range.end, other);
    enter_function(walk->unit, walk->context, other);
}

/* Standard input is carried where the program reads it; where it is a pipe that nobody reads it must not hinder a checkpoint. */
static bool reads_input(const struct unit *unit, CXCursor cursor)
{
    static const char *const readers[] = { "getchar", "getchar_unlocked", "scanf", "__isoc99_scanf", "vscanf", "gets" };
    CXCursor named = clang_getCursorReferenced(cursor);

    if (clang_getCursorKind(named) == CXCursor_VarDecl)
        return cursor_is_called(named, "stdin") && unit_in_system_header(unit, clang_getCanonicalCursor(named));
    for (size_t i = 0; i < sizeof readers / sizeof readers[0]; i++)
        if (cursor_is_called(named, readers[i]))
            return true;
    return false;
}

static void note_variable(source_walk *walk, CXCursor cursor)
{
    CXCursor named = clang_getCursorReferenced(cursor);

    if (clang_getCursorKind(named) != CXCursor_VarDecl || !unit_in_system_header(walk->unit, clang_getCanonicalCursor(named)))
        return;
    for (unsigned i = 0; i < LIBRARY_VARIABLES; i++)
        if (cursor_is_called(named, library_variables[i].name))
            ((struct named_functions *)walk->context)->variables |= 1u << i;
}

/* Every file that uses the variable has the entry, under one symbol; the linker takes one. */
static void enter_variables(struct unit *unit, unsigned variables)
{
    for (unsigned i = 0; i < LIBRARY_VARIABLES; i++) {
        const char *name = library_variables[i].name, *reference = library_variables[i].reference;

        if ((variables & 1u << i) == 0)
            continue;
        if (reference == NULL) {
            reference = "&msrck_library_text";
            unit_append(unit, "static const msrck_type msrck_library_text = { .kind = 3, .size = sizeof(void *), .alignment = _Alignof(void *), .element = &msrck_char };\n");
        }
        unit_append(unit, "__attribute__((weak, visibility(\"hidden\"))) extern const msrck_global_entry msrck_library_%s;\n"
                          "const msrck_global_entry msrck_library_%s = { \"%s\", (void *)&%s, %s, sizeof(%s), 0 };\n"
                          "static const msrck_global_entry *const msrck_library_%s__section __attribute__((used, section(\"msrck_globals\"), aligned(sizeof(void *)))) = &msrck_library_%s;\n",
                    name, name, name, name, reference, name, name, name);
    }
}

static void visit(source_walk *walk, CXCursor cursor)
{
    enum CXCursorKind kind = clang_getCursorKind(cursor);
    const library_function *known;
    char name[128];

    if (kind == CXCursor_DeclRefExpr && reads_input(walk->unit, cursor))
        ((struct named_functions *)walk->context)->reads_input = true;
    if (kind == CXCursor_DeclRefExpr)
        note_variable(walk, cursor);
    if ((kind != CXCursor_CallExpr && kind != CXCursor_DeclRefExpr) ||
        !cursor_library_function(walk->unit, cursor, name, sizeof name))
        return;
    if (kind == CXCursor_DeclRefExpr) {
        change_name(walk, cursor, name);
        return;
    }
    known = library_function_find(name);
    if (known != NULL)
        change_call(walk->unit, cursor, name, known);
    else if (gets_function(cursor))
        hold(walk->unit, cursor, name);
}

void library_calls_pass(struct unit *unit)
{
    struct named_functions named = { NULL, 0, false, 0 };

    source_walk_run(unit, visit, &named);
    if (named.reads_input)
        unit_append(unit, "extern const char msrck_cc_reads_input[] __attribute__((weak));\n"
                          "const char msrck_cc_reads_input[] = \"stdin\";\n");
    enter_variables(unit, named.variables);
    for (size_t i = 0; i < named.count; i++)
        free(named.names[i]);
    free(named.names);
}
