/* SPDX-License-Identifier: MIT */
/*
 * The picture in the language of Graphviz, as in the paper's Figure 1(b): the segments are columns, globals at the
 * left, the stack at the right, the heap between them. Edges that would lead to the left are written the other way
 * round, with their arrow at the other end: so they do not disturb the order of the columns. Only the heap may be several
 * nodes wide.
 */
#include <string.h>

#include "graph_picture.h"

/* Columns from left to right. */
static const struct column {
    msrck_segment segments[2];
    const char *id, *title, *fill, *line;
    const char *rank;               /* where the column is among the others */
} columns[] = {
    { { MSRCK_SEGMENT_GLOBAL, MSRCK_SEGMENT_GLOBAL }, "global", "Global", "#e8f1fb", "#2f6db3", "rank=min; " },
    { { MSRCK_SEGMENT_HEAP, MSRCK_SEGMENT_FOREIGN }, "heap", "Heap", "#eef7e9", "#4b8b3b", "" },
    { { MSRCK_SEGMENT_LITERAL, MSRCK_SEGMENT_LITERAL }, "literal", "Literals", "#f3eefb", "#7a54b0", "rank=same; " },
    { { MSRCK_SEGMENT_OPAQUE, MSRCK_SEGMENT_OPAQUE }, "opaque", "Handles", "#f2f2f2", "#777777", "rank=same; " },
    { { MSRCK_SEGMENT_STACK, MSRCK_SEGMENT_STACK }, "stack", "Stack", "#fdf3e4", "#b9771d", "rank=max; " },
};

#define COLUMNS (sizeof columns / sizeof columns[0])
#define STACK_COLUMN (COLUMNS - 1)
/* Lines at a loop. */
#define MOST_LOOP_LINES 12u

static size_t column_of(msrck_segment segment)
{
    for (size_t i = 0; i < COLUMNS; i++)
        if (columns[i].segments[0] == segment || columns[i].segments[1] == segment)
            return i;
    return 1;
}

/* Text inside an HTML-like label. Control characters have no place in XML. */
static void put_escaped(const char *text, FILE *stream)
{
    for (; *text != '\0'; text++)
        if (*text == '&')
            fputs("&amp;", stream);
        else if (*text == '<')
            fputs("&lt;", stream);
        else if (*text == '>')
            fputs("&gt;", stream);
        else if (*text == '"')
            fputs("&quot;", stream);
        else if (*text == '\n')
            fputs("<br align=\"left\"/>", stream);
        else
            putc((unsigned char)*text < 0x20 || *text == 0x7f ? '?' : *text, stream);
}

/* Text inside a DOT string. */
static void put_quoted(const char *text, FILE *stream)
{
    putc('"', stream);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            putc('\\', stream);
        putc((unsigned char)*text < 0x20 || *text == 0x7f ? '?' : *text, stream);
    }
    putc('"', stream);
}

static void put_node(const struct picture_node *node, FILE *stream)
{
    const struct column *column = &columns[column_of(node->segment)];

    fprintf(stream, "    b%llu [label=<<table border=\"%d\" cellborder=\"1\" cellspacing=\"%d\" cellpadding=\"4\" "
            "bgcolor=\"white\" color=\"%s\"><tr><td align=\"left\" bgcolor=\"%s\">",
            (unsigned long long)node->id, node->many, node->many ? 3 : 0, column->line, column->fill);
    put_escaped(node->title, stream);
    if (node->names[0] != '\0') {
        fputs(" <b>(", stream);
        put_escaped(node->names, stream);
        fputs(")</b>", stream);
    }
    fputs("</td></tr>", stream);
    if (node->body[0] != '\0') {
        fputs("<tr><td align=\"left\" balign=\"left\"><font point-size=\"11\">", stream);
        put_escaped(node->body, stream);
        fputs("</font></td></tr>", stream);
    }
    fputs("</table>>];\n", stream);
}

static void put_column(const struct picture *picture, size_t index, FILE *stream)
{
    const struct column *column = &columns[index];
    bool any = false;

    for (size_t i = 0; i < picture->node_count; i++) {
        if (column_of(picture->nodes[i].segment) != index)
            continue;
        if (!any)
            fprintf(stream, "  subgraph cluster_%s {\n    %slabel=<<b>%s</b>>; labeljust=l; labelloc=t; style=\"rounded,filled\"; "
                    "color=\"%s\"; fillcolor=\"%s50\"; fontcolor=\"%s\";\n",
                    column->id, column->rank, column->title, column->line, column->fill, column->line);
        any = true;
        put_node(&picture->nodes[i], stream);
    }
    if (any)
        fputs("  }\n", stream);
}

/* Whether the labels of parallel edges would lie on each other: edges inside the global or stack column. */
static bool is_flat(const struct picture *picture, const struct picture_edge *edge)
{
    size_t column = column_of(picture->nodes[edge->from].segment);

    return column == column_of(picture->nodes[edge->to].segment) && (column == 0 || column == STACK_COLUMN);
}

static bool parallel(const struct picture_edge *edge, const struct picture_edge *other)
{
    return edge->from == other->from && edge->to == other->to;
}

/* Parallel flat edges follow each other, as they leave one node, and are drawn as one with all their labels. */
static void put_labels(const struct picture *picture, size_t *index, FILE *stream)
{
    const struct picture_edge *first = &picture->edges[*index];

    put_quoted(first->label, stream);
    for (; is_flat(picture, first) && *index + 1 < picture->edge_count &&
           parallel(first, &picture->edges[*index + 1]); ++*index) {
        fputs(" + \"\\n\" + ", stream);
        put_quoted(picture->edges[*index + 1].label, stream);
    }
}

/* Pointers of a node to itself are one loop, with a line for each as far as there is room: the labels of several would lie on each other. */
static void put_loop(const struct picture *picture, size_t index, FILE *stream)
{
    const struct picture_edge *first = &picture->edges[index];
    const struct picture_node *node = &picture->nodes[first->from];
    size_t count = 0;

    fprintf(stream, "  b%llu -> b%llu [label=", (unsigned long long)node->id, (unsigned long long)node->id);
    for (; index < picture->edge_count && picture->edges[index].from == first->from; index++) {
        if (!parallel(first, &picture->edges[index]) || count++ >= MOST_LOOP_LINES)
            continue;
        if (count > 1)
            fputs(" + \"\\n\" + ", stream);
        put_quoted(picture->edges[index].label, stream);
    }
    if (count > MOST_LOOP_LINES)
        fprintf(stream, " + \"\\n... %zu more\"", count - MOST_LOOP_LINES);
    fprintf(stream, ", color=\"%s\"];\n", columns[column_of(node->segment)].line);
}

/* Leaves *index at the last edge that was drawn; *looped is the last node that has its loop. */
static void put_edge(const struct picture *picture, size_t *index, size_t *looped, FILE *stream)
{
    const struct picture_edge *edge = &picture->edges[*index];
    const struct picture_node *from = &picture->nodes[edge->from], *to = &picture->nodes[edge->to];
    size_t left = column_of(from->segment), right = column_of(to->segment);
    bool backwards = left > right;

    if (from == to) {
        if (*looped != edge->from)
            put_loop(picture, *index, stream);
        *looped = edge->from;
        return;
    }
    fprintf(stream, "  b%llu -> b%llu [label=", (unsigned long long)(backwards ? to : from)->id,
            (unsigned long long)(backwards ? from : to)->id);
    put_labels(picture, index, stream);
    fprintf(stream, ", color=\"%s\"%s%s];\n", columns[left].line, backwards ? ", dir=back" : "",
            is_flat(picture, edge) ? ", constraint=false" : "");
}

/* The first node of a column that has any. */
static const struct picture_node *first_of(const struct picture *picture, size_t column)
{
    for (size_t i = 0; i < picture->node_count; i++)
        if (column_of(picture->nodes[i].segment) == column)
            return &picture->nodes[i];
    return NULL;
}

/* Edges that are not drawn keep the globals left of all others, also where no pointer leads from them. */
static void put_order(const struct picture *picture, FILE *stream)
{
    const struct picture_node *global = first_of(picture, 0), *stack = first_of(picture, STACK_COLUMN);

    for (size_t i = 0; global != NULL && i < picture->node_count; i++) {
        size_t column = column_of(picture->nodes[i].segment);
        if (column != 0 && (column != STACK_COLUMN || &picture->nodes[i] == stack))
            fprintf(stream, "  b%llu -> b%llu [style=invis, weight=0];\n", (unsigned long long)global->id,
                    (unsigned long long)picture->nodes[i].id);
    }
}

void picture_write_dot(const struct picture *picture, const char *name, FILE *stream)
{
    size_t looped = SIZE_MAX;

    fputs("digraph msr {\n  rankdir=LR; newrank=true; nodesep=0.25; ranksep=0.9; bgcolor=white; fontname=\"DejaVu Sans,Verdana,sans-serif\"; "
          "fontsize=13; labelloc=b;\n"
          "  node [shape=plain, fontname=\"DejaVu Sans,Verdana,sans-serif\", fontsize=12];\n"
          "  edge [fontname=\"DejaVu Sans,Verdana,sans-serif\", fontsize=10, fontcolor=\"#333333\", arrowsize=0.7];\n  label=", stream);
    if (text_of(&picture->note)[0] != '\0') {
        fputs("<", stream);
        put_escaped(name, stream);
        fputs("<br/><font point-size=\"10\">", stream);
        put_escaped(text_of(&picture->note), stream);
        fputs("</font>>;\n", stream);
    } else {
        put_quoted(name, stream);
        fputs(";\n", stream);
    }
    for (size_t i = 0; i < COLUMNS; i++)
        put_column(picture, i, stream);
    put_order(picture, stream);
    for (size_t i = 0; i < picture->edge_count; i++)
        put_edge(picture, &i, &looped, stream);
    fputs("}\n", stream);
}
