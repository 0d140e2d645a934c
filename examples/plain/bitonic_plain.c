/* SPDX-License-Identifier: MIT */
/* bitonic without msrck: the output of examples/bitonic.c must equal this program's, whatever happened in between. */
#include "../arguments.h"

#define MOST_VALUES (1L << 22)
#define SHOWN_VALUES 32

struct node {
    int value;
    struct node *left, *right;
};

/* All values differ: each step maps the 30-bit numbers onto themselves, one to one. */
static int value_at(long seed, int position)
{
    uint32_t mask = (UINT32_C(1) << 30) - 1, value = ((uint32_t)position ^ (uint32_t)random_at(seed, 0)) & mask;

    value = (value * UINT32_C(0x2c1b3c6d)) & mask;
    value ^= value >> 15;
    value = (value * UINT32_C(0x297a2d39)) & mask;
    value ^= value >> 14;
    return (int)value;
}

static void exchange(struct node *one, struct node *other, bool left_subtrees)
{
    struct node **mine = left_subtrees ? &one->left : &one->right;
    struct node **theirs = left_subtrees ? &other->left : &other->right;
    struct node *subtree = *mine;
    int value = one->value;

    one->value = other->value;
    other->value = value;
    *mine = *theirs;
    *theirs = subtree;
}

static int split(struct node *root, int spare, bool up)
{
    struct node *left = root->left, *right = root->right;
    bool from_right = (root->value > spare) == up;

    if (from_right) {
        int value = root->value;
        root->value = spare;
        spare = value;
    }
    while (left != NULL) {
        bool misplaced = (left->value > right->value) == up;
        if (misplaced)
            exchange(left, right, !from_right);
        if (misplaced == from_right) {
            left = left->left;
            right = right->left;
        } else {
            left = left->right;
            right = right->right;
        }
    }
    return spare;
}

static int merge(struct node *root, int spare, bool up)
{
    spare = split(root, spare, up);
    if (root->left == NULL)
        return spare;
    root->value = merge(root->left, root->value, up);
    return merge(root->right, spare, up);
}

static int sort(struct node *root, int spare, bool up)
{
    if (root->left == NULL) {
        int value = root->value;
        if ((value > spare) != up)
            return spare;
        root->value = spare;
        return value;
    }
    root->value = sort(root->left, root->value, up);
    spare = sort(root->right, spare, !up);
    return merge(root, spare, up);
}

static struct node *build(int depth, int first, long seed)
{
    struct node *root = calloc(1, sizeof *root);

    if (root == NULL)
        return NULL;
    root->value = value_at(seed, first + (1 << (depth - 1)) - 1);
    if (depth == 1)
        return root;
    root->left = build(depth - 1, first, seed);
    root->right = build(depth - 1, first + (1 << (depth - 1)), seed);
    return root->left != NULL && root->right != NULL ? root : NULL;
}

static void free_tree(struct node *root)
{
    if (root == NULL)
        return;
    free_tree(root->left);
    free_tree(root->right);
    free(root);
}

struct walk {
    int previous;
    int count, rising, falling;
    uint64_t checksum;
    bool print;
};

static void visit(struct walk *walk, int value)
{
    if (walk->count > 0) {
        walk->rising += value > walk->previous;
        walk->falling += value < walk->previous;
    }
    walk->previous = value;
    walk->count++;
    walk->checksum = checksum_add(walk->checksum, (uint64_t)value);
    if (walk->print)
        printf(" %d", value);
}

static void walk_tree(struct walk *walk, const struct node *root)
{
    if (root == NULL)
        return;
    walk_tree(walk, root->left);
    visit(walk, root->value);
    walk_tree(walk, root->right);
}

static struct walk walk_all(const struct node *root, int spare, bool print)
{
    struct walk walk = { 0, 0, 0, 0, 0, print };

    walk_tree(&walk, root);
    visit(&walk, spare);
    if (print)
        printf("\n");
    return walk;
}

int main(int argc, char **argv)
{
    long size = 1024, seed = 1;
    int depth = 1, spare = 0;
    struct node *root = NULL;
    struct walk up, down;

    if (!at_most_arguments(argc, argv, 2) || !number_argument(argc, argv, 1, "SIZE", 2, MOST_VALUES, &size)
        || !number_argument(argc, argv, 2, "SEED", LONG_MIN, LONG_MAX, &seed))
        return 2;
    while ((1 << depth) < size)
        depth++;
    size = 1 << depth;
    root = build(depth, 0, seed);
    if (root == NULL)
        return EXIT_FAILURE;
    spare = sort(root, value_at(seed, (int)size - 1), true);
    up = walk_all(root, spare, false);
    spare = sort(root, spare, false);
    printf("bitonic: %ld values, seed %ld\n", size, seed);
    down = walk_all(root, spare, size <= SHOWN_VALUES);
    printf("ascending: checksum %016llx, %d of %d steps rise\n", (unsigned long long)up.checksum, up.rising,
           up.count - 1);
    printf("descending: checksum %016llx, %d of %d steps fall\n", (unsigned long long)down.checksum, down.falling,
           down.count - 1);
    free_tree(root);
    return EXIT_SUCCESS;
}
