/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "b_tree.h"

/* The number of records below; -1 when an invariant does not hold. */
int b_tree_check(const struct page *page, int low, int high, int depth)
{
    int total = page->count;

    if ((unsigned)depth + page->level > 127 || (depth > 0 && page->count < DEGREE - 1))
        return -1;
    for (int i = 0; i < page->count; i++) {
        int key = page->records[i]->key;

        if (key < low || key > high || (i > 0 && page->records[i - 1]->key >= key))
            return -1;
    }
    if (page->leaf)
        return page->level == 0 ? total : -1;
    for (int i = 0; i <= page->count; i++) {
        int below = b_tree_check(page->children[i], i == 0 ? low : page->records[i - 1]->key + 1,
                                 i == page->count ? high : page->records[i]->key - 1, depth + 1);

        if (below < 0 || page->children[i]->level + 1 != page->level)
            return -1;
        total += below;
    }
    return total;
}

void b_tree_range(const struct page *page, key_type from, key_type to, void (*visit)(struct record *, void *),
                  void *context)
{
    int i;

    for (i = 0; i < page->count; i++) {
        if (!page->leaf && page->records[i]->key >= from)
            b_tree_range(page->children[i], from, to, visit, context);
        if (page->records[i]->key >= from && page->records[i]->key <= to)
            visit(page->records[i], context);
        if (page->records[i]->key > to)
            return;
    }
    if (!page->leaf)
        b_tree_range(page->children[i], from, to, visit, context);
}

void b_tree_print(const struct page *page, int indent)
{
    printf("%*s(", indent, "");
    for (int i = 0; i < page->count; i++)
        printf("%s%d", i ? " " : "", page->records[i]->key);
    puts(")");
    for (int i = 0; !page->leaf && i <= page->count; i++)
        b_tree_print(page->children[i], indent + 2);
}
