/* SPDX-License-Identifier: MIT */
/* Files whose checksums are right and whose contents are not: made by somebody, not by an accident. */
#include "sample_checkpoint.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>

static const struct sample_shape shape = { 3, 0 };
static struct hand_made file;
static struct metadata sample;
static struct byte_buffer types;
static struct file_header header;
static msrck_error error;

static void begin(void)
{
    sample_metadata(&shape, &sample, &types);
    header = sample.header;
}

static void end(void)
{
    msrck_metadata_clear(&sample);
    msrck_buffer_free(&types);
    hand_free(&file);
}

TestSuite(hostile_files, .init = begin, .fini = end);

/* Header and sections to FRAM of the sample, with `extra` (may be NULL) before the section of number `place`. */
static void start_file(const char *extra, size_t place, size_t extra_length)
{
    static const struct {
        const char *tag;
        msrck_result (*encode)(const struct metadata *metadata, struct byte_buffer *out, msrck_error *error);
    } sections[] = { { "TYPE", NULL }, { "PROG", msrck_program_encode }, { "EXTE", msrck_extents_encode },
                     { "VARS", msrck_variables_encode }, { "FRAM", msrck_frames_encode } };

    hand_free(&file);
    hand_begin(&file, &header);
    for (size_t i = 0; i < 5; i++) {
        struct byte_buffer payload = BYTE_BUFFER_INIT;

        if (extra != NULL && place == i) {
            memset(msrck_buffer_extend(&payload, extra_length), 7, extra_length);
            hand_section(&file, extra, payload.bytes, extra_length);
            msrck_buffer_clear(&payload);
        }
        if (sections[i].encode != NULL)
            cr_assert_eq(sections[i].encode(&sample, &payload, &error), MSRCK_OK);
        else
            msrck_buffer_append(&payload, types.bytes, types.length);
        hand_section(&file, sections[i].tag, payload.bytes, payload.length);
        msrck_buffer_free(&payload);
    }
}

/* The rows of one part from `first` on, in one chunk. */
static void add_rows(uint32_t extent, uint32_t part, uint64_t first, uint64_t rows)
{
    struct byte_buffer stored = BYTE_BUFFER_INIT;
    size_t width = (size_t)msrck_extent_row_width(sample.types, &sample.extents[extent], part, 4);
    struct chunk_head head = { extent, part, first, rows, FILTER_NONE, CODEC_NONE, rows * width };

    for (uint64_t row = 0; row < rows; row++)
        for (size_t byte = 0; byte < width; byte++)
            *msrck_buffer_extend(&stored, 1) = sample_byte(extent, part, first + row, byte);
    hand_chunk(&file, &head, stored.bytes, stored.length);
    msrck_buffer_free(&stored);
}

static void add_rest(uint32_t extent, uint32_t part)
{
    for (; extent < sample.extent_count; extent++, part = 0)
        for (; part < 2; part++) {
            uint64_t rows = msrck_extent_rows(sample.types, &sample.extents[extent], part);

            if (rows > 0)
                add_rows(extent, part, 0, rows);
        }
}

/* Both ways answer the same; `text` is in the message of the way forward. */
static void expect(msrck_result expected, const msrck_limits *limits, const char *text)
{
    struct source *source;

    error = (msrck_error)MSRCK_ERROR_INIT;
    cr_assert_eq(msrck_source_open_memory(file.bytes.bytes, file.bytes.length, &source, NULL), MSRCK_OK);
    cr_assert_eq(sample_read_forward(source, limits, NULL, &error), expected, "forward: %s", error.message);
    cr_assert_not_null(strstr(error.message, text), "%s", error.message);
    error = (msrck_error)MSRCK_ERROR_INIT;
    cr_assert_eq(sample_read_by_index(source, limits, NULL, &error), expected, "by index: %s", error.message);
    msrck_source_close(source);
}

Test(hostile_files, a_file_made_by_hand_is_sound)
{
    start_file(NULL, 0, 0);
    add_rest(0, 0);
    hand_finish(&file);
    expect(MSRCK_OK, NULL, "");
}

Test(hostile_files, unknown_sections_are_skipped_or_named)
{
    for (size_t place = 0; place < 5; place++) {
        start_file("abcD", place, 200001);
        add_rest(0, 0);
        hand_section(&file, "zzzz", NULL, 0);
        hand_finish(&file);
        expect(MSRCK_OK, NULL, "");
        start_file("ABCD", place, 3);
        add_rest(0, 0);
        hand_finish(&file);
        expect(MSRCK_UNSUPPORTED, NULL, "needs a newer msrck: section 'ABCD' is unknown");
    }
}

Test(hostile_files, an_unknown_section_between_chunks_is_skipped_or_named)
{
    start_file(NULL, 0, 0);
    add_rows(0, 0, 0, 5);
    hand_section(&file, "abcd", "hello", 5);
    add_rows(0, 0, 5, 7);
    add_rest(1, 0);
    hand_finish(&file);
    expect(MSRCK_OK, NULL, "");
    start_file(NULL, 0, 0);
    add_rows(0, 0, 0, 5);
    hand_section(&file, "Abcd", "hello", 5);
    add_rows(0, 0, 5, 7);
    add_rest(1, 0);
    hand_finish(&file);
    expect(MSRCK_UNSUPPORTED, NULL, "section 'Abcd' is unknown");
}

Test(hostile_files, rows_tile_the_extents)
{
    start_file(NULL, 0, 0);
    add_rows(0, 0, 1, 11);
    add_rest(1, 0);
    hand_finish(&file);
    expect(MSRCK_CORRUPT, NULL, "row 0 is due");
    start_file(NULL, 0, 0);
    add_rows(0, 0, 0, 11);
    add_rest(1, 0);
    hand_finish(&file);
    expect(MSRCK_CORRUPT, NULL, "row 11 is due");
    start_file(NULL, 0, 0);
    add_rest(1, 0);
    hand_finish(&file);
    expect(MSRCK_CORRUPT, NULL, "extent 0, part 0, row 0 is due");
    start_file(NULL, 0, 0);
    add_rest(0, 0);
    add_rows(0, 0, 0, 1);
    hand_finish(&file);
    expect(MSRCK_CORRUPT, NULL, "after the last row");
    start_file(NULL, 0, 0);
    hand_finish(&file);
    expect(MSRCK_CORRUPT, NULL, "the chunks end before extent 0");
}

/* The first chunk says something else than it should. */
static void expect_head_refused(struct chunk_head head, size_t stored, msrck_result result, const char *text)
{
    static unsigned char zeros[4096];

    start_file(NULL, 0, 0);
    hand_chunk(&file, &head, zeros, stored);
    add_rest(1, 0);
    hand_finish(&file);
    expect(result, NULL, text);
}

Test(hostile_files, chunk_heads_are_checked)
{
    const uint64_t huge = UINT64_C(1) << 62;

    expect_head_refused((struct chunk_head) { 0, 0, 0, 12, 0, 0, 48 }, 47, MSRCK_CORRUPT,
                        "claims to code 48 bytes as 47");
    expect_head_refused((struct chunk_head) { 0, 0, 0, 12, 0, 0, 48 }, 49, MSRCK_CORRUPT,
                        "claims to code 48 bytes as 49");
    expect_head_refused((struct chunk_head) { 0, 0, 0, 12, 0, 0, 52 }, 52, MSRCK_CORRUPT,
                        "claims 52 bytes for 12 rows of 4");
    expect_head_refused((struct chunk_head){ 0, 0, 0, 13, 0, 0, 52 }, 52, MSRCK_CORRUPT, "claims 13 rows");
    expect_head_refused((struct chunk_head){ 0, 0, 0, 0, 0, 0, 0 }, 0, MSRCK_CORRUPT, "claims 0 rows");
    expect_head_refused((struct chunk_head){ 0, 1, 0, 12, 0, 0, 48 }, 48, MSRCK_CORRUPT, "part 1 has 0");
    expect_head_refused((struct chunk_head){ 99, 0, 0, 12, 0, 0, 48 }, 48, MSRCK_CORRUPT, "extent 99");
    expect_head_refused((struct chunk_head){ 0, 0, UINT64_MAX, 12, 0, 0, 48 }, 48, MSRCK_CORRUPT, "claims 12 rows");
    expect_head_refused((struct chunk_head){ 0, 0, 0, huge, 0, 0, 0 }, 0, MSRCK_CORRUPT, "claims");
    expect_head_refused((struct chunk_head){ 0, 0, 0, 12, 3, 0, 48 }, 48, MSRCK_CORRUPT, "filter 3");
    expect_head_refused((struct chunk_head){ 0, 0, 0, 12, 0, 3, 48 }, 48, MSRCK_CORRUPT, "codec 3");
    expect_head_refused((struct chunk_head){ 0, 0, 0, 12, 0, CODEC_ZSTD, 48 }, 20, MSRCK_CORRUPT, "does not announce");
    expect_head_refused((struct chunk_head){ 0, 0, 0, 12, 0, CODEC_ZLIB, 48 }, 20, MSRCK_CORRUPT, "chunk of extent 0");
    start_file(NULL, 0, 0);
    hand_section(&file, "DATA", "short", 5);
    hand_finish(&file);
    expect(MSRCK_CORRUPT, NULL, "has no head");
}

Test(hostile_files, a_chunk_holds_no_more_than_its_size_or_one_row)
{
    sample.extents[0].blocks = 20000;
    free(sample.frames[0].locals);
    sample.frame_count = sample.variable_count = 0;
    for (size_t i = 0; i < 3; i++)
        free(sample.variables[i].name);
    start_file(NULL, 0, 0);
    add_rows(0, 0, 0, 120000);
    add_rest(1, 0);
    hand_finish(&file);
    expect(MSRCK_CORRUPT, NULL, "more than 262144 and more than one row");
}

Test(hostile_files, limits_name_their_options)
{
    msrck_limits limits = MSRCK_LIMITS_INIT;

    start_file(NULL, 0, 0);
    add_rest(0, 0);
    hand_finish(&file);
    limits.metadata_bytes = 20;
    expect(MSRCK_LIMIT, &limits, "--max-metadata");
    limits.metadata_bytes = 0;
    limits.chunk_bytes = 10;
    expect(MSRCK_LIMIT, &limits, "--max-chunk");
    limits.chunk_bytes = 0;
    limits.blocks = 4;
    expect(MSRCK_LIMIT, &limits, "--max-blocks");
    limits.blocks = 1000;
    expect(MSRCK_OK, &limits, "");
}

Test(hostile_files, the_pointer_width_follows_from_the_addresses)
{
    header.pointer_width = 8;
    start_file(NULL, 0, 0);
    hand_finish(&file);
    expect(MSRCK_CORRUPT, NULL, "needs pointers of 4 bytes, the header says 8");
}

Test(hostile_files, the_fingerprint_is_checked)
{
    sample.fingerprint[31] ^= 1;
    start_file(NULL, 0, 0);
    add_rest(0, 0);
    hand_finish(&file);
    expect(MSRCK_CORRUPT, NULL, "fingerprint");
}

/* The index says something else about its entry than the file does. */
static void expect_index_refused(size_t entry, void (*change)(struct section_place *place))
{
    start_file(NULL, 0, 0);
    add_rest(0, 0);
    change(&file.index.places[entry == SIZE_MAX ? file.index.count - 1 : entry]);
    hand_finish(&file);
    expect(MSRCK_CORRUPT, NULL, "index");
}

static void change_offset(struct section_place *place) { place->offset += 8; }
static void change_length(struct section_place *place) { place->length += 8; }
static void change_tag(struct section_place *place) { memcpy(place->tag, "zzzz", 4); }
static void change_rows(struct section_place *place) { place->rows++; }
static void change_extent(struct section_place *place) { place->extent++; }
static void drop_entry(struct section_place *place) { (void)place; file.index.count--; }
static void overflow_length(struct section_place *place) { place->length = UINT64_MAX - 7; }

Test(hostile_files, the_index_is_compared_with_the_file)
{
    static void (*const changes[])(struct section_place * place) = { change_offset, change_length, change_tag,
                                                                     change_rows,   change_extent, overflow_length };

    for (size_t entry = 0; entry < 12; entry++)
        for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++)
            expect_index_refused(entry, changes[i]);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++)
        expect_index_refused(SIZE_MAX, changes[i]);
    expect_index_refused(0, drop_entry);
}

/*
 * A head that claims more than comes, on a pipe, where nobody knows what will come: memory follows the bytes, not the
 * claim.
 */
Test(hostile_files, a_length_on_a_pipe_takes_no_memory_before_its_bytes)
{
    struct section_head claim = { "TYPE", UINT64_C(200) << 20, 0 };
    unsigned char bytes[HEADER_SIZE + SECTION_HEAD_SIZE];
    struct file_reader *reader;
    struct source *source;
    struct rusage before, after;
    int ends[2];

    msrck_header_encode(&header, bytes);
    msrck_section_head_encode(&claim, bytes + HEADER_SIZE);
    cr_assert_eq(pipe(ends), 0);
    cr_assert_eq(write(ends[1], bytes, sizeof bytes), (ssize_t)sizeof bytes);
    close(ends[1]);
    getrusage(RUSAGE_SELF, &before);
    cr_assert_eq(msrck_source_open_descriptor(ends[0], &source, &error), MSRCK_OK);
    cr_assert_eq(msrck_file_reader_new(source, NULL, &reader, &error), MSRCK_TRUNCATED, "%s", error.message);
    cr_assert_eq(error.offset, sizeof bytes);
    getrusage(RUSAGE_SELF, &after);
    cr_assert_lt(after.ru_maxrss - before.ru_maxrss, 50000, "kilobytes");
    msrck_source_close(source);
}

/* Every bit of every payload, with its checksum made right again: refused or harmless, never worse. */
Test(hostile_files, any_change_with_right_checksums_is_survived)
{
    struct file_index index;

    start_file(NULL, 0, 0);
    add_rest(0, 0);
    index = file.index;
    memset(&file.index, 0, sizeof file.index);
    for (size_t section = 0; section < index.count; section++) {
        const struct section_place *place = &index.places[section];

        for (uint64_t bit = 0; bit < 8 * place->length; bit++) {
            struct hand_made changed;
            struct source *source;

            hand_begin(&changed, &header);
            for (size_t i = 0; i < index.count; i++) {
                unsigned char *payload = file.bytes.bytes + index.places[i].offset + SECTION_HEAD_SIZE;

                if (i == section)
                    payload[bit / 8] ^= (unsigned char)(1u << bit % 8);
                hand_section(&changed, index.places[i].tag, payload, (size_t)index.places[i].length);
                changed.index.places[i] = index.places[i];
                if (i == section)
                    payload[bit / 8] ^= (unsigned char)(1u << bit % 8);
            }
            hand_finish(&changed);
            cr_assert_eq(msrck_source_open_memory(changed.bytes.bytes, changed.bytes.length, &source, NULL), MSRCK_OK);
            sample_read_forward(source, NULL, NULL, NULL);
            sample_read_by_index(source, NULL, NULL, NULL);
            msrck_source_close(source);
            hand_free(&changed);
        }
    }
    msrck_index_clear(&index);
}
