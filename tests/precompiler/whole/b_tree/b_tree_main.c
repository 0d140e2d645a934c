/* SPDX-License-Identifier: MIT */
/* A B-tree of records under inserts, deletes and range queries, checked as it goes. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "b_tree.h"

struct total {
    int count;
    double weight;
    struct record *heaviest;
};

static unsigned seed = 1;

static int random_below(int limit)
{
    seed = seed * 1664525u + 1013904223u;
    return (int)((seed >> 8) % (unsigned)limit);
}

static void add_up(struct record *record, void *context)
{
    struct total *total = (struct total *)context;

    total->count++;
    total->weight += record->weight;
    if (total->heaviest == NULL || record->weight > total->heaviest->weight)
        total->heaviest = record;
}

static void double_weight(struct record *record, void *context)
{
    (void)context;
    record->weight *= 2;
}

int main(int argc, char **argv)
{
    struct b_tree tree;
    struct record *favourite = NULL;
    int n = argc > 1 ? atoi(argv[1]) : 120, favourite_alive = 0;

    b_tree_init(&tree);
    for (int round = 0; round < 4; round++) {
        int inserted = 0, deleted = 0;
        struct total total = { 0, 0, NULL };

        for (int i = 0; i < n; i++) {
            int key = random_below(4 * n);

            inserted += b_tree_insert(&tree, key, "r", 1 + random_below(1000) / 8.0);
        }
        if (!favourite_alive && (favourite = b_tree_find(&tree, 2 * n)) == NULL) {
            b_tree_insert(&tree, 2 * n, "f", 0.25);
            favourite = b_tree_find(&tree, 2 * n);
        }
        favourite_alive = 1;
        for (int i = 0; i < n; i++) {
            int key = random_below(4 * n);

            if (key != 2 * n)
                deleted += b_tree_delete(&tree, key);
        }
        b_tree_range(tree.root, n, 2 * n, double_weight, NULL);
        b_tree_range(tree.root, 0, INT_MAX, add_up, &total);
        printf("round %d: +%d -%d, %d records (%d), %d pages, %d splits, %d merges, %d borrows\n", round, inserted,
               deleted, tree.records, b_tree_check(tree.root, INT_MIN, INT_MAX, 0), tree.pages, tree.splits,
               tree.merges, tree.borrows);
        printf("  weight %.3f of %d, heaviest %s, favourite %s %.2f\n", total.weight, total.count,
               total.heaviest->label, favourite->label, favourite->weight);
    }
    while (tree.records > 12)
        b_tree_delete(&tree, tree.root->records[random_below(tree.root->count)]->key);
    b_tree_print(tree.root, 0);
    b_tree_free(&tree);
    return 0;
}
