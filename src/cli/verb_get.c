/* SPDX-License-Identifier: MIT */
/* msrck get: what a debugger's print does, on a checkpoint. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "answer_json.h"
#include "checkpoint_input.h"
#include "get.h"
#include "output.h"
#include "path_query.h"
#include "verb.h"

struct get_choices {
    bool json, csv, binary;
    const char *format;
    uint64_t limit;
};

static const struct option rows[] = {
    { "format", 0, OPTION_TEXT, 0, offsetof(struct get_choices, format), "FORMAT",
      "numbers as d, u, x, o, t (binary), c, f, e, g, a, or a printf conversion: %.3f" },
    { "json", 0, OPTION_FLAG, 0, offsetof(struct get_choices, json), NULL, "print JSON (schemas/get.schema.json)" },
    { "csv", 0, OPTION_FLAG, 0, offsetof(struct get_choices, csv), NULL, "print arrays as CSV, an element a line" },
    { "binary", 0, OPTION_FLAG, 0, offsetof(struct get_choices, binary), NULL,
      "write the canonical big-endian bytes of the values" },
    { "limit", 0, OPTION_COUNT, 0, offsetof(struct get_choices, limit), "N", "at most N elements of an array" },
};

static const struct option_group options = { "options", rows, sizeof rows / sizeof rows[0] };

static msrck_result print_query(struct get *get, msrck_reader *reader, const struct path_query *query, msrck_error *error)
{
    struct dump_options shown = { .limit = get->limit };
    msrck_result result;

    get->dump.reader = reader;
    get->dump.options = &shown;
    get->dump.error = (msrck_error)MSRCK_ERROR_INIT;
    get->single = path_query_single(query);
    get->named_type = 0;
    result = path_query_walk(query, reader, get_match, get, error);
    /* A dump goes on where a pointer leads nowhere, and keeps what it met. */
    if (result == MSRCK_OK && get->dump.error.result != MSRCK_OK) {
        *error = get->dump.error;
        result = error->result;
    }
    return result;
}

static int get_path(const char *file, const char *path, struct get *get, msrck_reader *reader)
{
    msrck_error error = MSRCK_ERROR_INIT;
    struct path_query *query;
    msrck_result result = path_query_parse(path, &query, &error);

    if (result != MSRCK_OK) {
        path_query_free(query);
        return output_usage_error("get", "%s: %s", path, error.message);
    }
    result = print_query(get, reader, query, &error);
    path_query_free(query);
    if (result == MSRCK_OK)
        return EXIT_CODE_OK;
    if (result == MSRCK_MISUSE) {
        /* The question has no answer in this checkpoint: "no", not a usage error. */
        output_message(output_file_name(file), "%s: %s", path, error.message);
        return EXIT_CODE_NO;
    }
    return output_error(file, &error);
}

static int get_all(const char *file, int count, char **paths, struct get *get, msrck_reader *reader)
{
    int code = EXIT_CODE_OK;

    if (get->mode == GET_JSON) {
        answer_begin(&get->dump.writer, "msrck-get");
        json_key(&get->dump.writer, "values");
        json_begin_array(&get->dump.writer);
    }
    for (int i = 0; i < count; i++) {
        int one = get_path(file, paths[i], get, reader);

        code = one > code ? one : code;
    }
    if (get->mode == GET_JSON) {
        json_end_array(&get->dump.writer);
        answer_end(&get->dump.writer);
    }
    return code;
}

static int choose_mode(const struct get_choices *chosen, struct get *get)
{
    if (chosen->json + chosen->csv + chosen->binary > 1)
        return output_usage_error("get", "--json, --csv and --binary exclude each other");
    if (chosen->format != NULL && (chosen->json || chosen->binary))
        return output_usage_error("get", "--format changes text and CSV only");
    if (chosen->format != NULL && !get_format_parse(chosen->format, &get->format))
        return output_usage_error("get", "--format: '%s' is neither a letter nor one printf conversion of a number", chosen->format);
    if (chosen->binary && isatty(STDOUT_FILENO))
        return output_usage_error("get", "--binary does not write to a terminal");
    get->mode = chosen->json ? GET_JSON : chosen->csv ? GET_CSV : chosen->binary ? GET_BINARY : GET_TEXT;
    get->limit = chosen->limit;
    return -1;
}

static int run_get(const struct verb *verb, int count, char **argv)
{
    struct get_choices chosen = { .format = NULL };
    msrck_limits limits = MSRCK_LIMITS_INIT;
    void *targets[] = { &chosen, &limits };
    struct checkpoint_input input;
    msrck_error error = MSRCK_ERROR_INIT;
    struct get *get;
    int operands = 0, code = option_table_parse(verb, targets, count, argv, &operands);

    if (code != -1)
        return code;
    get = calloc(1, sizeof *get);
    if (get == NULL)
        return output_error(argv[0], &(msrck_error){ .result = MSRCK_SYSTEM, .message = "out of memory" });
    code = choose_mode(&chosen, get);
    if (code == -1) {
        if (checkpoint_open(argv[0], &limits, &input, &error) == MSRCK_OK)
            code = get_all(argv[0], operands - 1, argv + 1, get, input.reader);
        else
            code = output_error(argv[0], &error);
        checkpoint_close(&input);
    }
    free(get);
    return code;
}

const struct verb verb_get = {
    "get", "FILE PATH...", "print the values that paths name: main.root->left, grid[3].rho, *p@10",
    "A path is a global variable or function.variable, then .field, ->field, [index], [first..last], [*] or .* as often as needed.\n"
    "An asterisk before it follows the pointer; @N behind that shows N elements. sort#2.x is x in the third frame of sort.\n",
    2, -1, { &options, &limit_options }, run_get
};
