/* SPDX-License-Identifier: MIT */
/*
 * The functions that a unit defines, who calls whom, which of them may reach a poll-point, and where the poll-points are.
 */
#ifndef MSRCK_PRECOMPILER_CALL_GRAPH_H
#define MSRCK_PRECOMPILER_CALL_GRAPH_H

#include "syntax_tree.h"

/* Loops in loops in called functions: more than this makes no difference. */
#define MOST_LOOP_LEVELS 4u

typedef struct program_function {
    CXCursor cursor;
    const char *name;               /* as spelled in the source */
    syntax *body;
    const char *kept_because;       /* why it stays as it is and calls are held; NULL: it can be given the migratable format */
    bool recursive;
    bool internal;                  /* static, and only called by name: all its callers are known */
    bool called_in_loops;           /* internal, and all callers are loops */
    unsigned calls;                 /* of it by name, in this file */
    bool no_points;                 /* #pragma msrck nopoll */
    bool entry_point;               /* a poll-point at its entry */
    bool may_poll;
    unsigned loop_levels;           /* of its loops and those of what it calls */
} program_function;

typedef struct call_graph {
    struct unit *unit;
    program_function *functions;
    size_t count;
} call_graph;

enum call_target { CALL_OWN, CALL_LIBRARY, CALL_EXTERNAL, CALL_POINTER };

void call_graph_find(call_graph *graph, struct unit *unit);
void call_graph_clear(call_graph *graph);

/* *function: of CALL_OWN. */
enum call_target call_graph_target(const call_graph *graph, const syntax *call, program_function **function);
/* Whether a call may reach a poll-point that is honoured. */
bool call_graph_may_poll(const call_graph *graph, const syntax *call);
/* Whether the compiler was told that the function does not return. */
bool call_graph_no_return(struct unit *unit, CXCursor function);
/* "printf"; "" for calls through pointers. Lives as long as the unit. */
const char *call_graph_name(struct unit *unit, const syntax *call);

/* poll_choice.c: sets entry_point, may_poll, and poll_here of the loops and statements. */
void poll_choice_make(call_graph *graph);
/* Loops inside the loop, and in what it calls, and itself: 1 for a small kernel. */
unsigned poll_choice_levels(const call_graph *graph, const syntax *loop);

#endif
