/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* asprintf */
#include "runtime/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/allocation.h"
#include "base/failure.h"
#include "runtime/control_hooks.h"
#include "runtime/precompiled_heap.h"
#include "runtime/requests.h"
#include "runtime/resume_choice.h"
#include "runtime/transfer_destination.h"

/* Zero: no session. Everything a session owns hangs here, so that its end is one function. */
struct session msrck_the_session;

/*
 * Every public function that needs the session begins with this. A library that aborts would take a running
 * computation with it, so a call out of order is a noted failure like any other.
 */
struct session *msrck_session_require(const char *call)
{
    msrck_error error = MSRCK_ERROR_INIT;

    if (msrck_the_session.open)
        return &msrck_the_session;
    msrck_fail(&error, MSRCK_MISUSE, "%s: msrck_init() has not succeeded", call);
    msrck_session_note(&error);
    return NULL;
}

const char *msrck_session_destination(const struct session *session)
{
    return session->destination != NULL ? session->destination : session->options.checkpoint_to;
}

char *msrck_absolute_path(const char *path)
{
    char *directory, *absolute;

    if (path[0] == '/' || strcmp(path, "-") == 0)
        return msrck_copy_text(path);
    if ((directory = getcwd(NULL, 0)) == NULL)
        return NULL;
    if (asprintf(&absolute, "%s/%s", strcmp(directory, "/") == 0 ? "" : directory, path) < 0)
        absolute = NULL;
    free(directory);
    return absolute;
}

/* A path that cannot be copied is forgotten: the checkpoint is there all the same. */
void msrck_session_wrote(struct session *session, const char *path, const struct msrck_checkpoint_report *report)
{
    char *copy = msrck_copy_text(path);

    /* What the process went on from has done its work. */
    msrck_attempts_succeed(&session->attempts);
    session->checkpoints++;
    session->report = *report;
    free(session->checkpoint_path);
    session->checkpoint_path = copy;
}

/* ---- Beginning -------------------------------------------------------------------------------------------------- */

/* The TI table comes first: the MSRLT and the program's tables hold ids of it. */
static msrck_result create_stores(struct session *session, const msrck_program *program, msrck_error *error)
{
    static const msrck_type *const always[] = { &msrck_char, &msrck_uchar }; /* literals, bytes of opaque handles */
    msrck_result result;
    uint32_t id;
    size_t t;

    session->types = msrck_ti_new();
    if (session->types == NULL)
        return msrck_fail_memory(error, 0, "the TI table");
    for (t = 0; t < sizeof always / sizeof always[0]; t++)
        if ((result = msrck_ti_add(session->types, always[t], &id, error)) != MSRCK_OK)
            return result;
    session->msrlt = msrck_msrlt_new(session->types);
    if (session->msrlt == NULL)
        return msrck_fail_memory(error, 0, "the MSRLT");
    msrck_precompiled_begin(session->types, session->msrlt);
    return msrck_program_tables_fill(&session->tables, program, session->types, error);
}

static int compare_globals(const void *left, const void *right)
{
    const msrck_global_entry *const *a = left, *const *b = right;

    return strcmp((*a)->name, (*b)->name);
}

/* Size and C type come from the compiler (MSRCK_GLOBAL), so a description of another variable is found here. */
static msrck_result add_global(struct session *session, const msrck_global_entry *entry, msrck_error *error)
{
    msrck_result result;
    uint32_t id;

    if (entry->address == NULL) {
        session->removed[session->removed_count++] = entry->name;
        return MSRCK_OK;
    }
    if ((result = msrck_ti_add(session->types, entry->type, &id, error)) != MSRCK_OK) {
        msrck_error_prefix(error, "global '%s'", entry->name);
        return result;
    }
    if ((result = msrck_ti_check_variable(session->types, id, entry->name, entry->size,
                                          entry->native % MSRCK_NATIVE_CONSTANT, error)) != MSRCK_OK)
        return result;
    result = msrck_session_add_variable(session, entry->name, entry->address, entry->type, 1, error);
    if (result == MSRCK_OK) {
        session->variables[session->variable_count - 1].constant = entry->native >= MSRCK_NATIVE_CONSTANT;
        session->variables[session->variable_count - 1].former_name = entry->former_name;
    }
    return result;
}

/* By name, so that their numbers in a checkpoint do not depend on the order in which the program was linked. */
static msrck_result add_globals(struct session *session, const msrck_program *program, msrck_error *error)
{
    size_t count = program->globals == NULL ? 0 : (size_t)(program->globals_end - program->globals), g;
    const msrck_global_entry **sorted = msrck_allocate(count, sizeof *sorted);
    msrck_result result = MSRCK_OK;

    session->removed = msrck_allocate(count, sizeof *session->removed);
    if (sorted == NULL || session->removed == NULL) {
        free(sorted);
        return msrck_fail_memory(error, count * sizeof *sorted, "the globals");
    }
    if (count > 0)
        memcpy(sorted, program->globals, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare_globals);
    /* A variable of the C library is entered by every file that uses it. */
    for (g = 0; g < count && result == MSRCK_OK; g++)
        if (g == 0 || sorted[g] != sorted[g - 1])
            result = add_global(session, sorted[g], error);
    free(sorted);
    return result;
}

/* The checkpoint is opened last: by then everything it has to fit is known. */
static msrck_result open_session(struct session *session, int *argc, char ***argv, const msrck_options *options,
                                 const msrck_program *program, msrck_error *error)
{
    msrck_result result;

    if ((result = msrck_program_options_read(&session->options, options, argc, argv, error)) != MSRCK_OK ||
        (result = create_stores(session, program, error)) != MSRCK_OK ||
        (result = add_globals(session, program, error)) != MSRCK_OK ||
        (result = msrck_requests_open(session, error)) != MSRCK_OK ||
        (result = msrck_course_open(session, error)) != MSRCK_OK ||
        (result = msrck_control_start(session, error)) != MSRCK_OK)
        return result;
    if (session->options.resume == NULL)
        return MSRCK_OK;
    if ((result = msrck_resume_choose(session, error)) != MSRCK_OK)
        return result;
    if (session->options.resume != NULL)
        return msrck_resume_open(session, error);
    msrck_report_write(session, NULL);
    return MSRCK_OK;
}

/* Frees everything but what outlives the session: the last failure, the exit status, notes on resuming. */
static void close_session(struct session *session)
{
    /* Whoever got here without success said why: the checkpoint is not to blame. */
    msrck_attempts_take_back(&session->attempts);
    msrck_control_stop(session);
    msrck_course_close(session); /* before the flag is cleared, which its thread sets */
    msrck_requests_close(session);
    msrck_migration_close(session);
    msrck_resume_close(session);
    msrck_transfer_close(session);
    msrck_frame_stack_clear(&session->frames);
    while (session->variable_count > 0)
        msrck_session_remove_variable(session, &session->variables[session->variable_count - 1]);
    free(session->variables);
    free(session->removed);
    msrck_streams_forget(session);
    msrck_program_tables_free(&session->tables);
    if (!msrck_precompiled_keeps(session->msrlt)) {
        msrck_msrlt_free(session->msrlt);
        msrck_ti_free(session->types);
    }
    msrck_program_options_free(&session->options);
    free(session->checkpoint_path);
    free(session->next_destination);
    free(session->destination);
}

/* Zeroes the session but for what main still asks for after msrck_finish(). */
static void forget(struct session *session)
{
    msrck_error error = session->error;
    int exit_status = session->exit_status;
    bool left = session->left;
    struct byte_buffer resume_notes = session->resume_notes;
    struct resume_report resume_report = session->resume_report;

    memset(session, 0, sizeof *session);
    session->resume_report = resume_report;
    session->error = error;
    session->exit_status = exit_status;
    session->left = left;
    session->resume_notes = resume_notes;
}

msrck_result msrck_init_with(int *argc, char ***argv, const msrck_options *options, const msrck_program *program)
{
    struct session *session = &msrck_the_session;
    msrck_error error = MSRCK_ERROR_INIT;
    msrck_result result;

    if (session->open) {
        msrck_fail(&error, MSRCK_MISUSE, "msrck_init() was called before");
        return msrck_session_note(&error);
    }
    msrck_buffer_free(&session->resume_notes);
    msrck_report_free(&session->resume_report);
    memset(session, 0, sizeof *session);
    session->error = error;
    result = open_session(session, argc, argv, options, program, &error);
    if (result == MSRCK_OK) {
        session->open = true;
        msrck_control_opened(session);
        return MSRCK_OK;
    }
    msrck_report_write(session, &error);
    close_session(session);
    forget(session);
    return msrck_session_note(&error);
}

/* ---- Ending ----------------------------------------------------------------------------------------------------- */

/*
 * A checkpoint that was opened has to be gone on from: a program that ends without having done so has computed from
 * nothing.
 */
static void check_resumed(struct session *session)
{
    msrck_error error = MSRCK_ERROR_INIT;

    if (session->fatal != MSRCK_OK)
        return;
    if (session->resume.waiting)
        msrck_resume_unloaded(session, &error);
    else if (msrck_flag_has(FLAG_RESUMING))
        msrck_fail(&error, MSRCK_DOES_NOT_FIT,
                   "the program ended before it reached the poll-point it was to go on from");
    else
        return;
    msrck_resume_fail(session, &error);
}

/* Waits for the process that writes: a program that ends early would leave its checkpoint to chance. */
int msrck_finish(void)
{
    struct session *session = &msrck_the_session;

    if (session->open) {
        msrck_child_reap(session, true);
        check_resumed(session);
        session->exit_status = msrck_exit_status();
        session->left = msrck_stopped();
        if (session->fatal == MSRCK_OK)
            msrck_attempts_succeed(&session->attempts);
        close_session(session);
        forget(session);
    }
    return session->exit_status;
}

/* ---- Questions -------------------------------------------------------------------------------------------------- */

bool msrck_resumed(void)
{
    return msrck_the_session.resumed;
}

const char *msrck_resume_path(void)
{
    return msrck_the_session.resumed ? msrck_the_session.options.resume : NULL;
}

const char *msrck_resume_notes(void)
{
    return msrck_buffer_text(&msrck_the_session.resume_notes);
}

/* Both mean the same for main: no more work, return. msrck_exit_status() tells them apart. */
bool msrck_stopped(void)
{
    return msrck_the_session.stopped || msrck_the_session.fatal != MSRCK_OK;
}

/* Whoever asks for results wants those of a process that has just ended, too. */
const char *msrck_checkpoint_path(void)
{
    msrck_child_reap(&msrck_the_session, false);
    return msrck_the_session.checkpoint_path;
}

unsigned long long msrck_checkpoint_count(void)
{
    msrck_child_reap(&msrck_the_session, false);
    return msrck_the_session.checkpoints;
}

/* A caller of another version knows less of the struct, or more: that stays zero. */
void msrck_last_report_sized(msrck_checkpoint_report *report, size_t size)
{
    const size_t known = sizeof *report;

    msrck_child_reap(&msrck_the_session, false);
    memset(report, 0, size);
    memcpy(report, &msrck_the_session.report, size < known ? size : known);
}

#undef msrck_last_report
void msrck_last_report(msrck_checkpoint_report *report)
{
    msrck_last_report_sized(report, offsetof(msrck_checkpoint_report, compress_ns));
}
