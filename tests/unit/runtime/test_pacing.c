/* SPDX-License-Identifier: MIT */
#include "runtime/pacing.h"

#include <criterion/criterion.h>

#define SECOND 1000000000ULL

/* A program that started at 100 s, without any policy. */
static struct pacing idle(void)
{
    return (struct pacing){ .started = 100 * SECOND, .deadline = PACING_NEVER };
}

static void take(struct pacing *pacing, uint64_t begin, uint64_t cost)
{
    msrck_pacing_begin(pacing, begin);
    msrck_pacing_end(pacing, begin + cost, cost, true);
}

Test(pacing, without_a_policy_no_moment_comes)
{
    struct pacing pacing = idle();

    cr_assert(!msrck_pacing_active(&pacing));
    take(&pacing, 105 * SECOND, SECOND);
    cr_assert_eq(msrck_pacing_save_time(&pacing), PACING_NEVER);
    cr_assert_eq(msrck_pacing_stop_time(&pacing), PACING_NEVER);
    cr_assert(msrck_pacing_admit(&pacing, 105 * SECOND));
}

Test(pacing, checkpoints_by_time_are_apart_from_beginning_to_beginning)
{
    struct pacing pacing = idle();

    pacing.every = 10 * SECOND;
    cr_assert_eq(msrck_pacing_save_time(&pacing), 110 * SECOND);
    msrck_pacing_begin(&pacing, 111 * SECOND);
    cr_assert_eq(msrck_pacing_save_time(&pacing), PACING_NEVER, "while one is written");
    msrck_pacing_end(&pacing, 114 * SECOND, 3 * SECOND, true);
    cr_assert_eq(msrck_pacing_save_time(&pacing), 121 * SECOND);
}

Test(pacing, the_share_of_the_run_time_follows_from_the_measured_cost)
{
    struct pacing pacing = idle();

    pacing.overhead = 10;
    cr_assert_eq(msrck_pacing_save_time(&pacing), 101 * SECOND, "the first measures");
    take(&pacing, 101 * SECOND, 2 * SECOND);
    cr_assert_eq(msrck_pacing_save_time(&pacing), 121 * SECOND, "2 s in 20 s");
    pacing.every = 30 * SECOND;
    cr_assert_eq(msrck_pacing_save_time(&pacing), 131 * SECOND, "the later of both");
}

Test(pacing, the_end_of_a_checkpoint_is_when_it_ended_not_when_that_was_seen)
{
    struct pacing pacing = idle();

    pacing.overhead = 50;
    msrck_pacing_begin(&pacing, 101 * SECOND);
    msrck_pacing_end(&pacing, 190 * SECOND, 2 * SECOND, true);
    cr_assert_eq(msrck_pacing_save_time(&pacing), 105 * SECOND);
}

Test(pacing, the_spacing_holds_back_policies_and_requests)
{
    struct pacing pacing = idle();

    pacing.every = 10 * SECOND;
    pacing.spacing = 60 * SECOND;
    cr_assert(msrck_pacing_admit(&pacing, 100 * SECOND), "the first is free");
    take(&pacing, 110 * SECOND, SECOND);
    cr_assert_eq(msrck_pacing_save_time(&pacing), 170 * SECOND);
    pacing.every = 0;
    cr_assert_eq(msrck_pacing_save_time(&pacing), PACING_NEVER);
    cr_assert(!msrck_pacing_admit(&pacing, 120 * SECOND));
    cr_assert_eq(msrck_pacing_save_time(&pacing), 170 * SECOND, "the request is not forgotten");
    take(&pacing, 170 * SECOND, SECOND);
    cr_assert_eq(msrck_pacing_save_time(&pacing), PACING_NEVER, "and is met once");
}

Test(pacing, before_a_deadline_there_is_time_for_twice_what_was_measured)
{
    struct pacing pacing = idle();

    pacing.deadline = 200 * SECOND;
    cr_assert_eq(msrck_pacing_save_time(&pacing), 150 * SECOND, "half-way one is taken to measure");
    cr_assert_eq(msrck_pacing_stop_time(&pacing), 199 * SECOND);
    take(&pacing, 150 * SECOND, 5 * SECOND);
    cr_assert_eq(msrck_pacing_save_time(&pacing), PACING_NEVER);
    cr_assert_eq(msrck_pacing_stop_time(&pacing), 189 * SECOND);
    pacing.wait = 10 * SECOND;
    cr_assert_eq(msrck_pacing_stop_time(&pacing), 169 * SECOND, "and for poll-points that are far apart");
    pacing.cost = 500 * SECOND;
    cr_assert_eq(msrck_pacing_stop_time(&pacing), 0, "too late: at once");
}

Test(pacing, a_failure_is_tried_again_but_not_at_once)
{
    struct pacing pacing = idle();

    pacing.deadline = 101 * SECOND;
    msrck_pacing_begin(&pacing, 100 * SECOND);
    msrck_pacing_end(&pacing, 100 * SECOND + 5, 5, false);
    cr_assert_eq(msrck_pacing_stop_time(&pacing), 101 * SECOND + 5);
    pacing.every = 1;
    cr_assert_eq(msrck_pacing_save_time(&pacing), 101 * SECOND + 5);
    take(&pacing, 102 * SECOND, 5);
    cr_assert_eq(msrck_pacing_stop_time(&pacing), 100 * SECOND - 10, "a success ends the waiting");
}

Test(pacing, sums_that_are_too_large_are_never)
{
    struct pacing pacing = idle();

    pacing.every = PACING_NEVER - 1;
    cr_assert_eq(msrck_pacing_save_time(&pacing), PACING_NEVER);
    pacing = idle();
    pacing.overhead = 1e-9;
    take(&pacing, 100 * SECOND, SECOND << 20);
    cr_assert_eq(msrck_pacing_save_time(&pacing), PACING_NEVER);
}
