/* SPDX-License-Identifier: MIT */
/* Codecs and filters as options spell them, for msrck/writer.h. */
#include <msrck/writer.h>

#include "encoding/chunk_codec.h"

msrck_result msrck_writer_codec_parse(const char *text, msrck_writer_options *options, msrck_error *error)
{
    struct codec_choice choice;
    msrck_result result = msrck_codec_parse(text, &choice, error);

    if (result != MSRCK_OK)
        return result;
    options->codec = choice.codec;
    options->level = choice.level;
    options->filter = choice.filter;
    return MSRCK_OK;
}

msrck_result msrck_writer_filter_parse(const char *text, msrck_writer_options *options, msrck_error *error)
{
    return msrck_filter_parse(text, &options->filter, error);
}
