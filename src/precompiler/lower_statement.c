/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lowering.h"
#include "text_scan.h"

/* ---- Statements that stay as they are ---- */

/* Whether the text of a statement, as libclang bounds it, lacks its semicolon. */
static bool lacks_semicolon(const lowering *l, const syntax *statement)
{
    while (statement->otherwise != NULL || (statement->body != NULL && !syntax_is_expression(statement) &&
                                            statement->kind != STATEMENT_DO))
        statement = statement->otherwise != NULL ? statement->otherwise : statement->body;
    switch (statement->kind) {
    case STATEMENT_COMPOUND:
    case STATEMENT_DECLARATION:
    case STATEMENT_EMPTY:
        return false;
    default:
        return unit_text(l->unit)[statement->range.end - 1] != ';';
    }
}

static void emit_verbatim(lowering *l, const syntax *statement)
{
    lower_place(l, statement->range.begin);
    lower_emit(l, "%s%s", lower_text(l, statement->range), lacks_semicolon(l, statement) ? ";" : "");
}

/* ---- Points in loops ---- */

static bool count_operations(syntax *node, void *context)
{
    if (syntax_is_expression(node) && node->kind != EXPRESSION_CLEAR && node->kind != EXPRESSION_NAME &&
        node->kind != EXPRESSION_CONSTANT)
        ++*(unsigned *)context;
    return node->kind != EXPRESSION_UNEVALUATED;
}

static void poll_in(lowering *l, syntax *loop)
{
    unsigned operations = 0;

    if (!loop->poll_here)
        return;
    syntax_visit(loop->body, count_operations, &operations);
    lower_point(l, POINT_POLL, loop->body, loop->range.begin, "loop", "",
                unit_format(l->unit, "one test of a word in each round of %u operations and %u level%s of loops", operations,
                            poll_choice_levels(l->graph, loop), poll_choice_levels(l->graph, loop) == 1 ? "" : "s"));
}

/* ---- Loops ---- */

static void push_targets(lowering *l, jump_targets *targets, bool loop, unsigned leave, unsigned again)
{
    *targets = (jump_targets){ l->targets, leave, again, l->block, loop, false };
    l->targets = targets;
}

static void go_to(lowering *l, unsigned block)
{
    lower_edge_to(l, block);
    l->block = block;
}

static void lower_body_of(lowering *l, syntax *loop, jump_targets *targets)
{
    poll_in(l, loop);
    lower_statement(l, loop->body);
    l->targets = targets->outer;
}

/* The condition at the beginning of a loop: the text is "for (...;" up to here, or "while (". */
static void emit_condition(lowering *l, syntax *condition, const char *increment, unsigned inside, unsigned after)
{
    bool hoisted = condition != NULL && condition->calls_inside;

    if (condition == NULL || hoisted)
        lower_emit(l, "for (;;%s) {", increment);
    if (hoisted) {
        lower_calls(l, condition, false);
        lower_place(l, condition->range.begin);
        lower_emit(l, "if (!(%s)) break;", lower_text(l, condition->range));
    } else if (condition != NULL) {
        lower_emit(l, "for (;%s;%s) {", lower_text(l, condition->range), increment);
    }
    if (condition != NULL) {
        access_walk(l, condition);
        lower_edge_to(l, after);
    }
    go_to(l, inside);
}

static void lower_while(lowering *l, syntax *loop)
{
    unsigned head = lower_new_block(l), inside = lower_new_block(l), after = lower_new_block(l);
    jump_targets targets;

    go_to(l, head);
    lower_place(l, loop->range.begin);
    emit_condition(l, loop->condition, "", inside, after);
    push_targets(l, &targets, true, after, head);
    lower_body_of(l, loop, &targets);
    lower_edge_to(l, head);
    lower_emit(l, "}");
    l->block = after;
}

static void lower_do(lowering *l, syntax *loop)
{
    unsigned inside = lower_new_block(l), condition = lower_new_block(l), after = lower_new_block(l);
    jump_targets targets;

    lower_place(l, loop->range.begin);
    lower_emit(l, "do {");
    go_to(l, inside);
    push_targets(l, &targets, true, after, condition);
    lower_body_of(l, loop, &targets);
    go_to(l, condition);
    if (loop->continues)
        lower_emit(l, " msrck_continue_%u:;", loop->range.begin);
    lower_calls(l, loop->condition, false);
    lower_place(l, loop->condition->range.begin);
    lower_emit(l, "} while (%s);", lower_text(l, loop->condition->range));
    access_walk(l, loop->condition);
    lower_edge_to(l, inside);
    go_to(l, after);
}

static void lower_expression_statement(lowering *l, syntax *statement)
{
    if (lower_calls(l, statement, true))
        return;
    emit_verbatim(l, statement);
    access_walk(l, statement);
}

static void lower_for(lowering *l, syntax *loop)
{
    unsigned head = lower_new_block(l), inside = lower_new_block(l), next = lower_new_block(l), after = lower_new_block(l);
    bool hoisted = loop->increment != NULL && loop->increment->calls_inside;
    const char *increment = loop->increment == NULL || hoisted ? "" : lower_text(l, loop->increment->range);
    jump_targets targets;

    lower_emit(l, "{");
    if (loop->initial != NULL)
        lower_statement(l, loop->initial);
    go_to(l, head);
    lower_place(l, loop->range.begin);
    emit_condition(l, loop->condition, increment, inside, after);
    push_targets(l, &targets, true, after, next);
    lower_body_of(l, loop, &targets);
    go_to(l, next);
    if (loop->continues)
        lower_emit(l, " msrck_continue_%u:;", loop->range.begin);
    if (hoisted)
        lower_expression_statement(l, loop->increment);
    else if (loop->increment != NULL)
        access_walk(l, loop->increment);
    lower_edge_to(l, head);
    lower_emit(l, "}}");
    l->block = after;
}

/* ---- Choices ---- */

static void lower_if(lowering *l, syntax *statement)
{
    unsigned condition, after = lower_new_block(l);

    lower_calls(l, statement->condition, false);
    lower_place(l, statement->range.begin);
    lower_emit(l, "if (%s) {", lower_text(l, statement->condition->range));
    access_walk(l, statement->condition);
    condition = l->block;
    lower_dead(l);
    flow_edge(l->flow, condition, l->block);
    lower_statement(l, statement->body);
    lower_edge_to(l, after);
    lower_emit(l, "}");
    if (statement->otherwise != NULL) {
        lower_emit(l, " else {");
        lower_dead(l);
        flow_edge(l->flow, condition, l->block);
        lower_statement(l, statement->otherwise);
        lower_edge_to(l, after);
        lower_emit(l, "}");
    } else {
        flow_edge(l->flow, condition, after);
    }
    l->block = after;
}

static void lower_switch(lowering *l, syntax *statement)
{
    unsigned after = lower_new_block(l);
    jump_targets targets;

    lower_calls(l, statement->condition, false);
    lower_place(l, statement->range.begin);
    lower_emit(l, "switch (%s) ", lower_text(l, statement->condition->range));
    access_walk(l, statement->condition);
    push_targets(l, &targets, false, after, 0);
    lower_dead(l);
    lower_statement(l, statement->body);
    lower_edge_to(l, after);
    if (!targets.has_default)
        flow_edge(l->flow, targets.choices, after);
    l->targets = targets.outer;
    l->block = after;
}

/* "case 1:" or "name:", and what it stands before. */
static void emit_labelled(lowering *l, syntax *statement)
{
    lower_place(l, statement->range.begin);
    lower_emit(l, "%s{", lower_text(l, (text_range){ statement->range.begin, statement->body->range.begin }));
    lower_statement(l, statement->body);
    lower_emit(l, "}");
}

static void lower_case(lowering *l, syntax *statement)
{
    unsigned block = lower_new_block(l);
    jump_targets *targets = l->targets;

    while (targets != NULL && targets->loop)
        targets = targets->outer;
    go_to(l, block);
    if (targets != NULL) {
        flow_edge(l->flow, targets->choices, block);
        if (clang_getCursorKind(statement->cursor) == CXCursor_DefaultStmt)
            targets->has_default = true;
    }
    emit_labelled(l, statement);
}

/* ---- Jumps ---- */

/* Two cursors of the same label need not be equal; its place is. */
static unsigned block_of_label(lowering *l, CXCursor label)
{
    unsigned place = unit_range(l->unit, label).begin;

    for (size_t i = 0; i < l->label_count; i++)
        if (l->labels[i].place == place)
            return l->labels[i].block;
    if (l->label_count == l->label_capacity) {
        l->label_capacity = l->label_capacity * 2 + 8;
        l->labels = storage_resize(l->labels, l->label_capacity, sizeof *l->labels);
    }
    l->labels[l->label_count] = (label_block){ place, lower_new_block(l) };
    return l->labels[l->label_count++].block;
}

static enum CXChildVisitResult note_label(CXCursor cursor, CXCursor parent, CXClientData data)
{
    (void)parent;
    if (clang_getCursorKind(cursor) == CXCursor_LabelRef)
        *(CXCursor *)data = clang_getCursorReferenced(cursor);
    return CXChildVisit_Continue;
}

static void lower_goto(lowering *l, syntax *statement)
{
    CXCursor label = clang_getNullCursor();

    clang_visitChildren(statement->cursor, note_label, &label);
    emit_verbatim(l, statement);
    lower_edge_to(l, block_of_label(l, label));
    lower_dead(l);
}

static bool reach_label(syntax *node, void *context)
{
    lowering *l = context;

    if (node->kind == STATEMENT_LABEL)
        lower_edge_to(l, block_of_label(l, node->cursor));
    return true;
}

/* It may go to any label: which of them the table has does not matter much to what is live. */
static void lower_computed_goto(lowering *l, syntax *statement)
{
    emit_verbatim(l, statement);
    for (size_t i = 0; i < statement->count; i++)
        access_walk(l, statement->children[i]);
    syntax_visit(l->function->body, reach_label, l);
    lower_dead(l);
}

static void lower_jump(lowering *l, syntax *statement)
{
    jump_targets *targets = l->targets;

    while (statement->kind == STATEMENT_CONTINUE && targets != NULL && !targets->loop)
        targets = targets->outer;
    emit_verbatim(l, statement);
    if (targets != NULL)
        lower_edge_to(l, statement->kind == STATEMENT_CONTINUE ? targets->again : targets->leave);
    lower_dead(l);
}

/* Arrays of variable length end here. Their pointers are zero where none is. */
static void emit_frees(lowering *l)
{
    for (size_t i = 0; i < l->locals.count; i++) {
        const local *variable = l->locals.locals[i];

        if (!variable->allocated && !(variable->variable_length && variable->lifted))
            continue;
        lower_emit(l, " %s(%s);", variable->allocated ? "msrck_cc_free" : "msrck_free", variable->name);
        flow_use(l->flow, l->block, variable->number);
    }
}

static void lower_return(lowering *l, syntax *statement)
{
    syntax *value = statement->count > 0 ? statement->children[0] : NULL;
    bool nothing = value != NULL && lower_calls(l, value, clang_getCursorType(value->cursor).kind == CXType_Void);

    lower_place(l, statement->range.begin);
    if (l->arrays && value != NULL && !nothing && clang_getCursorType(value->cursor).kind != CXType_Void) {
        local *result = local_table_add(&l->locals, "result", clang_getCursorType(value->cursor));

        lower_emit(l, "{ %s", local_assignment(&l->locals, result, lower_text(l, value->range)));
        access_walk(l, value);
        emit_frees(l);
        lower_emit(l, " return %s; }", result->name);
    } else {
        if (value != NULL && !nothing)
            access_walk(l, value);
        lower_emit(l, "{");
        emit_frees(l);
        lower_emit(l, "return %s; }", value != NULL && !nothing ? lower_text(l, value->range) : "");
    }
    lower_dead(l);
}

/* ---- Declarations ---- */

static void lower_declaration_statement(lowering *l, syntax *statement)
{
    bool lifted = false;

    for (size_t i = 0; i < statement->count; i++)
        lifted |= statement->children[i]->variable != NULL && statement->children[i]->variable->lifted;
    if (!lifted)
        emit_verbatim(l, statement);
    for (size_t i = 0; i < statement->count; i++) {
        syntax *child = statement->children[i];

        if (lifted && child->variable != NULL)
            lower_variable(l, child);
        else if (child->kind == VARIABLE && child->variable != NULL && child->initial != NULL)
            access_walk(l, child->initial);
    }
}

/* ---- All together ---- */

static void lower_compound(lowering *l, syntax *statement)
{
    lower_emit(l, "{");
    for (size_t i = 0; i < statement->count; i++)
        lower_statement(l, statement->children[i]);
    lower_place(l, statement->range.end - 1);
    lower_emit(l, "}");
}

static void lower_parts(lowering *l, syntax *statement)
{
    switch (statement->kind) {
    case STATEMENT_COMPOUND:
        lower_compound(l, statement);
        break;
    case STATEMENT_DECLARATION:
        lower_declaration_statement(l, statement);
        break;
    case STATEMENT_IF:
        lower_if(l, statement);
        break;
    case STATEMENT_WHILE:
        lower_while(l, statement);
        break;
    case STATEMENT_DO:
        lower_do(l, statement);
        break;
    case STATEMENT_FOR:
        lower_for(l, statement);
        break;
    case STATEMENT_SWITCH:
        lower_switch(l, statement);
        break;
    case STATEMENT_CASE:
        lower_case(l, statement);
        break;
    case STATEMENT_LABEL:
        go_to(l, block_of_label(l, statement->cursor));
        emit_labelled(l, statement);
        break;
    case STATEMENT_GOTO:
        lower_goto(l, statement);
        break;
    case STATEMENT_COMPUTED_GOTO:
        lower_computed_goto(l, statement);
        break;
    case STATEMENT_BREAK:
    case STATEMENT_CONTINUE:
        lower_jump(l, statement);
        break;
    case STATEMENT_RETURN:
        lower_return(l, statement);
        break;
    case STATEMENT_ATTRIBUTED:
        lower_statement(l, statement->body);
        break;
    default:
        if (syntax_is_expression(statement)) {
            lower_expression_statement(l, statement);
        } else {
            emit_verbatim(l, statement);
            for (size_t i = 0; i < statement->count; i++)
                access_walk(l, statement->children[i]);
        }
        break;
    }
}

void lower_statement(lowering *l, syntax *statement)
{
    if (statement->poll_here && !syntax_is_loop(statement))
        lower_point(l, POINT_POLL, statement, statement->range.begin, statement->kind == STATEMENT_COMPUTED_GOTO ? "computed goto" : "marked", "",
                    "one test of a word");
    if (statement->special || l->muted > 0) {
        lower_parts(l, statement);
        return;
    }
    emit_verbatim(l, statement);
    l->muted++;
    lower_parts(l, statement);
    l->muted--;
}

/* In a recursive function smaller than this, the tests take a good part of the time, and keep the compiler from making loops of the recursion. */
#define SMALL_FUNCTION 16u

static void poll_at_entry(lowering *l)
{
    unsigned operations = 0;

    if (!l->function->entry_point)
        return;
    syntax_visit(l->function->body, count_operations, &operations);
    lower_point(l, POINT_ENTRY, NULL, l->function->body->range.begin, "entry", "",
                unit_format(l->unit, "one test of a word in each call of %u operations%s", operations,
                            operations < SMALL_FUNCTION ? ", which is much for so few: #pragma msrck nopoll spares it" : ""));
}

void lower_body(lowering *l)
{
    l->block = lower_new_block(l);
    poll_at_entry(l);
    for (size_t i = 0; i < l->locals.count; i++)
        if (l->locals.locals[i]->role == LOCAL_PARAMETER && l->locals.locals[i]->shaped)
            lower_lengths(l, l->locals.locals[i]);
    for (size_t i = 0; i < l->function->body->count; i++)
        lower_statement(l, l->function->body->children[i]);
    emit_frees(l);
}
