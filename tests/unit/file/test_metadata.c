/* SPDX-License-Identifier: MIT */
#include "sample_checkpoint.h"

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/allocation.h"
#include "base/big_endian.h"
#include "file/xdr_cursor.h"
#include "types/ti_section.h"

static const struct sample_shape shape = { 3, 0 };
static struct metadata sample, decoded;
static struct byte_buffer types, payload;
static msrck_error error;

static void begin(void)
{
    sample_metadata(&shape, &sample, &types);
    error = (msrck_error)MSRCK_ERROR_INIT;
}

static void end(void)
{
    msrck_metadata_clear(&sample);
    msrck_metadata_clear(&decoded);
    msrck_buffer_free(&types);
    msrck_buffer_free(&payload);
}

TestSuite(metadata, .init = begin, .fini = end);

enum section { TYPE, PROG, EXTE, VARS, FRAM, PROV };

static const struct {
    msrck_result (*encode)(const struct metadata *metadata, struct byte_buffer *out, msrck_error *error);
    msrck_result (*decode)(const void *bytes, size_t length, struct metadata *metadata, msrck_error *error);
} sections[] = {
    [PROG] = { msrck_program_encode, msrck_program_decode }, [EXTE] = { msrck_extents_encode, msrck_extents_decode },
    [VARS] = { msrck_variables_encode, msrck_variables_decode }, [FRAM] = { msrck_frames_encode, msrck_frames_decode },
    [PROV] = { msrck_notes_encode, msrck_notes_decode }
};

static void encode(unsigned section)
{
    msrck_buffer_clear(&payload);
    cr_assert_eq(sections[section].encode(&sample, &payload, &error), MSRCK_OK, "%s", error.message);
}

/* Decodes the sections before this one as they are, then `payload`. */
static msrck_result decode(unsigned section)
{
    struct byte_buffer before = BYTE_BUFFER_INIT;
    msrck_result result;

    msrck_metadata_clear(&decoded);
    error = (msrck_error)MSRCK_ERROR_INIT;
    cr_assert_eq(msrck_ti_decode(types.bytes, types.length, &decoded.types, &error), MSRCK_OK);
    for (unsigned i = PROG; i < section; i++) {
        msrck_buffer_clear(&before);
        cr_assert_eq(sections[i].encode(&sample, &before, &error), MSRCK_OK);
        if (i != PROV)
            cr_assert_eq(sections[i].decode(before.bytes, before.length, &decoded, &error), MSRCK_OK, "%s",
                         error.message);
    }
    /* To the exact length, so that reading past the end is noticed. */
    msrck_buffer_clear(&before);
    msrck_buffer_append(&before, payload.bytes, payload.length);
    before.bytes = realloc(before.bytes, payload.length > 0 ? payload.length : 1);
    before.capacity = payload.length;
    result = sections[section].decode(before.bytes, payload.length, &decoded, &error);
    msrck_buffer_free(&before);
    return result;
}

/* What the sample says now is refused, with a message that has the text. */
static void expect_refused(unsigned section, const char *text)
{
    encode(section);
    cr_assert_eq(decode(section), MSRCK_CORRUPT, "'%s' expected", text);
    cr_assert_not_null(strstr(error.message, text), "%s", error.message);
}

static void rename_to(char **name, const char *text)
{
    free(*name);
    *name = msrck_copy_text(text);
}

Test(metadata, every_section_comes_back_and_is_the_same_again)
{
    for (unsigned section = PROG; section <= PROV; section++) {
        struct byte_buffer again = BYTE_BUFFER_INIT;

        encode(section);
        cr_assert_eq(decode(section), MSRCK_OK, "%s", error.message);
        cr_assert_eq(sections[section].encode(&decoded, &again, &error), MSRCK_OK);
        cr_assert(again.length == payload.length && memcmp(again.bytes, payload.bytes, again.length) == 0);
        msrck_buffer_free(&again);
    }
    cr_assert_eq(decoded.address_end, sample.address_end);
}

Test(metadata, the_bytes_are_those_of_the_whole_table_functions)
{
    msrck_x_program program = { 0 };
    msrck_x_extents extents = { { 0, NULL } };
    msrck_x_variables variables = { { 0, NULL } };
    msrck_x_frames frames = { { 0, NULL } };
    msrck_x_notes notes = { { 0, NULL } };
    struct { unsigned section; xdrproc_t code; void *table; } cases[] = {
        { PROG, (xdrproc_t)xdr_msrck_x_program, &program }, { EXTE, (xdrproc_t)xdr_msrck_x_extents, &extents },
        { VARS, (xdrproc_t)xdr_msrck_x_variables, &variables }, { FRAM, (xdrproc_t)xdr_msrck_x_frames, &frames },
        { PROV, (xdrproc_t)xdr_msrck_x_notes, &notes }
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char same[4096];
        XDR xdr;

        encode(cases[i].section);
        xdrmem_create(&xdr, (char *)payload.bytes, (u_int)payload.length, XDR_DECODE);
        cr_assert(cases[i].code(&xdr, cases[i].table));
        cr_assert_eq(xdr_getpos(&xdr), payload.length);
        xdrmem_create(&xdr, same, sizeof same, XDR_ENCODE);
        cr_assert(cases[i].code(&xdr, cases[i].table));
        cr_assert(xdr_getpos(&xdr) == payload.length && memcmp(same, payload.bytes, payload.length) == 0);
        xdr_free(cases[i].code, cases[i].table);
    }
}

Test(metadata, every_cut_section_is_refused)
{
    for (unsigned section = PROG; section <= PROV; section++) {
        size_t whole;

        encode(section);
        whole = payload.length;
        for (payload.length = 0; payload.length < whole; payload.length++)
            cr_assert_eq(decode(section), MSRCK_CORRUPT, "section %u, %zu bytes", section, payload.length);
    }
}

Test(metadata, bytes_behind_a_section_are_refused)
{
    for (unsigned section = PROG; section <= PROV; section++) {
        encode(section);
        msrck_buffer_append(&payload, "\0\0\0\0", 4);
        cr_assert_eq(decode(section), MSRCK_CORRUPT);
        cr_assert_not_null(strstr(error.message, "4 bytes behind its end"), "%s", error.message);
    }
}

Test(metadata, counts_that_lie_take_no_memory)
{
    for (unsigned section = EXTE; section <= PROV; section++) {
        static const uint32_t counts[] = { 4, 1000, 16777216, 16777217, UINT32_MAX };

        for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
            encode(section);
            store_be32(payload.bytes, counts[i]);
            payload.length = 4 + 20;
            cr_assert_eq(decode(section), MSRCK_CORRUPT);
            cr_assert_not_null(strstr(error.message, "claims"), "%s", error.message);
        }
    }
}

Test(metadata, any_flipped_bit_is_refused_or_harmless)
{
    for (unsigned section = PROG; section <= PROV; section++) {
        encode(section);
        for (size_t bit = 0; bit < 8 * payload.length; bit++) {
            payload.bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
            if (decode(section) != MSRCK_OK)
                cr_assert_neq(error.message[0], '\0');
            payload.bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
        }
    }
}

Test(metadata, names_are_printable_bounded_and_padded_with_zeros)
{
    char *longest = msrck_allocate(4098, 1);
    struct byte_buffer out = BYTE_BUFFER_INIT;

    memset(longest, 'n', 4097);
    free(sample.program);
    sample.program = longest;
    cr_assert_eq(msrck_program_encode(&sample, &out, &error), MSRCK_MISUSE);
    error = (msrck_error)MSRCK_ERROR_INIT;
    longest[4096] = '\0';
    encode(PROG);
    cr_assert_eq(decode(PROG), MSRCK_OK, "%s", error.message);
    rename_to(&sample.program, "bad\x1b[2J");
    cr_assert_eq(msrck_program_encode(&sample, &out, &error), MSRCK_MISUSE);
    error = (msrck_error)MSRCK_ERROR_INIT;
    rename_to(&sample.program, "abcde");
    encode(PROG);
    payload.bytes[4 + 2] = '\n';
    cr_assert_eq(decode(PROG), MSRCK_CORRUPT);
    cr_assert_not_null(strstr(error.message, "control characters"), "%s", error.message);
    payload.bytes[4 + 2] = '\0';
    cr_assert_eq(decode(PROG), MSRCK_CORRUPT);
    payload.bytes[4 + 2] = 'c';
    payload.bytes[4 + 7] = 'x';
    cr_assert_eq(decode(PROG), MSRCK_CORRUPT);
    cr_assert_not_null(strstr(error.message, "padded"), "%s", error.message);
    payload.bytes[4 + 7] = 0;
    store_be32(payload.bytes, 4097);
    cr_assert_eq(decode(PROG), MSRCK_CORRUPT);
    cr_assert_not_null(strstr(error.message, "too long"), "%s", error.message);
    msrck_buffer_free(&out);
}

Test(metadata, names_of_functions_and_targets_are_checked)
{
    rename_to(&sample.functions[1].name, "walk");
    expect_refused(PROG, "'walk' twice");
    rename_to(&sample.functions[1].name, "");
    expect_refused(PROG, "function 1: it has no name");
    rename_to(&sample.functions[1].name, "main");
    rename_to(&sample.targets[0], "visit");
    expect_refused(PROG, "target 1: the names do not ascend");
    rename_to(&sample.targets[0], "");
    expect_refused(PROG, "target 0: it has no name");
}

Test(metadata, types_of_poll_points_and_locals_are_checked)
{
    sample.functions[0].points[1].live_type = msrck_ti_count(sample.types);
    expect_refused(PROG, "function 0: poll-point 2 has the impossible type");
    sample.functions[0].points[1].live_type = msrck_ti_find_name(sample.types, "int [6]");
    expect_refused(PROG, "function 0: poll-point 2 has the impossible type");
    sample.functions[0].points[1].live_type = 0;
    sample.functions[0].locals[1].type = 0;
    expect_refused(PROG, "local 'grid' has the impossible type 0");
}

Test(metadata, extents_are_checked)
{
    struct extent *first = &sample.extents[0], *last = &sample.extents[sample.extent_count - 1];
    const struct extent global = *first, literal = *last;

    first->segment = 0;
    expect_refused(EXTE, "extent 0: segment 0");
    first->segment = 7;
    expect_refused(EXTE, "extent 0: segment 7");
    *first = global;
    first->type = 0;
    expect_refused(EXTE, "type 0 cannot");
    first->type = msrck_ti_count(sample.types);
    expect_refused(EXTE, "cannot be that of a block");
    first->type = msrck_ti_find_name(sample.types, "int [6]");
    expect_refused(EXTE, "an array");
    *first = global;
    first->blocks = 0;
    expect_refused(EXTE, "extent 0: it is empty");
    *first = global;
    first->count = 0;
    expect_refused(EXTE, "extent 0: it is empty");
    *first = global;
    last->type = msrck_ti_find_name(sample.types, "int");
    expect_refused(EXTE, "are not bytes");
    *last = literal;
    sample.extents[2] = sample.extents[1];
    expect_refused(EXTE, "extent 2: the extents do not ascend");
    sample.extent_count = 1;
    first->blocks = UINT64_C(1) << 62;
    expect_refused(EXTE, "more memory than can be addressed");
    first->blocks = 1;
    first->count = UINT64_MAX;
    expect_refused(EXTE, "more memory than can be addressed");
}

Test(metadata, variables_are_checked)
{
    struct variable_entry *first = &sample.variables[0];
    const uint64_t address = first->address;
    const uint32_t type = first->type;

    first->kind = 3;
    expect_refused(VARS, "kind 3");
    first->kind = VARIABLE_GLOBAL;
    first->type = 0;
    expect_refused(VARS, "'first' has the impossible type 0");
    first->type = msrck_ti_find_name(sample.types, "struct node");
    expect_refused(VARS, "'first': its block is of another type");
    first->type = type;
    first->address = address + 1;
    expect_refused(VARS, "'first': its address is not that of a block");
    first->address = sample.address_end;
    expect_refused(VARS, "'first': its address is not that of a block");
    first->address = 0;
    expect_refused(VARS, "'first': its address is not that of a block");
    first->address = sample.frames[0].locals[1];
    expect_refused(VARS, "'first': its block is not in the segment of globals");
    first->kind = VARIABLE_ROOT;
    encode(VARS);
    cr_assert_eq(decode(VARS), MSRCK_OK, "%s", error.message);
    first->type = msrck_ti_find_name(sample.types, "char");
    first->address = sample.extents[sample.extent_count - 1].base;
    expect_refused(VARS, "not one of the program's");
}

Test(metadata, globals_have_names_of_their_own)
{
    rename_to(&sample.variables[1].name, "first");
    expect_refused(VARS, "global 'first' twice");
    rename_to(&sample.variables[1].name, "a name before it");
    encode(VARS);
    cr_assert_eq(decode(VARS), MSRCK_OK, "%s", error.message);
    rename_to(&sample.variables[1].name, "");
    expect_refused(VARS, "a global has no name");
    sample.variables[1].kind = VARIABLE_ROOT;
    encode(VARS);
    cr_assert_eq(decode(VARS), MSRCK_OK, "%s", error.message);
}

Test(metadata, frames_are_checked)
{
    struct frame_entry *first = &sample.frames[0];
    const uint64_t live = first->live, grid = first->locals[1];

    first->function = 2;
    expect_refused(FRAM, "frame 0: function 2");
    first->function = 0;
    first->point = 0;
    expect_refused(FRAM, "'walk' has no poll-point 0");
    first->point = 3;
    expect_refused(FRAM, "'walk' has no poll-point 3");
    first->point = 1;
    expect_refused(FRAM, "not of the poll-point's type");
    first->point = 2;
    first->live = live + 1;
    expect_refused(FRAM, "not that of a block");
    first->live = grid;
    expect_refused(FRAM, "not of the poll-point's type");
    first->live = sample.extents[0].base;
    expect_refused(FRAM, "not in the segment of the stack");
    first->live = live;
    first->locals[1] = live;
    expect_refused(FRAM, "local 'grid': its block is of another type");
    first->locals[1] = sample.extents[0].base;
    expect_refused(FRAM, "local 'grid': its block is not in the segment of the stack");
    first->locals[1] = UINT64_MAX;
    expect_refused(FRAM, "local 'grid': its address is not that of a block");
    first->local_count = 1;
    first->locals[1] = grid;
    expect_refused(FRAM, "it has 1 locals, its function 'walk' has 2");
    first->local_count = 2;
}

Test(metadata, the_fingerprint_follows_from_types_and_program_alone)
{
    unsigned char before[32], changed[32];

    memcpy(before, sample.fingerprint, 32);
    memset(sample.fingerprint, 0xaa, 32);
    cr_assert_eq(msrck_fingerprint(types.bytes, types.length, &sample, &error), MSRCK_OK);
    cr_assert_eq(memcmp(before, sample.fingerprint, 32), 0);
    sample.extent_count--;
    cr_assert_eq(msrck_fingerprint(types.bytes, types.length, &sample, &error), MSRCK_OK);
    cr_assert_eq(memcmp(before, sample.fingerprint, 32), 0);
    rename_to(&sample.functions[0].points[0].label, "exit");
    cr_assert_eq(msrck_fingerprint(types.bytes, types.length, &sample, &error), MSRCK_OK);
    memcpy(changed, sample.fingerprint, 32);
    cr_assert_neq(memcmp(before, changed, 32), 0);
    types.bytes[types.length - 1] ^= 1;
    cr_assert_eq(msrck_fingerprint(types.bytes, types.length, &sample, &error), MSRCK_OK);
    cr_assert_neq(memcmp(changed, sample.fingerprint, 32), 0);
}

Test(metadata, large_tables_take_time_in_proportion)
{
    size_t count = 300000;
    struct metadata large = { 0 };

    cr_assert_eq(msrck_ti_decode(types.bytes, types.length, &large.types, &error), MSRCK_OK);
    large.extents = msrck_allocate(count, sizeof *large.extents);
    for (size_t i = 0; i < count; i++)
        large.extents[i] = (struct extent){ SEGMENT_HEAP, msrck_ti_find_name(large.types, "int"), i + 1, 1, 0, 0 };
    large.extent_count = count;
    cr_assert_eq(msrck_extents_encode(&large, &payload, &error), MSRCK_OK);
    free(large.extents);
    large.extents = NULL;
    large.extent_count = 0;
    cr_assert_eq(msrck_extents_decode(payload.bytes, payload.length, &large, &error), MSRCK_OK, "%s", error.message);
    cr_assert_eq(large.extent_count, count);
    cr_assert_eq(large.extents[count - 1].block_leaves, count);
    msrck_metadata_clear(&large);
}
