/* SPDX-License-Identifier: MIT */
/*
 * Lowering: a function's body as text in the migratable format, with its control-flow graph.
 *
 * Both are made in one walk: what is emitted notes in the graph what it reads and writes, in the order in which it does. At a point the text has a gap, which
 * frame_emission.c fills when the graph is solved and the live variables of each point are known.
 *
 * Statements without points are copied as they are (`muted`: only the graph grows). In others, calls that may reach a poll-point become statements of their own, whose
 * result a temporary takes; whatever stands around a call keeps its order of evaluation where C fixes one.
 */
#ifndef MSRCK_PRECOMPILER_LOWERING_H
#define MSRCK_PRECOMPILER_LOWERING_H

#include "call_graph.h"
#include "flow_graph.h"
#include "local_table.h"
#include "text_builder.h"

enum point_kind { POINT_ENTRY, POINT_POLL, POINT_CALL };

typedef struct poll_point {
    enum point_kind kind;
    unsigned block;                 /* of the flow graph: what is live at its beginning is live at the point */
    unsigned place;                 /* offset in the text */
    const syntax *where;            /* decides which blocks are alive; NULL: at the entry */
    const char *label;              /* for people */
    const char *again;              /* POINT_CALL: the call that a resume makes, as a statement */
    const char *cost;               /* for --report */
    const char *live_tag;           /* frame_emission.c: of the struct of live variables; NULL when there are none */
    const char *live_reference;
    const char *live_fields;        /* where the struct is defined; NULL where it is that of an earlier point */
} poll_point;

/* Where the body's text depends on what is live: a point, or a variable that has to be zero. */
typedef struct text_gap {
    size_t at;                      /* in the body */
    int point;                      /* index, or -1 */
    const local *variable;          /* of a declaration without initialiser */
    unsigned block;                 /* behind it */
} text_gap;

/* Where break and continue lead. */
typedef struct jump_targets {
    struct jump_targets *outer;
    unsigned leave, again;
    unsigned choices;               /* of a switch: the block with its condition */
    bool loop, has_default;
} jump_targets;

typedef struct label_block {
    unsigned place, block;
} label_block;

typedef struct lowering {
    struct unit *unit;
    const call_graph *graph;
    const program_function *function;
    local_table locals;
    flow_graph *flow;
    unsigned block;                 /* where control is */
    unsigned muted;                 /* > 0: nothing is emitted */
    text_builder body;
    poll_point *points;
    size_t point_count, point_capacity;
    text_gap *gaps;
    size_t gap_count, gap_capacity;
    label_block *labels;
    size_t label_count, label_capacity;
    jump_targets *targets;
    bool arrays;                    /* there are arrays of variable length, to be freed before every return */
    const char *table;              /* identifier of the frame table */
    const char *nothing;            /* "return 0;": what a function that is being left returns */
} lowering;

/* ---- lower_statement.c ---- */

/* The body: text, graph, points. */
void lower_body(lowering *l);
void lower_statement(lowering *l, syntax *statement);

/* ---- lower_declaration.c ---- */

void lower_variable(lowering *l, syntax *variable);
/* Takes down how long the dimensions of a variable's type are. */
void lower_lengths(lowering *l, const local *variable);

/* ---- lower_expression.c ---- */

/* Makes the calls inside statements, before the place where the expression will be emitted. True when nothing is left of it (its value is not wanted). */
bool lower_calls(lowering *l, syntax *expression, bool discard);

/* ---- access_walk.c ---- */

/* Notes in the graph what the expression reads and writes, as it is rendered now. */
void access_walk(lowering *l, syntax *expression);

/* ---- lowering.c ---- */

void lower_emit(lowering *l, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* What follows stands at the user's line of `offset`; own: warnings about it would tell the user nothing. */
void lower_place(lowering *l, unsigned offset);
void lower_own_place(lowering *l, unsigned offset);
/* Text with all edits up to now. Lives as long as the unit. */
const char *lower_text(lowering *l, text_range range);
void lower_point(lowering *l, enum point_kind kind, const syntax *where, unsigned place, const char *label,
                 const char *again, const char *cost);
/* A gap that becomes "variable = 0" when its value may be read before it is written. */
void lower_zero(lowering *l, const local *variable);
unsigned lower_new_block(lowering *l);
/* An edge from here to the block. */
void lower_edge_to(lowering *l, unsigned block);
/* Control is nowhere until the next label. */
void lower_dead(lowering *l);
void lower_use(lowering *l, const local *variable);
void lower_define(lowering *l, const local *variable);
/* The place of the expression shows the temporary from now on. */
void lower_replace(lowering *l, syntax *expression, local *value);

/* ---- frame_emission.c ---- */

/* When the body is lowered: solves the graph, fills the gaps and registers the function's edits and tables. */
void frame_emit(lowering *l);

#endif
