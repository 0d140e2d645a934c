/* SPDX-License-Identifier: MIT */
#include "road_graph.h"

#include <stdlib.h>

static unsigned draw(unsigned *state, unsigned below)
{
    *state = *state * 1103515245u + 12345u;
    return (*state >> 16 & 0x7fff) % below;
}

static uint32_t apart(const struct town *a, const struct town *b)
{
    return (uint32_t)(abs(a->x - b->x) + abs(a->y - b->y));
}

static void connect(struct graph *graph, struct town *a, struct town *b, uint32_t length)
{
    struct road *there, *back;

    for (there = a->roads; there; there = there->next)
        if (there->to == b)
            return;
    there = malloc(sizeof(struct road));
    back = malloc(sizeof(struct road));
    *there = (struct road){ b, length, a->roads, back };
    *back = (struct road){ a, length, b->roads, there };
    a->roads = there;
    b->roads = back;
    graph->roads++;
}

struct graph *graph_new(int count, int roads, unsigned seed)
{
    struct graph *graph = malloc(sizeof *graph);
    int i;

    graph->count = count;
    graph->roads = 0;
    graph->towns = malloc(sizeof(struct town *) * (size_t)count);
    for (i = 0; i < count; ++i) {
        struct town *town = graph->towns[i] = calloc(1, sizeof **graph->towns);

        town->id = i;
        town->x = (int16_t)draw(&seed, 1000);
        town->y = (int16_t)draw(&seed, 1000);
        if (i > 0 && i % 17 != 0) {
            struct town *other = graph->towns[draw(&seed, (unsigned)i)];

            connect(graph, town, other, apart(town, other) + 1);
        }
    }
    while (roads-- > 0) {
        struct town *a = graph->towns[draw(&seed, (unsigned)count)], *b = graph->towns[draw(&seed, (unsigned)count)];

        if (a != b)
            connect(graph, a, b, apart(a, b) + draw(&seed, 200));
    }
    reset(graph);
    return graph;
}

void reset(struct graph *graph)
{
    for (int i = 0; i < graph->count; i++) {
        struct town *town = graph->towns[i];

        town->search.distance = FAR;
        town->search.from = NULL;
        town->search.place = -1;
        town->search.done = false;
        town->set = town;
        town->rank = town->entered = town->lowest = 0;
    }
}

void graph_free(struct graph *graph)
{
    for (int i = 0; i < graph->count; i++) {
        for (struct road *road = graph->towns[i]->roads, *next; road; road = next) {
            next = road->next;
            free(road);
        }
        free(graph->towns[i]);
    }
    free(graph->towns);
    free(graph);
}
