/* SPDX-License-Identifier: MIT */
/* The paper's four interfaces, there and back in one process. */
#include <msrck/msrck.h>

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct node {
    int value;
    struct node *left, *right;
};
extern const msrck_type node_type;
MSRCK_STRUCT(node_type, struct node,
    MSRCK_FIELD(struct node, value, &msrck_int),
    MSRCK_FIELD(struct node, left, MSRCK_POINTER(&node_type)),
    MSRCK_FIELD(struct node, right, MSRCK_POINTER(&node_type)));
static const msrck_type *const four_ints = MSRCK_ARRAY(&msrck_int, 4);

static char path[] = "/tmp/msrck_saver_XXXXXX";

static void begin(void)
{
    int descriptor = mkstemp(path);

    cr_assert_geq(descriptor, 0);
    close(descriptor);
    cr_assert_eq(msrck_init(NULL, NULL), MSRCK_OK, "%s", msrck_error_message());
}

static void end(void)
{
    unlink(path);
    cr_assert_eq(msrck_finish(), 0);
}

TestSuite(saver, .init = begin, .fini = end);

static struct node *new_node(int value, struct node *left, struct node *right)
{
    struct node *node = msrck_new(&node_type);

    cr_assert_not_null(node);
    node->value = value;
    node->left = left;
    node->right = right;
    return node;
}

static msrck_error failure;
#define GOOD(call) cr_assert_eq((call), MSRCK_OK, #call ": %s", failure.message)

Test(saver, roots_come_back_in_the_order_they_were_saved_with_their_sharing)
{
    struct node *shared = new_node(3, NULL, NULL), *root = new_node(1, shared, new_node(2, shared, NULL)), *left, *back, *whole;
    int numbers[4] = { 4, 5, 6, 7 }, restored[4] = { 0 };
    msrck_saver *saver;
    msrck_restorer *restorer;

    shared->right = root;   /* a cycle */
    GOOD(msrck_saver_new(path, &saver, &failure));
    GOOD(msrck_save_pointer(saver, "left", shared, &node_type, &failure));
    GOOD(msrck_save_variable(saver, "numbers", numbers, four_ints, &failure));
    GOOD(msrck_save_pointer(saver, NULL, root, &node_type, &failure));
    GOOD(msrck_save_pointer(saver, "nothing", NULL, &node_type, &failure));
    GOOD(msrck_saver_finish(saver, &failure));
    cr_assert_eq(msrck_checkpoint_count(), 1);
    cr_assert_str_eq(msrck_checkpoint_path(), path);

    GOOD(msrck_restorer_open(path, &restorer, &failure));
    GOOD(msrck_restore_pointer(restorer, (void **)&left, &node_type, &failure));
    GOOD(msrck_restore_variable(restorer, restored, four_ints, &failure));
    GOOD(msrck_restore_pointer(restorer, (void **)&whole, &node_type, &failure));
    GOOD(msrck_restore_pointer(restorer, (void **)&back, &node_type, &failure));
    GOOD(msrck_restorer_close(restorer, &failure));
    cr_assert_eq(memcmp(numbers, restored, sizeof numbers), 0);
    cr_assert(whole != root && left != shared, "new blocks");
    cr_assert(left->value == 3 && whole->value == 1 && whole->right->value == 2);
    cr_assert(whole->left == left && whole->right->left == left && left->right == whole);
    cr_assert_null(back);
}

/* A block's own address, or the value of the pointer that is followed. */
struct trail {
    const void *steps[16];
    bool edges[16];
    size_t count;
};

static void note_step(void *context, bool edge, const void *address)
{
    struct trail *trail = context;

    if (trail->count < 16) {
        trail->steps[trail->count] = address;
        trail->edges[trail->count] = edge;
    }
    trail->count++;
}

/* The root is a block of its own: the pointer variable. Of a block's pointers the last is followed first, as in the paper's example. */
Test(saver, traverses_depth_first_and_visits_no_block_twice)
{
    struct node *deep = new_node(4, NULL, NULL), *left = new_node(2, deep, NULL), *right = new_node(3, deep, left), *root = new_node(1, left, right);
    const void *const blocks[] = { NULL, root, right, left, deep };
    const void *const edges[] = { root, right, left, deep, deep, left };
    size_t step, block = 0, edge = 0;
    struct trail trail = { .count = 0 };
    msrck_saver *saver;

    GOOD(msrck_saver_new(path, &saver, &failure));
    msrck_saver_trace(saver, note_step, &trail);
    GOOD(msrck_save_pointer(saver, "root", root, &node_type, &failure));
    GOOD(msrck_saver_finish(saver, &failure));
    cr_assert_eq(trail.count, 5 + 6);
    for (step = 0; step < trail.count; step++) {
        if (trail.edges[step]) {
            cr_assert_eq(trail.steps[step], edges[edge], "edge %zu", edge);
            edge++;
        } else {
            cr_assert(block == 0 || trail.steps[step] == blocks[block], "block %zu", block);
            block++;
        }
    }
    cr_assert(block == 5 && edge == 6);
}

Test(saver, a_pointer_to_freed_memory_fails_and_leaves_the_program_usable)
{
    struct node *freed = new_node(2, NULL, NULL), *root = new_node(1, freed, NULL);
    msrck_error error = MSRCK_ERROR_INIT;
    msrck_saver *saver;
    msrck_result saved, finished = MSRCK_OK;

    msrck_free(freed);
    GOOD(msrck_saver_new(path, &saver, &failure));
    saved = msrck_save_pointer(saver, "root", root, &node_type, &error);
    if (saved == MSRCK_OK)
        finished = msrck_saver_finish(saver, &error);
    else
        msrck_saver_abort(saver);
    cr_assert(saved == MSRCK_MISUSE || finished == MSRCK_MISUSE, "%d %d", saved, finished);
    cr_assert(strstr(error.message, "root") != NULL && strstr(error.message, "left") != NULL, "%s", error.message);
    GOOD(msrck_checkpoint(path));
}

Test(saver, only_one_at_a_time_and_no_checkpoint_meanwhile)
{
    msrck_saver *saver, *second;
    msrck_error error = MSRCK_ERROR_INIT;

    GOOD(msrck_saver_new(path, &saver, &failure));
    cr_assert_eq(msrck_saver_new(path, &second, &error), MSRCK_MISUSE);
    cr_assert_eq(msrck_checkpoint(path), MSRCK_MISUSE);
    msrck_saver_abort(saver);
    cr_assert_eq(msrck_checkpoint(path), MSRCK_OK);
}

Test(saver, a_restorer_refuses_what_is_no_checkpoint)
{
    msrck_restorer *restorer;
    msrck_error error = MSRCK_ERROR_INIT;

    cr_assert_eq(msrck_restorer_open("/dev/null", &restorer, &error), MSRCK_NOT_A_CHECKPOINT, "%s", error.message);
    cr_assert_null(restorer);
}
