/* SPDX-License-Identifier: MIT */
#include "lowering.h"

#include <stdlib.h>
#include <string.h>

#include "unit_state.h"

void lower_emit(lowering *l, const char *format, ...)
{
    va_list arguments;

    if (l->muted > 0)
        return;
    va_start(arguments, format);
    text_add_arguments(&l->body, format, arguments);
    va_end(arguments);
}

void lower_place(lowering *l, unsigned offset)
{
    if (l->muted == 0)
        text_add(&l->body, unit_line_marker(l->unit, offset));
}

void lower_own_place(lowering *l, unsigned offset)
{
    const char *marker;
    size_t length;

    if (l->muted > 0)
        return;
    marker = unit_line_marker(l->unit, offset);
    length = strlen(marker);
    if (length > 0)
        lower_emit(l, "%.*s 3\n", (int)(length - 1), marker);
}

const char *lower_text(lowering *l, text_range range)
{
    return l->muted > 0 ? "" : unit_keep(l->unit, edit_list_render(unit_edits(l->unit), range.begin, range.end));
}

/* ---- Gaps ---- */

static text_gap *add_gap(lowering *l)
{
    if (l->gap_count == l->gap_capacity) {
        l->gap_capacity = l->gap_capacity * 2 + 8;
        l->gaps = storage_resize(l->gaps, l->gap_capacity, sizeof *l->gaps);
    }
    l->gaps[l->gap_count] = (text_gap){ l->body.length, -1, NULL, l->block };
    return &l->gaps[l->gap_count++];
}

void lower_point(lowering *l, enum point_kind kind, const syntax *where, unsigned place, const char *label,
                 const char *again, const char *cost)
{
    unsigned block = lower_new_block(l);

    lower_edge_to(l, block);
    l->block = block;
    if (l->point_count == l->point_capacity) {
        l->point_capacity = l->point_capacity * 2 + 8;
        l->points = storage_resize(l->points, l->point_capacity, sizeof *l->points);
    }
    if (kind != POINT_ENTRY)
        add_gap(l)->point = (int)l->point_count;
    l->points[l->point_count++] = (poll_point){ kind, block, place, where, label, again, cost, NULL, NULL, NULL };
}

void lower_zero(lowering *l, const local *variable)
{
    unsigned block = lower_new_block(l);

    lower_edge_to(l, block);
    l->block = block;
    if (l->muted == 0)
        add_gap(l)->variable = variable;
}

/* ---- The graph ---- */

unsigned lower_new_block(lowering *l)
{
    return flow_block(l->flow);
}

void lower_edge_to(lowering *l, unsigned block)
{
    flow_edge(l->flow, l->block, block);
}

void lower_dead(lowering *l)
{
    l->block = lower_new_block(l);
}

static bool is_noted(const local *variable)
{
    return variable->lifted && !variable->block;
}

void lower_use(lowering *l, const local *variable)
{
    if (is_noted(variable) || variable->variable_length)
        flow_use(l->flow, l->block, variable->number);
    for (unsigned d = 0; variable->lifted && d < variable->dimensions; d++)
        if (variable->lengths[d] != NULL)
            flow_use(l->flow, l->block, variable->lengths[d]->number);
}

void lower_define(lowering *l, const local *variable)
{
    if (is_noted(variable) || variable->variable_length)
        flow_define(l->flow, l->block, variable->number);
}

void lower_replace(lowering *l, syntax *expression, local *value)
{
    expression->value = value;
    edit_list_replace(unit_edits(l->unit), expression->range.begin, expression->range.end, value->name);
}
