/* SPDX-License-Identifier: MIT */
/*
 * Pointers of a type that is not what they lead to: the head of a ring that is no node, and what is cast back before it is used.
 * note: casts
 */
#include <stdio.h>
#include <stdlib.h>

struct link { struct link *next, *last; };
struct node { struct link link; double value; };
struct other { double x; char text[20]; };

static struct link ring = { &ring, &ring };
static struct node *end = (struct node *)&ring;

static void append(double value)
{
    struct node *node = malloc(sizeof *node);

    node->value = value;
    node->link.next = &ring;
    node->link.last = ring.last;
    ring.last->next = &node->link;
    ring.last = &node->link;
}

int main(void)
{
    int number = 7;
    struct other *strange = (struct other *)&number;

    for (int i = 0; i < 6; i++) {
        double total = 0;

        append(i + 0.5);
        /* The head is taken for a node, whose value nobody reads. */
        for (struct node *at = (struct node *)ring.next; at != end; at = (struct node *)at->link.next)
            total += at->value + *(int *)strange;
        printf("%d: %g\n", i, total);
    }
    while (ring.next != &ring) {
        struct node *node = (struct node *)ring.next;

        ring.next = node->link.next;
        free(node);
    }
    return 0;
}
