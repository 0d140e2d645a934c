/* SPDX-License-Identifier: MIT */
/*
 * figure1 [SIZE] [SEED] - the program of the paper's Figure 1, in the migratable format
 *
 * The smallest program with everything in it: pointers between globals, heap and stack, and a poll-point one
 * call deep. The loop calls foo() once for each of SIZE elements (1 to 10). When the snapshot is taken at the
 * fifth call, right before the allocation, memory is the graph of the paper's section 3.2:
 *
 *     v1  first    --e1--> v7            v7  addr1  --e10-> v10
 *     v2  last     --e2--> v10           v8  addr2  --e11-> v7
 *     v3  i                              v9  addr3  --e12-> v8
 *     v4  a                              v10 addr4
 *     v5  b        --e7--> v4            v11 p      --e8--> v6, its fifth element
 *     v6  parray   --e3--> v7            v12 q      --e9--> v5
 *                  --e4--> v8
 *                  --e5--> v9
 *                  --e6--> v10
 */
#include <msrck/msrck.h>

#include "arguments.h"

#define MOST_NODES 10

struct node {
    float data;
    struct node *link;
};

static struct node *first, *last;                        /* v1, v2 */

/* ---- What msrck has to know ---- */

extern const msrck_type node_type;
MSRCK_STRUCT(node_type, struct node,
    MSRCK_FIELD(struct node, data, &msrck_float),
    MSRCK_FIELD(struct node, link, MSRCK_POINTER(&node_type)));

MSRCK_GLOBAL(first, MSRCK_POINTER(&node_type));
MSRCK_GLOBAL(last, MSRCK_POINTER(&node_type));

/* foo's live variables at its poll-point. */
struct foo_live {
    struct node **p;
    int **q;
};
extern const msrck_type foo_live_type;
MSRCK_STRUCT(foo_live_type, struct foo_live,
    MSRCK_FIELD(struct foo_live, p, MSRCK_POINTER(MSRCK_POINTER(&node_type))),
    MSRCK_FIELD(struct foo_live, q, MSRCK_POINTER(MSRCK_POINTER(&msrck_int))));
MSRCK_FRAME(foo_points, "foo", 1, { "before the allocation", &foo_live_type });

/* What run() needs again after foo() has returned. Its other locals are below: pointers to them exist. */
struct run_live {
    int i, size;
    long seed;
};
extern const msrck_type run_live_type;
MSRCK_STRUCT(run_live_type, struct run_live,
    MSRCK_FIELD(struct run_live, i, &msrck_int),
    MSRCK_FIELD(struct run_live, size, &msrck_int),
    MSRCK_FIELD(struct run_live, seed, &msrck_long));
static const msrck_local_entry run_locals[] = {
    { "a", &msrck_int },
    { "b", MSRCK_POINTER(&msrck_int) },
    { "parray", MSRCK_ARRAY(MSRCK_POINTER(&node_type), MOST_NODES) },
};
MSRCK_FRAME_WITH_LOCALS(run_points, "run", 0, run_locals, { "call of foo", &run_live_type });

/* ---- The program ---- */

/* Puts a new node with the number **q at *p. False when memory is out. */
static bool foo(struct node **p, int **q)
{
    if (MSRCK_UNLIKELY(msrck_flag)) {
        struct foo_live live = { p, q };
        switch (msrck_enter(&foo_points, &live)) {
        case 1:                                          /* resuming: the arguments are dummies */
            p = live.p;
            q = live.q;
            break;
        case MSRCK_LEAVE:                                /* collecting: live has been copied */
            return false;
        default:
            break;
        }
    }
    *p = msrck_new(&node_type);                          /* line 20 of the paper's program */
    if (*p == NULL)
        return false;
    (*p)->data = (float)**q;
    **q += 1;
    return true;
}

/* Which element of parray points to the node, counted from 1 as in addr1; 0 for NULL. */
static int number_of(struct node *const *parray, const struct node *node)
{
    for (int i = 0; i < MOST_NODES; i++) {
        if (node != NULL && parray[i] == node)
            return i + 1;
    }
    return 0;
}

static void print_graph(struct node *const *parray, int size, int a, const int *b)
{
    printf("a = %d, *b = %d\n", a, *b);
    printf("first = addr%d, last = addr%d\n", number_of(parray, first), number_of(parray, last));
    for (int i = 0; i < size; i++)
        printf("addr%d: data = %.9g, link = addr%d\n", i + 1, (double)parray[i]->data,
               number_of(parray, parray[i]->link));
}

/* The paper's main(). A function of its own, since it has to be called again to go on after a checkpoint. */
static int run(int size, long seed)
{
    int i = 0;                                           /* v3 */
    int a = (int)(seed % 1000);                          /* v4 */
    int *b = &a;                                         /* v5 */
    struct node *parray[MOST_NODES] = { NULL };          /* v6 */
    const msrck_local list[] = { { &a, 1 }, { &b, 1 }, { parray, 1 } };
    msrck_locals locals;
    int status = EXIT_FAILURE;
    bool allocated = false;

    msrck_locals_push(&locals, &run_points, list);
    if (MSRCK_UNLIKELY(msrck_flag)) {
        struct run_live live = { 0, 0, 0 };
        switch (msrck_enter(&run_points, &live)) {
        case 1:
            i = live.i;
            size = live.size;
            seed = live.seed;
            goto call_foo;
        case MSRCK_LEAVE:
            goto done;
        default:
            break;
        }
    }
    for (i = 0; i < size; i++) {
call_foo:
        allocated = foo(&parray[i], &b);
        if (MSRCK_UNLIKELY(msrck_flag) && msrck_leave(&run_points, 1, &(struct run_live){ i, size, seed }))
            goto done;
        if (!allocated)
            goto done;
        /* The first node links to the last, the others to the one before them, the last not yet. */
        if (i > 1)
            last->link = parray[i - 2];
        first = parray[0];
        last = parray[i];
        first->link = last;
    }
    printf("figure1: %d nodes, seed %ld\n", size, seed);
    print_graph(parray, size, a, b);
    status = EXIT_SUCCESS;
done:
    msrck_locals_pop(&locals);
    return status;
}

int main(int argc, char **argv)
{
    msrck_options options = MSRCK_OPTIONS_INIT;
    long size = MOST_NODES, seed = 1;
    int status = EXIT_FAILURE;
    bool stopped = false;

    /* Given here, since a build for another machine may be installed under another name. */
    options.program_name = "figure1";
    if (msrck_init_options(&argc, &argv, &options) != MSRCK_OK)
        return msrck_report("figure1");
    if (!at_most_arguments(argc, argv, 2) || !number_argument(argc, argv, 1, "SIZE", 1, MOST_NODES, &size)
        || !number_argument(argc, argv, 2, "SEED", LONG_MIN, LONG_MAX, &seed))
        return 2;
    do
        status = run((int)size, seed);
    while (msrck_again());
    stopped = msrck_stopped();
    (void)msrck_finish();                                /* waits for a checkpoint that is still being written */
    /* Stopped as asked, unable to resume, or a checkpoint on the way failed: the report says which. */
    return stopped || msrck_error_result() != MSRCK_OK ? msrck_report("figure1") : status;
}
