/* SPDX-License-Identifier: MIT */
/*
 * Locals whose address is taken, of functions that `msrck cc` emitted: their set stands in the chain only while the runtime looks at it.
 */
#include <msrck/msrck.h>
#include <msrck/precompiled_frames.h>

int msrck_cc_enter(const msrck_frame_table *table, void *live, const msrck_local *all, const msrck_local *at_entry)
{
    msrck_locals set;
    int point;

    if (all == NULL)
        return msrck_enter(table, live);
    msrck_locals_push(&set, table, all);
    if (at_entry != NULL)
        set.locals = at_entry;
    point = msrck_enter(table, live);
    msrck_locals_pop(&set);
    return point;
}

bool msrck_cc_at_point(const msrck_frame_table *table, int point, const void *live, const msrck_local *locals)
{
    msrck_locals set = { msrck_locals_top, table, locals };
    bool leave;

    if (locals != NULL)
        msrck_locals_top = &set;
    leave = msrck_at_point(table, point, live);
    msrck_locals_top = set.outer;
    return leave;
}

bool msrck_cc_leave(const msrck_frame_table *table, int point, const void *live, const msrck_local *locals)
{
    msrck_locals set = { msrck_locals_top, table, locals };
    bool leave;

    if (locals != NULL)
        msrck_locals_top = &set;
    leave = msrck_leave(table, point, live);
    msrck_locals_top = set.outer;
    return leave;
}

void *msrck_cc_array(void *old, const msrck_type *element, size_t count)
{
    if (old != NULL)
        msrck_free(old);
    return msrck_new_array(element, count);
}
