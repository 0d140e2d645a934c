/* SPDX-License-Identifier: MIT */
/* Every cut and every flipped bit of a small checkpoint is noticed, both ways through the file. */
#include "sample_checkpoint.h"

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

static const struct sample_shape shape = { 3, 0 };

/*
 * The answers of both ways for a file in memory. The bytes are copied to their exact length, so that reading past
 * them is noticed.
 */
static void read_both_ways(const unsigned char *bytes, size_t length, msrck_result *forward, msrck_result *by_index,
                           msrck_error *error)
{
    unsigned char *exact = malloc(length + (length == 0));
    struct source *source;

    memcpy(exact, bytes, length);
    *error = (msrck_error)MSRCK_ERROR_INIT;
    cr_assert_eq(msrck_source_open_memory(exact, length, &source, NULL), MSRCK_OK);
    *by_index = sample_read_by_index(source, NULL, NULL, NULL);
    *forward = sample_read_forward(source, NULL, NULL, error);
    msrck_source_close(source);
    free(exact);
}

static void expect_cuts_noticed(const struct codec_choice *choice)
{
    struct byte_buffer whole = BYTE_BUFFER_INIT;
    msrck_result forward, by_index;
    msrck_error error;

    sample_bytes(&shape, choice, 1, &whole);
    read_both_ways(whole.bytes, whole.length, &forward, &by_index, &error);
    cr_assert(forward == MSRCK_OK && by_index == MSRCK_OK, "%s", error.message);
    for (size_t length = 0; length < whole.length; length++) {
        read_both_ways(whole.bytes, length, &forward, &by_index, &error);
        cr_assert_eq(forward, length == 0 ? MSRCK_NOT_A_CHECKPOINT : MSRCK_TRUNCATED, "%zu: %s", length, error.message);
        cr_assert_eq(by_index, length == 0 ? MSRCK_NOT_A_CHECKPOINT : MSRCK_TRUNCATED, "%zu", length);
        cr_assert(length == 0 || error.offset == length, "%zu: %s", length, error.message);
    }
    msrck_buffer_free(&whole);
}

static void expect_flips_noticed(const struct codec_choice *choice)
{
    struct byte_buffer whole = BYTE_BUFFER_INIT;
    msrck_result forward, by_index;
    msrck_error error;

    sample_bytes(&shape, choice, 1, &whole);
    for (size_t bit = 0; bit < 8 * whole.length; bit++) {
        whole.bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
        read_both_ways(whole.bytes, whole.length, &forward, &by_index, &error);
        cr_assert(forward == MSRCK_CORRUPT || (bit < 64 && forward == MSRCK_NOT_A_CHECKPOINT),
                  "bit %zu of byte %zu forward: %d %s", bit % 8, bit / 8, forward, error.message);
        cr_assert(by_index == MSRCK_CORRUPT || (bit < 64 && by_index == MSRCK_NOT_A_CHECKPOINT),
                  "bit %zu of byte %zu by index: %d", bit % 8, bit / 8, by_index);
        whole.bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
    }
    msrck_buffer_free(&whole);
}

Test(damaged_files, every_cut_is_truncation)
{
    expect_cuts_noticed(&(struct codec_choice){ CODEC_NONE, FILTER_NONE, 0 });
    expect_cuts_noticed(&(struct codec_choice){ CODEC_ZLIB, FILTER_PLANES, 6 });
}

Test(damaged_files, every_flipped_bit_is_noticed_in_plain_chunks)
{
    expect_flips_noticed(&(struct codec_choice){ CODEC_NONE, FILTER_NONE, 0 });
}

Test(damaged_files, every_flipped_bit_is_noticed_in_coded_chunks)
{
    expect_flips_noticed(&(struct codec_choice){ CODEC_ZLIB, FILTER_PLANES, 6 });
}

Test(damaged_files, bytes_behind_the_end_are_noticed)
{
    struct byte_buffer whole = BYTE_BUFFER_INIT, twice = BYTE_BUFFER_INIT;
    msrck_result forward, by_index;
    msrck_error error;

    sample_bytes(&shape, &(struct codec_choice){ CODEC_NONE, FILTER_NONE, 0 }, 1, &whole);
    msrck_buffer_append(&whole, "\n", 1);
    read_both_ways(whole.bytes, whole.length, &forward, &by_index, &error);
    cr_assert(forward == MSRCK_CORRUPT && by_index == MSRCK_CORRUPT, "%s", error.message);
    cr_assert_not_null(strstr(error.message, "follow"), "%s", error.message);
    whole.length--;
    /* A second checkpoint behind the first has a sound end of its own. */
    msrck_buffer_append(&twice, whole.bytes, whole.length);
    msrck_buffer_append(&twice, whole.bytes, whole.length);
    read_both_ways(twice.bytes, twice.length, &forward, &by_index, &error);
    cr_assert(forward == MSRCK_CORRUPT && by_index == MSRCK_CORRUPT, "%s", error.message);
    msrck_buffer_free(&twice);
    msrck_buffer_free(&whole);
}
