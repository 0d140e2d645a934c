/* SPDX-License-Identifier: MIT */
#include "file/container.h"

#include <string.h>

#include <criterion/criterion.h>

#include "base/big_endian.h"
#include "encoding/checksum.h"
#include "file/metadata.h"
#include "file/section_order.h"
#include "file/xdr_cursor.h"

static msrck_error error = MSRCK_ERROR_INIT;
static unsigned char bytes[HEADER_SIZE];
static struct file_header header;

static void begin(void)
{
    const struct file_header good = { .major = 1, .minor = 0, .pointer_width = 8, .may_ignore = 5 };

    msrck_header_encode(&good, bytes);
}

TestSuite(container, .init = begin);

static void seal(void)
{
    store_be32(bytes + 60, msrck_crc32(0, bytes, 60));
}

static void expect(const void *input, size_t length, msrck_result result, const char *text)
{
    error = (msrck_error)MSRCK_ERROR_INIT;
    cr_assert_eq(msrck_header_decode(input, length, &header, &error), result, "%s", error.message);
    cr_assert_not_null(strstr(error.message, text), "%s", error.message);
}

Test(container, a_header_comes_back)
{
    expect(bytes, HEADER_SIZE, MSRCK_OK, "");
    cr_assert(header.major == 1 && header.minor == 0 && header.pointer_width == 8 && header.may_ignore == 5);
    cr_assert_eq(memcmp(bytes, "\x89MCK\r\n\x1a\n", 8), 0);
}

Test(container, other_files_are_not_checkpoints)
{
    expect("", 0, MSRCK_NOT_A_CHECKPOINT, "is empty");
    expect("\x7f" "ELF", 4, MSRCK_NOT_A_CHECKPOINT, "is not a checkpoint");
    expect("\x89PNG\r\n\x1a\n", 8, MSRCK_NOT_A_CHECKPOINT, "is not a checkpoint");
    memset(bytes, ' ', sizeof bytes);
    expect(bytes, HEADER_SIZE, MSRCK_NOT_A_CHECKPOINT, "is not a checkpoint");
}

Test(container, a_cut_header_is_truncated)
{
    for (size_t length = 1; length < HEADER_SIZE; length++) {
        expect(bytes, length, MSRCK_TRUNCATED, "ends inside its header");
        cr_assert_eq(error.offset, length);
    }
}

Test(container, text_mode_transfers_are_recognised)
{
    static const struct { const char *bytes; size_t length; const char *what; } damages[] = {
        { "\x89MCK\n\x1a\n\0\1", 9, "CR LF became LF" }, { "\x89MCK\r\r\n\x1a\r\n", 10, "LF became CR LF" },
        { "\x89MCK\r\n\x1a\r\n", 9, "LF became CR LF" }, { "\x09MCK\r\n\x1a\n", 8, "eighth bit" },
        { "\xc2\x89MCK\r\n\x1a\n", 9, "UTF-8" }, { "\xef\xbf\xbdMCK\r\n\x1a\n", 10, "UTF-8" }
    };

    for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
        expect(damages[i].bytes, damages[i].length, MSRCK_CORRUPT, "text mode");
        cr_assert_not_null(strstr(error.message, damages[i].what), "%s", error.message);
    }
}

Test(container, newer_files_say_what_is_unknown)
{
    store_be16(bytes + 8, 2);
    store_be16(bytes + 10, 7);
    expect(bytes, HEADER_SIZE, MSRCK_CORRUPT, "checksum");
    seal();
    expect(bytes, HEADER_SIZE, MSRCK_UNSUPPORTED, "format 2.7");
    begin();
    store_be64(bytes + 32, UINT64_C(0x10000000002));
    seal();
    expect(bytes, HEADER_SIZE, MSRCK_UNSUPPORTED, "0x10000000002");
    begin();
    store_be16(bytes + 8, 0);
    seal();
    expect(bytes, HEADER_SIZE, MSRCK_CORRUPT, "version 0");
}

Test(container, a_newer_minor_version_may_use_reserved_bytes_and_this_one_may_not)
{
    bytes[45] = 1;
    seal();
    expect(bytes, HEADER_SIZE, MSRCK_CORRUPT, "reserved");
    store_be16(bytes + 10, 1);
    seal();
    expect(bytes, HEADER_SIZE, MSRCK_OK, "");
}

Test(container, unknown_features_may_allow_reading_and_not_restoring)
{
    expect(bytes, HEADER_SIZE, MSRCK_OK, "");
    cr_assert_eq(msrck_header_restorable(&header, &error), MSRCK_OK);
    store_be64(bytes + 24, 4);
    seal();
    expect(bytes, HEADER_SIZE, MSRCK_OK, "");
    cr_assert_eq(msrck_header_restorable(&header, &error), MSRCK_DOES_NOT_FIT);
    cr_assert_not_null(strstr(error.message, "0x4"), "%s", error.message);
}

Test(container, pointers_are_of_four_or_eight_bytes)
{
    store_be32(bytes + 12, 6);
    seal();
    expect(bytes, HEADER_SIZE, MSRCK_CORRUPT, "pointer width 6");
}

Test(container, a_section_head_is_checked)
{
    struct section_head head = { "TYPE", 12345, 0xabcdef01 }, got;
    unsigned char coded[SECTION_HEAD_SIZE];

    msrck_section_head_encode(&head, coded);
    cr_assert_eq(msrck_section_head_decode(coded, 64, &got, &error), MSRCK_OK);
    cr_assert(strcmp(got.tag, "TYPE") == 0 && got.length == 12345 && got.payload_crc == 0xabcdef01);
    for (size_t bit = 0; bit < 8 * SECTION_HEAD_SIZE; bit++) {
        coded[bit / 8] ^= (unsigned char)(1u << bit % 8);
        error = (msrck_error)MSRCK_ERROR_INIT;
        cr_assert_eq(msrck_section_head_decode(coded, 64, &got, &error), MSRCK_CORRUPT);
        cr_assert_eq(error.offset, 64);
        coded[bit / 8] ^= (unsigned char)(1u << bit % 8);
    }
    memcpy(head.tag, "TY\0E", 5);
    msrck_section_head_encode(&head, coded);
    cr_assert_eq(msrck_section_head_decode(coded, 64, &got, NULL), MSRCK_CORRUPT);
    memcpy(head.tag, "TYPE", 5);
    head.length = UINT64_MAX - 3;
    msrck_section_head_encode(&head, coded);
    cr_assert_eq(msrck_section_head_decode(coded, 64, &got, NULL), MSRCK_CORRUPT);
}

Test(container, a_chunk_head_is_the_xdr_of_the_specification)
{
    struct chunk_head head = { 1, 2, UINT64_C(0x1122334455667788), 4, 5, 6, UINT64_C(0x99aabbccddeeff00) }, got;
    msrck_x_chunk same = {
        head.extent, head.part, head.first_row, head.rows, head.filter, head.codec, head.raw_length
    };
    unsigned char coded[CHUNK_HEAD_SIZE], expected[64];
    XDR xdr;

    msrck_chunk_head_encode(&head, coded);
    xdrmem_create(&xdr, (char *)expected, sizeof expected, XDR_ENCODE);
    cr_assert(xdr_msrck_x_chunk(&xdr, &same));
    cr_assert_eq(xdr_getpos(&xdr), CHUNK_HEAD_SIZE);
    cr_assert_eq(memcmp(coded, expected, CHUNK_HEAD_SIZE), 0);
    msrck_chunk_head_decode(coded, &got);
    cr_assert(got.extent == 1 && got.part == 2 && got.first_row == head.first_row && got.rows == 4 && got.filter == 5 &&
              got.codec == 6 && got.raw_length == head.raw_length);
}

Test(container, sections_stand_in_their_order)
{
    static const struct { const char *tags; msrck_result result;
    } orders[] = { { "TYPEPROGEXTEVARSFRAMINDX", MSRCK_OK },
                   { "provTYPEPROGEXTEVARSFRAMDATADATAdgsTINDX", MSRCK_OK },
                   { "abcdTYPEabcdPROGabcdEXTEVARSFRAMabcdDATAabcdDATAabcddgsTabcdINDX", MSRCK_OK },
                   { "PROG", MSRCK_CORRUPT },
                   { "TYPETYPE", MSRCK_CORRUPT },
                   { "TYPEEXTE", MSRCK_CORRUPT },
                   { "DATA", MSRCK_CORRUPT },
                   { "INDX", MSRCK_CORRUPT },
                   { "TYPEprov", MSRCK_CORRUPT },
                   { "provprov", MSRCK_CORRUPT },
                   { "dgsT", MSRCK_CORRUPT },
                   { "TYPEPROGEXTEVARSFRAMdgsTdgsT", MSRCK_CORRUPT },
                   { "TYPEPROGEXTEVARSFRAMdgsTDATA", MSRCK_CORRUPT },
                   { "TYPEPROGEXTEVARSFRAMFRAM", MSRCK_CORRUPT },
                   { "TYPEPROGEXTEVARSFRAMINDXINDX", MSRCK_CORRUPT },
                   { "TYPEPROGEXTEVARSFRAMINDXDATA", MSRCK_CORRUPT },
                   { "TYPEABCD", MSRCK_UNSUPPORTED },
                   { "Abcd", MSRCK_UNSUPPORTED } };

    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        struct section_order order = { 0, false, false };
        msrck_result result = MSRCK_OK;

        for (const char *at = orders[i].tags; *at != '\0' && result == MSRCK_OK; at += 4) {
            char tag[5] = { at[0], at[1], at[2], at[3], '\0' };

            result = msrck_order_accept(&order, tag, 0, NULL);
            cr_assert(result == MSRCK_OK || at[4] == '\0', "%s fails too early", orders[i].tags);
        }
        cr_assert_eq(result, orders[i].result, "%s", orders[i].tags);
    }
}
