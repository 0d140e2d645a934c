/* SPDX-License-Identifier: MIT */
/*
 * test_pointer [SIZE] [SEED] - the paper's test_pointer, in the migratable format: every kind of pointer at once
 *
 * A search tree of SIZE keys; a pointer to an int, to an array of 10 ints, to an array of 10 pointers to int; a
 * tree-like structure whose nodes are shared; a ring, and a list whose links point into the middle of its
 * items; strings. SIZE rounds of changes follow. At the end all values are printed, and who points to whom, by
 * names and never by addresses.
 *
 * grow() is recursive and carries a pointer into the middle of a tree node; churn() has its poll-point inside a
 * loop, while pointers to locals of run() are everywhere.
 */
#include <msrck/msrck.h>

#include "arguments.h"

/* The structures and all that is done with them between poll-points: the same in the plain twin. */
#include "pointer_structures.h"

/* ---- What msrck has to know ---- */

extern const msrck_type tree_type, knot_type, item_type, garden_type;
MSRCK_STRUCT(tree_type, struct tree,
    MSRCK_FIELD(struct tree, key, &msrck_int),
    MSRCK_FIELD(struct tree, seen, &msrck_long),
    MSRCK_FIELD(struct tree, left, MSRCK_POINTER(&tree_type)),
    MSRCK_FIELD(struct tree, right, MSRCK_POINTER(&tree_type)));
MSRCK_STRUCT(knot_type, struct knot,
    MSRCK_FIELD(struct knot, name, &msrck_int),
    MSRCK_FIELD(struct knot, weight, &msrck_double),
    MSRCK_FIELD(struct knot, child, MSRCK_ARRAY(MSRCK_POINTER(&knot_type), KNOT_CHILDREN)));
MSRCK_STRUCT(item_type, struct item,
    MSRCK_FIELD(struct item, mark, &msrck_char),
    MSRCK_FIELD(struct item, next, MSRCK_POINTER(&item_type)),
    MSRCK_FIELD(struct item, place, MSRCK_POINTER(MSRCK_POINTER(&item_type))));
MSRCK_STRUCT(garden_type, struct garden,
    MSRCK_FIELD(struct garden, size, &msrck_int),
    MSRCK_FIELD(struct garden, seed, &msrck_long),
    MSRCK_FIELD(struct garden, tree, MSRCK_POINTER(&tree_type)),
    MSRCK_FIELD(struct garden, one, MSRCK_POINTER(&msrck_int)),
    MSRCK_FIELD(struct garden, ten, MSRCK_POINTER(MSRCK_ARRAY(&msrck_int, TEN))),
    MSRCK_FIELD(struct garden, ten_pointers, MSRCK_POINTER(MSRCK_ARRAY(MSRCK_POINTER(&msrck_int), TEN))),
    MSRCK_FIELD(struct garden, knots, MSRCK_ARRAY(MSRCK_POINTER(&knot_type), KNOTS)),
    MSRCK_FIELD(struct garden, items, MSRCK_POINTER(&item_type)),
    MSRCK_FIELD(struct garden, cursor, MSRCK_POINTER(MSRCK_POINTER(&item_type))),
    MSRCK_FIELD(struct garden, words, MSRCK_ARRAY(MSRCK_POINTER(&msrck_char), WORDS)));

static const msrck_type *const int_pointer_type = MSRCK_POINTER(&msrck_int);

struct grow_live {
    struct tree **place;
    int key;
};
extern const msrck_type grow_live_type;
MSRCK_STRUCT(grow_live_type, struct grow_live,
    MSRCK_FIELD(struct grow_live, place, MSRCK_POINTER(MSRCK_POINTER(&tree_type))),
    MSRCK_FIELD(struct grow_live, key, &msrck_int));
/* Behind the call of itself nothing of grow() is live. */
MSRCK_FRAME(grow_points, "grow", 1, { "entry", &grow_live_type }, { "descend", NULL });

struct churn_live {
    struct garden *garden;
    int round;
};
extern const msrck_type churn_live_type;
MSRCK_STRUCT(churn_live_type, struct churn_live,
    MSRCK_FIELD(struct churn_live, garden, MSRCK_POINTER(&garden_type)),
    MSRCK_FIELD(struct churn_live, round, &msrck_int));
MSRCK_FRAME(churn_points, "churn", 0, { "round", &churn_live_type });

struct run_live {
    int i;
};
extern const msrck_type run_live_type;
MSRCK_STRUCT(run_live_type, struct run_live,
    MSRCK_FIELD(struct run_live, i, &msrck_int));
static const msrck_local_entry run_locals[] = {
    { "garden", &garden_type },
    { "lone", &msrck_int },
};
MSRCK_FRAME_WITH_LOCALS(run_points, "run", 0, run_locals, { "grow", &run_live_type }, { "churn", NULL });

/* ---- The program ---- */

/* Puts the key into the tree at *place, unless it is there. False when memory is out. */
static bool grow(struct tree **place, int key)
{
    bool grown = false;

    if (MSRCK_UNLIKELY(msrck_flag)) {
        struct grow_live live = { place, key };
        switch (msrck_enter(&grow_points, &live)) {
        case 1:
            place = live.place;
            key = live.key;
            break;
        case 2:                                          /* the arguments are dummies: the callee has its own */
            goto descend;
        case MSRCK_LEAVE:
            return false;
        default:
            break;
        }
    }
    if (*place == NULL) {
        *place = msrck_new(&tree_type);
        if (*place != NULL)
            (*place)->key = key;
        return *place != NULL;
    }
    if ((*place)->key == key)
        return true;
    place = key < (*place)->key ? &(*place)->left : &(*place)->right;
descend:
    grown = grow(place, key);
    if (MSRCK_UNLIKELY(msrck_flag) && msrck_leave(&grow_points, 2, NULL))
        return false;
    return grown;
}

/* As many rounds as the tree has keys. */
static void churn(struct garden *garden)
{
    int round = 0;

    if (MSRCK_UNLIKELY(msrck_flag)) {
        struct churn_live live = { garden, 0 };
        switch (msrck_enter(&churn_points, &live)) {
        case 1:
            garden = live.garden;
            round = live.round;
            goto at_round;
        case MSRCK_LEAVE:
            return;
        default:
            break;
        }
    }
    for (round = 0; round < garden->size; round++) {
at_round:
        if (MSRCK_UNLIKELY(msrck_flag) && msrck_at_point(&churn_points, 1, &(struct churn_live){ garden, round }))
            return;
        change(garden, round);
    }
}

/* Everything but the tree. False when memory is out. */
static bool furnish(struct garden *garden, int *lone)
{
    int *own = msrck_new(&msrck_int);

    garden->ten = msrck_new_array(&msrck_int, TEN);
    garden->ten_pointers = msrck_new_array(int_pointer_type, TEN);
    garden->words[0] = (char *)"literal";                /* goes along by its content */
    garden->words[1] = msrck_new_string("heap");
    if (own == NULL || garden->ten == NULL || garden->ten_pointers == NULL || garden->words[1] == NULL)
        return false;
    garden->words[2] = garden->words[1] + 2;
    tie_ten_pointers(garden, lone, own);
    for (int i = 0; i < KNOTS; i++) {
        garden->knots[i] = msrck_new(&knot_type);
        if (garden->knots[i] == NULL)
            return false;
    }
    tie_knots(garden);
    for (int i = 0; i < ITEMS; i++) {
        struct item *item = msrck_new(&item_type);
        if (item == NULL)
            return false;
        item->mark = (char)('A' + i);
        join_ring(garden, item);
    }
    return true;
}

static int run(int size, long seed)
{
    struct garden garden = { .size = size, .seed = seed };
    int lone = 1, i = 0, status = EXIT_FAILURE;
    bool grown = false;
    const msrck_local list[] = { { &garden, 1 }, { &lone, 1 } };
    msrck_locals locals;

    msrck_locals_push(&locals, &run_points, list);
    if (MSRCK_UNLIKELY(msrck_flag)) {
        struct run_live live = { 0 };
        /*
         * Resuming, `i` is back after this, but garden and lone only when the innermost poll-point is reached:
         * the calls below pass their addresses, which are right, and values that do not matter.
         */
        switch (msrck_enter(&run_points, &live)) {
        case 1:
            i = live.i;
            goto call_grow;
        case 2:
            goto call_churn;
        case MSRCK_LEAVE:
            goto done;
        default:
            break;
        }
    }
    if (!furnish(&garden, &lone))
        goto done;
    for (i = 0; i < garden.size; i++) {
call_grow:
        grown = grow(&garden.tree, key_at(garden.seed, i));
        if (MSRCK_UNLIKELY(msrck_flag) && msrck_leave(&run_points, 1, &(struct run_live){ i }))
            goto done;
        if (!grown)
            goto done;
    }
call_churn:
    churn(&garden);
    if (MSRCK_UNLIKELY(msrck_flag) && msrck_leave(&run_points, 2, NULL))
        goto done;
    report(&garden);
    status = EXIT_SUCCESS;
done:
    msrck_locals_pop(&locals);
    return status;
}

int main(int argc, char **argv)
{
    msrck_options options = MSRCK_OPTIONS_INIT;
    long size = 20, seed = 1;
    int status = EXIT_FAILURE;
    bool stopped = false;

    options.program_name = "test_pointer";
    if (msrck_init_options(&argc, &argv, &options) != MSRCK_OK)
        return msrck_report("test_pointer");
    if (!at_most_arguments(argc, argv, 2) || !number_argument(argc, argv, 1, "SIZE", 1, 100000, &size)
        || !number_argument(argc, argv, 2, "SEED", LONG_MIN, LONG_MAX, &seed))
        return 2;
    do
        status = run((int)size, seed);
    while (msrck_again());
    stopped = msrck_stopped();
    (void)msrck_finish();                                /* waits for a checkpoint that is still being written */
    /* Stopped as asked, unable to resume, or a checkpoint on the way failed: the report says which. */
    return stopped || msrck_error_result() != MSRCK_OK ? msrck_report("test_pointer") : status;
}
