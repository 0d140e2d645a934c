/* SPDX-License-Identifier: MIT */
#include "runtime/background.h"

#include "runtime/memory_room.h"
#include "runtime/session.h"

/* For the buffers of whoever writes. */
#define BUFFERS ((uint64_t)16 << 20)

/*
 * A pause is better than the end: where the system runs out of memory while both processes live, it kills the one that
 * has most.
 */
static bool tight(void)
{
    struct memory_room room = msrck_memory_room("");

    return room.left != UINT64_MAX && (room.left < BUFFERS || room.needed > room.left - BUFFERS);
}

/* A program that is asked to stop has to wait anyway, so no process of its own is needed. */
bool msrck_background_choose(struct session *session)
{
    msrck_background background = session->options.background;

    if (session->stopping || background == MSRCK_BACKGROUND_NEVER)
        session->mode = MSRCK_MODE_IN_PLACE;
    else if (background == MSRCK_BACKGROUND_AUTO && tight())
        session->mode = MSRCK_MODE_IN_PLACE_MEMORY;
    else
        session->mode = MSRCK_MODE_BACKGROUND;
    return session->mode == MSRCK_MODE_BACKGROUND;
}

bool msrck_background_fall_back(struct session *session, msrck_error *error)
{
    if (session->options.background != MSRCK_BACKGROUND_AUTO)
        return false;
    session->mode = MSRCK_MODE_IN_PLACE_FORK;
    *error = (msrck_error)MSRCK_ERROR_INIT;
    return true;
}

const char *msrck_mode_name(unsigned mode)
{
    static const char *const names[] = { "none", "background", "in-place", "in-place-memory", "in-place-fork" };

    return mode < sizeof names / sizeof names[0] ? names[mode] : names[0];
}
