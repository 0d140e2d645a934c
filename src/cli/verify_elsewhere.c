/* SPDX-License-Identifier: MIT */
#include "verify_elsewhere.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer_json.h"
#include "block_search.h"
#include "output.h"

#define DEFAULT_MOST 100u

/* Obstacles are kept until all are known, since the paths to them are searched for only when there are any. */
struct kept_obstacle {
    const char *id;
    uint64_t block, leaf;
    uint32_t type;
    char *text;                     /* owned */
};

/* What a newer version makes of the checkpoint. */
struct kept_change {
    const char *id;
    char *text;                     /* owned */
};

struct examination {
    msrck_reader *reader;
    const char *path;
    const struct elsewhere_options *options;
    struct json_writer *writer;
    const char *kind, *where;       /* "target", "i386" or "program", path */
    struct kept_obstacle *kept;     /* owned */
    uint64_t count, most;
    struct kept_change *changes;    /* owned */
    size_t change_count;
};

/* ---- Names of machines ---- */

/* Calls back for each name in the lists; stops at the first that is not 0. */
static int each_target(const struct option_texts *lists, int (*call)(void *context, const char *name), void *context)
{
    for (size_t i = 0; i < lists->count; i++)
        for (const char *name = lists->items[i]; name != NULL;) {
            const char *comma = strchr(name, ',');
            size_t length = comma != NULL ? (size_t)(comma - name) : strlen(name);
            char single[32];
            int code;

            snprintf(single, sizeof single, "%.*s", (int)(length < sizeof single ? length : sizeof single - 1), name);
            code = call(context, single);
            if (code != EXIT_CODE_OK)
                return code;
            name = comma != NULL ? comma + 1 : NULL;
        }
    return EXIT_CODE_OK;
}

static int check_name(void *context, const char *name)
{
    (void)context;
    if ((strcmp(name, "list") == 0) || msrck_abi_find(name) != MSRCK_NO_INDEX)
        return EXIT_CODE_OK;
    return output_usage_error("verify", "--target: there is no machine '%s'; --target=list shows them", name);
}

int elsewhere_check_options(const struct elsewhere_options *options)
{
    return each_target(&options->targets, check_name, NULL);
}

static void list_json(struct json_writer *writer, const msrck_abi_facts *facts)
{
    json_line(writer);
    json_begin_object(writer);
    json_key_string(writer, "target", facts->name);
    json_key_string(writer, "byte_order", facts->big_endian ? "big" : "little");
    json_key_number(writer, "pointer_bytes", facts->pointer_bytes);
    json_key_number(writer, "long_bytes", facts->long_bytes);
    json_key_number(writer, "time_bytes", facts->time_bytes);
    json_key_number(writer, "wchar_bytes", facts->wchar_bytes);
    json_key_number(writer, "long_double_bytes", facts->long_double_bytes);
    json_key_string(writer, "long_double", facts->long_double);
    json_key_number(writer, "double_alignment", facts->double_alignment);
    json_key_number(writer, "long_long_alignment", facts->long_long_alignment);
    json_key_number(writer, "long_double_alignment", facts->long_double_alignment);
    json_key_number(writer, "address_bits", facts->address_bits);
    json_end_object(writer);
}

bool elsewhere_wants_list(const struct elsewhere_options *options)
{
    for (size_t i = 0; i < options->targets.count; i++)
        if (strcmp(options->targets.items[i], "list") == 0)
            return true;
    return false;
}

void elsewhere_list(struct json_writer *writer)
{
    msrck_abi_facts facts;

    if (writer == NULL)
        printf("%-12s %-7s %8s %5s %7s %12s  %-14s %6s %8s %8s\n", "target", "order", "pointer", "long", "time_t",
               "long double", "format", "double", "l.double", "address");
    for (uint32_t i = 0; msrck_abi(i, &facts); i++)
        if (writer != NULL)
            list_json(writer, &facts);
        else
            printf("%-12s %-7s %8u %5u %7u %12u  %-14s %6u %8u %7u%s\n", facts.name,
                   facts.big_endian ? "big" : "little", facts.pointer_bytes, facts.long_bytes, facts.time_bytes,
                   facts.long_double_bytes, facts.long_double, facts.double_alignment, facts.long_double_alignment,
                   facts.address_bits, "b");
}

/* ---- Obstacles ---- */

static bool keep(void *context, const msrck_obstacle *obstacle)
{
    struct examination *examination = context;
    struct kept_obstacle *kept;

    if (examination->count++ >= examination->most)
        return examination->options->most == 0;     /* the rest is counted */
    kept = &examination->kept[examination->count - 1];
    *kept = (struct kept_obstacle){ obstacle->id, obstacle->block, obstacle->leaf, obstacle->type,
                                    strdup(obstacle->text) };
    return true;
}

static void keep_change(void *context, const char *id, const char *text)
{
    struct examination *examination = context;
    struct kept_change *more = realloc(examination->changes, (examination->change_count + 1) * sizeof *more);
    char *copy = strdup(text);

    if (more != NULL)
        examination->changes = more;
    if (more == NULL || copy == NULL) {
        free(copy);
        return;
    }
    more[examination->change_count++] = (struct kept_change){ id, copy };
}

/* "FILE: PROGRAM: change: struct node.weight: added; becomes its default" */
static void print_changes(const struct examination *examination)
{
    struct json_writer *writer = examination->writer;

    if (writer != NULL) {
        json_key(writer, "changes");
        json_begin_array(writer);
    }
    for (size_t i = 0; i < examination->change_count; i++) {
        const struct kept_change *change = &examination->changes[i];

        if (writer != NULL) {
            json_line(writer);
            json_begin_object(writer);
            json_key_string(writer, "id", change->id);
            json_key_string(writer, "text", change->text);
            json_end_object(writer);
            continue;
        }
        output_masked(examination->path);
        printf(": ");
        output_masked(examination->where);
        printf(": change: ");
        output_masked(change->text);
        putchar('\n');
    }
    if (writer != NULL)
        json_end_array(writer);
}

static void forget_changes(struct examination *examination)
{
    for (size_t i = 0; i < examination->change_count; i++)
        free(examination->changes[i].text);
    free(examination->changes);
    examination->changes = NULL;
    examination->change_count = 0;
}

static void print_json(struct json_writer *writer, const struct kept_obstacle *obstacle, const char *path)
{
    json_line(writer);
    json_begin_object(writer);
    json_key_string(writer, "id", obstacle->id);
    json_key(writer, "path");
    if (path != NULL)
        json_string(writer, path);
    else
        json_null(writer);
    json_key(writer, "block");
    if (obstacle->block != 0)
        json_big(writer, obstacle->block);
    else
        json_null(writer);
    json_key_string(writer, "text", obstacle->text != NULL ? obstacle->text : "");
    json_end_object(writer);
}

/* "FILE: i386: value: list->n: 5000000000 does not fit in 32-bit long" */
static void print_text(const struct examination *examination, const struct kept_obstacle *obstacle, const char *path)
{
    output_masked(examination->path);
    printf(": ");
    output_masked(examination->where);
    printf(": %s: ", obstacle->id);
    if (path != NULL) {
        output_masked(path);
        printf(": ");
    }
    output_masked(obstacle->text != NULL ? obstacle->text : "");
    putchar('\n');
}

static msrck_result print_obstacles(struct examination *examination, msrck_error *error)
{
    uint64_t kept = examination->count < examination->most ? examination->count : examination->most;
    struct block_search search = { 0 };
    msrck_result result = MSRCK_OK;
    bool placed = false;

    for (uint64_t i = 0; i < kept; i++)
        placed = placed || examination->kept[i].block != 0;
    if (placed) {
        result = block_search_begin(&search, examination->reader, error);
        if (result == MSRCK_OK) {
            block_search_add_roots(&search);
            result = block_search_run(&search, UINT64_MAX, error);
        }
    }
    for (uint64_t i = 0; i < kept && result == MSRCK_OK; i++) {
        const struct kept_obstacle *obstacle = &examination->kept[i];
        char *path = obstacle->block == 0 ? NULL
                                          : block_search_path(&search, obstacle->block, obstacle->leaf, obstacle->type);
        if (examination->writer != NULL)
            print_json(examination->writer, obstacle, path);
        else
            print_text(examination, obstacle, path);
        free(path);
    }
    block_search_end(&search);
    if (result == MSRCK_OK && kept < examination->count && examination->writer == NULL &&
        examination->options->most == 0) {
        output_masked(examination->path);
        printf(": %s: ... %llu more\n", examination->where, (unsigned long long)(examination->count - kept));
    }
    return result;
}

static int finish_json(struct examination *examination, msrck_result result, const msrck_error *error)
{
    struct json_writer *writer = examination->writer;

    json_end_array(writer);
    if (strcmp(examination->kind, "program") == 0)
        print_changes(examination);
    json_key(writer, "fits");
    if (result == MSRCK_OK)
        json_bool(writer, examination->count == 0);
    else
        json_null(writer);
    json_key_big(writer, "count", examination->count);
    if (result != MSRCK_OK)
        answer_error(writer, error);
    json_end_object(writer);
    return EXIT_CODE_OK;
}

/* `abi` is MSRCK_NO_INDEX for a program. */
static int examine(struct examination *examination, uint32_t abi)
{
    const struct elsewhere_options *options = examination->options;
    msrck_error error = MSRCK_ERROR_INIT;
    msrck_result result = MSRCK_OK;

    examination->most = options->most != 0 && options->most < (UINT64_C(1) << 24) ? options->most : DEFAULT_MOST;
    examination->count = 0;
    examination->kept = calloc((size_t)examination->most, sizeof *examination->kept);
    if (examination->kept == NULL) {
        output_message(examination->path, "out of memory");
        return EXIT_CODE_SYSTEM;
    }
    if (examination->writer != NULL) {
        json_line(examination->writer);
        json_begin_object(examination->writer);
        json_key_string(examination->writer, examination->kind, examination->where);
        json_key(examination->writer, "obstacles");
        json_begin_array(examination->writer);
    }
    result = abi != MSRCK_NO_INDEX
                 ? msrck_reader_check_abi(examination->reader, abi, keep, examination, NULL, &error)
                 : msrck_reader_foretell(examination->reader, examination->where, keep, keep_change, examination, NULL,
                                         &error);
    if (result == MSRCK_OK && (examination->writer != NULL || !options->quiet))
        result = print_obstacles(examination, &error);
    if (examination->writer != NULL)
        finish_json(examination, result, &error);
    else if (result == MSRCK_OK && !options->quiet)
        print_changes(examination);
    forget_changes(examination);
    for (uint64_t i = 0; i < examination->most; i++)
        free(examination->kept[i].text);
    free(examination->kept);
    if (result != MSRCK_OK)
        return output_error(examination->path, &error);
    return examination->count > 0 ? EXIT_CODE_DOES_NOT_FIT : EXIT_CODE_OK;
}

struct all_targets {
    struct examination *examination;
    int code;
};

static int examine_target(void *context, const char *name)
{
    struct all_targets *all = context;

    all->examination->kind = "target";
    all->examination->where = name;
    all->code = larger_code(all->code, examine(all->examination, msrck_abi_find(name)));
    return EXIT_CODE_OK;
}

int elsewhere_examine(msrck_reader *reader, const char *path, const struct elsewhere_options *options,
                      struct json_writer *writer)
{
    struct examination examination = { .reader = reader, .path = path, .options = options, .writer = writer };
    struct all_targets all = { &examination, EXIT_CODE_OK };

    if (options->targets.count == 0 && options->programs.count == 0)
        return EXIT_CODE_OK;
    if (writer != NULL) {
        json_key(writer, "elsewhere");
        json_begin_array(writer);
    }
    each_target(&options->targets, examine_target, &all);
    for (size_t i = 0; i < options->programs.count; i++) {
        examination.kind = "program";
        examination.where = options->programs.items[i];
        all.code = larger_code(all.code, examine(&examination, MSRCK_NO_INDEX));
    }
    if (writer != NULL)
        json_end_array(writer);
    return all.code;
}
