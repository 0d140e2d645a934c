/* SPDX-License-Identifier: MIT */
/* What verify finds nothing wrong with can be written again, and is the same graph then. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE                 /* memfd_create */
#endif
#include "container_repair.h"
#include "fuzz_target.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <msrck/writer.h>

static bool note_finding(void *context, const msrck_finding *finding)
{
    (void)context;
    (void)finding;
    return false;
}

static bool is_sound(msrck_reader *reader)
{
    uint64_t findings = 0;

    return msrck_reader_verify(reader, MSRCK_VERIFY_DEEP, note_finding, NULL, &findings, NULL) == MSRCK_OK &&
           findings == 0;
}

static msrck_result rewrite(msrck_reader *reader, int descriptor, uint32_t codec, msrck_error *error)
{
    msrck_writer_options options = MSRCK_WRITER_OPTIONS_INIT;
    msrck_writer *writer = NULL;
    msrck_result result = msrck_writer_new(&writer, error);

    options.codec = codec;
    options.filter = codec == 0 ? 0 : 2;
    if (result == MSRCK_OK)
        result = msrck_writer_copy_description(writer, reader, true, error);
    if (result == MSRCK_OK)
        result = msrck_writer_begin(writer, descriptor, &options, error);
    if (result == MSRCK_OK)
        result = msrck_writer_copy_rows(writer, reader, error);
    if (result == MSRCK_OK)
        result = msrck_writer_finish(writer, error);
    msrck_writer_free(writer);
    return result;
}

static void hold(msrck_result result, const msrck_error *error)
{
    if (result != MSRCK_OK)
        fprintf(stderr, "%s\n", error->message);
    FUZZ_HOLDS(result == MSRCK_OK);
}

static void compare(msrck_reader *reader, const unsigned char *digest, uint32_t codec)
{
    unsigned char again[MSRCK_DIGEST_SIZE];
    msrck_error error = MSRCK_ERROR_INIT;
    msrck_reader *rewritten = NULL;
    int descriptor = memfd_create("rewritten", MFD_CLOEXEC);

    FUZZ_HOLDS(descriptor >= 0);
    hold(rewrite(reader, descriptor, codec, &error), &error);
    hold(msrck_reader_open_descriptor(descriptor, NULL, &rewritten, &error), &error);
    FUZZ_HOLDS(is_sound(rewritten));
    hold(msrck_reader_digest(rewritten, again, &error), &error);
    FUZZ_HOLDS(memcmp(digest, again, sizeof again) == 0);
    msrck_reader_close(rewritten);
    close(descriptor);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const msrck_limits limits = FUZZ_LIMITS;
    struct byte_buffer file = BYTE_BUFFER_INIT;
    unsigned char digest[MSRCK_DIGEST_SIZE];
    msrck_reader *reader = NULL;

    if (container_from_input(bytes, length, &file) &&
        msrck_reader_open_memory(file.bytes, file.length, &limits, &reader, NULL) == MSRCK_OK && is_sound(reader) &&
        msrck_reader_digest(reader, digest, NULL) == MSRCK_OK)
        compare(reader, digest, length % 2 == 0 ? 0 : 1);
    msrck_reader_close(reader);
    msrck_buffer_free(&file);
    return 0;
}
