/* SPDX-License-Identifier: MIT */
#include "verify_same.h"

#include "diff.h"
#include "output.h"

static msrck_result compare(struct diff *diff, const char *path_a, const char *path_b, const msrck_limits *limits,
                            const char **failed)
{
    msrck_result result = diff_open(diff, path_a, path_b, limits, failed);

    if (result == MSRCK_OK)
        result = diff_match(diff);
    if (result == MSRCK_OK)
        result = diff_begin_report(diff);
    return result == MSRCK_OK ? diff_compare_pairs(diff) : result;
}

int verify_same(const char *path_a, const char *path_b, const msrck_limits *limits, bool quiet,
                struct json_writer *writer)
{
    static const struct option_texts nothing = { .count = 0 };
    struct diff diff = { .error = MSRCK_ERROR_INIT,
                         .first_only = true,
                         .most_shown = 1,
                         .silent = quiet && writer == NULL,
                         .writer = writer };
    const char *failed = NULL;
    msrck_result result;
    int code;

    diff.criterion.ignored = &nothing;
    if (writer != NULL) {
        json_line(writer);
        json_key(writer, "differences");
        json_begin_array(writer);
    }
    result = compare(&diff, path_a, path_b, limits, &failed);
    if (writer != NULL) {
        json_end_array(writer);
        json_line(writer);
        json_key(writer, "same");
        if (result == MSRCK_OK)
            json_bool(writer, diff.differences == 0);
        else
            json_null(writer);
    }
    code = diff.differences > 0 ? EXIT_CODE_NO : EXIT_CODE_OK;
    if (result != MSRCK_OK)
        code = output_error(failed != NULL ? failed : diff_blame(&diff), &diff.error);
    diff_close(&diff);
    return code;
}
