/* SPDX-License-Identifier: MIT */
/* Any bytes: opened from memory and from a descriptor, verified at every level. */
#include "container_repair.h"
#include "fuzz_target.h"

static bool count_finding(void *context, const msrck_finding *finding)
{
    uint64_t *count = context;

    FUZZ_HOLDS(finding->id[0] != '\0' && finding->text[0] != '\0');
    return ++*count < 100;
}

/* Deeper levels find what others found, and more. */
static void verify_all(msrck_reader *reader)
{
    uint64_t found[3] = { 0, 0, 0 };

    for (int level = MSRCK_VERIFY_QUICK; level <= MSRCK_VERIFY_DEEP; level++) {
        msrck_error error = MSRCK_ERROR_INIT;
        uint64_t findings = 0;
        msrck_result result = msrck_reader_verify(reader, (msrck_verify_level)level, count_finding, &found[level],
                                                  &findings, &error);

        FUZZ_HOLDS(result == MSRCK_OK || result == MSRCK_LIMIT || result == MSRCK_UNSUPPORTED ||
                   result == MSRCK_SYSTEM);
        FUZZ_HOLDS(result == MSRCK_OK || error.message[0] != '\0');
        FUZZ_HOLDS(findings == found[level]);
    }
    FUZZ_HOLDS(found[0] == 0 && found[2] >= found[1]);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const msrck_limits limits = FUZZ_LIMITS;
    msrck_error error = MSRCK_ERROR_INIT;
    struct byte_buffer file = BYTE_BUFFER_INIT;
    msrck_reader *reader;

    if (container_from_input(bytes, length, &file)) {
        msrck_result result = msrck_reader_open_memory(file.bytes, file.length, &limits, &reader, &error);

        FUZZ_HOLDS((result == MSRCK_OK) == (reader != NULL));
        FUZZ_HOLDS(result == MSRCK_OK || error.message[0] != '\0');
        if (result == MSRCK_OK)
            verify_all(reader);
        msrck_reader_close(reader);
    }
    msrck_buffer_free(&file);
    return 0;
}
