/* SPDX-License-Identifier: MIT */
/*
 * misplaced MODE - programs that break the rules of the migratable format, each in one way. What matters is that the runtime notices, says so, and ends the program
 * with a status instead of going on with wrong values.
 *
 * MODE: right; forgetful (a call is not followed by msrck_leave); elsewhere (resuming, another function is called); nowhere (resuming, nothing is called);
 * returning (resuming, the call site's function returns without entering); moved (in place, locals come to lie elsewhere); late (msrck_restore is forgotten).
 */
#include <msrck/msrck.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct live {
    int n;
};
extern const msrck_type live_type;
MSRCK_STRUCT(live_type, struct live, MSRCK_FIELD(struct live, n, &msrck_int));
static const msrck_local_entry inner_locals[] = { { "seen", &msrck_int } };
MSRCK_FRAME_WITH_LOCALS(inner_points, "inner", 0, inner_locals, { "middle", &live_type });
MSRCK_FRAME(other_points, "other", 1, { "entry", &live_type });
MSRCK_FRAME(outer_points, "outer", 0, { "inner", &live_type });

static const char *mode = "right";
static int *watched;
MSRCK_GLOBAL(watched, MSRCK_POINTER(&msrck_int));

static bool is(const char *name)
{
    return strcmp(mode, name) == 0;
}

static __attribute__((noinline)) int other(int n)
{
    if (MSRCK_UNLIKELY(msrck_flag)) {
        struct live live = { n };

        if (msrck_enter(&other_points, &live) == MSRCK_LEAVE)
            return 0;
        n = live.n;
    }
    return n + 100;
}

static __attribute__((noinline)) int inner(int n)
{
    int seen = n;
    const msrck_local list[] = { { &seen, 1 } };
    msrck_locals locals;

    if (is("returning"))
        return -1;
    msrck_locals_push(&locals, &inner_points, list);
    if (MSRCK_UNLIKELY(msrck_flag)) {
        struct live live = { n };

        switch (msrck_enter(&inner_points, &live)) {
        case 1:
            n = live.n;
            goto middle;
        case MSRCK_LEAVE:
            n = 0;
            goto done;
        default:
            break;
        }
    }
    watched = &seen;
    seen = n * 3;
middle:
    if (MSRCK_UNLIKELY(msrck_flag) && msrck_at_point(&inner_points, 1, &(struct live){ n })) {
        n = 0;
        goto done;
    }
    n += *watched;
done:
    msrck_locals_pop(&locals);
    return n;
}

static __attribute__((noinline)) int outer(int n)
{
    int result;

    if (MSRCK_UNLIKELY(msrck_flag)) {
        struct live live = { n };
        int point = msrck_enter(&outer_points, &live);

        if (point == MSRCK_LEAVE)
            return -1;
        n = live.n;
    }
    result = is("elsewhere") ? other(n) : inner(n);
    if (is("forgetful"))
        result += other(n);
    if (MSRCK_UNLIKELY(msrck_flag) && msrck_leave(&outer_points, 1, &(struct live){ n }))
        return -1;
    return result;
}

/* Takes the stack down by so many bytes before the call. */
static __attribute__((noinline)) int outer_below(int n, size_t bytes)
{
    volatile char room[bytes];

    room[0] = room[bytes - 1] = 0;
    return outer(n) + room[0];
}

int main(int argc, char **argv)
{
    msrck_options options = MSRCK_OPTIONS_INIT;
    int result = -1, calls = 0, status;
    static int late;

    options.program_name = "misplaced";
    if (msrck_init_options(&argc, &argv, &options) != MSRCK_OK)
        return msrck_report("misplaced");
    if (argc > 1)
        mode = argv[1];
    if (!msrck_resumed() && is("late") && msrck_register("late", &late, &msrck_int, 1) != MSRCK_OK)
        return msrck_report("misplaced");
    if (is("late")) {
        if (msrck_poll() || (!msrck_resumed() && msrck_checkpoint(NULL) != MSRCK_OK)) {
            status = msrck_report("misplaced");
            (void)msrck_finish();
            return status;
        }
        return msrck_finish();
    }
    if (!is("nowhere"))
        do
            result = is("moved") ? outer_below(7, 64 + (size_t)calls++ * 4096) : outer(7);
        while (msrck_again());
    if (msrck_stopped()) {
        status = msrck_report("misplaced");
        (void)msrck_finish();
        return status;
    }
    printf("misplaced: %d\n", result);
    status = msrck_finish();
    if (msrck_error_result() != MSRCK_OK)
        fprintf(stderr, "misplaced: %s\n", msrck_error_message());
    return status;
}
