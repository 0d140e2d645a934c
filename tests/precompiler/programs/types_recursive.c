/* SPDX-License-Identifier: MIT */
/* Types that refer to each other, declared before they are defined, and one that is never defined here. */
#include <stdio.h>
#include <stdlib.h>

struct parent;
struct secret;
typedef struct child child;
struct parent { child *children[3]; struct secret *secret; struct parent *older; int age; };
struct child { struct parent *parent; child *sibling; float height; };

static struct parent *eldest;

static child *bear(struct parent *parent, int n)
{
    child *made = calloc(1, sizeof(child));

    if (made == NULL)
        exit(1);
    made->parent = parent;
    made->sibling = parent->children[n % 3];
    made->height = (float)n / 2;
    return parent->children[n % 3] = made;
}

int main(void)
{
    child *newest = NULL;
    int n, count = 0;

    for (n = 0; n < 8; n++) {
        struct parent *parent = calloc(1, sizeof *parent);

        if (parent == NULL)
            return 1;
        parent->older = eldest;
        parent->age = 20 + n;
        eldest = parent;
        for (int k = 0; k < 5; k++)
            newest = bear(parent, n + k);
    }
    for (struct parent *parent = eldest; parent != NULL; parent = parent->older)
        for (int k = 0; k < 3; k++)
            for (child *c = parent->children[k]; c != NULL; c = c->sibling, count++)
                printf("%d:%g%s ", c->parent->age, (double)c->height, c == newest ? "!" : "");
    printf("\n%d %d\n", count, eldest->secret == NULL);
    return 0;
}
