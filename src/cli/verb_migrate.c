/* SPDX-License-Identifier: MIT */
/* msrck migrate: moves a running program to one that waits for it. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "answer_json.h"
#include "migrate.h"
#include "output.h"
#include "running_program.h"
#include "verb.h"

struct migrate_options {
    const char *to, *key, *make_key, *control;
    bool detach, json, verbose;
    uint64_t timeout;               /* nanoseconds */
};

#define PLACE(member) offsetof(struct migrate_options, member)
#define SECOND UINT64_C(1000000000)

static const struct option rows[] = {
    { "to", 0, OPTION_TEXT, 0, PLACE(to), "WHERE",
      "'COMMAND' that runs the program with --resume=-, or tcp:HOST:PORT where one waits with --resume=listen:" },
    { "key", 'k', OPTION_TEXT, 0, PLACE(key), "FILE", "the key that both sides of tcp: have (default ~/.config/msrck/key)" },
    { "make-key", 0, OPTION_TEXT, 0, PLACE(make_key), "FILE", "write a new key to FILE, and do nothing else" },
    { "timeout", 't', OPTION_TIME, 0, PLACE(timeout), "TIME", "longest silence of either side (90, 0.5, 10m; default 60)" },
    { "detach", 'd', OPTION_FLAG, 0, PLACE(detach), NULL, "end once the program has moved; its output is passed on in the background" },
    { "control", 0, OPTION_TEXT, 0, PLACE(control), "DIR", "look for control sockets in DIR only" },
    { "verbose", 'v', OPTION_FLAG, 0, PLACE(verbose), NULL, "say what happens" },
    { "json", 0, OPTION_FLAG, 0, PLACE(json), NULL, "print JSON first (schemas/migrate.schema.json)" },
};

static const struct option_group options = { "options", rows, sizeof rows / sizeof rows[0] };

/* ---- The request ---- */

/* Where programs look for theirs, too. Owned; NULL: no home, or no memory. */
static char *usual_key(void)
{
    const char *folder = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    bool own = folder != NULL && folder[0] == '/';
    char *path;
    size_t size;

    if (!own && (home == NULL || home[0] != '/'))
        return NULL;
    size = strlen(own ? folder : home) + sizeof "/.config/msrck/key";
    if ((path = malloc(size)) != NULL)
        snprintf(path, size, "%s%s/msrck/key", own ? folder : home, own ? "" : "/.config");
    return path;
}

static int make_key(const char *path)
{
    msrck_error error = MSRCK_ERROR_INIT;

    if (&msrck_tls_openssl == NULL) {
        output_message(NULL, "this build of msrck has no TLS");
        return EXIT_CODE_USAGE;
    }
    return msrck_tls_openssl.make_key(path, &error) == MSRCK_OK ? EXIT_CODE_OK : output_error(NULL, &error);
}

/* -1, or the exit code of a usage error. */
static int read_request(const struct verb *verb, const struct migrate_options *chosen, int operands, char **argv,
                        struct migrate_request *request)
{
    if (operands != 1)
        return output_usage_error(verb->name, "one process id is needed");
    if (chosen->to == NULL || chosen->to[0] == '\0')
        return output_usage_error(verb->name, "--to is needed: where the program is to go on");
    if (!running_pid(argv[0], &request->pid))
        return output_usage_error(verb->name, "'%s' is no process id", argv[0]);
    if (chosen->timeout < SECOND || chosen->timeout > 86400 * SECOND)
        return output_usage_error(verb->name, "--timeout is from one second to one day");
    request->to = chosen->to;
    request->key = chosen->key;
    request->directory = chosen->control;
    request->limit = (int)(chosen->timeout / 1000000);
    request->verbose = chosen->verbose;
    return -1;
}

/* ---- The answer ---- */

static void print_json(const struct migrate_request *request, const struct migrate_outcome *outcome)
{
    static const char *const names[] = { "stayed", "migrated", "unknown" };
    struct json_writer writer;

    answer_begin(&writer, "msrck-migrate");
    json_key_number(&writer, "pid", (uint32_t)request->pid);
    json_key_string(&writer, "to", request->to);
    json_key_string(&writer, "result", names[outcome->end]);
    json_key_big(&writer, "bytes", outcome->bytes);
    json_key_big(&writer, "total_ns", (uint64_t)(outcome->seconds * 1e9));
    json_key_big(&writer, "pause_ns", (uint64_t)(outcome->paused * 1e9));
    json_key_big(&writer, "asked_again", outcome->asked_again);
    if (outcome->end != MIGRATE_MIGRATED)
        answer_error(&writer, &outcome->error);
    answer_end(&writer);
    fflush(stdout);
}

/* A second process passes on what the program prints; the first one's end says that it has moved. */
static int pass_on(const struct migrate_options *chosen, struct migrate_link *link)
{
    int status;

    if (chosen->detach) {
        fflush(NULL);
        if (fork() > 0)
            return EXIT_CODE_OK;
    }
    status = migrate_link_pass_on(link);
    if (WIFSIGNALED(status))
        output_message(NULL, "it has moved; there it was ended by signal %d", WTERMSIG(status));
    else if (WEXITSTATUS(status) != 0)
        output_message(NULL, "it has moved; there it ended with status %d", WEXITSTATUS(status));
    return EXIT_CODE_OK;
}

/* Where nobody knows whether it runs there, what it prints is still its output. */
static int report_failure(const struct migrate_options *chosen, const struct migrate_outcome *outcome,
                          struct migrate_link *link)
{
    bool stayed = outcome->end == MIGRATE_STAYED;

    output_message(NULL, "%s%s", outcome->error.message,
                   stayed && chosen->verbose ? "; the program goes on where it is" : "");
    if (!stayed) {
        migrate_link_pass_on(link);
        migrate_link_close(link, 0);
    }
    return outcome->code;
}

static int migrate(const struct migrate_options *chosen, const struct migrate_request *request)
{
    struct migrate_outcome outcome;
    struct migrate_link link;
    int code;

    signal(SIGPIPE, SIG_IGN);
    migrate_run(request, &link, &outcome);
    if (chosen->json)
        print_json(request, &outcome);
    if (outcome.end != MIGRATE_MIGRATED)
        return report_failure(chosen, &outcome, &link);
    if (chosen->verbose)
        output_message(NULL, "%ld has moved: %llu bytes, %.3f s, of which it waited %.3f s", request->pid,
                       (unsigned long long)outcome.bytes, outcome.seconds, outcome.paused);
    code = link.process > 0 ? pass_on(chosen, &link) : EXIT_CODE_OK;
    migrate_link_close(&link, 0);
    return code;
}

static int run_migrate(const struct verb *verb, int count, char **argv)
{
    struct migrate_options chosen = { .timeout = 60 * SECOND };
    struct migrate_request request;
    void *targets[] = { &chosen };
    char *key;
    int operands = 0, code = option_table_parse(verb, targets, count, argv, &operands);

    if (code != -1)
        return code;
    if (chosen.make_key != NULL)
        return operands == 0 ? make_key(chosen.make_key)
                             : output_usage_error(verb->name, "--make-key takes no process id");
    if ((code = read_request(verb, &chosen, operands, argv, &request)) != -1)
        return code;
    key = usual_key();
    if (request.key == NULL)
        request.key = key != NULL ? key : "";
    code = migrate(&chosen, &request);
    free(key);
    return code;
}

const struct verb verb_migrate = {
    "migrate", "PID", "move a running program to another process, here or elsewhere",
    "The destination checks and restores everything before the program leaves; until then, and on any failure, it goes on where it is.",
    0, 1, { &options }, run_migrate
};
