/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* O_CLOEXEC */
#ifndef _FILE_OFFSET_BITS
#define _FILE_OFFSET_BITS 64 /* a log of timings may grow large on 32-bit machines too */
#endif
#include "runtime/course.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/failure.h"
#include "runtime/background.h"
#include "runtime/control_hooks.h"
#include "runtime/requests.h"
#include "runtime/session.h"

#define BILLION 1000000000ULL
/* A process that writes is looked after this soon, then at doubling distances. */
#define LOOK_FIRST (BILLION / 50)
#define LOOK_MOST BILLION

/* ---- Opening and closing ---------------------------------------------------------------------------------------- */

/* "@" times are of the clock on the wall; from here on they are distances, so that setting that clock moves nothing. */
static uint64_t deadline_moment(const struct deadline *deadline, uint64_t now)
{
    struct timespec wall;
    uint64_t epoch;

    if (deadline->kind == DEADLINE_NONE)
        return PACING_NEVER;
    if (deadline->kind == DEADLINE_AFTER)
        return now + deadline->time;
    clock_gettime(CLOCK_REALTIME, &wall);
    epoch = (uint64_t)wall.tv_sec * BILLION + (uint64_t)wall.tv_nsec;
    return deadline->time > epoch ? now + (deadline->time - epoch) : now;
}

/* Opened now, so that a path that cannot be written is told before the program has computed for a day. */
static msrck_result open_timings(struct session *session, msrck_error *error)
{
    struct course *course = &session->course;
    const char *path = session->options.timings;

    course->timings = -1;
    if (path == NULL)
        return MSRCK_OK;
    if (strcmp(path, "-") == 0) {
        course->timings = STDERR_FILENO;
        return MSRCK_OK;
    }
    course->timings = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666);
    course->timings_owned = course->timings >= 0;
    return course->timings >= 0 ? MSRCK_OK : msrck_fail_system(error, errno, "cannot write timings to %s", path);
}

/* The next moment at which the program has to look here. */
static void rearm(struct session *session)
{
    struct course *course = &session->course;
    uint64_t moment = msrck_pacing_stop_time(&course->pacing), save = msrck_pacing_save_time(&course->pacing);
    uint64_t now;

    if (course->ticker == NULL)
        return;
    now = msrck_monotonic_time();
    if (save < moment)
        moment = save;
    if (session->child.running) {
        uint64_t look = now + course->look_again;

        if (look < moment)
            moment = look;
        if (course->look_again < LOOK_MOST)
            course->look_again *= 2;
    }
    course->armed = moment > now ? moment : now;
    msrck_ticker_set(course->ticker, moment);
}

msrck_result msrck_course_open(struct session *session, msrck_error *error)
{
    struct course *course = &session->course;
    const struct program_options *options = &session->options;
    msrck_result result = open_timings(session, error);

    if (result != MSRCK_OK)
        return result;
    course->pacing.started = msrck_monotonic_time();
    course->pacing.every = options->every;
    course->pacing.spacing = options->spacing;
    course->pacing.overhead = options->overhead;
    course->pacing.deadline = deadline_moment(&options->deadline, course->pacing.started);
    if (!msrck_pacing_active(&course->pacing))
        return MSRCK_OK;
    if ((result = msrck_ticker_start(&course->ticker, error)) == MSRCK_OK)
        rearm(session);
    return result;
}

void msrck_course_close(struct session *session)
{
    struct course *course = &session->course;

    msrck_ticker_stop(course->ticker);
    course->ticker = NULL;
    if (course->timings_owned)
        close(course->timings);
    course->timings_owned = false;
}

/* ---- Due or not ------------------------------------------------------------------------------------------------- */

/* How late a moment was seen says how far the program's poll-points are apart. */
static void measure_wait(struct course *course, uint64_t now)
{
    if (now > course->armed && now - course->armed > course->pacing.wait)
        course->pacing.wait = now - course->armed;
}

bool msrck_course_due(struct session *session, bool requested, bool *stop)
{
    struct pacing *pacing = &session->course.pacing;
    uint64_t now;
    bool due;

    *stop = false;
    if (session->course.ticker == NULL)
        return requested;
    now = msrck_monotonic_time();
    measure_wait(&session->course, now);
    session->course.armed = PACING_NEVER;
    *stop = msrck_pacing_stop_time(pacing) <= now;
    due = *stop || msrck_pacing_save_time(pacing) <= now;
    if (!due && requested)
        due = msrck_pacing_admit(pacing, now);
    if (!due)
        rearm(session);
    return due;
}

/* ---- One checkpoint --------------------------------------------------------------------------------------------- */

void msrck_course_begin(struct session *session)
{
    struct course *course = &session->course;

    course->paused = msrck_monotonic_time();
    msrck_child_reap(session, true);
    free(session->destination);
    session->destination = session->next_destination;
    session->next_destination = NULL;
    msrck_control_begin(session);
    course->began = msrck_monotonic_time();
    course->look_again = LOOK_FIRST;
    msrck_pacing_begin(&course->pacing, course->began);
}

void msrck_course_forked(struct session *session)
{
    session->course.pause = msrck_monotonic_time() - session->course.paused;
    msrck_control_forked(session, session->course.pause);
    rearm(session);
}

uint64_t msrck_course_cost(const struct session *session)
{
    return msrck_monotonic_time() - session->course.began;
}

/* A standard error that nobody reads any more is no reason to end. */
static bool append(int descriptor, const void *bytes, size_t length)
{
    struct sigaction ignore, former;
    ssize_t written;

    memset(&ignore, 0, sizeof ignore);
    ignore.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &ignore, &former);
    do
        written = write(descriptor, bytes, length);
    while (written < 0 && errno == EINTR);
    sigaction(SIGPIPE, &former, NULL);
    return written == (ssize_t)length;
}

/* What a program's own log would hold, one line in one write: several programs may share the file. */
static void write_timings(struct session *session, const char *path, const msrck_error *failure,
                          const struct msrck_checkpoint_report *report)
{
    const struct course *course = &session->course;
    struct byte_buffer line = BYTE_BUFFER_INIT;
    bool good = failure->result == MSRCK_OK;
    struct timespec wall;
    msrck_error error = MSRCK_ERROR_INIT;

    clock_gettime(CLOCK_REALTIME, &wall);
    msrck_buffer_printf(&line, "time=%lld.%03ld pid=%ld checkpoint=%llu result=%s", (long long)wall.tv_sec,
                        wall.tv_nsec / 1000000, (long)getpid(), session->checkpoints, good ? "written" : "failed");
    msrck_buffer_printf(&line, " blocks=%llu live_bytes=%llu raw_bytes=%llu file_bytes=%llu",
                        (unsigned long long)report->blocks, (unsigned long long)report->live_bytes,
                        (unsigned long long)report->raw_bytes, (unsigned long long)report->file_bytes);
    msrck_buffer_printf(&line, " mark_ns=%llu encode_ns=%llu compress_ns=%llu write_ns=%llu",
                        (unsigned long long)report->mark_ns, (unsigned long long)report->encode_ns,
                        (unsigned long long)report->compress_ns, (unsigned long long)report->write_ns);
    msrck_buffer_printf(&line, " pause_ns=%llu total_ns=%llu mode=%s", (unsigned long long)report->pause_ns,
                        (unsigned long long)report->total_ns, msrck_mode_name((unsigned)report->mode));
    msrck_buffer_printf(&line, " %s=%s\n", good ? "path" : "reason", good ? path : failure->message);
    if (line.failed)
        msrck_fail_memory(&error, 0, "a line of timings");
    else if (!append(course->timings, line.bytes, line.length))
        msrck_fail_system(&error, errno, "cannot write timings to %s", session->options.timings);
    if (error.result != MSRCK_OK)
        msrck_session_note(&error);
    msrck_buffer_free(&line);
}

void msrck_course_end(struct session *session, const char *path, const msrck_error *error,
                      const struct msrck_checkpoint_report *report, uint64_t cost)
{
    struct course *course = &session->course;
    uint64_t now = msrck_monotonic_time();
    bool succeeded = error->result == MSRCK_OK;
    struct checkpoint_outcome outcome = { *error, *report };

    outcome.report.pause_ns = course->pause > 0 ? course->pause : now - course->paused;
    outcome.report.total_ns = cost;
    outcome.report.mode = session->mode;
    if (succeeded)
        msrck_session_wrote(session, path, &outcome.report);
    else
        msrck_session_note(error);
    msrck_pacing_end(&course->pacing, now, cost, succeeded);
    if (course->timings >= 0)
        write_timings(session, path, error, &outcome.report);
    msrck_control_end(session, &outcome);
    course->pause = 0;
    rearm(session);
}
