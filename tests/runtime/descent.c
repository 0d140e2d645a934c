/* SPDX-License-Identifier: MIT */
/*
 * descent [DEPTH] - recursion with everything that frames can hold: poll-points at entries and inside loops, locals whose address other frames and the heap
 * know, an array of variable length. Prints one line that depends on all of it. PROGRAM_NAME and CHANGED make variants for the tests of resuming.
 */
#include <msrck/msrck.h>

#include <stdio.h>
#include <stdlib.h>

#ifndef PROGRAM_NAME
#define PROGRAM_NAME "descent"
#endif

/* Heap items that point to locals of the activations they stand for. */
struct item {
    int level;
    long *sum;
    int *cell;
    struct item *next;
};
extern const msrck_type item_type;
MSRCK_STRUCT(item_type, struct item,
    MSRCK_FIELD(struct item, level, &msrck_int),
    MSRCK_FIELD(struct item, sum, MSRCK_POINTER(&msrck_long)),
    MSRCK_FIELD(struct item, cell, MSRCK_POINTER(&msrck_int)),
    MSRCK_FIELD(struct item, next, MSRCK_POINTER(&item_type)));

static struct item *items;
static unsigned steps;
MSRCK_GLOBAL(items, MSRCK_POINTER(&item_type));
MSRCK_GLOBAL(steps, &msrck_uint);

/* ---- spread: a loop over an array of variable length, which is pushed after entering ---- */

struct spread_live {
    int n, i;
    long *sum;
};
extern const msrck_type spread_live_type;
MSRCK_STRUCT(spread_live_type, struct spread_live,
    MSRCK_FIELD(struct spread_live, n, &msrck_int),
    MSRCK_FIELD(struct spread_live, i, &msrck_int),
    MSRCK_FIELD(struct spread_live, sum, MSRCK_POINTER(&msrck_long)));
static const msrck_local_entry spread_locals[] = { { "row", &msrck_int } };
MSRCK_FRAME_WITH_LOCALS(spread_points, "spread", 1, spread_locals, { "entry", &spread_live_type }, { "step", &spread_live_type },
                        { "inner", &spread_live_type });

static void spread(int n, long *sum)
{
    int i = 0, point = 0;

    if (MSRCK_UNLIKELY(msrck_flag)) {
        struct spread_live live = { n, i, sum };

        point = msrck_enter(&spread_points, &live);
        if (point == MSRCK_LEAVE)
            return;
        n = live.n;
        i = live.i;
        sum = live.sum;
    }
    {
        int row[n];
        const msrck_local list[] = { { row, (size_t)n } };
        msrck_locals locals;

        msrck_locals_push(&locals, &spread_points, list);
        if (point == 2)
            goto step;
        if (point == 3)
            goto inner;
        for (i = 0; i < n; i++)
            row[i] = i * n;
        for (i = 0; i < n; i++) {
            items->cell = &row[i];
step:
            if (MSRCK_UNLIKELY(msrck_flag) && msrck_at_point(&spread_points, 2, &(struct spread_live){ n, i, sum }))
                goto done;
            *items->cell += (int)steps++;
inner:
            if (n > 2)
                spread(n - 2, sum);
            if (MSRCK_UNLIKELY(msrck_flag) && msrck_leave(&spread_points, 3, &(struct spread_live){ n, i, sum }))
                goto done;
            *sum = (*sum * 3 + row[i]) % 1000003;       /* within 32 bits, so that every machine can take over */
            items->cell = NULL;
        }
done:
        msrck_locals_pop(&locals);
    }
}

/* ---- descend: recursion; every level knows a local of the level above ---- */

struct descend_live {
    int depth, i;
    long *above;
#ifdef CHANGED
    double fresh;
#endif
};
extern const msrck_type descend_live_type;
#ifdef CHANGED
static const double fresh_value = 2.5;
#define FRESH_FIELD , MSRCK_FIELD_DEFAULT(struct descend_live, fresh, &msrck_double, &fresh_value)
#define FRESH , 2.5
#else
#define FRESH_FIELD
#define FRESH
#endif
MSRCK_STRUCT(descend_live_type, struct descend_live,
    MSRCK_FIELD(struct descend_live, depth, &msrck_int),
    MSRCK_FIELD(struct descend_live, i, &msrck_int),
    MSRCK_FIELD(struct descend_live, above, MSRCK_POINTER(&msrck_long)) FRESH_FIELD);
static const msrck_local_entry descend_locals[] = { { "sum", &msrck_long }, { "cells", MSRCK_ARRAY(&msrck_int, 3) } };
/* The points stand in another order in the changed program: labels tell them apart. */
#ifdef CHANGED
enum { POINT_ENTRY = 1, POINT_SPREAD = 3, POINT_DESCEND = 2 };
MSRCK_FRAME_WITH_LOCALS(descend_points, "descend", 1, descend_locals, { "entry", &descend_live_type }, { "descend", &descend_live_type },
                        { "spread", &descend_live_type });
#else
enum { POINT_ENTRY = 1, POINT_SPREAD = 2, POINT_DESCEND = 3 };
MSRCK_FRAME_WITH_LOCALS(descend_points, "descend", 1, descend_locals, { "entry", &descend_live_type }, { "spread", &descend_live_type },
                        { "descend", &descend_live_type });
#endif

static struct item *push_item(int level, long *sum, int *cell)
{
    struct item *item = msrck_new(&item_type);

    if (item == NULL)
        abort();
    item->level = level;
    item->sum = sum;
    item->cell = cell;
    item->next = items;
    items = item;
    return item;
}

static void descend(int depth, long *above)
{
    long sum = depth;
    int cells[3] = { depth, depth + 1, depth + 2 }, i = 0;
    const msrck_local list[] = { { &sum, 1 }, { cells, 1 } };
    msrck_locals locals;

    msrck_locals_push(&locals, &descend_points, list);
    if (MSRCK_UNLIKELY(msrck_flag)) {
        struct descend_live live = { depth, i, above FRESH };

        switch (msrck_enter(&descend_points, &live)) {
        case POINT_ENTRY:
            depth = live.depth;
            above = live.above;
            break;
        case POINT_SPREAD:
            depth = live.depth;
            i = live.i;
            above = live.above;
            goto call_spread;
        case POINT_DESCEND:
            depth = live.depth;
            i = live.i;
            above = live.above;
            goto call_descend;
        case MSRCK_LEAVE:
            goto done;
        default:
            break;
        }
    }
    push_item(depth, &sum, &cells[depth % 3]);
    for (i = 0; i < 2; i++) {
call_spread:
        spread(2 + depth % 3, &sum);
        if (MSRCK_UNLIKELY(msrck_flag) && msrck_leave(&descend_points, POINT_SPREAD, &(struct descend_live){ depth, i, above FRESH }))
            goto done;
        cells[i] += (int)(sum % 1000);
call_descend:
        if (depth > 0)
            descend(depth - 1, &sum);
        if (MSRCK_UNLIKELY(msrck_flag) && msrck_leave(&descend_points, POINT_DESCEND, &(struct descend_live){ depth, i, above FRESH }))
            goto done;
        *above = *above * 5 % 1000003 + sum % 1009 + cells[2];
    }
    {
        struct item *item = items;

        /* Whatever the item knew about this activation must still be so. */
        if (item->sum != &sum || item->level != depth)
            abort();
        items = item->next;
        msrck_free(item);
    }
done:
    msrck_locals_pop(&locals);
}

/* ---- run: outermost, with a local that is not described by its live variables ---- */

struct run_live {
    int depth;
};
extern const msrck_type run_live_type;
MSRCK_STRUCT(run_live_type, struct run_live, MSRCK_FIELD(struct run_live, depth, &msrck_int));
static const msrck_local_entry run_locals[] = { { "total", &msrck_long } };
MSRCK_FRAME_WITH_LOCALS(run_points, "run", 0, run_locals, { "descend", &run_live_type });

static int run(int depth)
{
    long total = 1;
    const msrck_local list[] = { { &total, 1 } };
    msrck_locals locals;
    int status = EXIT_FAILURE;

    msrck_locals_push(&locals, &run_points, list);
    if (MSRCK_UNLIKELY(msrck_flag)) {
        struct run_live live = { depth };
        int point = msrck_enter(&run_points, &live);

        if (point == MSRCK_LEAVE)
            goto done;
        depth = live.depth;
        if (point == 1)
            goto call_descend;
    }
call_descend:
    descend(depth, &total);
    if (MSRCK_UNLIKELY(msrck_flag) && msrck_leave(&run_points, 1, &(struct run_live){ depth }))
        goto done;
    printf("descent: total %ld after %u steps\n", total, steps);
    status = EXIT_SUCCESS;
done:
    msrck_locals_pop(&locals);
    return status;
}

int main(int argc, char **argv)
{
    msrck_options options = MSRCK_OPTIONS_INIT;
    int status, depth;

    options.program_name = PROGRAM_NAME;
    if (msrck_init_options(&argc, &argv, &options) != MSRCK_OK)
        return msrck_report(PROGRAM_NAME);
    depth = argc > 1 ? atoi(argv[1]) : 2;
    do
        status = run(depth);
    while (msrck_again());
    if (msrck_stopped()) {
        status = msrck_report(PROGRAM_NAME);
        (void)msrck_finish();
        return status;
    }
    (void)msrck_finish();
    if (msrck_error_result() != MSRCK_OK)
        fprintf(stderr, "note: %s\n", msrck_error_message());
    return status;
}
