/* SPDX-License-Identifier: MIT */
/* Dijkstra and A* with a binary heap whose entries know their place. */
#include <stdlib.h>

#include "road_graph.h"

static const struct town *goal;
static estimate *guess_of;

uint32_t no_estimate(const struct town *from, const struct town *to)
{
    (void)from;
    (void)to;
    return 0;
}

uint32_t grid_estimate(const struct town *from, const struct town *to)
{
    return (uint32_t)(abs(from->x - to->x) + abs(from->y - to->y));
}

static bool before(const struct town *a, const struct town *b)
{
    uint32_t left = a->search.distance + guess_of(a, goal), right = b->search.distance + guess_of(b, goal);

    return left != right ? left < right : a->id < b->id;
}

static void put(struct heap *heap, int place, struct town *town)
{
    heap->items[place] = town;
    town->search.place = place;
    heap->moves++;
}

static void up(struct heap *heap, int place, struct town *town)
{
    while (place > 0 && before(town, heap->items[(place - 1) / 2])) {
        put(heap, place, heap->items[(place - 1) / 2]);
        place = (place - 1) / 2;
    }
    put(heap, place, town);
}

static void down(struct heap *heap, int place, struct town *town)
{
    for (int child; (child = 2 * place + 1) < heap->count; place = child) {
        if (child + 1 < heap->count && before(heap->items[child + 1], heap->items[child]))
            child++;
        if (!before(heap->items[child], town))
            break;
        put(heap, place, heap->items[child]);
    }
    put(heap, place, town);
}

static void offer(struct heap *heap, struct town *town, uint32_t distance, struct town *from)
{
    if (town->search.done || distance >= town->search.distance)
        return;
    town->search.distance = distance;
    town->search.from = from;
    if (town->search.place < 0) {
        if (heap->count == heap->most) {
            heap->most = heap->most * 2 + 8;
            heap->items = realloc(heap->items, (size_t)heap->most * sizeof heap->items[0]);
            for (int i = heap->count; i < heap->most; i++)
                heap->items[i] = NULL;
        }
        town->search.place = heap->count++;
    }
    up(heap, town->search.place, town);
}

static struct town *take(struct heap *heap)
{
    struct town *least = heap->items[0], *last = heap->items[--heap->count];

    heap->items[heap->count] = NULL;
    least->search.place = -1;
    if (heap->count > 0)
        down(heap, 0, last);
    return least;
}

/* The number of towns that were visited. */
int shortest_path(struct graph *graph, struct town *from, struct town *to, estimate *guess, struct heap *heap)
{
    int visited = 0;

    reset(graph);
    goal = to;
    guess_of = guess;
    heap->count = 0;
    offer(heap, from, 0, NULL);
    while (heap->count > 0) {
        struct town *town = take(heap);

        town->search.done = true;
        visited++;
        if (town == to)
            break;
        for (const struct road *road = town->roads; road; road = road->next)
            offer(heap, road->to, town->search.distance + road->length, town);
    }
    return visited;
}
