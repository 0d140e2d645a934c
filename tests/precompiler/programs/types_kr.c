/* SPDX-License-Identifier: MIT */
/* C as it was first: definitions whose parameters are declared behind the list, no prototypes, int where nothing is said. */
#include <stdio.h>
#include <stdlib.h>

struct tree { int key; struct tree *left, *right; };

struct tree *insert();
static count;

struct tree *insert(root, key)
    struct tree *root;
    int key;
{
    if (root == 0) {
        root = (struct tree *)malloc(sizeof(struct tree));
        root->key = key;
        root->left = root->right = 0;
        count++;
    } else if (key < root->key)
        root->left = insert(root->left, key);
    else
        root->right = insert(root->right, key);
    return root;
}

height(root, factor)
    register struct tree *root;
    double factor;
{
    int l, r;

    if (!root)
        return 0;
    l = height(root->left, factor / 2);
    r = height(root->right, factor / 2);
    return (l > r ? l : r) + 1 + (factor > 100);
}

main(argc, argv)
    int argc;
    char **argv;
{
    struct tree *root = 0;
    int i;

    for (i = 0; i < 40; i++)
        root = insert(root, i * 37 % 41);
    printf("%d %d %d %d\n", height(root, 3.0), count, argc, argv[0] != 0);
    return 0;
}
