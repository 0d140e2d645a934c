/* SPDX-License-Identifier: MIT */
#ifndef ROAD_GRAPH_H
#define ROAD_GRAPH_H

#include <stdbool.h>
#include <stdint.h>

struct road {
    struct town *to;
    uint32_t length;
    struct road *next, *back; /* the next of this town; the same road the other way */
};

struct town {
    int id;
    int16_t x, y;
    struct road *roads;
    struct {
        uint32_t distance;
        struct town *from;
        int place; /* in the heap; -1: not there */
        bool done;
    } search;
    struct town *set; /* of the union-find */
    int rank;
    int entered, lowest; /* of the depth-first search */
};

struct graph {
    int count;
    struct town **towns;
    long roads;
};

struct heap {
    struct town **items;
    int count, most;
    unsigned long moves;
};

#define FAR UINT32_MAX

struct graph *graph_new(int count, int roads, unsigned seed);
void graph_free(struct graph *graph);
void reset(struct graph *graph);

typedef uint32_t estimate(const struct town *from, const struct town *to);
uint32_t no_estimate(const struct town *from, const struct town *to);
uint32_t grid_estimate(const struct town *from, const struct town *to);
int shortest_path(struct graph *graph, struct town *from, struct town *to, estimate *guess, struct heap *heap);

uint64_t spanning_tree(struct graph *graph, struct road ***kept, int *count);
int articulation_points(struct graph *graph, bool *cuts);
int breadth_first(struct graph *graph, const struct town *from, int *levels);
int colour(struct graph *graph, int *colours, int most);

#endif
