/* SPDX-License-Identifier: MIT */
/* msrck dump: everything in a checkpoint, for people or, with --json, for programs. */
#include "checkpoint_input.h"
#include "colour.h"
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
    { "root", 0, OPTION_TEXTS, 0, offsetof(struct dump_options, roots), "NAME",
      "show a variable and the blocks that can be reached from it" },
    { "path", 0, OPTION_TEXTS, 0, offsetof(struct dump_options, paths), "PATH",
      "the same from a path, as 'msrck get' takes it" },
    { "max-depth", 0, OPTION_COUNT, 0, offsetof(struct dump_options, max_depth), "N",
      "follow at most N pointers in a row" },
    { "raw", 0, OPTION_FLAG, 0, offsetof(struct dump_options, raw), NULL,
      "show every byte with its offset and its name in the format" },
    { "color", 0, OPTION_TEXT, 0, offsetof(struct dump_options, colour), "WHEN",
      "colour: auto (on a terminal), always or never" },
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
    struct block_search reached = { 0 };
    msrck_result result = checkpoint_open(path, limits, &input, &dump.error);

    dump.reader = input.reader;
    if (result == MSRCK_OK && dump_selects(chosen)) {
        result = block_search_begin(&reached, input.reader, &dump.error);
        dump.reached = &reached;
    }
    if (result == MSRCK_OK)
        result = chosen->raw ? dump_raw(&dump) : chosen->json ? dump_json(&dump) : dump_text(&dump);
    block_search_end(&reached);
    checkpoint_close(&input);
    return result == MSRCK_OK ? EXIT_CODE_OK : output_error(path, &dump.error);
}

static int run_dump(const struct verb *verb, int count, char **argv)
{
    struct dump_options chosen = { .max_depth = UINT64_MAX };
    bool colour;
    msrck_limits limits = MSRCK_LIMITS_INIT;
    void *targets[] = { &chosen, &limits };
    int operands = 0, code = option_table_parse(verb, targets, count, argv, &operands);

    if (code != -1)
        return code;
    if (!colour_choose("dump", chosen.colour, &colour))
        return EXIT_CODE_USAGE;
    chosen.coloured = colour && !chosen.json;
    if (chosen.raw && (chosen.json || dump_selects(&chosen)))
        return output_usage_error("dump", "dump: --raw shows the file as it is, and neither as JSON nor in part");
    if (!chosen.types && !chosen.frames && !chosen.globals && !chosen.blocks) {
        chosen.blocks = true;
        chosen.types = chosen.frames = chosen.globals = !dump_selects(&chosen);
    }
    return dump_file(argv[0], &chosen, &limits);
}

const struct verb verb_dump = {
    "dump", "FILE", "show the types, frames, variables and blocks of a checkpoint",
    "Without --types, --frames, --globals or --blocks everything is shown. Numbers read back exactly.\n"
    "--root and --path may be given several times.\n",
    1, 1, { &options, &limit_options }, run_dump
};
