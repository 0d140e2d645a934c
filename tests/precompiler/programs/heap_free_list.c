/* SPDX-License-Identifier: MIT */
/* A pool that the program cuts into nodes itself, with a list of free ones, behind a pointer to void. */
#include <stdio.h>
#include <stdlib.h>

struct node { int key; struct node *left, *right; };
struct pool { struct node *nodes, *free; int used, size; void *owner; };

static struct pool *make_pool(int size)
{
    struct pool *pool = malloc(sizeof *pool);

    pool->nodes = malloc((size_t)size * sizeof *pool->nodes);
    pool->free = NULL;
    pool->used = 0;
    pool->size = size;
    pool->owner = pool;
    return pool;
}

static struct node *take(struct pool *pool, int key)
{
    struct node *node = pool->free;

    if (node != NULL)
        pool->free = node->left;
    else if (pool->used < pool->size)
        node = &pool->nodes[pool->used++];
    else
        return NULL;
    *node = (struct node){ key, NULL, NULL };
    return node;
}

static void give(struct pool *pool, struct node *node)
{
    node->left = pool->free;
    pool->free = node;
}

static struct node *insert(struct pool *pool, struct node *tree, int key)
{
    if (tree == NULL)
        return take(pool, key);
    if (key < tree->key)
        tree->left = insert(pool, tree->left, key);
    else
        tree->right = insert(pool, tree->right, key);
    return tree;
}

static struct node *remove_least(struct pool *pool, struct node *tree)
{
    struct node *right;

    if (tree->left != NULL) {
        tree->left = remove_least(pool, tree->left);
        return tree;
    }
    right = tree->right;
    give(pool, tree);
    return right;
}

static int print(const struct node *tree, int depth)
{
    int below;

    if (tree == NULL)
        return 0;
    below = print(tree->left, depth + 1);
    printf("%*s%d\n", depth, "", tree->key);
    return below + 1 + print(tree->right, depth + 1);
}

int main(void)
{
    struct pool *pool = make_pool(12);
    struct node *tree = NULL;
    unsigned seed = 7;

    for (int i = 0; i < 10; i++) {
        seed = seed * 1103515245u + 12345u;
        tree = insert(pool, tree, (int)(seed >> 16) % 100);
    }
    for (int i = 0; i < 4; i++)
        tree = remove_least(pool, tree);
    for (int i = 0; i < 5; i++)
        tree = insert(pool, tree, i * 21);
    printf("%d of %d, %d\n", print(tree, 0), pool->used, pool->owner == pool);
    free(pool->nodes);
    free(pool);
    return 0;
}
