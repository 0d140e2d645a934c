/* SPDX-License-Identifier: MIT */
#include "runtime/pacing.h"

#define SECOND 1000000000ULL

/* What a failure, full disks say, is given to go away; a program must not do nothing but fail. */
#define RETRY_AFTER SECOND
/* The first checkpoint where nothing but its cost decides on the spacing. */
#define FIRST_MEASURE SECOND
/* Before a deadline: clocks of two machines, the time to leave. */
#define LEAVE_TIME SECOND

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static uint64_t sooner(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* PACING_NEVER is the largest number, so it is what a sum too large becomes. */
static uint64_t after(uint64_t time, uint64_t wait)
{
    return wait > PACING_NEVER - time ? PACING_NEVER : time + wait;
}

bool msrck_pacing_active(const struct pacing *pacing)
{
    return pacing->every > 0 || pacing->spacing > 0 || pacing->overhead > 0 || pacing->deadline != PACING_NEVER;
}

uint64_t msrck_pacing_stop_time(const struct pacing *pacing)
{
    uint64_t margin = after(after(pacing->cost, pacing->wait), after(pacing->cost, pacing->wait));

    if (pacing->deadline == PACING_NEVER)
        return PACING_NEVER;
    margin = after(margin, LEAVE_TIME);
    return later(pacing->deadline > margin ? pacing->deadline - margin : 0, pacing->not_before);
}

/* cost / (cost + time to the next) is the overhead. */
static uint64_t overhead_time(const struct pacing *pacing)
{
    double wait;

    if (!pacing->measured)
        return pacing->every > 0 ? 0 : after(pacing->started, FIRST_MEASURE);
    wait = (double)pacing->cost * (100 - pacing->overhead) / pacing->overhead;
    return wait < 9e18 ? after(pacing->last_end, (uint64_t)wait) : PACING_NEVER;
}

uint64_t msrck_pacing_save_time(const struct pacing *pacing)
{
    uint64_t due = PACING_NEVER;

    if (pacing->running)
        return PACING_NEVER;
    if (pacing->every > 0)
        due = after(pacing->begun ? pacing->last_begin : pacing->started, pacing->every);
    if (pacing->overhead > 0)
        due = pacing->every > 0 ? later(due, overhead_time(pacing)) : overhead_time(pacing);
    /* A deadline needs the cost; half-way there is time to be wrong about it. */
    if (pacing->deadline != PACING_NEVER && !pacing->measured && pacing->deadline > pacing->started)
        due = sooner(due, pacing->started + (pacing->deadline - pacing->started) / 2);
    if (pacing->postponed)
        due = 0;
    if (due != PACING_NEVER && pacing->begun)
        due = later(due, after(pacing->last_begin, pacing->spacing));
    return due == PACING_NEVER ? due : later(due, pacing->not_before);
}

bool msrck_pacing_admit(struct pacing *pacing, uint64_t now)
{
    pacing->postponed = pacing->begun && now < after(pacing->last_begin, pacing->spacing);
    return !pacing->postponed;
}

void msrck_pacing_begin(struct pacing *pacing, uint64_t now)
{
    pacing->begun = pacing->running = true;
    pacing->postponed = false;
    pacing->last_begin = now;
}

void msrck_pacing_end(struct pacing *pacing, uint64_t now, uint64_t cost, bool succeeded)
{
    pacing->running = false;
    pacing->last_end = sooner(now, after(pacing->last_begin, cost));
    if (succeeded) {
        pacing->cost = cost;
        pacing->measured = true;
        pacing->not_before = 0;
    } else {
        pacing->not_before = after(now, RETRY_AFTER);
    }
}
