/* SPDX-License-Identifier: MIT */
/* Showing differences: a line each, as text or as JSON, and the count of them at the end. */
#include "diff.h"

#include <stdio.h>
#include <string.h>

#include "colour.h"
#include "output.h"

static const char *const kind_texts[DIFF_KIND_COUNT_] = {
    "program", "type", "frame", "variable", "value", "length", "member", "pointer", "inserted", "removed"
};

const char *diff_kind_text(enum diff_kind kind)
{
    return kind_texts[kind];
}

bool diff_is_shown(const struct diff *diff)
{
    return !diff->silent && (diff->most_shown == 0 || diff->differences < diff->most_shown);
}

/* ---- One difference ---- */

static void put_coloured(const struct diff *diff, const char *colour, const char *text)
{
    if (diff->colour)
        fputs(colour, stdout);
    output_masked(text);
    if (diff->colour)
        fputs(COLOUR_NONE, stdout);
}

static void put_old(const struct diff *diff, const char *before)
{
    fputs(before, stdout);
    put_coloured(diff, COLOUR_RED, text_of(&diff->old));
}

static void put_new(const struct diff *diff, const char *before)
{
    fputs(before, stdout);
    put_coloured(diff, COLOUR_GREEN, text_of(&diff->new));
}

static void put_line(const struct diff *diff, enum diff_kind kind)
{
    bool old = diff->old.length > 0, new = diff->new.length > 0;

    output_masked(text_of(&diff->path));
    if (kind == DIFF_INSERTED) {
        put_new(diff, ": inserted ");
        if (old)
            put_old(diff, ", was ");
    } else if (kind == DIFF_REMOVED) {
        put_old(diff, ": removed ");
        if (new)
            put_new(diff, ", now ");
    } else if (old && new) {
        put_old(diff, ": ");
        put_new(diff, " -> ");
    } else {
        printf(": only in ");
        output_masked(output_file_name(old ? diff->a.path : diff->b.path));
        if (old)
            put_old(diff, ": ");
        else
            put_new(diff, ": ");
    }
    putchar('\n');
}

static void put_text_or_null(struct json_writer *writer, const char *key, const struct text_buffer *text)
{
    json_key(writer, key);
    if (text->length > 0)
        json_string(writer, text_of(text));
    else
        json_null(writer);
}

static void put_json(const struct diff *diff, enum diff_kind kind)
{
    struct json_writer *writer = diff->writer;

    json_line(writer);
    json_begin_object(writer);
    json_key_string(writer, "kind", kind_texts[kind]);
    json_key_string(writer, "path", text_of(&diff->path));
    put_text_or_null(writer, "old", &diff->old);
    put_text_or_null(writer, "new", &diff->new);
    if (kind == DIFF_INSERTED || kind == DIFF_REMOVED)
        json_key_big(writer, "blocks", diff->blocks_here);
    json_end_object(writer);
}

void diff_report(struct diff *diff, enum diff_kind kind)
{
    if (diff_is_shown(diff) && diff->writer != NULL)
        put_json(diff, kind);
    else if (diff_is_shown(diff))
        put_line(diff, kind);
    diff->differences++;
    diff->counts[kind]++;
    if (kind == DIFF_INSERTED)
        diff->inserted_blocks += diff->blocks_here;
    else if (kind == DIFF_REMOVED)
        diff->removed_blocks += diff->blocks_here;
}

msrck_result diff_is_ignored(struct diff *diff, bool *ignored)
{
    const struct option_texts *patterns = diff->criterion.ignored;
    bool any = patterns != NULL && patterns->count > 0;
    msrck_result result;

    *ignored = false;
    if (!any && !diff_is_shown(diff))
        return MSRCK_OK;
    result = diff_path_here(diff, &diff->path);
    for (size_t i = 0; any && result == MSRCK_OK && !*ignored && i < patterns->count; i++)
        *ignored = diff_path_matches(patterns->items[i], text_of(&diff->path));
    return result;
}

static void put_length(struct text_buffer *text, const msrck_value *value)
{
    uint64_t length = msrck_value_length(value);

    text_format(text, "%llu element%s", (unsigned long long)length, length == 1 ? "" : "s");
}

msrck_result diff_report_values(struct diff *diff, enum diff_kind kind, const msrck_value *a, const msrck_value *b)
{
    bool ignored = false;
    msrck_result result;

    if (diff->phase == DIFF_PATCHING)
        return diff_patch_value(diff, a, b);
    result = diff_is_ignored(diff, &ignored);
    if (result != MSRCK_OK || ignored)
        return result;
    text_clear(&diff->old);
    text_clear(&diff->new);
    if (diff_is_shown(diff) && kind == DIFF_LENGTH) {
        put_length(&diff->old, a);
        put_length(&diff->new, b);
    } else if (diff_is_shown(diff) && kind == DIFF_POINTER) {
        result = diff_path_target(diff, &diff->a, a, &diff->old);
        if (result == MSRCK_OK)
            result = diff_path_target(diff, &diff->b, b, &diff->new);
    } else if (diff_is_shown(diff)) {
        result = diff_text_value(diff, &diff->a, a, &diff->old);
        if (result == MSRCK_OK)
            result = diff_text_value(diff, &diff->b, b, &diff->new);
    }
    if (result == MSRCK_OK && (diff->old.failed || diff->new.failed))
        result = diff_fail(diff, MSRCK_SYSTEM, "out of memory for a value");
    if (result == MSRCK_OK)
        diff_report(diff, kind);
    return result;
}

msrck_result diff_begin_report(struct diff *diff)
{
    msrck_result result;

    /* Matching has kept lengths of lists in the marks. */
    memset(diff->a.marks, 0, (size_t)(msrck_reader_block_count(diff->a.reader) + 1) * sizeof *diff->a.marks);
    diff->phase = DIFF_REPORTING;
    diff->place.pair = 0;
    result = diff_report_types(diff);
    return result == MSRCK_OK ? diff_report_roots(diff) : result;
}

/* ---- The end ---- */

void diff_criterion_text(const struct diff *diff, struct text_buffer *text)
{
    const struct diff_criterion *criterion = &diff->criterion;

    text_put(text, criterion->float_text == NULL && !criterion->tolerance.nan_equal ? "exact" : "");
    if (criterion->float_text != NULL)
        text_format(text, "float %s", criterion->float_text);
    if (criterion->tolerance.nan_equal)
        text_format(text, "%sNaNs equal", criterion->float_text != NULL ? ", " : "");
    for (size_t i = 0; i < criterion->ignored->count; i++)
        text_format(text, "%s%s", i == 0 ? ", ignoring " : " ", criterion->ignored->items[i]);
}

static void put_summary(const struct diff *diff)
{
    printf("%-10s %12llu  matched\n", "blocks", (unsigned long long)diff->pair_count);
    for (unsigned kind = 0; kind < DIFF_KIND_COUNT_; kind++) {
        uint64_t blocks = kind == DIFF_INSERTED  ? diff->inserted_blocks
                          : kind == DIFF_REMOVED ? diff->removed_blocks
                                                 : 0;
        if (diff->counts[kind] == 0)
            continue;
        printf("%-10s %12llu", kind_texts[kind], (unsigned long long)diff->counts[kind]);
        if (blocks > 0)
            printf("  %llu block%s", (unsigned long long)blocks, blocks == 1 ? "" : "s");
        putchar('\n');
    }
}

void diff_report_end(const struct diff *diff, bool summary)
{
    struct text_buffer criterion = { NULL, 0, 0, false };

    diff_criterion_text(diff, &criterion);
    if (summary)
        put_summary(diff);
    else if (diff->most_shown != 0 && diff->differences > diff->most_shown)
        printf("... %llu more\n", (unsigned long long)(diff->differences - diff->most_shown));
    printf("%llu difference%s (", (unsigned long long)diff->differences, diff->differences == 1 ? "" : "s");
    output_masked(text_of(&criterion));
    puts(")");
    text_free(&criterion);
}

void diff_report_end_json(const struct diff *diff)
{
    struct json_writer *writer = diff->writer;

    json_line(writer);
    json_key(writer, "summary");
    json_begin_object(writer);
    json_key(writer, "same");
    json_bool(writer, diff->differences == 0);
    json_key_big(writer, "differences", diff->differences);
    json_key(writer, "kinds");
    json_begin_object(writer);
    for (unsigned kind = 0; kind < DIFF_KIND_COUNT_; kind++)
        json_key_big(writer, kind_texts[kind], diff->counts[kind]);
    json_end_object(writer);
    json_key_big(writer, "matched_blocks", diff->pair_count);
    json_key_big(writer, "inserted_blocks", diff->inserted_blocks);
    json_key_big(writer, "removed_blocks", diff->removed_blocks);
    json_end_object(writer);
}
