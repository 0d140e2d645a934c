/* SPDX-License-Identifier: MIT */
/* Opening and closing a msrck_reader: source, container, and the numbers that follow from the metadata. */
#ifndef _FILE_OFFSET_BITS
#define _FILE_OFFSET_BITS 64 /* lseek on files beyond 2 GiB on 32 bits */
#endif
#include "file/reader_state.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/allocation.h"

/* Blocks are numbered from 1 through all extents. */
static msrck_result number_blocks(msrck_reader *reader, msrck_error *error)
{
    const struct metadata *metadata = reader->metadata;
    uint64_t next = 1;

    reader->first_block = msrck_allocate(metadata->extent_count + 1, sizeof *reader->first_block);
    if (reader->first_block == NULL)
        return msrck_fail_memory(error, metadata->extent_count * sizeof(uint64_t), "block numbers");
    for (size_t i = 0; i < metadata->extent_count; i++) {
        reader->first_block[i] = next;
        if (__builtin_add_overflow(next, metadata->extents[i].blocks, &next))
            return msrck_fail(error, MSRCK_CORRUPT, "extent %zu: more blocks than 64 bits can number", i);
    }
    reader->first_block[metadata->extent_count] = next;
    return MSRCK_OK;
}

static msrck_result list_chunks(msrck_reader *reader, msrck_error *error)
{
    size_t sections = msrck_file_reader_sections(reader->file);

    reader->chunk_sections = msrck_allocate(sections, sizeof *reader->chunk_sections);
    if (reader->chunk_sections == NULL)
        return msrck_fail_memory(error, sections * sizeof(size_t), "chunk numbers");
    for (size_t i = 0; i < sections; i++)
        if (strcmp(msrck_file_reader_section(reader->file, i)->tag, "DATA") == 0)
            reader->chunk_sections[reader->chunk_count++] = i;
    return MSRCK_OK;
}

static msrck_result read_structure(msrck_reader *reader, msrck_error *error)
{
    msrck_result result = msrck_file_reader_new(reader->source, &reader->limits, &reader->file, error);

    if (result != MSRCK_OK)
        return result;
    msrck_file_reader_use_threads(reader->file, reader->threads);
    reader->metadata = msrck_file_reader_metadata(reader->file);
    reader->row_index = row_index(reader->metadata->header.pointer_width);
    result = msrck_file_reader_load_index(reader->file, error);
    if (result == MSRCK_OK)
        result = number_blocks(reader, error);
    if (result == MSRCK_OK)
        result = list_chunks(reader, error);
    if (result == MSRCK_OK)
        result = msrck_reader_find_owners(reader, error);
    return result;
}

/* Puts a temporary file in the place of a source that cannot seek. */
static msrck_result make_seekable(msrck_reader *reader, msrck_error *error)
{
    struct source *spooled = NULL;
    msrck_result result;

    if (msrck_source_seekable(reader->source))
        return MSRCK_OK;
    result = msrck_spool(reader->source, &reader->spool, error);
    if (result == MSRCK_OK)
        result = msrck_source_open_descriptor(reader->spool, &spooled, error);
    if (result == MSRCK_OK) {
        msrck_source_close(reader->source);
        reader->source = spooled;
    }
    return result;
}

static msrck_result set_options(msrck_reader *reader, const msrck_reader_options *options, msrck_error *error)
{
    static const msrck_reader_options usual = MSRCK_READER_OPTIONS_INIT;

    if (options == NULL)
        options = &usual;
    if (options->version == 0 || options->version > MSRCK_READER_OPTIONS_VERSION)
        return msrck_fail(error, MSRCK_MISUSE, "msrck_reader_options has version %u; begin with "
                          "MSRCK_READER_OPTIONS_INIT", options->version);
    msrck_limits_fill(options->limits, &reader->limits);
    reader->threads = options->threads;
    reader->cache.most = CACHE_BYTES;
    if (reader->limits.memory_bytes < CACHE_BYTES)
        reader->cache.most = reader->limits.memory_bytes;
    return MSRCK_OK;
}

/* Takes the source over, also on failure. */
static msrck_result open_source(struct source *source, const msrck_reader_options *options, msrck_reader **out,
                                msrck_error *error)
{
    msrck_reader *reader = msrck_allocate(1, sizeof *reader);
    msrck_result result;

    if (reader == NULL) {
        msrck_source_close(source);
        return msrck_fail_memory(error, sizeof *reader, "reader");
    }
    reader->source = source;
    reader->spool = -1;
    result = set_options(reader, options, error);
    if (result == MSRCK_OK)
        result = make_seekable(reader, error);
    if (result == MSRCK_OK)
        result = read_structure(reader, error);
    if (result != MSRCK_OK) {
        msrck_reader_close(reader);
        return result;
    }
    *out = reader;
    return MSRCK_OK;
}

msrck_result msrck_reader_open_with(const char *path, const msrck_reader_options *options, msrck_reader **reader,
                                    msrck_error *error)
{
    struct source *source = NULL;
    msrck_result result;

    *reader = NULL;
    result = msrck_source_open_file(path, &source, error);
    return result == MSRCK_OK ? open_source(source, options, reader, error) : result;
}

msrck_result msrck_reader_open_descriptor_with(int descriptor, const msrck_reader_options *options,
                                               msrck_reader **reader, msrck_error *error)
{
    struct source *source = NULL;
    msrck_result result;

    *reader = NULL;
    /* Pipes refuse, and are read from where they are. */
    (void)lseek(descriptor, 0, SEEK_SET);
    result = msrck_source_open_descriptor(descriptor, &source, error);
    return result == MSRCK_OK ? open_source(source, options, reader, error) : result;
}

msrck_result msrck_reader_open_memory_with(const void *bytes, size_t length, const msrck_reader_options *options,
                                           msrck_reader **reader, msrck_error *error)
{
    struct source *source = NULL;
    msrck_result result;

    *reader = NULL;
    result = msrck_source_open_memory(bytes, length, &source, error);
    return result == MSRCK_OK ? open_source(source, options, reader, error) : result;
}

static msrck_reader_options only_limits(const msrck_limits *limits)
{
    msrck_reader_options options = MSRCK_READER_OPTIONS_INIT;

    options.limits = limits;
    return options;
}

msrck_result msrck_reader_open(const char *path, const msrck_limits *limits, msrck_reader **reader, msrck_error *error)
{
    msrck_reader_options options = only_limits(limits);

    return msrck_reader_open_with(path, &options, reader, error);
}

msrck_result msrck_reader_open_descriptor(int descriptor, const msrck_limits *limits, msrck_reader **reader,
                                          msrck_error *error)
{
    msrck_reader_options options = only_limits(limits);

    return msrck_reader_open_descriptor_with(descriptor, &options, reader, error);
}

msrck_result msrck_reader_open_memory(const void *bytes, size_t length, const msrck_limits *limits,
                                      msrck_reader **reader, msrck_error *error)
{
    msrck_reader_options options = only_limits(limits);

    return msrck_reader_open_memory_with(bytes, length, &options, reader, error);
}

void msrck_reader_close(msrck_reader *reader)
{
    if (reader == NULL)
        return;
    msrck_chunk_cache_free(&reader->cache);
    msrck_reader_release_rows(reader);
    free(reader->first_block);
    free(reader->chunk_sections);
    free(reader->owners);
    msrck_file_reader_free(reader->file);
    msrck_source_close(reader->source);
    if (reader->spool >= 0)
        close(reader->spool);
    free(reader);
}
