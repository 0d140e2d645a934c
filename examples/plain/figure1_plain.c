/* SPDX-License-Identifier: MIT */
/* figure1 without msrck: the output of examples/figure1.c must equal this program's, whatever happened in between. */
#include "../arguments.h"

#define MOST_NODES 10

struct node {
    float data;
    struct node *link;
};

static struct node *first, *last;

static bool foo(struct node **p, int **q)
{
    *p = calloc(1, sizeof **p);
    if (*p == NULL)
        return false;
    (*p)->data = (float)**q;
    **q += 1;
    return true;
}

static int number_of(struct node *const *parray, const struct node *node)
{
    for (int i = 0; i < MOST_NODES; i++) {
        if (node != NULL && parray[i] == node)
            return i + 1;
    }
    return 0;
}

static void print_graph(struct node *const *parray, int size, int a, const int *b)
{
    printf("a = %d, *b = %d\n", a, *b);
    printf("first = addr%d, last = addr%d\n", number_of(parray, first), number_of(parray, last));
    for (int i = 0; i < size; i++)
        printf("addr%d: data = %.9g, link = addr%d\n", i + 1, (double)parray[i]->data,
               number_of(parray, parray[i]->link));
}

int main(int argc, char **argv)
{
    long size = MOST_NODES, seed = 1;
    int a = 0, *b = &a;
    struct node *parray[MOST_NODES] = { NULL };

    if (!at_most_arguments(argc, argv, 2) || !number_argument(argc, argv, 1, "SIZE", 1, MOST_NODES, &size)
        || !number_argument(argc, argv, 2, "SEED", LONG_MIN, LONG_MAX, &seed))
        return 2;
    a = (int)(seed % 1000);
    for (int i = 0; i < size; i++) {
        if (!foo(&parray[i], &b))
            return EXIT_FAILURE;
        if (i > 1)
            last->link = parray[i - 2];
        first = parray[0];
        last = parray[i];
        first->link = last;
    }
    printf("figure1: %ld nodes, seed %ld\n", size, seed);
    print_graph(parray, (int)size, a, b);
    for (int i = 0; i < size; i++)
        free(parray[i]);
    return EXIT_SUCCESS;
}
