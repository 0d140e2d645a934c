/* SPDX-License-Identifier: MIT */
/* Searches of many kinds on one graph of towns and roads. */
#include <stdio.h>
#include <stdlib.h>

#include "road_graph.h"

static void print_path(const struct town *town)
{
    if (town->search.from) {
        print_path(town->search.from);
        printf(" %d", town->id);
    } else {
        printf("  path %d", town->id);
    }
}

static void paths(struct graph *graph)
{
    static const struct {
        const char *name;
        estimate *guess;
    } ways[] = { { "dijkstra", no_estimate }, { "a-star", grid_estimate } };
    struct heap heap = { 0 };

    for (int round = 1; round <= 4; round++) {
        struct town *from = graph->towns[round * 7 % graph->count], *to = graph->towns[graph->count - round];

        for (unsigned way = 0; way < sizeof ways / sizeof ways[0]; way++) {
            int visited = shortest_path(graph, from, to, ways[way].guess, &heap);

            if (!to->search.done) {
                printf("%s: no way from %d to %d\n", ways[way].name, from->id, to->id);
                continue;
            }
            printf("%s: %d visited, %u from %d to %d, %lu moves\n", ways[way].name, visited,
                   (unsigned)to->search.distance, from->id, to->id, heap.moves);
            print_path(to);
            putchar('\n');
        }
    }
    free(heap.items);
}

static void levels(struct graph *graph)
{
    int *levels = malloc(sizeof(int) * (size_t)graph->count), far = 0;

    for (int i = 0; i < graph->count; i += 9) {
        int deepest = breadth_first(graph, graph->towns[i], levels), reached = 0;

        for (int k = 0; k < graph->count; k++)
            reached += levels[k] >= 0;
        printf("from %d: %d reached, %d deep\n", i, reached, deepest);
        far = deepest > far ? deepest : far;
    }
    printf("deepest of all %d\n", far);
    free(levels);
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 60, trees, cuts;
    struct graph *graph = graph_new(count, argc > 2 ? atoi(argv[2]) : count / 2, 77);
    struct road **tree;
    bool is_cut[count];
    int colours[count];
    uint64_t length;

    printf("%d towns, %ld roads\n", graph->count, graph->roads);
    paths(graph);
    levels(graph);
    reset(graph);
    length = spanning_tree(graph, &tree, &trees);
    printf("tree of %d roads, %llu long:", trees, (unsigned long long)length);
    for (int i = 0; i < trees; i += 7)
        printf(" %d-%d", tree[i]->to->id, tree[i]->back->to->id);
    cuts = articulation_points(graph, is_cut);
    printf("\n%d cuts:", cuts);
    for (int i = 0; i < count; i++)
        if (is_cut[i])
            printf(" %d", i);
    for (int most = 1; most < 8; most++)
        if (colour(graph, colours, most)) {
            printf("\n%d colours, the last town has %d\n", most, colours[count - 1]);
            break;
        }
    free(tree);
    graph_free(graph);
    return 0;
}
