/* SPDX-License-Identifier: MIT */
/* msrck stat: where the bytes of a checkpoint are. */
#include <string.h>

#include "answer_json.h"
#include "checkpoint_input.h"
#include "output.h"
#include "stat_collect.h"
#include "verb.h"

struct stat_options {
    struct option_texts by;
    const char *sort;
    uint64_t limit;
    bool chunks, json;
};

static const struct option rows[] = {
    { "by", 0, OPTION_TEXTS, 0, offsetof(struct stat_options, by), "WHAT",
      "only this table: type, segment, root, frame, block, extent, chunk" },
    { "chunks", 0, OPTION_FLAG, 0, offsetof(struct stat_options, chunks), NULL, "every chunk, too" },
    { "sort", 0, OPTION_TEXT, 0, offsetof(struct stat_options, sort), "KEY",
      "sort by a key of the JSON: bytes, blocks, stored, ratio, name, only_bytes, ..." },
    { "limit", 0, OPTION_COUNT, 0, offsetof(struct stat_options, limit), "N",
      "at most N rows of a table; 0: all (default 20; with --json all but 20 largest blocks)" },
    { "json", 0, OPTION_FLAG, 0, offsetof(struct stat_options, json), NULL, "print JSON (schemas/stat.schema.json)" },
};

static const struct option_group options = { "options", rows, sizeof rows / sizeof rows[0] };

#define DEFAULT_LIMIT 20u
#define NO_LIMIT_GIVEN UINT64_MAX

/* -1, or the exit code of a usage error. */
static int choose_parts(const struct verb *verb, const struct stat_options *chosen, bool wanted[STAT_PARTS])
{
    for (unsigned i = 0; i < STAT_PARTS; i++)
        wanted[i] = chosen->by.count == 0 && i != STAT_CHUNKS;
    for (size_t i = 0; i < chosen->by.count; i++) {
        enum stat_part part = stat_part_named(chosen->by.items[i]);
        if (part == STAT_PARTS)
            return output_usage_error(verb->name, "--by: '%s' is none of type, segment, root, frame, block, extent, chunk",
                                      chosen->by.items[i]);
        wanted[part] = true;
    }
    wanted[STAT_CHUNKS] = wanted[STAT_CHUNKS] || chosen->chunks;
    return -1;
}

/* The largest come first where nothing else is asked for; roots, frames, extents and chunks have an order of their own. */
static int sort_tables(const struct verb *verb, const char *key, struct stat_answer *answer)
{
    bool sorted = false;

    stat_table_sort(&answer->tables[STAT_TYPES], "bytes");
    stat_table_sort(&answer->tables[STAT_SEGMENTS], "bytes");
    for (unsigned i = 0; key != NULL && i < STAT_PARTS; i++)
        sorted = (answer->wanted[i] && stat_table_sort(&answer->tables[i], key)) || sorted;
    if (key != NULL && !sorted)
        return output_usage_error(verb->name, "--sort: no table that is shown has the key '%s'", key);
    return -1;
}

/* ---- Text ---- */

static void print_size(const char *name, uint64_t bytes)
{
    char text[STAT_SIZE_TEXT];

    printf("  %-12s %s", name, stat_size(bytes, text));
    if (bytes >= 1024)
        printf(" (%llu bytes)", (unsigned long long)bytes);
    putchar('\n');
}

static void print_totals(const char *path, const struct stat_totals *totals)
{
    char text[STAT_SIZE_TEXT];

    output_masked(path);
    printf("\n  %-12s %llu\n", "blocks", (unsigned long long)totals->blocks);
    print_size("data", totals->raw);
    printf("  %-12s %s in %llu chunks", "stored", stat_size(totals->stored, text), (unsigned long long)totals->chunks);
    if (totals->raw > 0)
        printf(", %.1f %% of the data", 100.0 * (double)totals->stored / (double)totals->raw);
    putchar('\n');
    print_size("file", totals->file);
    if (!totals->graph)
        return;
    printf("  %-12s %llu", "pointers", (unsigned long long)totals->pointers);
    if (totals->dangling > 0)
        printf(", and %llu that lead nowhere", (unsigned long long)totals->dangling);
    printf("\n  %-12s %llu blocks, %s\n", "unreachable", (unsigned long long)totals->unreachable.blocks,
           stat_size(totals->unreachable.bytes, text));
}

/* ---- JSON ---- */

static void json_totals(struct json_writer *writer, const struct stat_totals *totals)
{
    json_line(writer);
    json_key(writer, "totals");
    json_begin_object(writer);
    json_key_big(writer, "blocks", totals->blocks);
    json_key_big(writer, "bytes", totals->raw);
    json_key_big(writer, "stored", totals->stored);
    json_key_big(writer, "chunks", totals->chunks);
    json_key_big(writer, "file_bytes", totals->file);
    if (totals->graph) {
        json_key_big(writer, "pointers", totals->pointers);
        json_key_big(writer, "dangling", totals->dangling);
        json_key_big(writer, "unreachable_blocks", totals->unreachable.blocks);
        json_key_big(writer, "unreachable_bytes", totals->unreachable.bytes);
    }
    json_end_object(writer);
}

static void print_answer(const char *path, const struct stat_options *chosen, const struct stat_answer *answer)
{
    uint64_t text_limit = chosen->limit == NO_LIMIT_GIVEN ? DEFAULT_LIMIT : chosen->limit;
    uint64_t json_limit = chosen->limit == NO_LIMIT_GIVEN ? 0 : chosen->limit;
    struct json_writer writer;

    if (!chosen->json) {
        print_totals(path, &answer->totals);
        for (unsigned i = 0; i < STAT_PARTS; i++)
            if (answer->wanted[i])
                stat_table_print(&answer->tables[i], text_limit);
        return;
    }
    answer_begin(&writer, "msrck-stat");
    json_key_string(&writer, "file", path);
    json_totals(&writer, &answer->totals);
    for (unsigned i = 0; i < STAT_PARTS; i++)
        if (answer->wanted[i])
            stat_table_json(&answer->tables[i], json_limit, &writer);
    json_line(&writer);
    answer_end(&writer);
}

/* ---- The verb ---- */

static int refuse(const char *path, const msrck_error *error, bool json)
{
    struct json_writer writer;

    if (json) {
        answer_begin(&writer, "msrck-stat");
        json_key_string(&writer, "file", path);
        answer_error(&writer, error);
        answer_end(&writer);
    }
    return output_error(path, error);
}

static int show_file(const struct verb *verb, const char *path, const struct stat_options *chosen,
                     const msrck_limits *limits, struct stat_answer *answer)
{
    msrck_error error = MSRCK_ERROR_INIT;
    struct checkpoint_input input;
    msrck_result result = checkpoint_open(path, limits, &input, &error);
    int code = -1;

    if (result == MSRCK_OK)
        result = stat_collect(input.reader, answer, &error);
    if (result == MSRCK_OK)
        code = sort_tables(verb, chosen->sort, answer);
    if (result == MSRCK_OK && code == -1) {
        print_answer(path, chosen, answer);
        code = EXIT_CODE_OK;
        if (answer->totals.dangling > 0) {
            output_message(path, "%llu pointers lead nowhere", (unsigned long long)answer->totals.dangling);
            code = EXIT_CODE_CORRUPT;
        }
    }
    checkpoint_close(&input);
    return result == MSRCK_OK ? code : refuse(path, &error, chosen->json);
}

static int run_stat(const struct verb *verb, int count, char **argv)
{
    struct stat_options chosen = { .limit = NO_LIMIT_GIVEN };
    msrck_limits limits = MSRCK_LIMITS_INIT;
    void *targets[] = { &chosen, &limits };
    struct stat_answer answer;
    int operands = 0, code = option_table_parse(verb, targets, count, argv, &operands);

    memset(&answer, 0, sizeof answer);
    if (code == -1)
        code = choose_parts(verb, &chosen, answer.wanted);
    if (code != -1)
        return code;
    answer.memory = limits.memory_bytes;
    answer.largest = chosen.limit == NO_LIMIT_GIVEN ? DEFAULT_LIMIT : chosen.limit;
    code = show_file(verb, argv[0], &chosen, &limits, &answer);
    stat_answer_free(&answer);
    return code;
}

const struct verb verb_stat = {
    "stat", "FILE", "tell where the bytes of a checkpoint are: by type, root, frame, block, chunk",
    "Bytes are those of the canonical rows, before compression; 'stored' is what they take in the file.\n"
    "For each root: 'first' is reached from it and from none above it, and adds up to all that is reachable;\n"
    "'reachable' is all that can be reached from it; 'only' what can be reached from no other root.\n"
    "'msrck du' is the same verb.\n",
    1, 1, { &options, &limit_options }, run_stat
};
