/* SPDX-License-Identifier: MIT */
/* msrck convert: checkpoints to JSON and back, to other codecs, to NumPy. */
#include "convert.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "checkpoint_input.h"
#include "output.h"
#include "verb.h"

#define PLACE(member) offsetof(struct convert_options, member)

static const struct option rows[] = {
    { "to", 0, OPTION_TEXT, 0, PLACE(to), "FORM", "json, ckpt or npz (default: json for a checkpoint, ckpt for JSON)" },
    { "output", 'o', OPTION_TEXT, 0, PLACE(output), "OUT", "write to the file OUT instead of standard output" },
    { "force", 'f', OPTION_FLAG, 0, PLACE(force), NULL, "overwrite OUT if it exists" },
    { "codec", 0, OPTION_TEXT, 0, PLACE(codec), "CODEC", "none, zlib or zstd, with a level: zstd:19 (default: as before)" },
    { "filter", 0, OPTION_TEXT, 0, PLACE(filter), "FILTER", "none, planes or split" },
    { "patch", 0, OPTION_TEXT, 0, PLACE(patch), "PATCH", "apply the patch in the file PATCH, which msrck diff --json made" },
    { "no-provenance", 0, OPTION_FLAG, 0, PLACE(no_provenance), NULL, "leave out where the checkpoint comes from" },
    { "digest", 0, OPTION_FLAG, 0, PLACE(digest), NULL, "state the digest of the graph in the checkpoint" },
};

static const struct option_group options = { "options", rows, sizeof rows / sizeof rows[0] };

static int choose_form(struct conversion *conversion)
{
    static const char *const names[FORM_COUNT] = { "json", "ckpt", "npz" };
    const struct convert_options *chosen = conversion->options;
    bool storing = chosen->codec != NULL || chosen->filter != NULL || chosen->digest || chosen->no_provenance;

    conversion->form = conversion->is_document || storing || chosen->patch != NULL ? FORM_CHECKPOINT : FORM_JSON;
    if (chosen->to == NULL)
        return EXIT_CODE_OK;
    for (unsigned form = 0; form < FORM_COUNT; form++)
        if (strcmp(chosen->to, names[form]) == 0) {
            conversion->form = (enum convert_form)form;
            if (form != FORM_CHECKPOINT && storing)
                return output_usage_error("convert", "--codec, --filter, --digest and --no-provenance need --to=ckpt");
            return EXIT_CODE_OK;
        }
    return output_usage_error("convert", "--to: '%s' is not json, ckpt or npz", chosen->to);
}

/* Where the document cannot become the output in one go, a checkpoint in a temporary file takes its place. */
static int replace_document(struct conversion *conversion)
{
    msrck_writer_options before = conversion->storing;
    int descriptor = convert_unnamed(), code;

    if (descriptor < 0) {
        output_message(NULL, "no temporary file: %s", strerror(errno));
        return EXIT_CODE_SYSTEM;
    }
    code = convert_document(conversion, descriptor);
    convert_close_input(conversion);
    conversion->descriptor = descriptor;
    conversion->is_document = false;
    conversion->storing = before;
    return code;
}

static int convert_reader(struct conversion *conversion)
{
    msrck_error error = MSRCK_ERROR_INIT;
    msrck_reader *reader = NULL;
    int code;

    if (checkpoint_open_descriptor(conversion->descriptor, conversion->limits, &reader, &error) != MSRCK_OK)
        return output_error(conversion->path, &error);
    if (conversion->form == FORM_JSON)
        code = convert_to_json(conversion, reader);
    else if (conversion->form == FORM_NPZ)
        code = convert_to_npz(conversion, reader);
    else
        code = convert_to_checkpoint(conversion, reader);
    msrck_reader_close(reader);
    return code;
}

static int convert(struct conversion *conversion)
{
    int code = convert_open_input(conversion);

    if (code == EXIT_CODE_OK)
        code = choose_form(conversion);
    if (code == EXIT_CODE_OK)
        code = convert_choose_storing(conversion);
    if (code == EXIT_CODE_OK && conversion->options->patch != NULL) {
        code = conversion->is_document ? replace_document(conversion) : EXIT_CODE_OK;
        code = code == EXIT_CODE_OK ? convert_patch(conversion) : code;
    }
    if (code == EXIT_CODE_OK && conversion->is_document &&
        (conversion->form != FORM_CHECKPOINT || conversion->options->digest))
        code = replace_document(conversion);
    if (code == EXIT_CODE_OK)
        code = conversion->is_document ? convert_document(conversion, -1) : convert_reader(conversion);
    if (code == EXIT_CODE_OK)
        code = output_file_commit(&conversion->output);
    else if (conversion->output_open)
        output_file_discard(&conversion->output);
    convert_close_input(conversion);
    return code;
}

static int run_convert(const struct verb *verb, int count, char **argv)
{
    struct convert_options chosen = { .to = NULL };
    msrck_limits limits = MSRCK_LIMITS_INIT;
    void *targets[] = { &chosen, &limits };
    int operands = 0, code = option_table_parse(verb, targets, count, argv, &operands);
    struct conversion conversion = { .options = &chosen, .limits = &limits, .descriptor = -1,
                                     .storing = MSRCK_WRITER_OPTIONS_INIT };

    if (code != -1)
        return code;
    conversion.path = argv[0];
    return convert(&conversion);
}

const struct verb verb_convert = {
    "convert", "FILE", "convert a checkpoint to JSON, NumPy or another codec, and JSON to a checkpoint",
    "FILE is a checkpoint or the JSON of 'msrck dump --json', edited or not; - is standard input.\n",
    1, 1, { &options, &limit_options }, run_convert
};
