/* SPDX-License-Identifier: MIT */
/* Declarations of lifted variables: what is left of them is the assignment of the initial value. */
#include <string.h>

#include "lowering.h"
#include "type_names.h"

/* Larger initialisers are not built on the stack first. */
#define MOST_COPIED_BYTES 64

static bool is_array(CXType type)
{
    type = clang_getCanonicalType(type);
    return type.kind == CXType_ConstantArray || type.kind == CXType_VariableArray || type.kind == CXType_IncompleteArray;
}

/* ---- Initial values ---- */

/* Whether the initialiser is { 0 } or {}. */
static bool is_zero(lowering *l, const syntax *initial)
{
    const char *text = unit_range_text(l->unit, initial->range);

    return initial->kind == EXPRESSION_LIST && strspn(text, "{} 0\n") == strlen(text);
}

static bool find_changing(syntax *node, void *context)
{
    enum CXCursorKind kind;

    switch (node->kind) {
    case EXPRESSION_CALL:
    case EXPRESSION_ASSIGN:
    case EXPRESSION_COMPOUND_ASSIGN:
    case EXPRESSION_STATEMENT:
    case EXPRESSION_LITERAL_OBJECT:
    case EXPRESSION_SUBSCRIPT:
    case EXPRESSION_MEMBER:
        *(bool *)context = true;
        break;
    case EXPRESSION_NAME:
        kind = clang_getCursorKind(clang_getCursorReferenced(node->cursor));
        if (node->variable != NULL || kind == CXCursor_VarDecl || kind == CXCursor_ParmDecl)
            *(bool *)context = true;
        break;
    default:
        break;
    }
    return !*(bool *)context;
}

static bool is_constant(syntax *initial)
{
    bool changing = false;

    syntax_visit(initial, find_changing, &changing);
    return !changing;
}

static bool find_point(syntax *node, void *context)
{
    if (node->polls)
        *(bool *)context = true;
    return !*(bool *)context;
}

static bool contains_point(syntax *initial)
{
    bool found = false;

    syntax_visit(initial, find_point, &found);
    return found;
}

static const char *braced(lowering *l, const syntax *initial)
{
    const char *text = lower_text(l, initial->range);

    return initial->kind == EXPRESSION_LIST ? text : unit_format(l->unit, "{ %s }", text);
}

static void emit_array(lowering *l, const local *variable, syntax *initial)
{
    const char *name = variable->name;

    if (is_zero(l, initial))
        lower_emit(l, "__builtin_memset((void *)&%s, 0, sizeof %s);", name, name);
    else if (is_constant(initial) && clang_Type_getSizeOf(variable->type) > MOST_COPIED_BYTES)
        lower_emit(l, "{ static const __typeof__(%s) msrck_initial%s = %s; __builtin_memcpy((void *)&%s, &msrck_initial, sizeof %s); }",
                   variable->spelling, variable->sizes, braced(l, initial), name, name);
    else
        lower_emit(l, "__builtin_memcpy((void *)&%s, &(__typeof__(%s))%s, sizeof %s);", name, name, braced(l, initial), name);
}

static void emit_initial(lowering *l, const local *variable, syntax *initial)
{
    lower_place(l, variable->place);
    if (is_array(variable->type))
        emit_array(l, variable, initial);
    else if (initial->kind == EXPRESSION_LIST)
        lower_emit(l, "%s", local_assignment(&l->locals, variable, unit_format(l->unit, "(__typeof__(%s))%s", variable->spelling,
                                                                              lower_text(l, initial->range))));
    else
        lower_emit(l, "%s", local_assignment(&l->locals, variable, lower_text(l, initial->range)));
    access_walk(l, initial);
    lower_define(l, variable);
}

/* ---- Without an initial value ---- */

/*
 * What a block holds is collected whole, whether the program has written it or not: no pointer and no wide number
 * may be left from what was on the stack before.
 */
static void clear_block(lowering *l, const local *variable)
{
    if (!local_type_is_delicate(variable->type) && clang_Type_getSizeOf(variable->type) > MOST_COPIED_BYTES)
        return;
    lower_own_place(l, variable->place);
    lower_emit(l, "__builtin_memset((void *)&%s, 0, sizeof %s);", variable->name, variable->name);
}

static void emit_undefined(lowering *l, const local *variable)
{
    if (variable->block) {
        clear_block(l, variable);
        return;
    }
    lower_define(l, variable);
    lower_zero(l, variable);
}

/* ---- Variable length ---- */

void lower_lengths(lowering *l, const local *variable)
{
    for (unsigned d = 0; d < variable->dimensions; d++)
        if (variable->lengths[d] != NULL)
            lower_emit(l, "%s = %s;", variable->lengths[d]->name, lower_text(l, variable->length_texts[d]));
    for (unsigned d = 0; d < variable->dimensions; d++)
        if (variable->lengths[d] != NULL)
            lower_define(l, variable->lengths[d]);
}

/* The sizes in a declaration are all of its parts but the initialiser. */
static void lower_sizes(lowering *l, const local *variable, const syntax *declaration)
{
    lower_place(l, variable->place);
    for (size_t i = 0; i < declaration->count; i++)
        if (declaration->children[i] != declaration->initial)
            lower_calls(l, declaration->children[i], false);
    for (size_t i = 0; i < declaration->count; i++)
        if (declaration->children[i] != declaration->initial)
            access_walk(l, declaration->children[i]);
    lower_lengths(l, variable);
}

static void lower_variable_length(lowering *l, const local *variable, const syntax *declaration)
{
    lower_sizes(l, variable, declaration);
    lower_emit(l, "%s = msrck_cc_array(%s, %s, (__typeof__(sizeof 0))1", variable->name, variable->name,
               type_reference(l->unit, variable->target, variable->original, variable->place));
    for (unsigned d = 0; d < variable->dimensions; d++)
        if (variable->lengths[d] != NULL)
            lower_emit(l, " * %s", variable->lengths[d]->name);
        else
            lower_emit(l, " * (%s)", lower_text(l, variable->length_texts[d]));
    lower_emit(l, ");");
    lower_use(l, variable);
    lower_define(l, variable);
}

void lower_variable(lowering *l, syntax *declaration)
{
    local *variable = declaration->variable;

    if (variable->shaped)
        lower_sizes(l, variable, declaration);
    if (variable->variable_length) {
        lower_variable_length(l, variable, declaration);
    } else if (declaration->initial == NULL) {
        emit_undefined(l, variable);
    } else {
        /* A checkpoint during the calls collects the block, too. */
        if (variable->block && contains_point(declaration->initial))
            clear_block(l, variable);
        lower_calls(l, declaration->initial, false);
        emit_initial(l, variable, declaration->initial);
    }
}
