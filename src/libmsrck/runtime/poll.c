/* SPDX-License-Identifier: MIT */
/* Poll-points and checkpoints of programs that keep all their state registered. */
#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"
#include "base/failure.h"
#include "runtime/background.h"
#include "runtime/checkpoint_write.h"
#include "runtime/requests.h"

/* In the forked process this does not return. */
static msrck_result write_here(struct session *session, const char *path, msrck_error *error)
{
    struct msrck_checkpoint_report report = { 0 };
    msrck_result result = msrck_checkpoint_write(session, path, &report, error);

    if (session->child.inside)
        msrck_child_end(session, error, &report);
    msrck_course_end(session, path, error, &report, msrck_course_cost(session));
    return result;
}

/* It failed before anything was written. */
static msrck_result refuse(struct session *session, const char *path, const msrck_error *error)
{
    static const struct msrck_checkpoint_report nothing;

    msrck_course_end(session, path, error, &nothing, msrck_course_cost(session));
    return error->result;
}

/* The forked process holds the memory as it is now; writing it is nothing but write_here() there. */
static void write_aside(struct session *session, msrck_error *error)
{
    switch (msrck_child_start(session, error)) {
    case CHILD_INSIDE:
        write_here(session, msrck_session_destination(session), error);
        break;
    case CHILD_PARENT:
        msrck_course_forked(session);
        break;
    case CHILD_FAILED:
        if (msrck_background_fall_back(session, error))
            write_here(session, msrck_session_destination(session), error);
        else
            refuse(session, msrck_session_destination(session), error);
        break;
    }
}

/* A program that polls before it has called msrck_restore() would go on from nothing. */
static bool check_restored(struct session *session)
{
    msrck_error error = MSRCK_ERROR_INIT;

    if (!session->resume.waiting)
        return true;
    msrck_resume_unloaded(session, &error);
    msrck_resume_fail(session, &error);
    return false;
}

/* Poll-points of programs that migrate have no frames: what is sent is what is there. */
static enum migration_end migrate(struct session *session)
{
    enum migration_end end = msrck_migration_begin(session);
    msrck_error error = MSRCK_ERROR_INIT;

    if (end == MIGRATION_INSIDE)
        end = msrck_migration_send(session, &error);
    session->stopped = end == MIGRATION_LEAVE;
    return end;
}

/* Out of line: this is what a poll-point costs when msrck_flag is set for any reason. */
int msrck_poll_now(void)
{
    struct session *session = &msrck_the_session;
    msrck_error error = MSRCK_ERROR_INIT;
    enum migration_end end;

    if (!session->open)
        return 0;
    msrck_child_reap(session, false);
    if (msrck_stopped() || !check_restored(session))
        return 1;
    if (session->held > 0 || msrck_flag_has(FLAG_COLLECTING | FLAG_RESUMING))
        return 0;
    end = migrate(session);
    if (session->stopped || (end != MIGRATION_DOUBT && !msrck_requests_due(session)))
        return session->stopped;
    msrck_course_begin(session);
    if (msrck_checkpoint_prepare(session, &error) != MSRCK_OK) {
        refuse(session, msrck_session_destination(session), &error);
    } else if (!msrck_background_choose(session)) {
        if (write_here(session, msrck_session_destination(session), &error) == MSRCK_OK)
            session->stopped = session->stopping;
    } else {
        write_aside(session, &error);
    }
    msrck_migration_saved(session, session->stopped);
    return session->stopped;
}

/* As msrck_poll_now(), but for what is done about it. */
msrck_wish msrck_take_wish(void)
{
    struct session *session = &msrck_the_session;

    if (!session->open)
        return MSRCK_WISH_NOTHING;
    msrck_child_reap(session, false);
    if (msrck_stopped() || !check_restored(session))
        return MSRCK_WISH_STOP;
    if (session->held > 0 || msrck_flag_has(FLAG_COLLECTING | FLAG_RESUMING) || !msrck_requests_due(session))
        return MSRCK_WISH_NOTHING;
    return session->stopping ? MSRCK_WISH_STOP : MSRCK_WISH_SAVE;
}

void msrck_stop(void)
{
    if (msrck_session_require("msrck_stop") != NULL)
        msrck_the_session.stopped = true;
}

/* In this process, so that the caller knows the outcome; its path may be one of many. */
msrck_result msrck_checkpoint(const char *path)
{
    struct session *session = msrck_session_require("msrck_checkpoint");
    msrck_error error = MSRCK_ERROR_INIT;

    if (session == NULL)
        return MSRCK_MISUSE;
    if (msrck_flag_has(FLAG_COLLECTING | FLAG_RESUMING | FLAG_WAITING | FLAG_FAILED)) {
        msrck_fail(&error, MSRCK_MISUSE, "msrck_checkpoint: the program is not where it can be checkpointed");
        return msrck_session_note(&error);
    }
    free(session->next_destination);
    session->next_destination = path != NULL ? msrck_copy_text(path) : NULL;
    if (path != NULL && session->next_destination == NULL) {
        msrck_fail_memory(&error, strlen(path), "a path");
        return msrck_session_note(&error);
    }
    session->stopping = false;
    session->mode = MSRCK_MODE_IN_PLACE;
    msrck_course_begin(session);
    if (msrck_checkpoint_prepare(session, &error) != MSRCK_OK)
        return refuse(session, msrck_session_destination(session), &error);
    return write_here(session, msrck_session_destination(session), &error);
}
