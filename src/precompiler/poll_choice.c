/* SPDX-License-Identifier: MIT */
/*
 * Where poll-points are: often enough that a request is taken soon, seldom enough that they cost nothing. A loop has one when a round of it is much work (it calls
 * something that may reach a poll-point, unless that has one at its entry, or has loops inside, of more than a few rounds), when nobody knows how long it runs (for (;;), reading input), or in main; a function, when it calls itself. Innermost
 * loops and what they call have none.
 */
#include <string.h>

#include "call_graph.h"
#include "counted_loops.h"
#include "pragma_table.h"

/* ---- Loop levels ---- */

struct counting {
    const call_graph *graph;
    unsigned most;
};

static bool count_levels(syntax *node, void *context)
{
    struct counting *counting = context;
    program_function *called;
    unsigned levels = 0;

    if (syntax_is_loop(node))
        levels = poll_choice_levels(counting->graph, node);
    else if (node->kind == EXPRESSION_CALL && call_graph_target(counting->graph, node, &called) == CALL_OWN && !called->entry_point)
        levels = called->loop_levels;
    if (levels > counting->most)
        counting->most = levels;
    return !syntax_is_loop(node) && node->kind != EXPRESSION_UNEVALUATED;
}

static unsigned levels_below(const call_graph *graph, const syntax *node)
{
    struct counting counting = { graph, 0 };

    for (size_t i = 0; i < node->count; i++)
        syntax_visit(node->children[i], count_levels, &counting);
    return counting.most;
}

/* A loop of a few rounds, as many as its text says, is to those around it what its rounds are: a longer statement. */
#define FEW_ROUNDS 16u

unsigned poll_choice_levels(const call_graph *graph, const syntax *loop)
{
    unsigned levels = levels_below(graph, loop) + (counted_rounds(loop, FEW_ROUNDS) == 0);

    return levels < MOST_LOOP_LEVELS ? levels : MOST_LOOP_LEVELS;
}

/* Until nothing changes: numbers only grow, and are bounded. Recursion counts as a loop. */
static void find_levels(call_graph *graph)
{
    bool changed = true;

    while (changed) {
        changed = false;
        for (size_t f = 0; f < graph->count; f++) {
            program_function *function = &graph->functions[f];
            unsigned levels = levels_below(graph, function->body);

            if (function->recursive && levels == 0)
                levels = 1;
            if (levels > function->loop_levels) {
                function->loop_levels = levels;
                changed = true;
            }
        }
    }
}

/* ---- Callers ---- */

static bool in_loop(const syntax *node)
{
    for (node = node->parent; node != NULL; node = node->parent)
        if (syntax_is_loop(node))
            return true;
    return false;
}

static bool note_caller(syntax *node, void *context)
{
    program_function *called;

    if (node->kind == EXPRESSION_CALL && call_graph_target(context, node, &called) == CALL_OWN) {
        called->calls++;
        if (!in_loop(node))
            called->called_in_loops = false;
    }
    return true;
}

static void find_callers(call_graph *graph)
{
    for (size_t f = 0; f < graph->count; f++)
        graph->functions[f].called_in_loops = graph->functions[f].internal;
    for (size_t f = 0; f < graph->count; f++)
        syntax_visit(graph->functions[f].body, note_caller, graph);
}

/* ---- Loops ---- */

/* Functions that wait for somebody. */
static bool reads_input(const char *name)
{
    static const char *const names[] = { "getchar", "getc", "fgetc", "fgets", "fread", "scanf", "fscanf", "getline",
                                         "getdelim", "__isoc99_scanf", "__isoc99_fscanf", "getchar_unlocked", "_IO_getc",
                                         "sleep", "usleep", "nanosleep" };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

struct looking {
    const call_graph *graph;
    bool calls, may_poll, reads;
};

/* A call that has a poll-point at once needs none before it. */
static bool polls_at_entry(const call_graph *graph, const syntax *call)
{
    program_function *called;

    return call_graph_target(graph, call, &called) == CALL_OWN && called->entry_point;
}

static bool look_at_calls(syntax *node, void *context)
{
    struct looking *looking = context;

    if (node->kind == EXPRESSION_CALL) {
        looking->calls = true;
        looking->may_poll |= call_graph_may_poll(looking->graph, node) && !polls_at_entry(looking->graph, node);
        looking->reads |= reads_input(call_graph_name(looking->graph->unit, node));
    }
    return node->kind != EXPRESSION_UNEVALUATED;
}

static bool runs_for_ever(struct unit *unit, syntax *loop)
{
    const syntax *condition = loop->condition != NULL ? syntax_core(loop->condition) : NULL;

    if (condition == NULL)
        return true;
    return condition->kind == EXPRESSION_CONSTANT && strcmp(unit_range_text(unit, condition->range), "0") != 0;
}

static bool loop_works(const call_graph *graph, const program_function *function, syntax *loop)
{
    struct looking looking = { graph, false, false, false };
    unsigned levels = poll_choice_levels(graph, loop);

    syntax_visit(loop, look_at_calls, &looking);
    if (looking.may_poll || looking.reads || runs_for_ever(graph->unit, loop) || levels > 2)
        return true;
    if (levels == 2)
        return !function->called_in_loops;
    return strcmp(function->name, "main") == 0 && looking.calls;
}

struct choosing {
    call_graph *graph;
    program_function *function;
    bool changed;
};

static bool choose(syntax *node, void *context)
{
    struct choosing *choosing = context;
    struct unit *unit = choosing->graph->unit;
    bool statement = !syntax_is_expression(node) || (node->parent != NULL && !syntax_is_expression(node->parent));

    if (!statement || node->kind == VARIABLE || node->kind == DECLARATION || node->poll_here)
        return node->kind != EXPRESSION_UNEVALUATED;
    if (pragma_before(unit, node->range.begin, "nopoll") != NULL)
        return false;
    if (pragma_before(unit, node->range.begin, "poll") != NULL && node->kind != STATEMENT_COMPOUND)
        node->poll_here = true;
    else if (syntax_is_loop(node) && unit_choices(unit)->poll == POLL_LOOPS &&
             loop_works(choosing->graph, choosing->function, node))
        node->poll_here = true;
    else if (node->kind == STATEMENT_COMPUTED_GOTO && unit_choices(unit)->poll == POLL_LOOPS)
        /* An interpreter's loop: the next operation begins here. */
        node->poll_here = true;
    choosing->changed |= node->poll_here;
    return true;
}

/* ---- Functions ---- */

static bool choose_entry(const call_graph *graph, const program_function *function)
{
    unsigned begin = unit_whole_declaration(graph->unit, function->cursor).begin;
    struct looking looking = { graph, false, false, false };

    if (pragma_before(graph->unit, begin, "poll") != NULL)
        return true;
    if (strcmp(function->name, "main") == 0)
        return false;
    switch (unit_choices(graph->unit)->poll) {
    case POLL_MARKED:
        return false;
    case POLL_CALLS:
        syntax_visit(function->body, look_at_calls, &looking);
        return looking.calls || function->recursive;
    default:
        return function->recursive;
    }
}

static bool any_point(syntax *node, void *context)
{
    struct choosing *choosing = context;

    if (node->poll_here || (node->kind == EXPRESSION_CALL && call_graph_may_poll(choosing->graph, node)))
        choosing->changed = true;
    return node->kind != EXPRESSION_UNEVALUATED;
}

/* True when the function was not known to reach a poll-point, and does. */
static bool choose_in(call_graph *graph, program_function *function)
{
    struct choosing choosing = { graph, function, false };
    bool before = function->may_poll, chosen;

    if (function->kept_because != NULL)
        return false;
    if (!function->no_points) {
        syntax_visit(function->body, choose, &choosing);
    }
    chosen = choosing.changed;
    choosing.changed = false;
    syntax_visit(function->body, any_point, &choosing);
    function->may_poll = function->may_poll || function->entry_point || chosen || choosing.changed;
    return function->may_poll != before || chosen;
}

void poll_choice_make(call_graph *graph)
{
    bool changed = true;

    for (size_t f = 0; f < graph->count; f++) {
        program_function *function = &graph->functions[f];

        function->no_points = pragma_before(graph->unit, unit_whole_declaration(graph->unit, function->cursor).begin, "nopoll") != NULL;
        function->entry_point = !function->no_points && function->kept_because == NULL && choose_entry(graph, function);
    }
    find_levels(graph);
    find_callers(graph);
    while (changed) {
        changed = false;
        for (size_t f = 0; f < graph->count; f++)
            changed |= choose_in(graph, &graph->functions[f]);
    }
}
