/* SPDX-License-Identifier: MIT */
/* msrck version: the tool, the formats and the codecs that this build knows. */
#include <stdio.h>

#include <msrck/reader.h>

#include "answer_json.h"
#include "output.h"
#include "verb.h"

struct version_options {
    bool json;
};

static const struct option rows[] = {
    { "json", 0, OPTION_FLAG, 0, offsetof(struct version_options, json), NULL,
      "print JSON (schemas/version.schema.json)" },
};

static const struct option_group options = { "options", rows, sizeof rows / sizeof rows[0] };

/* Codec numbers are assigned from 0 on without gaps. */
#define CODECS 3u

static void print_text(unsigned major, unsigned minor)
{
    printf("msrck %s\nformat %u.%u\ncodecs", msrck_library_version(), major, minor);
    for (uint32_t codec = 0; codec < CODECS; codec++)
        if (msrck_codec_readable(codec))
            printf(" %s", msrck_codec_text(codec));
    printf("\n");
}

static void print_json(unsigned major, unsigned minor)
{
    struct json_writer writer;

    answer_begin(&writer, "msrck-version");
    json_key_string(&writer, "version", msrck_library_version());
    answer_version(&writer, "format", major, minor);
    json_key(&writer, "codecs");
    json_begin_array(&writer);
    for (uint32_t codec = 0; codec < CODECS; codec++)
        if (msrck_codec_readable(codec))
            json_string(&writer, msrck_codec_text(codec));
    json_end_array(&writer);
    answer_end(&writer);
}

static int run_version(const struct verb *verb, int count, char **argv)
{
    struct version_options chosen = { false };
    void *targets[] = { &chosen };
    unsigned major, minor;
    int operands = 0, code = option_table_parse(verb, targets, count, argv, &operands);

    if (code != -1)
        return code;
    msrck_format_version(&major, &minor);
    if (chosen.json)
        print_json(major, minor);
    else
        print_text(major, minor);
    return EXIT_CODE_OK;
}

const struct verb verb_version = {
    "version", "", "print the version of the tool and of the formats it reads", "", 0, 0, { &options }, run_version
};
