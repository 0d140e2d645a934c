/* SPDX-License-Identifier: MIT */
/* Codecs and filters as options spell them. */
#include "encoding/chunk_codec.h"

#include <stdlib.h>
#include <string.h>

struct codec_row {
    uint32_t codec;
    int highest;                    /* level; 0: it has none */
};

static const struct codec_row codecs[] = {
    { CODEC_NONE, 0 },
    { CODEC_ZLIB, 9 },
    { CODEC_ZSTD, 19 },
};

/* One or two digits; 0 when it is none, which is no level either. */
static int parse_level(const char *text)
{
    size_t length = strspn(text, "0123456789");

    return length > 0 && length < 3 && text[length] == '\0' ? atoi(text) : 0;
}

/* What stands behind the colon. */
static msrck_result set_level(const struct codec_row *row, const char *text, struct codec_choice *codec,
                              msrck_error *error)
{
    const char *name = msrck_codec_name(row->codec);
    int level = parse_level(text);

    if (row->highest == 0)
        return msrck_fail(error, MSRCK_MISUSE, "codec %s has no levels, so not '%s'", name, text);
    if (level == 0 || level > row->highest)
        return msrck_fail(error, MSRCK_MISUSE, "codec %s has levels 1 to %d, not '%s'", name, row->highest, text);
    codec->level = level;
    return MSRCK_OK;
}

msrck_result msrck_codec_parse(const char *text, struct codec_choice *codec, msrck_error *error)
{
    const char *given = text != NULL ? text : msrck_codec_name(msrck_codec_default().codec);
    size_t length = strcspn(given, ":");

    for (size_t c = 0; c < sizeof codecs / sizeof codecs[0]; c++) {
        const char *name = msrck_codec_name(codecs[c].codec);

        if (strlen(name) != length || strncmp(name, given, length) != 0)
            continue;
        if (!msrck_codec_available(codecs[c].codec))
            return msrck_fail(error, MSRCK_MISUSE, "codec %s is not in this build", name);
        *codec = msrck_codec_usual(codecs[c].codec);
        return given[length] == ':' ? set_level(&codecs[c], given + length + 1, codec, error) : MSRCK_OK;
    }
    return msrck_fail(error, MSRCK_MISUSE, "unknown codec '%s'", given);
}

msrck_result msrck_filter_parse(const char *text, uint32_t *filter, msrck_error *error)
{
    for (uint32_t number = FILTER_NONE; number <= FILTER_SPLIT; number++)
        if (strcmp(text, msrck_filter_name(number)) == 0) {
            *filter = number;
            return MSRCK_OK;
        }
    return msrck_fail(error, MSRCK_MISUSE, "unknown filter '%s'", text);
}
