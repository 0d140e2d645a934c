/* SPDX-License-Identifier: MIT */
/* What a program tells of itself. Keys are added, never changed: docs/control.md lists them. */
#include <stdio.h>
#include <unistd.h>

#include "runtime/background.h"
#include "runtime/control_server.h"
#include "runtime/migration.h"
#include "runtime/program_options.h"
#include "runtime/requests.h"
#include "runtime/session.h"
#include "runtime/ticker.h"

static void put_number(struct control_message *message, const char *prefix, const char *key, uint64_t value)
{
    char name[48];

    snprintf(name, sizeof name, "%s%s", prefix, key);
    msrck_control_message_number(message, name, value);
}

static void put_text(struct control_message *message, const char *prefix, const char *key, const char *value)
{
    char name[48];

    snprintf(name, sizeof name, "%s%s", prefix, key);
    msrck_control_message_text(message, name, value);
}

void msrck_control_outcome(struct control_message *message, const char *prefix, const struct checkpoint_outcome *outcome,
                           const char *path)
{
    const msrck_checkpoint_report *report = &outcome->report;

    if (path != NULL)
        put_text(message, prefix, "path", path);
    if (outcome->error.result != MSRCK_OK) {
        put_text(message, prefix, "class", msrck_result_name(outcome->error.result));
        put_text(message, prefix, "reason", outcome->error.message);
        return;
    }
    put_number(message, prefix, "blocks", report->blocks);
    put_number(message, prefix, "live_bytes", report->live_bytes);
    put_number(message, prefix, "raw_bytes", report->raw_bytes);
    put_number(message, prefix, "file_bytes", report->file_bytes);
    put_number(message, prefix, "mark_ns", report->mark_ns);
    put_number(message, prefix, "encode_ns", report->encode_ns);
    put_number(message, prefix, "compress_ns", report->compress_ns);
    put_number(message, prefix, "write_ns", report->write_ns);
    put_number(message, prefix, "pause_ns", report->pause_ns);
    put_number(message, prefix, "total_ns", report->total_ns);
    put_text(message, prefix, "mode", msrck_mode_name((unsigned)report->mode));
}

/* Present only where it is asked for: absent means none. */
static void put_policies(struct control_message *message, const struct control_server *server)
{
    const struct program_options *options = server->options;
    char percent[32];

    if (options->every > 0)
        msrck_control_message_number(message, "every_ns", options->every);
    if (options->spacing > 0)
        msrck_control_message_number(message, "spacing_ns", options->spacing);
    if (options->overhead > 0) {
        snprintf(percent, sizeof percent, "%u.%03u", (unsigned)options->overhead,
                 (unsigned)((options->overhead - (unsigned)options->overhead) * 1000));
        msrck_control_message_text(message, "overhead_percent", percent);
    }
    if (server->deadline > 0)
        msrck_control_message_number(message, "deadline_epoch_ns", server->deadline);
    if (options->keep > 1)
        msrck_control_message_number(message, "keep", options->keep);
    if (options->keep_hourly > 0)
        msrck_control_message_number(message, "keep_hourly", options->keep_hourly);
    if (options->keep_daily > 0)
        msrck_control_message_number(message, "keep_daily", options->keep_daily);
    if (options->background != MSRCK_BACKGROUND_AUTO)
        msrck_control_message_text(message, "background",
                                   options->background == MSRCK_BACKGROUND_NEVER ? "never" : "always");
    if (options->signal > 0)
        msrck_control_message_number(message, "signal", (uint64_t)options->signal);
    if (options->stop_signal > 0)
        msrck_control_message_number(message, "stop_signal", (uint64_t)options->stop_signal);
}

/* Whoever was to stop and has written has left its last poll-point. */
static const char *state_name(const struct control_server *server, uint64_t *longest)
{
    const struct control_facts *facts = &server->facts;
    uint64_t now = msrck_monotonic_time();
    bool waits = false;
    size_t a;

    *longest = 0;
    for (a = 0; a < CONTROL_ASKERS; a++)
        if (server->askers[a].state == ASKER_PENDING) {
            waits = true;
            if (now - server->askers[a].since > *longest)
                *longest = now - server->askers[a].since;
        }
    if (msrck_migration_under_way(&msrck_the_session))
        return "migrating";
    if (facts->writing)
        return "writing";
    if (facts->resuming || msrck_flag_has(FLAG_RESUMING | FLAG_WAITING))
        return "resuming";
    if (facts->stopping && facts->ended > 0 && facts->outcome.error.result == MSRCK_OK)
        return "stopping";
    return waits || msrck_migration_requested(&msrck_the_session) ? "requested" : "running";
}

void msrck_control_status(const struct control_server *server, struct control_message *message)
{
    const struct control_facts *facts = &server->facts;
    uint64_t requested;

    msrck_control_message_begin(message, "status");
    msrck_control_message_number(message, "pid", (uint64_t)getpid());
    msrck_control_message_text(message, "program", server->options->program_name);
    msrck_control_message_text(message, "library", MSRCK_VERSION);
    msrck_control_message_text(message, "state", state_name(server, &requested));
    if (requested > 0)
        msrck_control_message_number(message, "requested_ns", requested);
    msrck_control_message_number(message, "started_epoch_ns", facts->started);
    msrck_control_message_text(message, "checkpoint_to", server->usual);
    if (server->resumed_from != NULL)
        msrck_control_message_text(message, "resumed_from", server->resumed_from);
    msrck_control_message_number(message, "checkpoints", facts->checkpoints);
    msrck_control_message_number(message, "failures", facts->failures);
    put_policies(message, server);
    if (facts->ended == 0)
        return;
    msrck_control_message_number(message, "last_epoch_ns", facts->ended);
    msrck_control_message_text(message, "last_result", facts->outcome.error.result == MSRCK_OK ? "written" : "failed");
    msrck_control_outcome(message, "last_", &facts->outcome, facts->destination);
}
