/* SPDX-License-Identifier: MIT */
/* Spanning trees, articulation points, levels and colours. */
#include <stdlib.h>
#include <string.h>

#include "road_graph.h"

static struct town *find(struct town *town)
{
    if (town->set != town)
        town->set = find(town->set);
    return town->set;
}

static bool unite(struct town *a, struct town *b)
{
    a = find(a), b = find(b);
    if (a == b)
        return false;
    if (a->rank < b->rank) {
        struct town *kept = a;

        a = b;
        b = kept;
    }
    b->set = a;
    a->rank += a->rank == b->rank;
    return true;
}

static int by_length(const void *left, const void *right)
{
    const struct road *a = *(struct road *const *)left, *b = *(struct road *const *)right;

    if (a->length != b->length)
        return a->length < b->length ? -1 : 1;
    if (a->to->id != b->to->id)
        return a->to->id - b->to->id;
    return a->back->to->id - b->back->to->id;
}

uint64_t spanning_tree(struct graph *graph, struct road ***kept, int *count)
{
    struct road **all = malloc((size_t)graph->roads * sizeof *all);
    uint64_t total = 0;
    long n = 0;

    for (int i = 0; i < graph->count; i++)
        for (struct road *road = graph->towns[i]->roads; road; road = road->next)
            if (road->to->id < i)
                all[n++] = road;
    qsort(all, (size_t)n, sizeof *all, by_length);
    *count = 0;
    for (long k = 0; k < n; k++)
        if (unite(all[k]->to, all[k]->back->to)) {
            total += all[k]->length;
            all[(*count)++] = all[k];
        }
    *kept = realloc(all, (size_t)*count * sizeof *all);
    return total;
}

static int clock_of_search;

static int visit(struct town *town, const struct town *parent, bool *cuts)
{
    int children = 0, found = 0;
    bool cut = false;

    town->entered = town->lowest = ++clock_of_search;
    for (struct road *road = town->roads; road; road = road->next) {
        if (road->to == parent)
            continue;
        if (road->to->entered > 0) {
            if (road->to->entered < town->lowest)
                town->lowest = road->to->entered;
            continue;
        }
        children++;
        found += visit(road->to, town, cuts);
        if (road->to->lowest < town->lowest)
            town->lowest = road->to->lowest;
        cut |= parent != NULL && road->to->lowest >= town->entered;
    }
    cuts[town->id] = cut || (parent == NULL && children > 1);
    return found + cuts[town->id];
}

int articulation_points(struct graph *graph, bool *cuts)
{
    int found = 0;

    clock_of_search = 0;
    memset(cuts, 0, sizeof *cuts * (size_t)graph->count);
    for (int i = 0; i < graph->count; i++)
        if (graph->towns[i]->entered == 0)
            found += visit(graph->towns[i], NULL, cuts);
    return found;
}

int breadth_first(struct graph *graph, const struct town *from, int *levels)
{
    struct town **queue = malloc(sizeof *queue * (size_t)graph->count);
    int head = 0, tail = 0, deepest = 0;

    for (int i = 0; i < graph->count; i++)
        levels[i] = -1;
    levels[from->id] = 0;
    queue[tail++] = graph->towns[from->id];
    while (head < tail) {
        struct town *town = queue[head++];

        deepest = levels[town->id];
        for (struct road *road = town->roads; road; road = road->next)
            if (levels[road->to->id] < 0) {
                levels[road->to->id] = deepest + 1;
                queue[tail++] = road->to;
            }
    }
    free(queue);
    return deepest;
}

static bool colour_from(struct graph *graph, int at, int *colours, int most)
{
    unsigned taken = 0;

    if (at == graph->count)
        return true;
    for (struct road *road = graph->towns[at]->roads; road; road = road->next)
        if (colours[road->to->id] > 0)
            taken |= 1u << colours[road->to->id];
    for (int colour = 1; colour <= most; colour++) {
        if (taken >> colour & 1)
            continue;
        colours[at] = colour;
        if (colour_from(graph, at + 1, colours, most))
            return true;
    }
    colours[at] = 0;
    return false;
}

int colour(struct graph *graph, int *colours, int most)
{
    for (int i = 0; i < graph->count; i++)
        colours[i] = 0;
    return colour_from(graph, 0, colours, most) ? most : 0;
}
