/* SPDX-License-Identifier: MIT */
/* msrck dump: everything in a checkpoint, for people or, with --json, for programs. */
#include "checkpoint_input.h"
#include "dump.h"
#include "output.h"
#include "verb.h"

static const struct option rows[] = {
    { "types", 0, OPTION_FLAG, 0, offsetof(struct dump_options, types), NULL, "show the types" },
    { "frames", 0, OPTION_FLAG, 0, offsetof(struct dump_options, frames), NULL,
      "show the frames and their variables" },
    { "globals", 0, OPTION_FLAG, 0, offsetof(struct dump_options, globals), NULL,
      "show the global variables and roots" },
    { "blocks", 0, OPTION_FLAG, 0, offsetof(struct dump_options, blocks), NULL, "show the memory blocks" },
    { "limit", 0, OPTION_COUNT, 0, offsetof(struct dump_options, limit), "N",
      "at most N blocks of a kind and N elements of an array" },
    { "json", 0, OPTION_FLAG, 0, offsetof(struct dump_options, json), NULL, "print JSON (schemas/dump.schema.json)" },
};

static const struct option_group options = { "options", rows, sizeof rows / sizeof rows[0] };

void dump_note_dangling(struct dump *dump, const char *what, uint64_t number)
{
    msrck_error *error = &dump->error;

    if (error->result != MSRCK_OK)
        return;
    error->result = MSRCK_CORRUPT;
    snprintf(error->message, sizeof error->message, "%s %llu leads nowhere", what, (unsigned long long)number);
}

uint64_t dump_limited(const struct dump *dump, uint64_t count)
{
    return dump->options->limit != 0 && dump->options->limit < count ? dump->options->limit : count;
}

static int dump_file(const char *path, const struct dump_options *chosen, const msrck_limits *limits)
{
    struct dump dump = { .options = chosen, .error = MSRCK_ERROR_INIT };
    struct checkpoint_input input;
    msrck_result result = checkpoint_open(path, limits, &input, &dump.error);

    dump.reader = input.reader;
    if (result == MSRCK_OK)
        result = chosen->json ? dump_json(&dump) : dump_text(&dump);
    checkpoint_close(&input);
    return result == MSRCK_OK ? EXIT_CODE_OK : output_error(path, &dump.error);
}

static int run_dump(const struct verb *verb, int count, char **argv)
{
    struct dump_options chosen = { .limit = 0 };
    msrck_limits limits = MSRCK_LIMITS_INIT;
    void *targets[] = { &chosen, &limits };
    int operands = 0, code = option_table_parse(verb, targets, count, argv, &operands);

    if (code != -1)
        return code;
    if (!chosen.types && !chosen.frames && !chosen.globals && !chosen.blocks)
        chosen.types = chosen.frames = chosen.globals = chosen.blocks = true;
    return dump_file(argv[0], &chosen, &limits);
}

const struct verb verb_dump = {
    "dump", "FILE", "show the types, frames, variables and blocks of a checkpoint",
    "Without --types, --frames, --globals or --blocks everything is shown. Numbers read back exactly.\n",
    1, 1, { &options, &limit_options }, run_dump
};
