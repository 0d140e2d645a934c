/* SPDX-License-Identifier: MIT */
#ifndef B_TREE_H
#define B_TREE_H

#define DEGREE 3
#define MOST_KEYS (2 * DEGREE - 1)

typedef int key_type;

struct record {
    key_type key;
    char label[12];
    double weight;
};

struct page {
    int count;
    unsigned leaf : 1;
    unsigned level : 7;
    struct record *records[MOST_KEYS];
    struct page *children[MOST_KEYS + 1];
};

struct b_tree {
    struct page *root;
    int records, pages, splits, merges, borrows;
};

void b_tree_init(struct b_tree *tree);
int b_tree_insert(struct b_tree *tree, key_type key, const char *label, double weight);
struct record *b_tree_find(const struct b_tree *tree, key_type key);
int b_tree_delete(struct b_tree *tree, key_type key);
void b_tree_free(struct b_tree *tree);
int b_tree_check(const struct page *page, int low, int high, int depth);
void b_tree_range(const struct page *page, key_type from, key_type to, void (*visit)(struct record *, void *),
                  void *context);
void b_tree_print(const struct page *page, int indent);

#endif
