/* SPDX-License-Identifier: MIT */
/* msrck graph: the MSR graph of a checkpoint, to be looked at. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "checkpoint_input.h"
#include "graph.h"
#include "output.h"
#include "output_file.h"
#include "verb.h"

enum graph_form { FORM_DOT, FORM_SVG, FORM_HTML };

struct graph_options {
    unsigned form;                  /* enum graph_form */
    const char *output, *root, *fold;
    uint64_t depth, limit;
    bool force;
};

static const struct option rows[] = {
    { "dot", 0, OPTION_CHOICE, FORM_DOT, offsetof(struct graph_options, form), NULL,
      "the language of Graphviz (default)" },
    { "svg", 0, OPTION_CHOICE, FORM_SVG, offsetof(struct graph_options, form), NULL,
      "a picture, laid out by Graphviz" },
    { "html", 0, OPTION_CHOICE, FORM_HTML, offsetof(struct graph_options, form), NULL,
      "a page to explore the checkpoint with in a browser" },
    { "output", 'o', OPTION_TEXT, 0, offsetof(struct graph_options, output), "OUT",
      "write to the file OUT (default: standard output)" },
    { "force", 'f', OPTION_FLAG, 0, offsetof(struct graph_options, force), NULL, "overwrite OUT" },
    { "root", 0, OPTION_TEXT, 0, offsetof(struct graph_options, root), "PATH",
      "only what is reached from PATH, as msrck get takes it: main.list, grid[3]" },
    { "max-depth", 0, OPTION_COUNT, 0, offsetof(struct graph_options, depth), "N",
      "only what is at most N pointers away from the roots" },
    { "limit", 0, OPTION_COUNT, 0, offsetof(struct graph_options, limit), "N",
      "at most N blocks; with --html N blocks of a kind and N elements of an array (default 2000); 0: all" },
    { "fold", 0, OPTION_TEXT, 0, offsetof(struct graph_options, fold), "HOW",
      "type: one node a type; none: one a block; auto: by type above 60 blocks (default)" },
};

static const struct option_group options = { "options", rows, sizeof rows / sizeof rows[0] };

#define NOT_GIVEN UINT64_MAX
/* More blocks than these are folded by type. */
#define MOST_UNFOLDED 60u
/* Blocks of a kind that a page holds, where nothing else is asked for. */
#define PAGE_LIMIT 2000u

/* ---- Pictures ---- */

static void note_what_is_missing(msrck_reader *reader, const struct graph_options *chosen,
                                 const struct selection *selection, bool folded, struct picture *picture)
{
    uint64_t all = msrck_reader_block_count(reader);

    if (selection->count < all)
        text_format(&picture->note, "%llu of %llu blocks%s", (unsigned long long)selection->count,
                    (unsigned long long)all, selection->limited ? " (--limit)" : "");
    if (folded)
        text_format(&picture->note, "%s%llu blocks, folded by type%s", picture->note.length > 0 ? "; " : "",
                    (unsigned long long)selection->count,
                    chosen->fold == NULL || strcmp(chosen->fold, "auto") == 0 ? " (--fold=none shows each)" : "");
    picture->failed = picture->failed || picture->note.failed;
}

static msrck_result draw(msrck_reader *reader, const struct graph_options *chosen, struct picture *picture,
                         msrck_error *error)
{
    struct selection_wish wish = { chosen->root, chosen->depth != NOT_GIVEN, chosen->depth,
                                   chosen->limit == NOT_GIVEN || chosen->limit == 0 ? UINT64_MAX : chosen->limit };
    bool by_type = chosen->fold != NULL && strcmp(chosen->fold, "type") == 0;
    bool by_size = chosen->fold == NULL || strcmp(chosen->fold, "auto") == 0;
    struct selection selection;
    msrck_result result = MSRCK_OK;
    bool folded;

    /* Following pointers reads in no order. */
    if (wish.root != NULL || wish.by_depth)
        result = msrck_reader_hold_rows(reader, error);
    selection.blocks = NULL;
    if (result == MSRCK_OK)
        result = graph_select(reader, &wish, &selection, error);
    if (result == MSRCK_OK) {
        folded = by_type || (by_size && selection.count > MOST_UNFOLDED);
        result = folded ? graph_draw_types(reader, &selection, picture, error)
                        : graph_draw_blocks(reader, &selection, picture, error);
        note_what_is_missing(reader, chosen, &selection, folded, picture);
    }
    free(selection.blocks);
    return result == MSRCK_OK && picture->failed ? graph_out_of_memory(error) : result;
}

static int write_svg(const struct picture *picture, const char *name, FILE *stream)
{
    FILE *text = tmpfile();
    int code;

    if (text == NULL) {
        output_message(NULL, "no temporary file: %s", strerror(errno));
        return EXIT_CODE_SYSTEM;
    }
    picture_write_dot(picture, name, text);
    code = graph_run_dot(text, stream);
    fclose(text);
    return code;
}

static int write_picture(msrck_reader *reader, const char *path, const struct graph_options *chosen, FILE *stream)
{
    const char *name = msrck_reader_program(reader);
    msrck_error error = MSRCK_ERROR_INIT;
    struct picture picture;
    int code = EXIT_CODE_OK;

    memset(&picture, 0, sizeof picture);
    if (draw(reader, chosen, &picture, &error) != MSRCK_OK)
        code = output_error(path, &error);
    else if (chosen->form == FORM_SVG)
        code = write_svg(&picture, name, stream);
    else
        picture_write_dot(&picture, name, stream);
    picture_free(&picture);
    return code;
}

/* ---- Pages ---- */

static int write_page(msrck_reader *reader, const char *path, const struct graph_options *chosen, FILE *stream)
{
    uint64_t most = chosen->limit == NOT_GIVEN ? PAGE_LIMIT : chosen->limit;
    msrck_error error = MSRCK_ERROR_INIT;
    msrck_extent_facts extent;
    uint64_t omitted = 0;

    if (graph_write_page(reader, msrck_reader_program(reader), most, stream, &error) != MSRCK_OK)
        return output_error(path, &error);
    for (uint32_t i = 0; msrck_reader_extent(reader, i, &extent); i++)
        omitted += most != 0 && extent.blocks > most ? extent.blocks - most : 0;
    if (omitted > 0)
        output_message(path, "the page leaves out %llu of %llu blocks; --limit=0 takes all",
                       (unsigned long long)omitted, (unsigned long long)msrck_reader_block_count(reader));
    return EXIT_CODE_OK;
}

/* ---- The verb ---- */

static int check_options(const struct verb *verb, const struct graph_options *chosen)
{
    static const char *const folds[] = { "type", "none", "auto" };
    bool known = chosen->fold == NULL;

    for (size_t i = 0; !known && i < sizeof folds / sizeof folds[0]; i++)
        known = strcmp(chosen->fold, folds[i]) == 0;
    if (!known)
        return output_usage_error(verb->name, "--fold: '%s' is none of type, none, auto", chosen->fold);
    if (chosen->form == FORM_HTML && (chosen->root != NULL || chosen->depth != NOT_GIVEN || chosen->fold != NULL))
        return output_usage_error(verb->name, "--html shows the whole checkpoint: no --root, --max-depth or --fold");
    return -1;
}

static int show_file(const char *path, const struct graph_options *chosen, const msrck_limits *limits)
{
    msrck_error error = MSRCK_ERROR_INIT;
    struct checkpoint_input input;
    struct output_file file;
    int code = EXIT_CODE_OK;

    if (checkpoint_open(path, limits, &input, &error) != MSRCK_OK)
        code = output_error(path, &error);
    if (code == EXIT_CODE_OK)
        code = output_file_begin(chosen->output, chosen->force, OUTPUT_TEXT, path, &file);
    if (code == EXIT_CODE_OK) {
        code = chosen->form == FORM_HTML ? write_page(input.reader, path, chosen, file.stream)
                                         : write_picture(input.reader, path, chosen, file.stream);
        if (code == EXIT_CODE_OK)
            code = output_file_commit(&file);
        else
            output_file_discard(&file);
    }
    checkpoint_close(&input);
    return code;
}

static int run_graph(const struct verb *verb, int count, char **argv)
{
    struct graph_options chosen = { .depth = NOT_GIVEN, .limit = NOT_GIVEN };
    msrck_limits limits = MSRCK_LIMITS_INIT;
    void *targets[] = { &chosen, &limits };
    int operands = 0, code = option_table_parse(verb, targets, count, argv, &operands);

    if (code == -1)
        code = check_options(verb, &chosen);
    return code == -1 ? show_file(argv[0], &chosen, &limits) : code;
}

const struct verb verb_graph = {
    "graph", "FILE", "draw the graph of memory blocks: DOT, SVG, or a page to explore it",
    "Blocks stand in the columns of their segments, with the names of variables in parentheses; edges carry\n"
    "the way to the pointer in its block, and where it leads inside the other.\n",
    1, 1, { &options, &limit_options }, run_graph
};
