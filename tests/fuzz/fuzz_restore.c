/* SPDX-License-Identifier: MIT */
/*
 * Any file restored into a process whose types and variables are fixed. What it accepts is collected again; that file
 * must restore too, and collect to the same bytes: nothing is lost or invented on the way.
 */
#include "container_repair.h"
#include "fuzz_target.h"
#include "restored_program.h"

#include <string.h>

/* The first state may refuse to be collected: a tag that names no member, say. The second comes from a collected file. */
static void examine(const struct byte_buffer *input)
{
    struct byte_buffer first = BYTE_BUFFER_INIT, second = BYTE_BUFFER_INIT;
    msrck_error error = MSRCK_ERROR_INIT;
    static struct program from, to;

    program_begin(&from);
    if (program_restore(&from, input, &error) == MSRCK_OK && program_collect(&from, &first, &error) == MSRCK_OK) {
        program_begin(&to);
        if (program_restore(&to, &first, &error) != MSRCK_OK || program_collect(&to, &second, &error) != MSRCK_OK) {
            fprintf(stderr, "%s\n", error.message);
            abort();
        }
        FUZZ_HOLDS(first.length == second.length && memcmp(first.bytes, second.bytes, first.length) == 0);
        program_end(&to);
    }
    program_end(&from);
    msrck_buffer_free(&first);
    msrck_buffer_free(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct byte_buffer file = BYTE_BUFFER_INIT;

    if (container_from_input(bytes, length, &file))
        examine(&file);
    msrck_buffer_free(&file);
    return 0;
}
