/* SPDX-License-Identifier: MIT */
/*
 * Opening the checkpoint to go on from: whose it is, whether its frames can be entered, and filling everything but the
 * frames.
 */
#include "runtime/resume.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/allocation.h"
#include "base/failure.h"
#include "file/version_match.h"
#include "msrm/kept_blocks.h"
#include "runtime/requests.h"
#include "runtime/session.h"
#include "runtime/transfer_destination.h"
#include "runtime/variable_backup.h"

/* What is resumed, in messages. */
static const char *shown(const struct session *session)
{
    return strcmp(session->options.resume, "-") == 0 ? "standard input" : session->options.resume;
}

/* ---- Matching functions and points by name ---------------------------------------------------------------------- */

/* Once for each function that has frames, not for each frame: a recursion may be a million deep. */
static msrck_result match_function(struct session *session, const struct function_entry *file,
                                   struct matched_function *matched, msrck_error *error)
{
    const struct program_tables *tables = &session->tables;
    uint32_t p;

    matched->function = msrck_program_tables_find_name(tables, file->name);
    if (matched->function == UINT32_MAX)
        return msrck_fail(error, MSRCK_DOES_NOT_FIT,
                          "%s has a frame of function '%s', which this program does not have", shown(session),
                          file->name);
    matched->ordinals = msrck_allocate(file->point_count, sizeof *matched->ordinals);
    if (matched->ordinals == NULL)
        return msrck_fail_memory(error, file->point_count * sizeof *matched->ordinals, "the poll-points");
    for (p = 0; p < file->point_count; p++)
        matched->ordinals[p] = msrck_match_point(file, &tables->functions[matched->function], p + 1);
    msrck_note_locals(&session->resume_report.changes, file, &tables->functions[matched->function]);
    return MSRCK_OK;
}

/* Done before anything is restored, so that a program that cannot enter its frames is told at once. */
static msrck_result match_frames(struct session *session, const struct metadata *metadata, msrck_error *error)
{
    struct resume *resume = &session->resume;
    msrck_result result;
    size_t f;

    resume->matched = msrck_allocate(metadata->function_count, sizeof *resume->matched);
    if (resume->matched == NULL)
        return msrck_fail_memory(error, metadata->function_count * sizeof *resume->matched, "the functions");
    resume->matched_count = metadata->function_count;
    for (f = 0; f < metadata->frame_count; f++) {
        const struct frame_entry *frame = &metadata->frames[f];
        const struct function_entry *function = &metadata->functions[frame->function];
        struct matched_function *matched = &resume->matched[frame->function];

        if (matched->ordinals == NULL && (result = match_function(session, function, matched, error)) != MSRCK_OK)
            return result;
        if (matched->ordinals[frame->point - 1] == 0) {
            msrck_refuse_point(function, &session->tables.functions[matched->function], frame->point, error);
            msrck_error_prefix(error, "%s", shown(session));
            return error->result;
        }
        msrck_note_point(&session->resume_report.changes, function, frame->point, matched->ordinals[frame->point - 1]);
    }
    resume->next = metadata->frame_count;
    return MSRCK_OK;
}

/* ---- Opening ---------------------------------------------------------------------------------------------------- */

/* A file that is redirected to standard input is read as one; what comes through a pipe may be a program that moves. */
static msrck_result open_input(struct session *session, msrck_error *error)
{
    struct stat status;

    if (fstat(STDIN_FILENO, &status) == 0 && S_ISREG(status.st_mode))
        return msrck_source_open_descriptor(STDIN_FILENO, &session->resume.source, error);
    return msrck_transfer_open_input(session, &session->resume.source, error);
}

/* Reads the metadata only; nothing of the program is touched before the checks below have passed. */
static msrck_result open_restoration(struct session *session, msrck_error *error)
{
    struct resume *resume = &session->resume;
    const char *path = session->options.resume;
    msrck_result result;

    if (msrck_transfer_is_address(path))
        result = msrck_transfer_next(session, &resume->source, error);
    else if (strcmp(path, "-") == 0)
        result = open_input(session, error);
    else
        result = msrck_source_open_file(path, &resume->source, error);
    if (result == MSRCK_OK)
        result = msrck_restoration_open(resume->source, &session->options.limits, session->msrlt, session->types, &session->tables.targets,
                                        &resume->restoration, error);
    if (result == MSRCK_OK)
        msrck_restoration_note(resume->restoration, &session->resume_report.changes);
    if (result == MSRCK_OK)
        msrck_restoration_use_threads(resume->restoration, session->options.threads);
    if (result == MSRCK_OK)
        msrck_restoration_any_pointers(resume->restoration, session->options.any_pointers);
    return result;
}

/*
 * The name is the program's word that it is the same program. That it is the same version is not asked: types,
 * functions and points are matched by name, and what cannot be matched is refused one by one.
 */
static msrck_result check_program(const struct session *session, const struct metadata *metadata, msrck_error *error)
{
    size_t v;

    if (strcmp(metadata->program, session->options.program_name) != 0)
        return msrck_fail(error, MSRCK_DOES_NOT_FIT, "%s is a checkpoint of program '%s'; this is '%s'",
                          shown(session), metadata->program, session->options.program_name);
    for (v = 0; v < metadata->variable_count; v++)
        if (metadata->variables[v].kind == VARIABLE_ROOT)
            return msrck_fail(error, MSRCK_DOES_NOT_FIT,
                              "%s was written by an msrck_saver; open it with msrck_restorer_open()",
                              session->options.resume);
    return MSRCK_OK;
}

/*
 * The first variable of the file that memory is not known for, since the program has yet to register it or has it no
 * longer; NULL: none.
 */
static const char *unknown_variable(const struct session *session, const struct metadata *metadata)
{
    size_t v;

    for (v = 0; v < metadata->variable_count; v++) {
        bool removed;

        if (msrck_session_match_variable(session, metadata, metadata->variables[v].name, &removed) == NULL && !removed)
            return metadata->variables[v].name;
    }
    return NULL;
}

msrck_result msrck_resume_unloaded(const struct session *session, msrck_error *error)
{
    const char *name = unknown_variable(session, msrck_restoration_metadata(session->resume.restoration));

    if (name == NULL)
        return msrck_fail(error, MSRCK_DOES_NOT_FIT, "%s is not restored: msrck_restore() was not called",
                          session->options.resume);
    return msrck_fail(error, MSRCK_DOES_NOT_FIT,
                      "%s is not restored: it has a variable '%s', which is not registered, and msrck_restore() "
                      "was not called (a variable that is gone is told by MSRCK_GLOBAL_REMOVED)",
                      shown(session), name);
}

/* Messages name the file once, whether the layers below did so or not. */
static msrck_result name_file(const struct session *session, msrck_error *error)
{
    if (!msrck_message_names(error->message, shown(session)))
        msrck_error_prefix(error, "%s", shown(session));
    return error->result;
}

/* What the library itself put into the checkpoint: the program need not know of it. */
static msrck_result expect_library(struct session *session, const struct metadata *metadata, msrck_error *error)
{
    uint32_t id;

    if (msrck_ti_find_name(metadata->types, STREAM_TYPE_NAME) != UINT32_MAX) {
        msrck_result result = msrck_ti_add(session->types, &msrck_stream, &id, error);

        if (result != MSRCK_OK)
            return result;
        msrck_restoration_keep(session->resume.restoration, STREAM_TYPE_NAME);
    }
    return msrck_library_expect(session, metadata, error);
}

/* RESUMING is set before the outermost function is called, so that its entry finds it. */
static msrck_result open_once(struct session *session, msrck_error *error)
{
    const struct metadata *metadata;
    msrck_result result = open_restoration(session, error);

    if (result != MSRCK_OK)
        return name_file(session, error);
    metadata = msrck_restoration_metadata(session->resume.restoration);
    if ((result = check_program(session, metadata, error)) != MSRCK_OK ||
        (result = match_frames(session, metadata, error)) != MSRCK_OK)
        return result;
    if ((result = expect_library(session, metadata, error)) != MSRCK_OK)
        return name_file(session, error);
    msrck_transfer_accepted(session);
    session->resumed = true;
    session->resume.waiting = true;
    msrck_flag_set(metadata->frame_count > 0 ? FLAG_RESUMING | FLAG_WAITING : FLAG_WAITING);
    return unknown_variable(session, metadata) == NULL ? msrck_resume_load(session, error) : MSRCK_OK;
}

/* As before the attempt, but for the variables. */
static void forget_attempt(struct session *session)
{
    session->resumed = false;
    msrck_resume_close(session);
    msrck_flag_clear(FLAG_RESUMING | FLAG_WAITING);
}

/*
 * A transfer that is cut, or does not fit, is that source's trouble: it is told, and this process waits for the next,
 * with its variables as they were. Only when blocks have been restored there is no way back.
 */
static msrck_result open_from_network(struct session *session, msrck_error *error)
{
    struct variable_backup backup;
    msrck_result result = msrck_transfer_listen(session, error);

    if (result != MSRCK_OK || (result = msrck_variables_save(session, &backup, error)) != MSRCK_OK)
        return result;
    for (;;) {
        msrck_error failure = MSRCK_ERROR_INIT;

        if ((result = open_once(session, &failure)) == MSRCK_OK)
            break;
        if (session->resume.source == NULL || !msrck_transfer_may_wait(session)) {
            *error = failure;
            break;
        }
        msrck_transfer_refuse(session, &failure);
        msrck_buffer_printf(&session->resume_notes, "%s: waiting on\n", failure.message);
        forget_attempt(session);
        msrck_variables_put_back(session, &backup);
    }
    msrck_variables_forget(&backup);
    return result;
}

msrck_result msrck_resume_open(struct session *session, msrck_error *error)
{
    msrck_result result =
        msrck_transfer_is_address(session->options.resume) ? open_from_network(session, error) : open_once(session, error);

    if (result != MSRCK_OK)
        msrck_transfer_refuse(session, error);
    return result;
}

/* ---- Loading ---------------------------------------------------------------------------------------------------- */

/* Variables that the file lacks keep what they have: they are new in the program. */
static void note_new_variables(struct session *session, const struct metadata *metadata)
{
    for (size_t v = 0; v < session->variable_count; v++) {
        const struct session_variable *variable = &session->variables[v];
        bool known = strncmp(variable->name, RESERVED_PREFIX, sizeof RESERVED_PREFIX - 1) == 0;

        for (size_t f = 0; f < metadata->variable_count && !known; f++) {
            bool removed;

            known = msrck_session_match_variable(session, metadata, metadata->variables[f].name, &removed) == variable;
        }
        if (!known)
            msrck_change_note(&session->resume_report.changes, "added", "%s: added; keeps what the program gave it",
                              variable->name);
    }
}

static msrck_result attach_variables(struct session *session, const struct metadata *metadata, msrck_error *error)
{
    struct change_notes *changes = &session->resume_report.changes;
    size_t v;

    for (v = 0; v < metadata->variable_count; v++) {
        const char *name = metadata->variables[v].name;
        bool removed;
        const struct session_variable *variable = msrck_session_match_variable(session, metadata, name, &removed);
        msrck_result result;

        if (variable == NULL) {
            msrck_change_note(changes, "removed", "%s: removed; what it held is dropped", name);
            continue;
        }
        if (strcmp(variable->name, name) != 0)
            msrck_change_note(changes, "renamed", "%s: renamed; was %s", variable->name, name);
        result = msrck_restoration_attach_variable(session->resume.restoration, name, variable->address, variable->type,
                                                   variable->bytes, error);
        if (result == MSRCK_OK && variable->constant)
            result = msrck_restoration_keep_variable(session->resume.restoration, name, error);
        if (result != MSRCK_OK)
            return result;
    }
    note_new_variables(session, metadata);
    return MSRCK_OK;
}

/* Without frames the program is where it was: the source may let go. */
static msrck_result complete_variables(struct session *session, msrck_error *error)
{
    msrck_result result;

    if ((result = msrck_resume_complete(session, error)) != MSRCK_OK)
        return name_file(session, error);
    return msrck_transfer_commit(session, error);
}

/*
 * Without frames this is all there is to do, and the file is closed. With frames it stays open until the innermost is
 * entered.
 */
msrck_result msrck_resume_load(struct session *session, msrck_error *error)
{
    struct resume *resume = &session->resume;
    const struct metadata *metadata = msrck_restoration_metadata(resume->restoration);
    bool frames = metadata->frame_count > 0;
    msrck_result result;

    resume->waiting = false;
    msrck_flag_clear(FLAG_WAITING);
    if ((result = attach_variables(session, metadata, error)) != MSRCK_OK ||
        (result = msrck_restoration_load(resume->restoration, error)) != MSRCK_OK)
        return name_file(session, error);
    msrck_transfer_restored(session);
    if ((result = msrck_streams_resume(session, resume->restoration, error)) != MSRCK_OK)
        return name_file(session, error);
    if (!frames && (result = complete_variables(session, error)) != MSRCK_OK)
        return result;
    if (!frames)
        msrck_resume_close(session);
    return MSRCK_OK;
}

msrck_result msrck_resume_complete(struct session *session, msrck_error *error)
{
    msrck_result result = msrck_restoration_complete(session->resume.restoration, error);

    if (result == MSRCK_OK)
        result = msrck_library_set(session, error);
    if (result == MSRCK_OK)
        result = msrck_streams_cut(session, error);
    if (result == MSRCK_OK)
        msrck_report_write(session, NULL);
    return result;
}

/* A restore that failed half-way leaves variables in any state, so the program has to end: see msrck_resume_fail(). */
msrck_result msrck_restore(void)
{
    struct session *session = msrck_session_require("msrck_restore");
    msrck_error error = MSRCK_ERROR_INIT;

    if (session == NULL)
        return MSRCK_MISUSE;
    if (!session->resume.waiting)
        return session->fatal;
    if (msrck_resume_load(session, &error) != MSRCK_OK)
        msrck_resume_fail(session, &error);
    return error.result;
}

/* ---- Ending ----------------------------------------------------------------------------------------------------- */

void msrck_resume_close(struct session *session)
{
    struct resume *resume = &session->resume;
    uint32_t f;

    for (f = 0; f < resume->matched_count; f++)
        free(resume->matched[f].ordinals);
    free(resume->matched);
    msrck_restoration_free(resume->restoration);
    msrck_source_close(resume->source);
    memset(resume, 0, sizeof *resume);
}

/* FLAG_FAILED stays set: every function that is still active or called again returns at once. */
void msrck_resume_fail(struct session *session, const msrck_error *error)
{
    msrck_session_note(error);
    msrck_report_write(session, error);
    session->fatal = error->result;
    msrck_transfer_refuse(session, error);
    msrck_attempts_take_back(&session->attempts); /* main may end without msrck_finish() */
    msrck_resume_close(session);
    msrck_frame_stack_clear(&session->frames);
    msrck_flag_set(FLAG_FAILED);
    msrck_flag_clear(FLAG_RESUMING | FLAG_WAITING | FLAG_COLLECTING);
}
