/* SPDX-License-Identifier: MIT */
/* The last failure of the session, and the exit codes of failures. */
#include <stdio.h>
#include <string.h>

#include "runtime/session.h"

msrck_result msrck_session_note(const msrck_error *error)
{
    msrck_the_session.error = *error;
    return error->result;
}

/* Whether what `text` begins with is the path, and not a word of the sentence: files may be called "checkpoint" or "a". */
static bool begins_with_path(const char *text, const char *path)
{
    static const char *const goes_on[] = { ": ", " is a checkpoint of ", " has a frame of ", " is not restored" };
    size_t length = strlen(path);

    if (strncmp(text, path, length) != 0)
        return false;
    for (size_t i = 0; i < sizeof goes_on / sizeof goes_on[0]; i++)
        if (strncmp(text + length, goes_on[i], strlen(goes_on[i])) == 0)
            return true;
    return false;
}

bool msrck_message_names(const char *message, const char *path)
{
    static const char *const verbs[] = { "", "cannot open ", "cannot read " };

    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        if (strncmp(message, verbs[i], strlen(verbs[i])) == 0 && begins_with_path(message + strlen(verbs[i]), path))
            return true;
    return false;
}

/* A process that has just ended may have failed: its message is the last one then. */
const char *msrck_error_message(void)
{
    msrck_child_reap(&msrck_the_session, false);
    return msrck_the_session.error.message;
}

msrck_result msrck_error_result(void)
{
    msrck_child_reap(&msrck_the_session, false);
    return msrck_the_session.error.result;
}

/* The codes of the msrck command, so that scripts treat programs and tools alike. */
int msrck_session_exit_code(msrck_result result)
{
    switch (result) {
    case MSRCK_OK:
        return 0;
    case MSRCK_MISUSE:
        return 2;
    case MSRCK_SYSTEM:
        return 3;
    case MSRCK_CORRUPT:
    case MSRCK_TRUNCATED:
        return 4;
    case MSRCK_NOT_A_CHECKPOINT:
    case MSRCK_UNSUPPORTED:
        return 5;
    case MSRCK_LIMIT:
        return 6;
    case MSRCK_DOES_NOT_FIT:
        return 7;
    }
    return 3;
}

/* After msrck_finish() what it returned. */
int msrck_exit_status(void)
{
    const struct session *session = &msrck_the_session;

    if (!session->open)
        return session->exit_status;
    if (session->fatal != MSRCK_OK)
        return msrck_session_exit_code(session->fatal);
    if (session->migration.doubtful)
        return msrck_session_exit_code(MSRCK_SYSTEM);
    /* Here the work is done: nobody is to start it again. */
    if (session->migration.leaving)
        return 0;
    return session->stopped ? session->options.exit_status : 0;
}

/* The one place that prints: the application calls it for nothing else. */
int msrck_report(const char *name)
{
    const msrck_error *error = &msrck_the_session.error;

    msrck_child_reap(&msrck_the_session, false);
    if (error->result == MSRCK_OK)
        return msrck_exit_status();
    fprintf(stderr, "%s: %s\n", name != NULL ? name : "msrck", error->message);
    /* A failure before the checkpoint that let the program leave is told, but is not why it ends. */
    return msrck_stopped() || msrck_the_session.left ? msrck_exit_status() : msrck_session_exit_code(error->result);
}
