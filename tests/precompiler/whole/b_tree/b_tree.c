/* SPDX-License-Identifier: MIT */
#include "b_tree.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct page *new_page(struct b_tree *tree, int leaf, unsigned level)
{
    struct page *page = (struct page *)calloc(1, sizeof(struct page));

    assert(page != NULL);
    page->leaf = leaf != 0;
    page->level = level & 127;
    tree->pages++;
    return page;
}

void b_tree_init(struct b_tree *tree)
{
    memset(tree, 0, sizeof *tree);
    tree->root = new_page(tree, 1, 0);
}

static int position(const struct page *page, key_type key)
{
    int low = 0, high = page->count;

    while (low < high) {
        int middle = (low + high) / 2;

        if (page->records[middle]->key < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct record *b_tree_find(const struct b_tree *tree, key_type key)
{
    const struct page *page = tree->root;

    for (;;) {
        int at = position(page, key);

        if (at < page->count && page->records[at]->key == key)
            return page->records[at];
        if (page->leaf)
            return NULL;
        page = page->children[at];
    }
}

static void split_child(struct b_tree *tree, struct page *parent, int at)
{
    struct page *left = parent->children[at], *right = new_page(tree, left->leaf, left->level);

    right->count = DEGREE - 1;
    for (int i = 0; i < DEGREE - 1; i++) {
        right->records[i] = left->records[i + DEGREE];
        left->records[i + DEGREE] = NULL;
    }
    if (!left->leaf)
        for (int i = 0; i < DEGREE; i++) {
            right->children[i] = left->children[i + DEGREE];
            left->children[i + DEGREE] = NULL;
        }
    left->count = DEGREE - 1;
    for (int i = parent->count; i > at; i--) {
        parent->records[i] = parent->records[i - 1];
        parent->children[i + 1] = parent->children[i];
    }
    parent->records[at] = left->records[DEGREE - 1];
    left->records[DEGREE - 1] = NULL;
    parent->children[at + 1] = right;
    parent->count++;
    tree->splits++;
}

static int insert_not_full(struct b_tree *tree, struct page *page, struct record *record)
{
    int at = position(page, record->key);

    if (at < page->count && page->records[at]->key == record->key)
        return 0;
    if (page->leaf) {
        memmove(page->records + at + 1, page->records + at, (size_t)(page->count - at) * sizeof(struct record *));
        page->records[at] = record;
        page->count++;
        return 1;
    }
    if (page->children[at]->count == MOST_KEYS) {
        split_child(tree, page, at);
        if (page->records[at]->key == record->key)
            return 0;
        if (page->records[at]->key < record->key)
            at++;
    }
    return insert_not_full(tree, page->children[at], record);
}

int b_tree_insert(struct b_tree *tree, key_type key, const char *label, double weight)
{
    struct record *record = malloc(sizeof *record);
    struct page *root = tree->root;

    record->key = key;
    record->weight = weight;
    snprintf(record->label, sizeof record->label, "%s%d", label, key % 1000);
    if (root->count == MOST_KEYS) {
        struct page *above = new_page(tree, 0, root->level + 1u);

        above->children[0] = root;
        tree->root = above;
        split_child(tree, above, 0);
    }
    if (!insert_not_full(tree, tree->root, record)) {
        free(record);
        return 0;
    }
    tree->records++;
    return 1;
}

/* Child `at`, the record between, and child at + 1 become one page. */
static void merge(struct b_tree *tree, struct page *page, int at)
{
    struct page *left = page->children[at], *right = page->children[at + 1];

    left->records[left->count] = page->records[at];
    for (int i = 0; i < right->count; i++)
        left->records[left->count + 1 + i] = right->records[i];
    if (!left->leaf)
        for (int i = 0; i <= right->count; i++)
            left->children[left->count + 1 + i] = right->children[i];
    left->count += right->count + 1;
    for (int i = at; i + 1 < page->count; i++) {
        page->records[i] = page->records[i + 1];
        page->children[i + 1] = page->children[i + 2];
    }
    page->count--;
    page->records[page->count] = NULL;
    page->children[page->count + 1] = NULL;
    free(right);
    tree->pages--;
    tree->merges++;
}

static void borrow_left(struct page *page, int at)
{
    struct page *to = page->children[at], *from = page->children[at - 1];

    for (int i = to->count; i > 0; i--)
        to->records[i] = to->records[i - 1];
    for (int i = to->count + 1; i > 0 && !to->leaf; i--)
        to->children[i] = to->children[i - 1];
    to->records[0] = page->records[at - 1];
    page->records[at - 1] = from->records[from->count - 1];
    from->records[from->count - 1] = NULL;
    if (!to->leaf) {
        to->children[0] = from->children[from->count];
        from->children[from->count] = NULL;
    }
    from->count--;
    to->count++;
}

static void borrow_right(struct page *page, int at)
{
    struct page *to = page->children[at], *from = page->children[at + 1];
    int i;

    to->records[to->count] = page->records[at];
    if (!to->leaf)
        to->children[to->count + 1] = from->children[0];
    page->records[at] = from->records[0];
    for (i = 0; i + 1 < from->count; i++)
        from->records[i] = from->records[i + 1];
    from->records[i] = NULL;
    if (!to->leaf) {
        for (i = 0; i < from->count; i++)
            from->children[i] = from->children[i + 1];
        from->children[i] = NULL;
    }
    from->count--;
    to->count++;
}

/* Gives child `at` a record more than it must have; returns the child to go down to. */
static struct page *fill(struct b_tree *tree, struct page *page, int at)
{
    if (page->children[at]->count >= DEGREE)
        return page->children[at];
    if (at > 0 && page->children[at - 1]->count >= DEGREE) {
        borrow_left(page, at);
        tree->borrows++;
    } else if (at < page->count && page->children[at + 1]->count >= DEGREE) {
        borrow_right(page, at);
        tree->borrows++;
    } else {
        if (at == page->count)
            at--;
        merge(tree, page, at);
    }
    return page->children[at];
}

static struct record *take(struct b_tree *tree, struct page *page, key_type key, int last, int first)
{
    struct record *taken;
    int at = last ? page->count - 1 : first ? 0 : position(page, key);

    if (page->leaf) {
        if (at >= page->count || (!last && !first && page->records[at]->key != key))
            return NULL;
        taken = page->records[at];
        while (++at < page->count)
            page->records[at - 1] = page->records[at];
        page->records[--page->count] = NULL;
        return taken;
    }
    if (last || first)
        return take(tree, fill(tree, page, last ? page->count : 0), key, last, first);
    if (at < page->count && page->records[at]->key == key) {
        taken = page->records[at];
        if (page->children[at]->count >= DEGREE) {
            page->records[at] = take(tree, page->children[at], key, 1, 0);
            return taken;
        }
        if (page->children[at + 1]->count >= DEGREE) {
            page->records[at] = take(tree, page->children[at + 1], key, 0, 1);
            return taken;
        }
        merge(tree, page, at);
        return take(tree, page->children[at], key, 0, 0);
    }
    return take(tree, fill(tree, page, at), key, 0, 0);
}

int b_tree_delete(struct b_tree *tree, key_type key)
{
    struct record *record = take(tree, tree->root, key, 0, 0);

    if (tree->root->count == 0 && !tree->root->leaf) {
        struct page *old = tree->root;

        tree->root = old->children[0];
        free(old);
        tree->pages--;
    }
    if (record == NULL)
        return 0;
    free(record);
    tree->records--;
    return 1;
}

static void free_page(struct page *page)
{
    for (int i = 0; i < page->count; i++)
        free(page->records[i]);
    if (!page->leaf)
        for (int i = 0; i <= page->count; i++)
            free_page(page->children[i]);
    free(page);
}

void b_tree_free(struct b_tree *tree)
{
    free_page(tree->root);
    tree->root = NULL;
}
