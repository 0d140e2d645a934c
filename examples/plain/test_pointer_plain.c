/* SPDX-License-Identifier: MIT */
/*
 * test_pointer without msrck: the output of examples/test_pointer.c must equal this program's, whatever
 * happened in between. Nothing is freed before the end.
 */

#include "../pointer_structures.h"

static bool grow(struct tree **place, int key)
{
    if (*place == NULL) {
        *place = calloc(1, sizeof **place);
        if (*place != NULL)
            (*place)->key = key;
        return *place != NULL;
    }
    if ((*place)->key == key)
        return true;
    return grow(key < (*place)->key ? &(*place)->left : &(*place)->right, key);
}

static bool furnish(struct garden *garden, int *lone)
{
    static char heap_word[] = "heap";
    int *own = calloc(1, sizeof *own);

    garden->ten = calloc(1, sizeof *garden->ten);
    garden->ten_pointers = calloc(1, sizeof *garden->ten_pointers);
    garden->words[0] = (char *)"literal";
    garden->words[1] = heap_word;
    if (own == NULL || garden->ten == NULL || garden->ten_pointers == NULL)
        return false;
    garden->words[2] = garden->words[1] + 2;
    tie_ten_pointers(garden, lone, own);
    for (int i = 0; i < KNOTS; i++) {
        garden->knots[i] = calloc(1, sizeof *garden->knots[i]);
        if (garden->knots[i] == NULL)
            return false;
    }
    tie_knots(garden);
    for (int i = 0; i < ITEMS; i++) {
        struct item *item = calloc(1, sizeof *item);
        if (item == NULL)
            return false;
        item->mark = (char)('A' + i);
        join_ring(garden, item);
    }
    return true;
}

int main(int argc, char **argv)
{
    /* Static, so that what it leads to counts as reachable at the end. */
    static struct garden garden;
    static int lone = 1;
    long size = 20, seed = 1;

    if (!at_most_arguments(argc, argv, 2) || !number_argument(argc, argv, 1, "SIZE", 1, 100000, &size)
        || !number_argument(argc, argv, 2, "SEED", LONG_MIN, LONG_MAX, &seed))
        return 2;
    garden.size = (int)size;
    garden.seed = seed;
    if (!furnish(&garden, &lone))
        return EXIT_FAILURE;
    for (int i = 0; i < garden.size; i++) {
        if (!grow(&garden.tree, key_at(garden.seed, i)))
            return EXIT_FAILURE;
    }
    for (int round = 0; round < garden.size; round++)
        change(&garden, round);
    report(&garden);
    return EXIT_SUCCESS;
}
