/* SPDX-License-Identifier: MIT */
/*
 * Calls inside expressions become statements. C fixes the order of evaluation at &&, ||, ?:, commas and full expressions, and nowhere else; where it does
 * not, operands are evaluated as the wrapped compilers do: left to right, the arguments of calls from the last to the first.
 */
#include <string.h>

#include "lowering.h"
#include "type_names.h"

static bool is_void(const syntax *node)
{
    return clang_getCanonicalType(clang_getCursorType(node->cursor)).kind == CXType_Void;
}

static local *new_value(lowering *l, const char *base, const syntax *node)
{
    return local_table_add(&l->locals, base, clang_getCursorType(node->cursor));
}

/* "value = expression;" */
static void emit_value(lowering *l, const local *value, syntax *expression)
{
    lower_place(l, expression->range.begin);
    lower_emit(l, "%s", local_assignment(&l->locals, value, lower_text(l, expression->range)));
    access_walk(l, expression);
    lower_define(l, value);
}

static void emit_statement(lowering *l, syntax *expression)
{
    lower_place(l, expression->range.begin);
    lower_emit(l, "%s;", lower_text(l, expression->range));
    access_walk(l, expression);
}

/* ---- Operands ---- */

static bool is_array(const syntax *node)
{
    return clang_getArrayElementType(clang_getCanonicalType(clang_getCursorType(node->cursor))).kind != CXType_Invalid;
}

static bool name_is_stable(const syntax *node)
{
    enum CXCursorKind kind = clang_getCursorKind(clang_getCursorReferenced(node->cursor));

    if (is_array(node) || kind == CXCursor_FunctionDecl || kind == CXCursor_EnumConstantDecl)
        return true;
    return node->variable != NULL && !node->variable->block;
}

/* Whether a call behind it cannot change its value, so that it may as well be evaluated after the call. */
static bool is_stable(const syntax *node)
{
    if (node->value != NULL)
        return true;
    switch (node->kind) {
    case EXPRESSION_NAME:
        return name_is_stable(node);
    case EXPRESSION_CONSTANT:
    case EXPRESSION_UNEVALUATED:
        return true;
    case EXPRESSION_UNARY:
        if (node->operation == CXUnaryOperator_AddrOf)
            return syntax_core(node->children[0])->kind == EXPRESSION_NAME;
        if (node->operation < CXUnaryOperator_Plus)
            return false;
        break;
    case EXPRESSION_MEMBER:
    case EXPRESSION_SUBSCRIPT:
        /* An array is its address here: nothing is read but what the address is made of. */
        if (!is_array(node))
            return false;
        break;
    case EXPRESSION_CLEAR:
    case EXPRESSION_BINARY:
    case EXPRESSION_CAST:
    case EXPRESSION_AND:
    case EXPRESSION_OR:
    case EXPRESSION_CONDITIONAL:
        break;
    default:
        return false;
    }
    for (size_t i = 0; i < node->count; i++)
        if (!is_stable(node->children[i]))
            return false;
    return true;
}

static void lower_two(lowering *l, syntax *first, syntax *second)
{
    lower_calls(l, first, false);
    if (second->calls_inside && !is_stable(first)) {
        local *value = new_value(l, "value", first);

        emit_value(l, value, first);
        lower_replace(l, first, value);
    }
    lower_calls(l, second, false);
}

/* ---- Calls ---- */

/* What a resume passes for an argument: the function that is called takes its own back before it looks. */
static const char *empty_argument(lowering *l, const syntax *argument)
{
    CXType type = clang_getCursorType(argument->cursor);
    CXType canonical = clang_getCanonicalType(type);

    if (canonical.kind == CXType_Record || canonical.kind == CXType_Complex)
        return unit_format(l->unit, "(__typeof__(%s)){ 0 }", type_spelling(l->unit, type));
    /* A parameter that is declared as an array is one to libclang. */
    if (canonical.kind == CXType_Pointer || clang_getArrayElementType(canonical).kind != CXType_Invalid)
        return "(void *)0";
    return unit_format(l->unit, "(__typeof__(%s))0", type_spelling(l->unit, type));
}

static const char *call_again(lowering *l, const syntax *call, const local *value)
{
    text_builder text = { NULL, 0, 0 };
    const char *kept;

    text_add_format(&text, "%s(", lower_text(l, call->children[0]->range));
    for (size_t i = 1; i < call->count; i++)
        text_add_format(&text, "%s%s", i > 1 ? ", " : "", empty_argument(l, call->children[i]));
    text_add(&text, ")");
    kept = value != NULL ? local_assignment(&l->locals, value, text.text) : unit_format(l->unit, "%s;", text.text);
    text_free(&text);
    return kept;
}

static void lower_arguments(lowering *l, syntax *call)
{
    for (size_t i = call->count; i > 1; i--)
        lower_calls(l, call->children[i - 1], false);
}

static void lower_call(lowering *l, syntax *call, bool discard)
{
    const char *called = call_graph_name(l->unit, call), *again;
    local *value = NULL, *callee = NULL;

    if (called[0] == '\0') {
        lower_calls(l, call->children[0], false);
        callee = new_value(l, "callee", call->children[0]);
        emit_value(l, callee, call->children[0]);
        lower_replace(l, call->children[0], callee);
    }
    lower_arguments(l, call);
    if (!discard && !is_void(call))
        value = new_value(l, "result", call);
    again = call_again(l, call, value);
    lower_place(l, call->range.begin);
    if (value != NULL)
        lower_emit(l, "%s", local_assignment(&l->locals, value, lower_text(l, call->range)));
    else
        lower_emit(l, "%s;", lower_text(l, call->range));
    for (size_t i = 0; i < call->count; i++)
        access_walk(l, call->children[i]);
    lower_point(l, POINT_CALL, call, call->range.begin,
                unit_format(l->unit, "after %s", called[0] != '\0' ? called : "a call through a pointer"), again, NULL);
    if (callee != NULL)
        lower_use(l, callee);
    if (value != NULL) {
        lower_define(l, value);
        lower_replace(l, call, value);
    }
}

/* ---- Choices ---- */

/* One way of a choice, in braces: its value to `value`, unless nobody wants it. */
static void lower_way(lowering *l, syntax *way, const local *value)
{
    if (!lower_calls(l, way, value == NULL)) {
        if (value != NULL)
            emit_value(l, value, way);
        else
            emit_statement(l, way);
    }
    lower_emit(l, "}");
}

static void lower_truth(lowering *l, syntax *expression, const local *value)
{
    if (value == NULL ? lower_calls(l, expression, true) : (lower_calls(l, expression, false), false))
        return;
    lower_place(l, expression->range.begin);
    if (value != NULL)
        lower_emit(l, "%s = (%s) ? 1 : 0;", value->name, lower_text(l, expression->range));
    else
        lower_emit(l, "%s;", lower_text(l, expression->range));
    access_walk(l, expression);
    if (value != NULL)
        lower_define(l, value);
}

static bool lower_logical(lowering *l, syntax *node, bool discard)
{
    syntax *first = node->children[0], *second = node->children[1];
    const char *negation = node->kind == EXPRESSION_OR ? "!" : "";
    unsigned after, condition;
    local *value;

    if (!second->calls_inside) {
        lower_calls(l, first, false);
        return false;
    }
    value = local_table_add_spelled(&l->locals, "truth", "int");
    value->type = clang_getCursorType(node->cursor);
    lower_truth(l, first, value);
    lower_emit(l, " if (%s%s) {", negation, value->name);
    lower_use(l, value);
    condition = l->block;
    after = lower_new_block(l);
    lower_dead(l);
    flow_edge(l->flow, condition, l->block);
    lower_truth(l, second, discard ? NULL : value);
    lower_emit(l, "}");
    lower_edge_to(l, after);
    flow_edge(l->flow, condition, after);
    l->block = after;
    if (!discard)
        lower_replace(l, node, value);
    return discard;
}

static bool lower_conditional(lowering *l, syntax *node, bool discard)
{
    unsigned after, condition;
    local *value;

    lower_calls(l, node->children[0], false);
    if (!node->children[1]->calls_inside && !node->children[2]->calls_inside)
        return false;
    value = discard || is_void(node) ? NULL : new_value(l, "choice", node);
    lower_place(l, node->range.begin);
    lower_emit(l, "if (%s) {", lower_text(l, node->children[0]->range));
    access_walk(l, node->children[0]);
    condition = l->block;
    after = lower_new_block(l);
    for (size_t way = 1; way <= 2; way++) {
        lower_dead(l);
        flow_edge(l->flow, condition, l->block);
        lower_way(l, node->children[way], value);
        lower_edge_to(l, after);
        lower_emit(l, way == 1 ? " else {" : "");
    }
    l->block = after;
    if (value == NULL)
        return true;
    lower_replace(l, node, value);
    return false;
}

/* a ?: b */
static bool lower_short_conditional(lowering *l, syntax *node)
{
    local *value;
    unsigned after, condition;

    lower_calls(l, node->children[0], false);
    if (!node->children[1]->calls_inside)
        return false;
    value = new_value(l, "choice", node);
    emit_value(l, value, node->children[0]);
    lower_emit(l, " if (!%s) {", value->name);
    lower_use(l, value);
    condition = l->block;
    after = lower_new_block(l);
    lower_dead(l);
    flow_edge(l->flow, condition, l->block);
    lower_way(l, node->children[1], value);
    lower_edge_to(l, after);
    flow_edge(l->flow, condition, after);
    l->block = after;
    lower_replace(l, node, value);
    return false;
}

/* ---- Sequences ---- */

static bool lower_comma(lowering *l, syntax *node, bool discard)
{
    syntax *first = node->children[0], *second = node->children[1];

    if (!second->calls_inside && !discard) {
        lower_calls(l, first, false);
        return false;
    }
    if (!lower_calls(l, first, true))
        emit_statement(l, first);
    if (discard) {
        if (!lower_calls(l, second, true))
            emit_statement(l, second);
        return true;
    }
    lower_calls(l, second, false);
    edit_list_replace(unit_edits(l->unit), node->range.begin, node->range.end,
                      unit_format(l->unit, "(%s)", lower_text(l, second->range)));
    node->shown = second;
    return false;
}

/* The value of ({ ... }) is that of its last statement. */
static bool lower_statements(lowering *l, syntax *node, bool discard)
{
    syntax *block = node->body, *last = block->count > 0 ? block->children[block->count - 1] : NULL;
    local *value = NULL;

    if (!discard && !is_void(node) && last != NULL && syntax_is_expression(last))
        value = new_value(l, "value", node);
    lower_emit(l, "{");
    for (size_t i = 0; i < block->count; i++) {
        syntax *statement = block->children[i];

        if (statement != last || value == NULL)
            lower_statement(l, statement);
        else if (!lower_calls(l, statement, false))
            emit_value(l, value, statement);
    }
    lower_emit(l, "}");
    if (value == NULL)
        return true;
    lower_replace(l, node, value);
    return false;
}

/* ---- All together ---- */

static void lower_children(lowering *l, syntax *node)
{
    for (size_t i = 0; i < node->count; i++)
        lower_calls(l, node->children[i], false);
}

bool lower_calls(lowering *l, syntax *node, bool discard)
{
    if (!node->calls_inside)
        return false;
    switch (node->kind) {
    case EXPRESSION_CLEAR:
        return lower_calls(l, node->children[0], discard);
    case EXPRESSION_CAST:
        return lower_calls(l, node->children[node->count - 1], discard);
    case EXPRESSION_CALL:
        if (node->polls) {
            lower_call(l, node, discard);
            return discard || is_void(node);
        }
        lower_calls(l, node->children[0], false);
        lower_arguments(l, node);
        return false;
    case EXPRESSION_AND:
    case EXPRESSION_OR:
        return lower_logical(l, node, discard);
    case EXPRESSION_CONDITIONAL:
        return lower_conditional(l, node, discard);
    case EXPRESSION_CONDITIONAL_SHORT:
        return lower_short_conditional(l, node);
    case EXPRESSION_COMMA:
        return lower_comma(l, node, discard);
    case EXPRESSION_STATEMENT:
        return lower_statements(l, node, discard);
    case EXPRESSION_BINARY:
    case EXPRESSION_SUBSCRIPT:
        lower_two(l, node->children[0], node->children[1]);
        return false;
    default:
        lower_children(l, node);
        return false;
    }
}
