/* SPDX-License-Identifier: MIT */
/* Conversions that end in a checkpoint: from another one, and from a document. */
#include "convert.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "checkpoint_input.h"
#include "document.h"
#include "dump.h"
#include "output.h"

int convert_begin_output(struct conversion *conversion)
{
    const struct convert_options *options = conversion->options;
    const char *source = strcmp(conversion->path, "-") == 0 ? NULL : conversion->path;
    enum output_form form = conversion->form == FORM_JSON ? OUTPUT_TEXT : OUTPUT_BINARY;
    int code = output_file_begin(options->output, options->force, form, source, &conversion->output);

    conversion->output_open = code == EXIT_CODE_OK;
    return code;
}

int convert_to_json(struct conversion *conversion, msrck_reader *reader)
{
    static const struct dump_options everything = { .types = true, .frames = true, .globals = true,
                                                    .blocks = true, .json = true, .max_depth = UINT64_MAX };
    struct dump dump = { .options = &everything, .error = MSRCK_ERROR_INIT, .reader = reader };
    int code = convert_begin_output(conversion);

    if (code != EXIT_CODE_OK)
        return code;
    dump.stream = conversion->output.stream;
    return dump_json(&dump) == MSRCK_OK ? EXIT_CODE_OK : output_error(conversion->path, &dump.error);
}

/* ---- How to store ---- */

int convert_choose_storing(struct conversion *conversion)
{
    const struct convert_options *options = conversion->options;
    msrck_error error = MSRCK_ERROR_INIT;

    if (msrck_writer_codec_parse(options->codec != NULL ? options->codec : "zlib", &conversion->storing, &error) != MSRCK_OK)
        return output_usage_error("convert", "--codec: %s", error.message);
    if (options->filter != NULL && msrck_writer_filter_parse(options->filter, &conversion->storing, &error) != MSRCK_OK)
        return output_usage_error("convert", "--filter: %s", error.message);
    conversion->storing.threads = checkpoint_threads();
    return EXIT_CODE_OK;
}

/* As the chunks of the input are stored, where no option says otherwise. */
static msrck_result choose_as_input(struct conversion *conversion, msrck_reader *reader, msrck_error *error)
{
    msrck_writer_options *storing = &conversion->storing;
    uint32_t codec = 0, filter = 0;
    msrck_chunk_facts chunk;
    uint64_t features;

    for (size_t i = 0; i < msrck_reader_chunk_count(reader); i++) {
        msrck_result result = msrck_reader_chunk(reader, i, &chunk, error);
        if (result != MSRCK_OK)
            return result;
        codec = chunk.codec > codec ? chunk.codec : codec;
        filter = chunk.filter > filter ? chunk.filter : filter;
    }
    msrck_reader_features(reader, NULL, NULL, &features);
    if (conversion->options->codec == NULL)
        storing->codec = (features & 1) != 0 ? 2 : codec;
    if (conversion->options->filter == NULL && conversion->options->codec == NULL)
        storing->filter = filter;
    return MSRCK_OK;
}

/* ---- From a checkpoint ---- */

static bool is_known(const char *tag)
{
    static const char *const known[] = { "prov", "TYPE", "PROG", "EXTE", "VARS", "FRAM", "DATA", "dgsT", "INDX" };

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(tag, known[i]) == 0)
            return true;
    return false;
}

/* Sections that nobody here knows go along where their tag says that they may. */
static msrck_result copy_sections(msrck_writer *writer, msrck_reader *reader, msrck_error *error)
{
    msrck_result result = MSRCK_OK;
    msrck_section_facts section;

    for (size_t i = 0; result == MSRCK_OK && msrck_reader_section(reader, i, &section); i++) {
        const unsigned char *bytes;
        size_t length;

        if (is_known(section.tag) || (section.tag[3] & 0x20) == 0)
            continue;
        result = msrck_reader_section_bytes(reader, i, &bytes, &length, error);
        if (result == MSRCK_OK)
            result = msrck_writer_section(writer, section.tag, bytes, length, error);
    }
    return result;
}

static msrck_result copy_digest(const struct conversion *conversion, msrck_writer *writer, msrck_reader *reader,
                                msrck_error *error)
{
    unsigned char digest[MSRCK_DIGEST_SIZE];
    msrck_result result;

    if (!conversion->options->digest && msrck_reader_stored_digest(reader) == NULL)
        return MSRCK_OK;
    result = msrck_reader_digest(reader, digest, error);
    return result == MSRCK_OK ? msrck_writer_state_digest(writer, digest, error) : result;
}

static msrck_result write_checkpoint(struct conversion *conversion, msrck_writer *writer, msrck_reader *reader,
                                     msrck_error *error)
{
    int descriptor = fileno(conversion->output.stream);
    msrck_result result = msrck_writer_begin(writer, descriptor, &conversion->storing, error);

    if (result == MSRCK_OK)
        result = msrck_writer_copy_rows(writer, reader, error);
    if (result == MSRCK_OK)
        result = copy_sections(writer, reader, error);
    if (result == MSRCK_OK)
        result = copy_digest(conversion, writer, reader, error);
    return result == MSRCK_OK ? msrck_writer_finish(writer, error) : result;
}

static int refuse_features(const struct conversion *conversion)
{
    output_message(conversion->path, "it has features that this msrck does not know, and that would be lost");
    return EXIT_CODE_UNSUPPORTED;
}

int convert_to_checkpoint(struct conversion *conversion, msrck_reader *reader)
{
    msrck_error error = MSRCK_ERROR_INIT;
    msrck_writer *writer = NULL;
    uint64_t may_read;
    msrck_result result;
    int code = EXIT_CODE_OK;

    msrck_reader_features(reader, NULL, &may_read, NULL);
    if (may_read != 0)
        return refuse_features(conversion);
    result = choose_as_input(conversion, reader, &error);
    if (result == MSRCK_OK)
        result = msrck_writer_new(&writer, &error);
    if (result == MSRCK_OK)
        result = msrck_writer_copy_description(writer, reader, !conversion->options->no_provenance, &error);
    if (result == MSRCK_OK)
        code = convert_begin_output(conversion);
    if (result == MSRCK_OK && code == EXIT_CODE_OK)
        result = write_checkpoint(conversion, writer, reader, &error);
    msrck_writer_free(writer);
    return result == MSRCK_OK ? code : output_error(conversion->path, &error);
}

/* ---- From a document ---- */

static msrck_result write_document(struct conversion *conversion, struct document *document, int descriptor,
                                   msrck_error *error)
{
    msrck_result result;

    if (conversion->options->codec == NULL && document->zstd)
        conversion->storing.codec = 2;
    result = msrck_writer_begin(document->writer, descriptor, &conversion->storing, error);
    if (result == MSRCK_OK)
        result = document_write_rows(document);
    return result == MSRCK_OK ? msrck_writer_finish(document->writer, error) : result;
}

int convert_document(struct conversion *conversion, int descriptor)
{
    struct document *document = calloc(1, sizeof *document);
    msrck_error error = MSRCK_ERROR_INIT;
    msrck_writer *writer = NULL;
    msrck_result result;
    int code = EXIT_CODE_OK;

    if (document == NULL) {
        output_message(conversion->path, "out of memory");
        return EXIT_CODE_SYSTEM;
    }
    result = msrck_writer_new(&writer, &error);
    if (result == MSRCK_OK)
        result = msrck_writer_limit(writer, conversion->limits, &error);
    if (result == MSRCK_OK) {
        document_begin(document, conversion->descriptor, writer, &error);
        document->limits = conversion->limits;
        document->with_notes = !conversion->options->no_provenance;
        result = document_describe(document);
    }
    if (result == MSRCK_OK && descriptor < 0) {
        code = convert_begin_output(conversion);
        descriptor = code == EXIT_CODE_OK ? fileno(conversion->output.stream) : -1;
    }
    if (result == MSRCK_OK && code == EXIT_CODE_OK)
        result = write_document(conversion, document, descriptor, &error);
    msrck_writer_free(writer);
    document_free(document);
    free(document);
    return result == MSRCK_OK ? code : output_error(conversion->path, &error);
}
