/* SPDX-License-Identifier: MIT */
#include "reader_fixture.h"

#include <stdio.h>

struct seen {
    uint64_t findings;
    char first[32];
};

static bool note(void *context, const msrck_finding *finding)
{
    struct seen *seen = context;

    if (seen->findings++ == 0)
        snprintf(seen->first, sizeof seen->first, "%s", finding->id);
    return true;
}

static struct seen examine(enum sample_fault fault, msrck_verify_level level)
{
    struct seen seen = { 0, "" };
    struct opened opened;
    uint64_t findings;

    open_sample(&opened, fault);
    cr_assert_eq(msrck_reader_verify(opened.reader, level, note, &seen, &findings, &opened.error), MSRCK_OK, "%s",
                 opened.error.message);
    cr_assert_eq(findings, seen.findings);
    close_sample(&opened);
    return seen;
}

Test(reader_verify, a_good_file_has_no_findings)
{
    cr_assert_eq(examine(FAULT_NONE, MSRCK_VERIFY_QUICK).findings, 0u);
    cr_assert_eq(examine(FAULT_NONE, MSRCK_VERIFY_NORMAL).findings, 0u);
    cr_assert_eq(examine(FAULT_NONE, MSRCK_VERIFY_DEEP).findings, 0u);
}

Test(reader_verify, each_fault_is_found_once_at_its_level)
{
    for (int i = FAULT_NONE + 1; i < FAULT_COUNT_; i++) {
        enum sample_fault fault = (enum sample_fault)i;
        struct seen normal = examine(fault, MSRCK_VERIFY_NORMAL), deep = examine(fault, MSRCK_VERIFY_DEEP);
        cr_assert_eq(normal.findings, sample_fault_is_deep(fault) ? 0u : 1u, "%s", sample_fault_name(fault));
        cr_assert_eq(deep.findings, 1u, "%s: %llu", sample_fault_name(fault), (unsigned long long)deep.findings);
        cr_assert_str_eq(deep.first, sample_fault_finding(fault));
    }
}

static bool stop(void *context, const msrck_finding *finding)
{
    (void)finding;
    ++*(int *)context;
    return false;
}

Test(reader_verify, the_callback_can_stop)
{
    struct opened opened;
    int calls = 0;

    open_sample(&opened, FAULT_POINTER);
    cr_assert_eq(msrck_reader_verify(opened.reader, MSRCK_VERIFY_DEEP, stop, &calls, NULL, NULL), MSRCK_OK);
    cr_assert_eq(calls, 1);
    close_sample(&opened);
}

/* Whether the file is refused, or verify finds something. */
static bool is_noticed(const unsigned char *bytes, size_t length)
{
    msrck_error error = MSRCK_ERROR_INIT;
    msrck_reader *reader;
    uint64_t findings = 0;
    msrck_result result = msrck_reader_open_memory(bytes, length, NULL, &reader, &error);

    if (result == MSRCK_OK)
        result = msrck_reader_verify(reader, MSRCK_VERIFY_NORMAL, NULL, NULL, &findings, &error);
    msrck_reader_close(reader);
    return result != MSRCK_OK || findings > 0;
}

Test(reader_verify, a_flipped_bit_anywhere_is_noticed)
{
    struct opened opened;

    open_sample(&opened, FAULT_NONE);
    for (size_t at = 0; at < opened.bytes.length; at += 17) {
        unsigned char bit = (unsigned char)(1u << at % 8);
        opened.bytes.bytes[at] ^= bit;
        cr_assert(is_noticed(opened.bytes.bytes, opened.bytes.length), "byte %zu", at);
        opened.bytes.bytes[at] ^= bit;
    }
    cr_assert_not(is_noticed(opened.bytes.bytes, opened.bytes.length));
    close_sample(&opened);
}

Test(reader_verify, a_cut_or_longer_file_is_refused)
{
    struct opened opened;
    msrck_reader *reader;

    open_sample(&opened, FAULT_NONE);
    for (size_t length = 0; length < opened.bytes.length; length += length < 64 ? 1 : 131)
        cr_assert_neq(msrck_reader_open_memory(opened.bytes.bytes, length, NULL, &reader, NULL), MSRCK_OK, "%zu bytes",
                      length);
    msrck_buffer_append(&opened.bytes, "", 1);
    cr_assert_neq(msrck_reader_open_memory(opened.bytes.bytes, opened.bytes.length, NULL, &reader, NULL), MSRCK_OK);
    cr_assert_null(reader);
    close_sample(&opened);
}
