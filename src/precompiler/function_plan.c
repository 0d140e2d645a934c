/* SPDX-License-Identifier: MIT */
#include "function_plan.h"

#include <stdlib.h>
#include <string.h>

#include "array_shape.h"
#include "lowering.h"
#include "type_names.h"

struct planning {
    struct unit *unit;
    const call_graph *graph;
    const program_function *function;
    lowering *lowering;
};

/* ---- Calls that are held ---- */

/* Around a call, so that no poll-point in it is honoured; the request stays. */
static void hold(struct unit *unit, const syntax *call)
{
    CXType type = clang_getCanonicalType(clang_getCursorType(call->cursor));
    const char *name = unit_format(unit, "msrck_held_%u", call->range.begin);

    if (type.kind == CXType_Void)
        edit_list_wrap(unit_edits(unit), call->range.begin, call->range.end, "({ msrck_hold(); ", "; msrck_release(); })");
    else
        edit_list_wrap(unit_edits(unit), call->range.begin, call->range.end,
                       unit_format(unit, "({ msrck_hold(); __auto_type %s = ", name),
                       unit_format(unit, "; msrck_release(); %s; })", name));
}

static bool hold_calls(syntax *node, void *context)
{
    const struct planning *planning = context;

    if (node->kind != EXPRESSION_CALL || !call_graph_may_poll(planning->graph, node))
        return node->kind != EXPRESSION_UNEVALUATED;
    hold(planning->unit, node);
    unit_report(planning->unit, node->range.begin, "held call of %s in %s: %s; no poll-point inside is honoured",
                syntax_called(node).kind == CXCursor_FunctionDecl ? call_graph_name(planning->unit, node) : "a pointer",
                planning->function->name,
                planning->function->kept_because != NULL ? planning->function->kept_because : "no statement can take its place");
    return true;
}

/* ---- What is special ---- */

/* Calls that cannot become statements, because it is not known when, or whether, they happen. */
static bool cannot_hoist(const syntax *node)
{
    return node->kind == EXPRESSION_SELECTION ||
           (node->kind == EXPRESSION_OTHER && (node->parent == NULL || node->parent->kind != EXPRESSION_LIST));
}

static bool marks_jump(const syntax *loop)
{
    const syntax *part = loop->kind == STATEMENT_DO ? loop->condition : loop->kind == STATEMENT_FOR ? loop->increment : NULL;

    return part != NULL && part->calls_inside;
}

/* Children first: a node is special when one below is. */
static void mark(struct planning *planning, syntax *node)
{
    if (node->kind == EXPRESSION_UNEVALUATED || node->kind == DECLARATION)
        return;
    if (cannot_hoist(node)) {
        syntax_visit(node, hold_calls, planning);
        return;
    }
    if (node->kind == VARIABLE && node->variable == NULL)
        return;
    for (size_t i = 0; i < node->count; i++) {
        mark(planning, node->children[i]);
        node->calls_inside |= node->children[i]->calls_inside;
        node->special |= node->children[i]->special;
    }
    if (node->kind == EXPRESSION_CALL && call_graph_may_poll(planning->graph, node))
        node->polls = node->calls_inside = true;
    node->special |= node->calls_inside || node->poll_here;
}

/* A continue of a loop whose condition or increment has become statements: a jump to those. */
static bool redirect_continue(syntax *node, void *context)
{
    const struct planning *planning = context;
    syntax *loop = node->parent;

    if (node->kind != STATEMENT_CONTINUE)
        return true;
    while (loop != NULL && !syntax_is_loop(loop))
        loop = loop->parent;
    if (loop == NULL || !marks_jump(loop))
        return true;
    loop->continues = true;
    edit_list_replace(unit_edits(planning->unit), node->range.begin, node->range.end,
                      unit_format(planning->unit, "goto msrck_continue_%u", loop->range.begin));
    return true;
}

/* Declarations of lifted variables, and returns where arrays are to be freed, change too. */
static bool mark_changes(syntax *node, void *context)
{
    struct planning *planning = context;
    bool changes = (node->kind == STATEMENT_RETURN && planning->lowering->arrays) ||
                   (node->kind == VARIABLE && node->variable != NULL && node->variable->lifted);

    for (syntax *up = node; changes && up != NULL; up = up->parent)
        up->special = true;
    return true;
}

/* ---- One function ---- */

static const char *returned_nothing(struct unit *unit, CXCursor function)
{
    CXType type = clang_getResultType(clang_getCursorType(function));
    CXType canonical = clang_getCanonicalType(type);

    if (canonical.kind == CXType_Void)
        return "return;";
    if (canonical.kind == CXType_Record)
        return unit_format(unit, "return (__typeof__(%s)){ 0 };", type_spelling(unit, type));
    return "return 0;";
}

static void lowering_clear(lowering *l)
{
    local_table_clear(&l->locals);
    flow_free(l->flow);
    text_free(&l->body);
    free(l->points);
    free(l->gaps);
    free(l->labels);
}

static void transform(struct unit *unit, const call_graph *graph, program_function *function)
{
    lowering l;
    struct planning planning = { unit, graph, function, &l };
    const char *reason;

    if (function->kept_because != NULL || !function->may_poll) {
        if (function->kept_because != NULL)
            syntax_visit(function->body, hold_calls, &planning);
        return;
    }
    memset(&l, 0, sizeof l);
    l.unit = unit;
    l.graph = graph;
    l.function = function;
    l.flow = flow_new();
    local_table_find(&l.locals, unit, function->cursor, function->body);
    reason = array_shape_refused(&l.locals);
    if (reason != NULL) {
        function->kept_because = reason;
        syntax_visit(function->body, hold_calls, &planning);
        lowering_clear(&l);
        return;
    }
    mark(&planning, function->body);
    function->body->special |= function->entry_point;
    if (function->body->special) {
        syntax_visit(function->body, redirect_continue, &planning);
        local_table_lift(&l.locals);
        l.arrays = array_shape_prepare(&l.locals);
        l.arrays |= array_shape_allocations(&l.locals);
        syntax_visit(function->body, mark_changes, &planning);
        l.table = unit_identifier(unit, unit_format(unit, "frame_%s", function->name));
        l.nothing = returned_nothing(unit, function->cursor);
        lower_body(&l);
        frame_emit(&l);
    }
    lowering_clear(&l);
}

void functions_transform(struct unit *unit)
{
    call_graph graph;

    call_graph_find(&graph, unit);
    poll_choice_make(&graph);
    for (size_t f = 0; f < graph.count; f++)
        transform(unit, &graph, &graph.functions[f]);
    call_graph_clear(&graph);
}
