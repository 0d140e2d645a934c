/* SPDX-License-Identifier: MIT */
/*
 * Poll-points of functions in the migratable format, and how frames come together: at the poll-point the innermost
 * function hands over its live variables and returns, then its caller, up to main, which calls msrck_again().
 */
#include "base/failure.h"
#include "runtime/background.h"
#include "runtime/checkpoint_write.h"
#include "runtime/precompiled_heap.h"
#include "runtime/requests.h"

/*
 * True when this process collects: the function has to return. The program that a forked process collects for goes on.
 */
static bool begin(struct session *session, const msrck_frame_table *table, int point, const void *live)
{
    static const struct msrck_checkpoint_report nothing;
    msrck_error error = MSRCK_ERROR_INIT;

    msrck_course_begin(session);
    msrck_frame_stack_clear(&session->frames);
    if (msrck_checkpoint_prepare(session, &error) != MSRCK_OK ||
        msrck_frame_stack_push(&session->frames, &session->tables, session->types, table, point, live, &error) !=
            MSRCK_OK)
        goto refused;
    if (msrck_background_choose(session))
        switch (msrck_child_start(session, &error)) {
        case CHILD_FAILED:
            if (!msrck_background_fall_back(session, &error))
                goto refused;
            break;
        case CHILD_PARENT:
            msrck_frame_stack_clear(&session->frames);
            msrck_course_forked(session);
            return false;
        case CHILD_INSIDE:
            break;
        }
    msrck_flag_set(FLAG_COLLECTING);
    return true;

refused:
    msrck_frame_stack_clear(&session->frames);
    msrck_migration_saved(session, false);
    msrck_course_end(session, msrck_session_destination(session), &error, &nothing, msrck_course_cost(session));
    return false;
}

/*
 * For a migration: true when the function has to return, to be collected here or because the program goes on elsewhere.
 * In doubt the state is saved as before a stop.
 */
static bool begin_migration(struct session *session, const msrck_frame_table *table, int point, const void *live)
{
    enum migration_end end = msrck_migration_begin(session);

    if (end == MIGRATION_DOUBT)
        return begin(session, table, point, live);
    if (end != MIGRATION_INSIDE && end != MIGRATION_LEAVE)
        return false;
    msrck_frame_stack_clear(&session->frames);
    msrck_frame_stack_push(&session->frames, &session->tables, session->types, table, point, live,
                           &session->frames.error);
    msrck_flag_set(FLAG_COLLECTING);
    return true;
}

/*
 * A function was entered where functions should be returning: some caller did not look at the flag, and its frame is
 * missing.
 */
static void missed_return(struct session *session, const msrck_frame_table *table)
{
    msrck_fail(&session->frames.error, MSRCK_MISUSE,
               "function '%s' was called while frames were collected: a call that reaches a poll-point is not followed "
               "by msrck_leave()",
               table->function);
}

/* A request that arrives while frames are collected or entered stays set; the next ordinary poll-point takes it. */
int msrck_enter(const msrck_frame_table *table, void *live)
{
    struct session *session = &msrck_the_session;

    if (!session->open)
        return 0;
    if (msrck_flag_has(FLAG_FAILED))
        return MSRCK_LEAVE;
    if (session->held > 0)
        return 0;
    if (msrck_flag_has(FLAG_COLLECTING)) {
        missed_return(session, table);
        return MSRCK_LEAVE;
    }
    if (msrck_flag_has(FLAG_RESUMING | FLAG_WAITING))
        return msrck_resume_enter(session, table, live);
    msrck_child_reap(session, false);
    if (table->entry_point != 0 && begin_migration(session, table, (int)table->entry_point, live))
        return MSRCK_LEAVE;
    if (table->entry_point == 0 || !msrck_requests_due(session))
        return 0;
    return begin(session, table, (int)table->entry_point, live) ? MSRCK_LEAVE : 0;
}

/*
 * Frames that cannot be left lie between the two: neither a request nor frames that are being collected or entered are any
 * business of the functions that are called there. Threads of a program may be in such calls side by side.
 */
void msrck_hold(void)
{
    __atomic_fetch_add(&msrck_the_session.held, 1, __ATOMIC_RELAXED);
}

void msrck_release(void)
{
    if (__atomic_load_n(&msrck_the_session.held, __ATOMIC_RELAXED) > 0)
        __atomic_fetch_sub(&msrck_the_session.held, 1, __ATOMIC_RELAXED);
}

bool msrck_at_point(const msrck_frame_table *table, int point, const void *live)
{
    struct session *session = &msrck_the_session;

    if (!session->open)
        return false;
    if (msrck_flag_has(FLAG_FAILED))
        return true;
    if (session->held > 0)
        return false;
    if (msrck_flag_has(FLAG_COLLECTING)) {
        missed_return(session, table);
        return true;
    }
    if (msrck_flag_has(FLAG_RESUMING))
        return msrck_resume_at_point(session, table, point);
    msrck_child_reap(session, false);
    return begin_migration(session, table, point, live) ||
           (msrck_requests_due(session) && begin(session, table, point, live));
}

/*
 * Reached with other bits set too: a request that came during the call, or poll-points that are being counted. Then
 * there is nothing to do here, for a call site is no poll-point.
 */
bool msrck_leave(const msrck_frame_table *table, int point, const void *live)
{
    struct session *session = &msrck_the_session;
    msrck_error error = MSRCK_ERROR_INIT;

    if (!session->open || (session->held > 0 && !msrck_flag_has(FLAG_FAILED)))
        return false;
    if (msrck_flag_has(FLAG_COLLECTING)) {
        if (session->frames.error.result == MSRCK_OK)
            msrck_frame_stack_push(&session->frames, &session->tables, session->types, table, point, live,
                                   &session->frames.error);
        return true;
    }
    if (msrck_flag_has(FLAG_RESUMING)) {
        msrck_fail(&error, MSRCK_DOES_NOT_FIT,
                   "function '%s', point %d: the call returned before it reached the frame below", table->function,
                   point);
        msrck_resume_fail(session, &error);
    }
    return msrck_flag_has(FLAG_FAILED);
}

/* ---- Back in main ----------------------------------------------------------------------------------------------- */

/* Writes what has come together. In the forked process this does not return. */
static msrck_result write_collected(struct session *session, msrck_error *error)
{
    struct msrck_checkpoint_report report = { 0 };

    *error = session->frames.error;
    if (error->result == MSRCK_OK)
        msrck_checkpoint_write(session, msrck_session_destination(session), &report, error);
    if (session->child.inside)
        msrck_child_end(session, error, &report);
    msrck_course_end(session, msrck_session_destination(session), error, &report, msrck_course_cost(session));
    return error->result;
}

/* The frames' native copies are complete: every function is entered again and takes its own back. */
static bool go_on_from_memory(struct session *session)
{
    session->resume.next = session->frames.count;
    session->resume.next_attached = session->resume.current_attached = false;
    msrck_flag_set(FLAG_RESUMING);
    return true;
}

/* A frame is missing, and with it the way back. */
static bool lose_place(struct session *session)
{
    msrck_error error = session->frames.error;

    msrck_resume_fail(session, &error);
    return false;
}

/*
 * A program that was to stop and whose checkpoint failed is in the same place as one that never was to: all its frames
 * are in memory, complete, and it goes on from them. Only when a frame is missing there is no way back.
 */
static bool finish_collecting(struct session *session)
{
    bool complete = session->frames.error.result == MSRCK_OK;
    msrck_error error;

    msrck_flag_clear(FLAG_COLLECTING);
    if (session->migration.inside) {
        if (msrck_migration_send(session, &session->frames.error) == MIGRATION_STAY)
            return complete ? go_on_from_memory(session) : lose_place(session);
        msrck_course_begin(session);
    }
    if (session->migration.leaving) {
        session->stopped = true;
        msrck_frame_stack_clear(&session->frames);
        return false;
    }
    if (write_collected(session, &error) == MSRCK_OK && session->stopping) {
        session->stopped = true;
        msrck_migration_saved(session, true);
        msrck_frame_stack_clear(&session->frames);
        return false;
    }
    msrck_migration_saved(session, false);
    return complete ? go_on_from_memory(session) : lose_place(session);
}

bool msrck_again(void)
{
    struct session *session = &msrck_the_session;
    msrck_error error = MSRCK_ERROR_INIT;

    if (!session->open)
        return false;
    if (msrck_flag_has(FLAG_COLLECTING))
        return finish_collecting(session);
    if (msrck_flag_has(FLAG_RESUMING)) {
        msrck_fail(&error, MSRCK_DOES_NOT_FIT,
                   "the program returned to main before it reached the poll-point it was to go on from");
        msrck_resume_fail(session, &error);
    }
    return false;
}
