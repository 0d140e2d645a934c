/* SPDX-License-Identifier: MIT */
/* msrck verify: says nothing about a good checkpoint, and one line for each thing that is wrong with a bad one. */
#include <stdio.h>
#include <string.h>

#include "answer_json.h"
#include "checkpoint_input.h"
#include "output.h"
#include "verb.h"
#include "verify_elsewhere.h"
#include "verify_same.h"

struct verify_options {
    bool quiet, json, same, each;
    unsigned level;                 /* msrck_verify_level */
    uint64_t most;                  /* findings to print per file; 0: all */
    struct elsewhere_options elsewhere;
};

static const struct option rows[] = {
    { "quick", 0, OPTION_CHOICE, MSRCK_VERIFY_QUICK, offsetof(struct verify_options, level), NULL,
      "header, metadata, index and end mark only" },
    { "deep", 0, OPTION_CHOICE, MSRCK_VERIFY_DEEP, offsetof(struct verify_options, level), NULL,
      "also every value that could be out of its range" },
    { "same", 0, OPTION_FLAG, 0, offsetof(struct verify_options, same), NULL,
      "of two files, check also that they hold the same state (the default)" },
    { "each", 0, OPTION_FLAG, 0, offsetof(struct verify_options, each), NULL,
      "of two files, check each by itself only" },
    { "target", 0, OPTION_TEXTS, 0, offsetof(struct verify_options, elsewhere.targets), "ABI",
      "check that it can be restored on these machines, or list them" },
    { "program", 0, OPTION_TEXTS, 0, offsetof(struct verify_options, elsewhere.programs), "FILE",
      "check that this program, for any machine, can go on from it" },
    { "quiet", 'q', OPTION_FLAG, 0, offsetof(struct verify_options, quiet), NULL, "print no findings" },
    { "max-findings", 0, OPTION_COUNT, 0, offsetof(struct verify_options, most), "N",
      "stop after N findings in a file" },
    { "json", 0, OPTION_FLAG, 0, offsetof(struct verify_options, json), NULL,
      "print JSON (schemas/verify.schema.json)" },
};

static const struct option_group options = { "options", rows, sizeof rows / sizeof rows[0] };

struct session {
    const struct verify_options *options;
    const char *path;
    struct json_writer *writer;     /* NULL for text */
    uint64_t findings;
};

static void print_finding(const struct session *session, const msrck_finding *finding)
{
    if (session->writer != NULL) {
        json_line(session->writer);
        json_begin_object(session->writer);
        json_key_string(session->writer, "id", finding->id);
        json_key(session->writer, "offset");
        if (finding->offset == MSRCK_NO_OFFSET)
            json_null(session->writer);
        else
            json_big(session->writer, finding->offset);
        json_key_string(session->writer, "text", finding->text);
        json_end_object(session->writer);
    } else if (!session->options->quiet) {
        output_masked(session->path);
        if (finding->offset != MSRCK_NO_OFFSET)
            printf(": %llu", (unsigned long long)finding->offset);
        printf(": %s: ", finding->id);
        output_masked(finding->text);
        putchar('\n');
    }
}

static bool take_finding(void *context, const msrck_finding *finding)
{
    struct session *session = context;

    print_finding(session, finding);
    session->findings++;
    return session->options->most == 0 || session->findings < session->options->most;
}

/* The library puts the offset before its messages; findings have it apart. */
static const char *without_offset(const msrck_error *error)
{
    const char *colon = strchr(error->message, ':');

    return error->offset != MSRCK_NO_OFFSET && colon != NULL && colon[1] == ' ' ? colon + 2 : error->message;
}

/* A file that is too damaged to be opened is a finding, too. */
static msrck_result examine(struct session *session, const msrck_limits *limits, struct checkpoint_input *input,
                            msrck_error *error)
{
    msrck_verify_level level = (msrck_verify_level)session->options->level;
    msrck_result result = checkpoint_open(session->path, limits, input, error);

    if (result == MSRCK_CORRUPT || result == MSRCK_TRUNCATED) {
        const char *id = result == MSRCK_CORRUPT ? "structure" : "truncated";
        msrck_finding finding = { id, error->offset, without_offset(error) };
        take_finding(session, &finding);
        result = MSRCK_OK;
    } else if (result == MSRCK_OK) {
        result = msrck_reader_verify(input->reader, level, take_finding, session, NULL, error);
    }
    return result;
}

static void end_json(struct json_writer *writer, const struct session *session, msrck_result result,
                     const msrck_error *error)
{
    json_end_array(writer);
    json_key(writer, "valid");
    if (result == MSRCK_OK)
        json_bool(writer, session->findings == 0);
    else
        json_null(writer);
    if (result != MSRCK_OK)
        answer_error(writer, error);
}

static void begin_json(struct json_writer *writer, const char *path, unsigned level)
{
    static const char *const levels[] = { "quick", "normal", "deep" };

    json_line(writer);
    json_begin_object(writer);
    json_key_string(writer, "file", path);
    json_key_string(writer, "level", levels[level]);
    json_key(writer, "findings");
    json_begin_array(writer);
}

/* What a file that was examined is answered with; where else a good one could be restored is looked at last. */
static int conclude(const struct session *session, msrck_reader *reader, msrck_result result, const msrck_error *error)
{
    const struct verify_options *chosen = session->options;

    if (session->writer != NULL)
        end_json(session->writer, session, result, error);
    if (result != MSRCK_OK)
        return output_error(session->path, error);
    if (session->findings > 0)
        return EXIT_CODE_NO;
    if (chosen->level == MSRCK_VERIFY_QUICK && !chosen->quiet && session->writer == NULL)
        output_message(session->path, "the structure is whole; contents were not read");
    return elsewhere_examine(reader, session->path, &chosen->elsewhere, session->writer);
}

static int verify_file(const char *path, const struct verify_options *chosen, const msrck_limits *limits,
                       struct json_writer *writer)
{
    struct session session = { chosen, path, writer, 0 };
    msrck_error error = MSRCK_ERROR_INIT;
    struct checkpoint_input input;
    msrck_result result;
    int code;

    if (writer != NULL)
        begin_json(writer, path, chosen->level);
    result = examine(&session, limits, &input, &error);
    code = conclude(&session, input.reader, result, &error);
    if (writer != NULL)
        json_end_object(writer);
    checkpoint_close(&input);
    return code;
}

/* --target=list: the table of machines, instead of looking at files. */
static int list_machines(const struct verify_options *chosen)
{
    struct json_writer writer;

    if (chosen->json) {
        answer_begin(&writer, "msrck-verify");
        json_key(&writer, "targets");
        json_begin_array(&writer);
    }
    elsewhere_list(chosen->json ? &writer : NULL);
    if (chosen->json) {
        json_end_array(&writer);
        answer_end(&writer);
    }
    return EXIT_CODE_OK;
}

/* What the operands and options need of each other: -1, or the exit code after an answer or a message. */
static int check_usage(struct verify_options *chosen, int operands)
{
    int code = elsewhere_check_options(&chosen->elsewhere);

    chosen->elsewhere.most = chosen->most;
    chosen->elsewhere.quiet = chosen->quiet;
    if (code != EXIT_CODE_OK)
        return code;
    if (elsewhere_wants_list(&chosen->elsewhere))
        return list_machines(chosen);
    return operands > 0 ? -1 : output_usage_error("verify", "verify: no file given");
}

/*
 * Two files are compared unless something else was asked of them, or they cannot be read twice. -1, or the exit code after a message about what --same needs.
 */
static int choose_same(struct verify_options *chosen, int operands, char **files)
{
    bool piped = operands == 2 && (strcmp(files[0], "-") == 0 || strcmp(files[1], "-") == 0);

    if (chosen->same && chosen->each)
        return output_usage_error("verify", "verify: --same and --each exclude each other");
    if (chosen->same && operands != 2)
        return output_usage_error("verify", "verify: --same compares two files");
    if (chosen->same && piped)
        return output_usage_error("verify", "verify: --same reads files twice and cannot take standard input");
    if (operands == 2 && !piped && !chosen->each && chosen->level != MSRCK_VERIFY_QUICK && chosen->elsewhere.targets.count == 0 &&
        chosen->elsewhere.programs.count == 0)
        chosen->same = true;
    return -1;
}

static int run_verify(const struct verb *verb, int count, char **argv)
{
    struct verify_options chosen = { .level = MSRCK_VERIFY_NORMAL };
    msrck_limits limits = MSRCK_LIMITS_INIT;
    void *targets[] = { &chosen, &limits };
    struct json_writer writer;
    int operands = 0, code = option_table_parse(verb, targets, count, argv, &operands);

    if (code == -1)
        code = check_usage(&chosen, operands);
    if (code == -1)
        code = choose_same(&chosen, operands, argv);
    if (code != -1)
        return code;
    code = EXIT_CODE_OK;
    if (chosen.json) {
        answer_begin(&writer, "msrck-verify");
        json_key(&writer, "files");
        json_begin_array(&writer);
    }
    for (int i = 0; i < operands; i++)
        code = larger_code(code, verify_file(argv[i], &chosen, &limits, chosen.json ? &writer : NULL));
    if (chosen.json)
        json_end_array(&writer);
    /* Files that are damaged hold nothing to compare. */
    if (chosen.same && code == EXIT_CODE_OK)
        code = verify_same(argv[0], argv[1], &limits, chosen.quiet, chosen.json ? &writer : NULL);
    if (chosen.json)
        answer_end(&writer);
    return code;
}

const struct verb verb_verify = {
    "verify", "FILE...", "check that checkpoints are whole and consistent",
    "Prints nothing for a good file, and a line 'FILE: OFFSET: ID: TEXT' for each thing that is wrong. Looks at\n"
    "every checksum, chunk, count, pointer, union and function number. Two good files must also hold the same\n"
    "state: the first difference is printed, and the exit code is 1 then. --each looks at each by itself.\n"
    "--target and --program print a line 'FILE: WHERE: ID: PATH: TEXT' for each thing that cannot be restored there;\n"
    "the exit code is 7 then. --target=list shows the machines.\n",
    0, -1, { &options, &limit_options }, run_verify
};
