/* SPDX-License-Identifier: MIT */
#ifndef _FILE_OFFSET_BITS
#define _FILE_OFFSET_BITS 64 /* checkpoints of any size on 32-bit machines too */
#endif
#include "runtime/checkpoint_write.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/allocation.h"
#include "base/failure.h"
#include "runtime/deadly_signals.h"
#include "runtime/kept_periods.h"
#include "runtime/rotation.h"

/* ---- Destination ------------------------------------------------------------------------------------------------ */

/* Files appear whole or not at all; standard output is for pipes to another machine. */
static msrck_result open_sink(struct session *session, const char *path, struct sink **sink, msrck_error *error)
{
    if (session->migration.streaming)
        return msrck_migration_sink(session, sink, error);
    if (strcmp(path, "-") != 0)
        return msrck_sink_open_file(path, !session->options.no_sync, sink, error);
    if (isatty(STDOUT_FILENO))
        return msrck_fail(error, MSRCK_MISUSE, "a checkpoint is not written to a terminal");
    return msrck_sink_open_descriptor(STDOUT_FILENO, sink, error);
}

/* A pipe may be waited for as long as nobody reads it. */
static bool may_block(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && !S_ISREG(status.st_mode);
}

/*
 * Signals wait until the temporary file is known to those who remove it: between its making and that moment one would
 * leave it behind.
 */
static msrck_result open_watched(struct session *session, const char *path, struct sink **sink,
                                 struct deadly_signals *signals, msrck_error *error)
{
    bool hold = !may_block(path);
    sigset_t all, former;
    msrck_result result;

    sigfillset(&all);
    if (hold)
        pthread_sigmask(SIG_SETMASK, &all, &former);
    if ((result = open_sink(session, path, sink, error)) == MSRCK_OK)
        msrck_deadly_signals_watch(signals, *sink);
    if (hold)
        pthread_sigmask(SIG_SETMASK, &former, NULL);
    return result;
}

/* The checkpoints before are those of the usual path; another one that somebody asked for stands alone. */
static bool is_kept(const struct session *session, const char *path)
{
    return strcmp(path, session->options.checkpoint_to) == 0 && strcmp(path, "-") != 0;
}

/* The sink is gone afterwards. */
static msrck_result rotate_in_place(const struct session *session, struct sink *sink, const char *path,
                                    msrck_error *error)
{
    struct rotation rotation = { NULL };
    msrck_result result;

    if (!is_kept(session, path) || session->options.keep <= 1)
        return msrck_sink_commit(sink, error);
    if ((result = msrck_rotation_begin(&rotation, path, error)) != MSRCK_OK) {
        msrck_sink_abort(sink);
        return result;
    }
    result = msrck_sink_commit(sink, error);
    return msrck_rotation_end(&rotation, path, session->options.keep, result == MSRCK_OK, error) != MSRCK_OK
               ? error->result
               : result;
}

/* The sink is gone afterwards. */
static msrck_result put_in_place(const struct session *session, struct sink *sink, const char *path,
                                 msrck_error *error)
{
    const struct program_options *options = &session->options;
    msrck_result result = rotate_in_place(session, sink, path, error);

    if (result != MSRCK_OK || !is_kept(session, path))
        return result;
    return msrck_periods_keep(path, options->keep_hourly, options->keep_daily, time(NULL), !options->no_sync, error);
}

static msrck_result commit(struct session *session, struct collection *collection, const char *path,
                           struct msrck_checkpoint_report *report, msrck_error *error)
{
    struct collection_report counted;
    struct deadly_signals signals;
    struct sink *sink = NULL;
    uint64_t committing = 0;
    msrck_result result;

    memset(&counted, 0, sizeof counted);
    if ((result = open_watched(session, path, &sink, &signals, error)) != MSRCK_OK)
        return result;
    result = msrck_collection_finish(collection, sink, &counted, error);
    if (result == MSRCK_OK) {
        committing = msrck_monotonic_time();
        result = put_in_place(session, sink, path, error);
        committing = msrck_monotonic_time() - committing;
    } else {
        msrck_sink_abort(sink);
    }
    msrck_deadly_signals_release(&signals);
    if (result != MSRCK_OK)
        return result;
    report->blocks = counted.blocks;
    report->live_bytes = counted.bytes_live;
    report->raw_bytes = counted.bytes_raw;
    report->file_bytes = counted.bytes_file;
    report->mark_ns = counted.mark_ns;
    report->encode_ns = counted.encode_ns;
    report->compress_ns = counted.compress_ns;
    report->write_ns = counted.write_ns + committing;
    return MSRCK_OK;
}

/*
 * A reader that is gone and a limit on file sizes are errors of write(), not the end of the program, whatever it does
 * about these signals elsewhere.
 */
msrck_result msrck_checkpoint_commit(struct session *session, struct collection *collection, const char *path,
                                     struct msrck_checkpoint_report *report, msrck_error *error)
{
    static const int deadly[] = { SIGPIPE, SIGXFSZ };
    struct sigaction ignore, former[2];
    msrck_result result;
    size_t d;

    memset(&ignore, 0, sizeof ignore);
    ignore.sa_handler = SIG_IGN;
    for (d = 0; d < 2; d++)
        sigaction(deadly[d], &ignore, &former[d]);
    result = commit(session, collection, path, report, error);
    for (d = 0; d < 2; d++)
        sigaction(deadly[d], &former[d], NULL);
    return result;
}

/* ---- What goes in ----------------------------------------------------------------------------------------------- */

/* Also for a saver: what a checkpoint says of its program is the same whoever chose the roots. */
msrck_result msrck_checkpoint_collection(struct session *session, collection_observer observer, void *context,
                                         struct collection **collection, msrck_error *error)
{
    const struct collection_options options = {
        .codec = session->options.codec,
        .threads = session->options.threads,
        .everything = session->options.everything,
        .null_untracked = session->options.null_untracked,
        .provenance = !session->options.no_provenance,
        .observer = observer,
        .observer_context = context,
    };
    msrck_result result;

    *collection = NULL;
    result =
        msrck_collection_new(session->msrlt, session->types, &session->tables.targets, &options, collection, error);
    if (result != MSRCK_OK)
        return result;
    result = msrck_collection_set_program(*collection, session->options.program_name, session->tables.functions,
                                          session->tables.function_count, error);
    if (result != MSRCK_OK) {
        msrck_collection_free(*collection);
        *collection = NULL;
    }
    return result;
}

/* In the sequence of registration; the file sorts them by name. */
static msrck_result add_variables(const struct session *session, struct collection *collection, msrck_error *error)
{
    size_t v;

    for (v = 0; v < session->variable_count; v++) {
        const struct session_variable *variable = &session->variables[v];
        msrck_result result = msrck_collection_add_variable(collection, VARIABLE_GLOBAL, variable->name,
                                                            variable->handle, variable->type, error);

        if (result != MSRCK_OK)
            return result;
    }
    return MSRCK_OK;
}

/*
 * Number of a local among all locals of all frames, the same on every machine: it becomes its block's place in the
 * file.
 */
static uint64_t local_order(size_t frame, uint32_t local)
{
    return (uint64_t)frame << 16 | local; /* a function has at most 65535 locals */
}

/* Makes a frame's locals stack blocks: at their addresses, with the bytes of their copies. Appends to `registered`. */
static msrck_result register_locals(struct session *session, size_t number, size_t *registered,
                                    size_t *registered_count, size_t *handles, msrck_error *error)
{
    const struct frame_copy *frame = &session->frames.frames[number];
    const struct function_entry *function = &session->tables.functions[frame->function];
    uint32_t l;

    for (l = 0; l < function->local_count; l++) {
        const struct local_copy *local = frame->set != NULL ? &session->frames.locals[frame->first_local + l] : NULL;
        uint64_t elements = local != NULL ? local->count : 0;
        msrck_result result;
        uint32_t element;

        handles[l] = SIZE_MAX;
        if (elements == 0)
            continue;
        if ((element = msrck_ti_strip_arrays(session->types, function->locals[l].type, &elements)) == UINT32_MAX)
            return msrck_fail(error, MSRCK_MISUSE, "%s.%s: too many elements", function->name,
                              function->locals[l].name);
        result = msrck_msrlt_add_named(session->msrlt, SEGMENT_STACK, local->address,
                                       msrck_frame_stack_at(&session->frames, local->offset), element, elements,
                                       local_order(number, l), &handles[l], error);
        if (result != MSRCK_OK) {
            msrck_error_prefix(error, "%s.%s", function->name, function->locals[l].name);
            return result;
        }
        registered[(*registered_count)++] = handles[l];
    }
    return MSRCK_OK;
}

/* One frame: its locals as blocks of the MSRLT, its live variables as a block that nothing can point to. */
static msrck_result add_frame(struct session *session, struct collection *collection, size_t number, size_t *registered,
                              size_t *registered_count, msrck_error *error)
{
    const struct frame_copy *frame = &session->frames.frames[number];
    const struct function_entry *function = &session->tables.functions[frame->function];
    size_t *handles = msrck_allocate(function->local_count, sizeof *handles);
    uint32_t live_type = function->points[frame->point - 1].live_type;
    msrck_result result;

    if (handles == NULL)
        return msrck_fail_memory(error, function->local_count * sizeof *handles, "local variables");
    result = register_locals(session, number, registered, registered_count, handles, error);
    if (result == MSRCK_OK)
        result = msrck_collection_add_frame(collection, frame->function, frame->point,
                                            live_type != TI_VOID ? msrck_frame_stack_at(&session->frames, frame->live)
                                                                 : NULL,
                                            live_type, handles, error);
    free(handles);
    return result;
}

/* Frames, innermost first, then the file; the MSRLT forgets the stack blocks again, in reverse. */
static msrck_result write_frames(struct session *session, struct collection *collection, const char *path,
                                 struct msrck_checkpoint_report *report, msrck_error *error)
{
    size_t *registered = msrck_allocate(session->frames.local_count, sizeof *registered), count = 0, f;
    msrck_result result = MSRCK_OK;

    if (registered == NULL)
        return msrck_fail_memory(error, session->frames.local_count * sizeof *registered, "local variables");
    for (f = 0; f < session->frames.count && result == MSRCK_OK; f++)
        result = add_frame(session, collection, f, registered, &count, error);
    if (result == MSRCK_OK)
        result = msrck_checkpoint_commit(session, collection, path, report, error);
    while (count > 0)
        msrck_msrlt_remove_named(session->msrlt, registered[--count]);
    free(registered);
    return result;
}

msrck_result msrck_checkpoint_write(struct session *session, const char *path, struct msrck_checkpoint_report *report,
                                    msrck_error *error)
{
    struct collection *collection;
    msrck_result result;

    if (session->saver_active)
        return msrck_fail(error, MSRCK_MISUSE, "a checkpoint cannot be taken while an msrck_saver is at work");
    if ((result = msrck_streams_sync(session, error)) != MSRCK_OK ||
        (result = msrck_checkpoint_collection(session, NULL, NULL, &collection, error)) != MSRCK_OK)
        return result;
    result = add_variables(session, collection, error);
    if (result == MSRCK_OK)
        result = msrck_streams_register(session, error);
    if (result == MSRCK_OK)
        result = write_frames(session, collection, path, report, error);
    msrck_streams_unregister(session);
    msrck_collection_free(collection);
    return result;
}

msrck_result msrck_checkpoint_prepare(struct session *session, msrck_error *error)
{
    msrck_result result = msrck_streams_look(session, error);

    return result == MSRCK_OK ? msrck_library_look(session, error) : result;
}
