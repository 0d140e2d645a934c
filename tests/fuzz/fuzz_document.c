/* SPDX-License-Identifier: MIT */
/* Any bytes as the JSON that `msrck convert` reads: what becomes a checkpoint is one that verify finds nothing wrong with. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE                 /* memfd_create */
#endif
#include "fuzz_target.h"

#include <sys/mman.h>
#include <unistd.h>

#include <msrck/writer.h>

#include "document.h"

#define MOST_DOCUMENT 65536u

static bool print_finding(void *context, const msrck_finding *finding)
{
    (void)context;
    fprintf(stderr, "%s: %s\n", finding->id, finding->text);
    return false;
}

static msrck_result import(int input, int output, msrck_error *error)
{
    static struct document document;
    msrck_writer_options options = MSRCK_WRITER_OPTIONS_INIT;
    msrck_writer *writer = NULL;
    msrck_result result = msrck_writer_new(&writer, error);

    document = (struct document){ 0 };
    if (result == MSRCK_OK) {
        document_begin(&document, input, writer, error);
        document.with_notes = true;
        result = document_describe(&document);
    }
    if (result == MSRCK_OK)
        result = msrck_writer_begin(writer, output, &options, error);
    if (result == MSRCK_OK)
        result = document_write_rows(&document);
    if (result == MSRCK_OK)
        result = msrck_writer_finish(writer, error);
    msrck_writer_free(writer);
    document_free(&document);
    return result;
}

/* Limits, since a few bytes may describe many blocks that nobody wants to read back here. */
static void examine(int output)
{
    const msrck_limits limits = FUZZ_LIMITS;
    msrck_error error = MSRCK_ERROR_INIT;
    msrck_reader *reader = NULL;
    uint64_t findings = 0;
    msrck_result result = msrck_reader_open_descriptor(output, &limits, &reader, &error);

    if (result == MSRCK_OK)
        result = msrck_reader_verify(reader, MSRCK_VERIFY_DEEP, print_finding, NULL, &findings, &error);
    if (result != MSRCK_OK && result != MSRCK_LIMIT)
        fprintf(stderr, "%s\n", error.message);
    FUZZ_HOLDS(result == MSRCK_OK || result == MSRCK_LIMIT);
    FUZZ_HOLDS(findings == 0);
    msrck_reader_close(reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    msrck_error error = MSRCK_ERROR_INIT;
    int input = memfd_create("document", MFD_CLOEXEC), output = memfd_create("checkpoint", MFD_CLOEXEC);

    FUZZ_HOLDS(input >= 0 && output >= 0);
    if (length <= MOST_DOCUMENT && write(input, bytes, length) == (ssize_t)length && lseek(input, 0, SEEK_SET) == 0) {
        if (import(input, output, &error) == MSRCK_OK)
            examine(output);
        else
            FUZZ_HOLDS(error.message[0] != '\0');
    }
    close(input);
    close(output);
    return 0;
}
