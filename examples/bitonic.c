/* SPDX-License-Identifier: MIT */
/*
 * bitonic [SIZE] [SEED] - the bitonic sort on a binary tree, by recursion, in the migratable format
 *
 * SIZE values (rounded up to a power of two) stand in a perfect binary tree, read from left to right, with one
 * spare value behind them. Sorting a tree sorts its left half upwards, its right half downwards and merges the
 * two; merging exchanges values and whole subtrees. So a checkpoint taken anywhere finds a tree whose pointers
 * have been shuffled and a stack of half-done calls.
 *
 * build(), sort() and merge() each have a poll-point at their entry. Look at merge() first: it is the shape of
 * them all. A resumed function takes its variables back from `live` and goes on at its call, so the arguments
 * of a call are evaluated again; that is safe here, because the heap is complete by then.
 */
#include <msrck/msrck.h>

#include "arguments.h"

#define MOST_VALUES (1L << 22)
#define SHOWN_VALUES 32

struct node {
    int value;
    struct node *left, *right;
};

/* ---- What msrck has to know ---- */

extern const msrck_type node_type;
MSRCK_STRUCT(node_type, struct node,
    MSRCK_FIELD(struct node, value, &msrck_int),
    MSRCK_FIELD(struct node, left, MSRCK_POINTER(&node_type)),
    MSRCK_FIELD(struct node, right, MSRCK_POINTER(&node_type)));

struct build_live {
    struct node *root;
    int depth, first;
    long seed;
};
extern const msrck_type build_live_type;
MSRCK_STRUCT(build_live_type, struct build_live,
    MSRCK_FIELD(struct build_live, root, MSRCK_POINTER(&node_type)),
    MSRCK_FIELD(struct build_live, depth, &msrck_int),
    MSRCK_FIELD(struct build_live, first, &msrck_int),
    MSRCK_FIELD(struct build_live, seed, &msrck_long));
MSRCK_FRAME(build_points, "build", 1,
    { "entry", &build_live_type }, { "build left", &build_live_type }, { "build right", &build_live_type });

/* The live variables of sort() and of merge(): the subtree, the value behind it, and the direction. */
struct sort_live {
    struct node *root;
    int spare;
    bool up;
};
extern const msrck_type sort_live_type;
MSRCK_STRUCT(sort_live_type, struct sort_live,
    MSRCK_FIELD(struct sort_live, root, MSRCK_POINTER(&node_type)),
    MSRCK_FIELD(struct sort_live, spare, &msrck_int),
    MSRCK_FIELD(struct sort_live, up, &msrck_bool));
MSRCK_FRAME(merge_points, "merge", 1,
    { "entry", &sort_live_type }, { "merge left", &sort_live_type }, { "merge right", &sort_live_type });
/* Behind the last call of sort() nothing is live. */
MSRCK_FRAME(sort_points, "sort", 1,
    { "entry", &sort_live_type }, { "sort left", &sort_live_type }, { "sort right", &sort_live_type },
    { "merge", NULL });

struct run_live {
    struct node *root;
    int size, spare;
    long seed;
    int rising;                                          /* what the walk found after sorting upwards */
    uint64_t checksum;
};
extern const msrck_type run_live_type;
MSRCK_STRUCT(run_live_type, struct run_live,
    MSRCK_FIELD(struct run_live, root, MSRCK_POINTER(&node_type)),
    MSRCK_FIELD(struct run_live, size, &msrck_int),
    MSRCK_FIELD(struct run_live, spare, &msrck_int),
    MSRCK_FIELD(struct run_live, seed, &msrck_long),
    MSRCK_FIELD(struct run_live, rising, &msrck_int),
    MSRCK_FIELD(struct run_live, checksum, &msrck_uint64));
MSRCK_FRAME(run_points, "run", 0,
    { "build", &run_live_type }, { "sort up", &run_live_type }, { "sort down", &run_live_type });

/* ---- Sorting ---- */

/*
 * The value at `position` before sorting. All values differ, which the merge relies on: each step maps the
 * 30-bit numbers onto themselves, one to one.
 */
static int value_at(long seed, int position)
{
    uint32_t mask = (UINT32_C(1) << 30) - 1, value = ((uint32_t)position ^ (uint32_t)random_at(seed, 0)) & mask;

    value = (value * UINT32_C(0x2c1b3c6d)) & mask;
    value ^= value >> 15;
    value = (value * UINT32_C(0x297a2d39)) & mask;
    value ^= value >> 14;
    return (int)value;
}

/* One step down the two halves of a bitonic sequence: exchanges values and one pair of subtrees. */
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

/*
 * Splits a bitonic subtree with its spare value so that everything on the left comes before everything on the
 * right. Returns the new spare value.
 */
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
        /* Where the order changes lies further left in both halves, or further right in both. */
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

/* Sorts a bitonic subtree and its spare value. Returns the value that comes behind the subtree. */
static int merge(struct node *root, int spare, bool up)
{
    int result = 0;

    if (MSRCK_UNLIKELY(msrck_flag)) {
        struct sort_live live = { root, spare, up };
        int point = msrck_enter(&merge_points, &live);
        if (point == MSRCK_LEAVE)                        /* a checkpoint begins here: live has been copied */
            return 0;
        root = live.root;                                /* what they were, unless this is a resume */
        spare = live.spare;
        up = live.up;
        if (point == 2)
            goto merge_left;
        if (point == 3)
            goto merge_right;
    }
    spare = split(root, spare, up);
    if (root->left == NULL)
        return spare;
merge_left:
    result = merge(root->left, root->value, up);
    if (MSRCK_UNLIKELY(msrck_flag) && msrck_leave(&merge_points, 2, &(struct sort_live){ root, spare, up }))
        return 0;                                        /* collecting: the result means nothing */
    root->value = result;
merge_right:
    result = merge(root->right, spare, up);
    if (MSRCK_UNLIKELY(msrck_flag) && msrck_leave(&merge_points, 3, &(struct sort_live){ root, spare, up }))
        return 0;
    return result;
}

/* Sorts any subtree and its spare value. Returns the value that comes behind the subtree. */
static int sort(struct node *root, int spare, bool up)
{
    int result = 0;

    if (MSRCK_UNLIKELY(msrck_flag)) {
        struct sort_live live = { root, spare, up };
        int point = msrck_enter(&sort_points, &live);
        if (point == MSRCK_LEAVE)
            return 0;
        root = live.root;
        spare = live.spare;
        up = live.up;
        if (point == 2)
            goto sort_left;
        if (point == 3)
            goto sort_right;
        if (point == 4)
            goto merge_both;
    }
    if (root->left == NULL) {
        if ((root->value > spare) == up) {
            result = root->value;
            root->value = spare;
            return result;
        }
        return spare;
    }
sort_left:
    result = sort(root->left, root->value, up);
    if (MSRCK_UNLIKELY(msrck_flag) && msrck_leave(&sort_points, 2, &(struct sort_live){ root, spare, up }))
        return 0;
    root->value = result;
sort_right:
    result = sort(root->right, spare, !up);
    if (MSRCK_UNLIKELY(msrck_flag) && msrck_leave(&sort_points, 3, &(struct sort_live){ root, spare, up }))
        return 0;
    spare = result;
merge_both:
    result = merge(root, spare, up);
    if (MSRCK_UNLIKELY(msrck_flag) && msrck_leave(&sort_points, 4, NULL))
        return 0;
    return result;
}

/* ---- The tree ---- */

/* A perfect tree of the given depth with the values from position `first` on; NULL when memory is out. */
static struct node *build(int depth, int first, long seed)
{
    struct node *root = NULL, *subtree = NULL;

    if (MSRCK_UNLIKELY(msrck_flag)) {
        struct build_live live = { root, depth, first, seed };
        int point = msrck_enter(&build_points, &live);
        if (point == MSRCK_LEAVE)
            return NULL;
        root = live.root;
        depth = live.depth;
        first = live.first;
        seed = live.seed;
        if (point == 2)
            goto build_left;
        if (point == 3)
            goto build_right;
    }
    root = msrck_new(&node_type);
    if (root == NULL)
        return NULL;
    root->value = value_at(seed, first + (1 << (depth - 1)) - 1);
    if (depth == 1)
        return root;
build_left:
    subtree = build(depth - 1, first, seed);
    if (MSRCK_UNLIKELY(msrck_flag) && msrck_leave(&build_points, 2, &(struct build_live){ root, depth, first, seed }))
        return NULL;
    root->left = subtree;
build_right:
    subtree = build(depth - 1, first + (1 << (depth - 1)), seed);
    if (MSRCK_UNLIKELY(msrck_flag) && msrck_leave(&build_points, 3, &(struct build_live){ root, depth, first, seed }))
        return NULL;
    root->right = subtree;
    return root->left != NULL && subtree != NULL ? root : NULL;
}

/* What walking the values from left to right finds out about them. */
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

/* No poll-point is reached from here, so this is ordinary C. */
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

/* Prints only at the end, so that a resumed run prints all that an undisturbed one does. `live`: at "sort down". */
static void report(const struct run_live *live, int spare)
{
    struct walk walk;

    printf("bitonic: %d values, seed %ld\n", live->size, live->seed);
    walk = walk_all(live->root, spare, live->size <= SHOWN_VALUES);
    printf("ascending: checksum %016llx, %d of %d steps rise\n", (unsigned long long)live->checksum, live->rising,
           live->size - 1);
    printf("descending: checksum %016llx, %d of %d steps fall\n", (unsigned long long)walk.checksum, walk.falling,
           walk.count - 1);
}

/*
 * Sorts upwards, then downwards. Here the variables stay in the struct of the live ones: no loop runs in this
 * function, so nothing is gained by having them in registers.
 */
static int run(int size, long seed)
{
    struct run_live live = { NULL, size, 0, seed, 0, 0 };
    struct walk walk;
    int depth = 1, result = 0;

    if (MSRCK_UNLIKELY(msrck_flag)) {
        switch (msrck_enter(&run_points, &live)) {
        case 1:
            break;
        case 2:
            goto sort_up;
        case 3:
            goto sort_down;
        case MSRCK_LEAVE:
            return EXIT_FAILURE;
        default:
            break;
        }
    }
    while ((1 << depth) < live.size)
        depth++;
    live.size = 1 << depth;
    live.root = build(depth, 0, live.seed);
    /* When collecting, build() has returned NULL; its own frames hold what is built so far. */
    if (MSRCK_UNLIKELY(msrck_flag) && msrck_leave(&run_points, 1, &live))
        return EXIT_FAILURE;
    if (live.root == NULL)
        return EXIT_FAILURE;
    live.spare = value_at(live.seed, live.size - 1);
sort_up:
    result = sort(live.root, live.spare, true);
    if (MSRCK_UNLIKELY(msrck_flag) && msrck_leave(&run_points, 2, &live))
        return EXIT_FAILURE;
    live.spare = result;
    walk = walk_all(live.root, live.spare, false);
    live.rising = walk.rising;
    live.checksum = walk.checksum;
sort_down:
    result = sort(live.root, live.spare, false);
    if (MSRCK_UNLIKELY(msrck_flag) && msrck_leave(&run_points, 3, &live))
        return EXIT_FAILURE;
    report(&live, result);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    msrck_options options = MSRCK_OPTIONS_INIT;
    long size = 1024, seed = 1;
    int status = EXIT_FAILURE;
    bool stopped = false;

    options.program_name = "bitonic";
    if (msrck_init_options(&argc, &argv, &options) != MSRCK_OK)
        return msrck_report("bitonic");
    if (!at_most_arguments(argc, argv, 2) || !number_argument(argc, argv, 1, "SIZE", 2, MOST_VALUES, &size)
        || !number_argument(argc, argv, 2, "SEED", LONG_MIN, LONG_MAX, &seed))
        return 2;
    do
        status = run((int)size, seed);
    while (msrck_again());
    stopped = msrck_stopped();
    (void)msrck_finish();                                /* waits for a checkpoint that is still being written */
    /* Stopped as asked, unable to resume, or a checkpoint on the way failed: the report says which. */
    return stopped || msrck_error_result() != MSRCK_OK ? msrck_report("bitonic") : status;
}
