/* SPDX-License-Identifier: MIT */
/* msrck diff: what changed from one checkpoint to another, by path. */
#include <stdio.h>
#include <string.h>

#include "answer_json.h"
#include "checkpoint_input.h"
#include "colour.h"
#include "diff.h"
#include "output.h"
#include "verb.h"

struct diff_options {
    bool summary, json, quiet, nan_equal;
    uint64_t count;
    const char *tolerance, *colour;
    struct option_texts ignored;
};

static const struct option rows[] = {
    { "float", 0, OPTION_TEXT, 0, offsetof(struct diff_options, tolerance), "SPEC",
      "abs=X,rel=Y,ulp=N: floating numbers that near are equal" },
    { "nan-equal", 0, OPTION_FLAG, 0, offsetof(struct diff_options, nan_equal), NULL, "all NaNs are equal" },
    { "ignore", 0, OPTION_TEXTS, 0, offsetof(struct diff_options, ignored), "PATH",
      "leave out a path and what is in it; * is any text" },
    { "summary", 0, OPTION_FLAG, 0, offsetof(struct diff_options, summary), NULL, "count differences by their kinds" },
    { "count", 0, OPTION_COUNT, 0, offsetof(struct diff_options, count), "N", "show at most N differences" },
    { "quiet", 'q', OPTION_FLAG, 0, offsetof(struct diff_options, quiet), NULL, "print nothing" },
    { "color", 0, OPTION_TEXT, 0, offsetof(struct diff_options, colour), "WHEN",
      "auto, always or never (default auto)" },
    { "json", 0, OPTION_FLAG, 0, offsetof(struct diff_options, json), NULL,
      "print JSON with a patch (schemas/diff.schema.json)" },
};

static const struct option_group options = { "options", rows, sizeof rows / sizeof rows[0] };

/* ---- Options ---- */

/* -1, or the exit code after a message. */
static int check_options(const struct diff_options *chosen, char **files, struct diff *diff)
{
    bool colour;

    if (!colour_choose("diff", chosen->colour, &colour))
        return EXIT_CODE_USAGE;
    if (chosen->tolerance != NULL && !diff_tolerance_parse(chosen->tolerance, &diff->criterion.tolerance))
        return output_usage_error("diff", "--float: '%s' is not of the form abs=X,rel=Y,ulp=N", chosen->tolerance);
    if (strcmp(files[0], "-") == 0 && strcmp(files[1], "-") == 0)
        return output_usage_error("diff", "diff: standard input can be one of the files only");
    diff->criterion.float_text = chosen->tolerance;
    diff->criterion.tolerance.nan_equal = chosen->nan_equal;
    diff->criterion.ignored = &chosen->ignored;
    diff->most_shown = chosen->count;
    diff->silent = chosen->quiet || chosen->summary;
    diff->first_only = chosen->quiet && !chosen->json;
    diff->colour = !chosen->json && colour;
    return -1;
}

/* ---- Output ---- */

static void put_criterion(struct json_writer *writer, const struct diff_criterion *criterion)
{
    json_line(writer);
    json_key(writer, "criterion");
    json_begin_object(writer);
    json_key(writer, "exact");
    json_bool(writer,
              criterion->float_text == NULL && !criterion->tolerance.nan_equal && criterion->ignored->count == 0);
    json_key(writer, "float");
    if (criterion->float_text != NULL)
        json_string(writer, criterion->float_text);
    else
        json_null(writer);
    json_key(writer, "nan_equal");
    json_bool(writer, criterion->tolerance.nan_equal);
    json_key(writer, "ignore");
    json_begin_array(writer);
    for (size_t i = 0; i < criterion->ignored->count; i++)
        json_string(writer, criterion->ignored->items[i]);
    json_end_array(writer);
    json_end_object(writer);
}

static msrck_result compare(struct diff *diff)
{
    msrck_result result = diff_begin_report(diff);

    if (result == MSRCK_OK)
        result = diff_compare_pairs(diff);
    return result;
}

static msrck_result answer_json_form(struct diff *diff, const struct diff_options *chosen, struct json_writer *writer)
{
    msrck_result result;

    answer_begin(writer, "msrck-diff");
    diff->writer = writer;
    json_line(writer);
    json_key_string(writer, "a", diff->a.path);
    json_key_string(writer, "b", diff->b.path);
    put_criterion(writer, &diff->criterion);
    json_line(writer);
    json_key(writer, "differences");
    json_begin_array(writer);
    result = compare(diff);
    json_line(writer);
    json_end_array(writer);
    diff_report_end_json(diff);
    if (result == MSRCK_OK && !chosen->summary)
        result = diff_patch(diff);
    json_line(writer);
    answer_end(writer);
    return result;
}

static int run_diff(const struct verb *verb, int count, char **argv)
{
    struct diff_options chosen = { .count = 0 };
    struct diff diff = { .error = MSRCK_ERROR_INIT };
    msrck_limits limits = MSRCK_LIMITS_INIT;
    void *targets[] = { &chosen, &limits };
    const char *failed = NULL;
    struct json_writer writer;
    msrck_result result;
    int operands = 0, code = option_table_parse(verb, targets, count, argv, &operands);

    if (code == -1)
        code = check_options(&chosen, argv, &diff);
    if (code != -1)
        return code;
    result = diff_open(&diff, argv[0], argv[1], &limits, &failed);
    if (result == MSRCK_OK)
        result = diff_match(&diff);
    if (result == MSRCK_OK)
        result = chosen.json ? answer_json_form(&diff, &chosen, &writer) : compare(&diff);
    if (result == MSRCK_OK && !chosen.json && !chosen.quiet)
        diff_report_end(&diff, chosen.summary);
    code = diff.differences > 0 ? EXIT_CODE_NO : EXIT_CODE_OK;
    if (result != MSRCK_OK)
        code = output_error(failed != NULL ? failed : diff_blame(&diff), &diff.error);
    diff_close(&diff);
    return code;
}

const struct verb verb_diff = {
    "diff", "FILE FILE", "show what changed from one checkpoint to another",
    "Compares by path and shape: variables by their names, frames by their functions, blocks by the pointers that\n"
    "lead to them. Exit status 0: the same state, 1: differences.\n",
    2, 2, { &options, &limit_options }, run_diff
};
