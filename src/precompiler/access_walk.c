/* SPDX-License-Identifier: MIT */
/* What expressions do to variables. */
#include <string.h>

#include "lowering.h"

enum access { ACCESS_READ, ACCESS_WRITE, ACCESS_UPDATE, ACCESS_PART };

static bool is_pointer(const syntax *node)
{
    return clang_getCanonicalType(clang_getCursorType(node->cursor)).kind == CXType_Pointer;
}

/* Through parentheses and implicit casts, up to what lowering has put a temporary in the place of. */
static syntax *shown_core(syntax *node)
{
    while (node->value == NULL && node->shown == NULL && node->kind == EXPRESSION_CLEAR && node->count == 1)
        node = node->children[0];
    return node;
}

/* An array that a subscript or member belongs to: not a pointer that leads elsewhere. */
static bool is_whole(const syntax *base)
{
    const syntax *core = shown_core((syntax *)base);

    if (core->value != NULL || core->shown != NULL)
        return false;
    /* A parameter that is declared as an array is one to libclang, and a pointer. */
    if (core->kind == EXPRESSION_NAME && core->variable != NULL && core->variable->role == LOCAL_PARAMETER)
        return false;
    return !is_pointer(base) || !is_pointer(core);
}

static void walk_name(lowering *l, const local *variable, enum access access)
{
    if (variable == NULL)
        return;
    if (variable->variable_length || access == ACCESS_READ || access == ACCESS_UPDATE)
        lower_use(l, variable);
    if (access == ACCESS_WRITE || access == ACCESS_UPDATE)
        if (!variable->variable_length)
            lower_define(l, variable);
}

/* A write to a part neither reads the whole nor replaces it. */
static void walk_place(lowering *l, syntax *node, enum access access)
{
    enum access part = access == ACCESS_READ || access == ACCESS_UPDATE ? ACCESS_READ : ACCESS_PART;

    node = shown_core(node);
    if (node->value != NULL || node->shown != NULL) {
        access_walk(l, node);
        return;
    }
    switch (node->kind) {
    case EXPRESSION_NAME:
        walk_name(l, node->variable, access);
        break;
    case EXPRESSION_MEMBER:
        if (node->count == 0)
            break;
        if (is_pointer(node->children[0]))
            access_walk(l, node->children[0]);
        else
            walk_place(l, node->children[0], part);
        break;
    case EXPRESSION_SUBSCRIPT:
        if (is_whole(node->children[0]))
            walk_place(l, node->children[0], part);
        else
            access_walk(l, node->children[0]);
        access_walk(l, node->children[1]);
        break;
    default:
        access_walk(l, node);
        break;
    }
}

/* Both parts may happen or not: `second` after `first`, or past it. */
static void walk_choice(lowering *l, syntax *one, syntax *other)
{
    unsigned condition = l->block, after = lower_new_block(l), block = lower_new_block(l);

    lower_edge_to(l, block);
    l->block = block;
    access_walk(l, one);
    lower_edge_to(l, after);
    l->block = condition;
    if (other != NULL) {
        block = lower_new_block(l);
        lower_edge_to(l, block);
        l->block = block;
        access_walk(l, other);
    }
    lower_edge_to(l, after);
    l->block = after;
}

static void walk_unary(lowering *l, syntax *node)
{
    switch (node->operation) {
    case CXUnaryOperator_PostInc:
    case CXUnaryOperator_PostDec:
    case CXUnaryOperator_PreInc:
    case CXUnaryOperator_PreDec:
        walk_place(l, node->children[0], ACCESS_UPDATE);
        break;
    case CXUnaryOperator_AddrOf:
        walk_place(l, node->children[0], ACCESS_PART);
        break;
    default:
        access_walk(l, node->children[0]);
        break;
    }
}

static bool walk_lengths(syntax *node, void *context)
{
    if (node->kind == EXPRESSION_NAME && node->variable != NULL &&
        (node->variable->variable_length || clang_getCursorType(node->cursor).kind != CXType_Record))
        lower_use(context, node->variable);
    return true;
}

/* sizeof evaluates the lengths of arrays, nothing else. */
static void walk_unevaluated(lowering *l, syntax *node)
{
    CXType type = clang_getCanonicalType(node->count > 0 ? clang_getCursorType(node->children[0]->cursor)
                                                         : clang_getCursorType(node->cursor));
    const char *text = unit_range_text(l->unit, node->range);

    if (type.kind == CXType_VariableArray || strchr(text, '[') != NULL)
        syntax_visit(node, walk_lengths, l);
}

static void walk_children(lowering *l, syntax *node)
{
    for (size_t i = 0; i < node->count; i++)
        access_walk(l, node->children[i]);
}

static void walk_call(lowering *l, syntax *node)
{
    CXCursor called = syntax_called(node);

    walk_children(l, node);
    if (!clang_Cursor_isNull(called) && call_graph_no_return(l->unit, called))
        lower_dead(l);
}

static void walk_statements(lowering *l, syntax *node)
{
    l->muted++;
    lower_statement(l, node->body);
    l->muted--;
}

void access_walk(lowering *l, syntax *node)
{
    if (node->value != NULL) {
        lower_use(l, node->value);
        return;
    }
    if (node->shown != NULL)
        node = node->shown;
    switch (node->kind) {
    case EXPRESSION_NAME:
    case EXPRESSION_MEMBER:
    case EXPRESSION_SUBSCRIPT:
        walk_place(l, node, ACCESS_READ);
        break;
    case EXPRESSION_ASSIGN:
        access_walk(l, node->children[1]);
        walk_place(l, node->children[0], ACCESS_WRITE);
        break;
    case EXPRESSION_COMPOUND_ASSIGN:
        access_walk(l, node->children[1]);
        walk_place(l, node->children[0], ACCESS_UPDATE);
        break;
    case EXPRESSION_UNARY:
        walk_unary(l, node);
        break;
    case EXPRESSION_AND:
    case EXPRESSION_OR:
    case EXPRESSION_CONDITIONAL_SHORT:
        access_walk(l, node->children[0]);
        walk_choice(l, node->children[1], NULL);
        break;
    case EXPRESSION_CONDITIONAL:
        access_walk(l, node->children[0]);
        walk_choice(l, node->children[1], node->children[2]);
        break;
    case EXPRESSION_UNEVALUATED:
        walk_unevaluated(l, node);
        break;
    case EXPRESSION_CALL:
        walk_call(l, node);
        break;
    case EXPRESSION_STATEMENT:
        walk_statements(l, node);
        break;
    case EXPRESSION_CAST:
    default:
        walk_children(l, node);
        break;
    }
}
