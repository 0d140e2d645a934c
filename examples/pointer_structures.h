/* SPDX-License-Identifier: MIT */
/*
 * The structures of test_pointer and its plain twin, and what is done with them between poll-points. Only
 * allocation and the functions that have poll-points differ between the two programs.
 */
#ifndef EXAMPLES_POINTER_STRUCTURES_H
#define EXAMPLES_POINTER_STRUCTURES_H

#include "arguments.h"

#define TEN 10
#define KNOTS 13
#define KNOT_CHILDREN 3
#define ITEMS 8
#define WORDS 3
#define SHOWN_KEYS 20

/* A search tree. */
struct tree {
    int key;
    long seen;
    struct tree *left, *right;
};

/* A tree-like structure: the lower knots have children too, which are shared and lead back up. */
struct knot {
    int name;
    double weight;
    struct knot *child[KNOT_CHILDREN];
};

/* A ring; `place` points to the pointer that points to this item, in the middle of the item before. */
struct item {
    char mark;
    struct item *next, **place;
};

struct garden {
    int size;
    long seed;
    struct tree *tree;
    int *one;
    int (*ten)[TEN];
    int *(*ten_pointers)[TEN];
    struct knot *knots[KNOTS];
    struct item *items, **cursor;
    char *words[WORDS];
};

/* ---- Before the rounds ---- */

static inline int key_at(long seed, int position)
{
    return (int)(random_at(seed, (uint64_t)position) % 1000000);
}

/*
 * Ten pointers to int: to a local variable, into the array *ten, two to the same place, none, one past the
 * array's end, two to an int of its own.
 */
static inline void tie_ten_pointers(struct garden *garden, int *lone, int *own)
{
    int **pointers = *garden->ten_pointers;

    garden->one = lone;
    for (int i = 0; i < TEN; i++)
        (*garden->ten)[i] = key_at(garden->seed, -1 - i) % 100;
    pointers[0] = lone;
    for (int i = 1; i <= 4; i++)
        pointers[i] = &(*garden->ten)[TEN - i];
    pointers[5] = pointers[4];
    pointers[6] = NULL;
    pointers[7] = *garden->ten + TEN;
    pointers[8] = own;
    pointers[9] = own;
}

static inline void tie_knots(struct garden *garden)
{
    for (int i = 0; i < KNOTS; i++) {
        garden->knots[i]->name = i;
        garden->knots[i]->weight = 1.0 / (i + 1);
        for (int j = 0; j < KNOT_CHILDREN; j++) {
            int below = KNOT_CHILDREN * i + j + 1;
            int target = below < KNOTS ? below : (7 * i + 5 * j) % KNOTS;
            garden->knots[i]->child[j] = j == 2 && i % 4 == 3 ? NULL : garden->knots[target];
        }
    }
}

/* Puts the item into the ring, before garden->items, the entrance. */
static inline void join_ring(struct garden *garden, struct item *item)
{
    struct item *entrance = garden->items;

    if (entrance == NULL) {
        item->next = item;
        item->place = &item->next;
        garden->items = item;
        garden->cursor = &garden->items;
        return;
    }
    item->next = entrance;
    item->place = entrance->place;
    *item->place = item;
    entrance->place = &item->next;
}

/* ---- One round of changes ---- */

/* Counts each tree node on the way to a key. */
static inline void walk_to(struct tree *tree, int key)
{
    while (tree != NULL) {
        tree->seen++;
        tree = key < tree->key ? tree->left : tree->right;
    }
}

/* The item that the cursor stands before changes places with the one behind it. */
static inline void swap_in_ring(struct garden *garden)
{
    struct item *item = *garden->cursor, *behind = item->next;

    *item->place = behind;
    behind->place = item->place;
    item->next = behind->next;
    item->next->place = &item->next;
    behind->next = item;
    item->place = &behind->next;
}

static inline void change(struct garden *garden, int round)
{
    int **pointers = *garden->ten_pointers, *begin = *garden->ten;
    struct knot *knot = garden->knots[round % KNOTS], *first = knot->child[0];

    walk_to(garden->tree, key_at(garden->seed, round));
    for (int i = 0; i < TEN; i++) {
        if (pointers[i] != NULL && i != 7)
            *pointers[i] += i + round % 3;
    }
    for (int i = 1; i <= 5; i++)
        pointers[i] = pointers[i] == begin + TEN - 1 ? begin : pointers[i] + 1;
    knot->weight = knot->weight * 1.5 + (first != NULL ? first->weight : 0.25);
    knot->weight = knot->weight > 1000.0 ? knot->weight / 1024.0 : knot->weight;
    knot->child[0] = knot->child[1];
    knot->child[1] = first;
    garden->cursor = &(*garden->cursor)->next;
    if (round % 3 == 0)
        swap_in_ring(garden);
    garden->words[1][round % 4] = (char)('a' + (garden->words[1][round % 4] - 'a' + 1) % 26);
}

/* ---- The report ---- */

static inline uint64_t tree_checksum(const struct tree *tree, uint64_t checksum)
{
    if (tree == NULL)
        return checksum_add(checksum, 1);
    checksum = checksum_add(checksum, (uint64_t)tree->key);
    checksum = checksum_add(checksum, (uint64_t)tree->seen);
    return tree_checksum(tree->right, tree_checksum(tree->left, checksum));
}

static inline void print_tree(const struct tree *tree)
{
    if (tree == NULL) {
        printf(" -");
        return;
    }
    printf(" (%d seen %ld", tree->key, tree->seen);
    print_tree(tree->left);
    print_tree(tree->right);
    printf(")");
}

static inline void print_int_pointer(const struct garden *garden, const int *pointer)
{
    if (pointer == NULL)
        printf(" NULL");
    else if (pointer == garden->one)
        printf(" lone");
    else if (pointer == *garden->ten + TEN)
        printf(" end");
    else if (pointer >= *garden->ten && pointer < *garden->ten + TEN)
        printf(" ten[%td]", pointer - *garden->ten);
    else
        printf(" %s=%d", pointer == (*garden->ten_pointers)[8] ? "own" : "stray", *pointer);
}

static inline void print_knots(const struct garden *garden)
{
    for (int i = 0; i < KNOTS; i++) {
        const struct knot *knot = garden->knots[i];
        printf("knot %d: weight %.17g, children", knot->name, knot->weight);
        for (int j = 0; j < KNOT_CHILDREN; j++) {
            const struct knot *child = knot->child[j];
            /* A child that is not the very knot of that name would be a copy. */
            if (child == NULL)
                printf(" -");
            else
                printf(" %d%s", child->name, child == garden->knots[child->name] ? "" : "(copy)");
        }
        printf("\n");
    }
}

static inline void print_ring(const struct garden *garden)
{
    const struct item *item = garden->items;
    int places = 0, count = 0;

    printf("ring:");
    do {
        printf(" %c", item->mark);
        places += item->next->place == &item->next;
        count++;
        item = item->next;
    } while (item != garden->items && count <= ITEMS);
    printf(", %d items, %d places right, cursor before %c\n", count, places, (*garden->cursor)->mark);
}

static inline void report(const struct garden *garden)
{
    printf("test_pointer: %d keys, seed %ld\n", garden->size, garden->seed);
    printf("tree: checksum %016llx", (unsigned long long)tree_checksum(garden->tree, 0));
    if (garden->size <= SHOWN_KEYS)
        print_tree(garden->tree);
    printf("\none: %d\nten:", *garden->one);
    for (int i = 0; i < TEN; i++)
        printf(" %d", (*garden->ten)[i]);
    printf("\nten pointers:");
    for (int i = 0; i < TEN; i++)
        print_int_pointer(garden, (*garden->ten_pointers)[i]);
    printf("\n");
    print_knots(garden);
    print_ring(garden);
    printf("words: %s %s %s%s\n", garden->words[0], garden->words[1], garden->words[2],
           garden->words[2] == garden->words[1] + 2 ? "" : " (copy)");
}

#endif
