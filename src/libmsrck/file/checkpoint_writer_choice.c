/* SPDX-License-Identifier: MIT */
/* Codecs and filters as options spell them. */
#include <msrck/writer.h>

#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "encoding/chunk_codec.h"

/* The level behind the colon: one or two digits from 1 to `most`; 0 when it is none. */
static int parse_level(const char *text, int most)
{
    size_t length = strspn(text, "0123456789");
    int level = length > 0 && length < 3 && text[length] == '\0' ? atoi(text) : 0;

    return level <= most ? level : 0;
}

msrck_result msrck_writer_codec_parse(const char *text, msrck_writer_options *options, msrck_error *error)
{
    static const int most[] = { [CODEC_NONE] = 0, [CODEC_ZLIB] = 9, [CODEC_ZSTD] = 19 };
    size_t length;

    if (text == NULL)
        text = msrck_codec_name(msrck_codec_default().codec);
    length = strcspn(text, ":");
    for (uint32_t codec = CODEC_NONE; codec <= CODEC_ZSTD; codec++) {
        const char *name = msrck_codec_name(codec);
        int level = text[length] == ':' ? parse_level(text + length + 1, most[codec]) : 0;

        if (strlen(name) != length || strncmp(name, text, length) != 0)
            continue;
        if (!msrck_codec_available(codec))
            return msrck_fail(error, MSRCK_MISUSE, "codec %s is not in this build", name);
        if (text[length] == ':' && level == 0)
            return msrck_fail(error, MSRCK_MISUSE, "codec %s has no level '%s'", name, text + length + 1);
        options->codec = codec;
        options->level = level != 0 ? level : msrck_codec_usual(codec).level;
        options->filter = msrck_codec_usual(codec).filter;
        return MSRCK_OK;
    }
    return msrck_fail(error, MSRCK_MISUSE, "unknown codec '%s'", text);
}

msrck_result msrck_writer_filter_parse(const char *text, msrck_writer_options *options, msrck_error *error)
{
    for (uint32_t filter = FILTER_NONE; filter <= FILTER_SPLIT; filter++)
        if (strcmp(text, msrck_filter_name(filter)) == 0) {
            options->filter = filter;
            return MSRCK_OK;
        }
    return msrck_fail(error, MSRCK_MISUSE, "unknown filter '%s'", text);
}
