/* SPDX-License-Identifier: MIT */
/* msrck info: what a checkpoint is, from its header, metadata and the heads of its chunks. */
#include <stdio.h>
#include <string.h>

#include "answer_json.h"
#include "checkpoint_input.h"
#include "output.h"
#include "verb.h"

/* What to do about a digest that the file does not state. */
enum digest_choice { DIGEST_IF_CHEAP, DIGEST_ALWAYS, DIGEST_NEVER };

struct info_options {
    bool json;
    unsigned digest;                /* enum digest_choice */
};

static const struct option rows[] = {
    { "digest", 0, OPTION_CHOICE, DIGEST_ALWAYS, offsetof(struct info_options, digest), NULL,
      "compute the digest if the file states none, however large it is" },
    { "no-digest", 0, OPTION_CHOICE, DIGEST_NEVER, offsetof(struct info_options, digest), NULL,
      "do not compute the digest" },
    { "json", 0, OPTION_FLAG, 0, offsetof(struct info_options, json), NULL, "print JSON (schemas/info.schema.json)" },
};

static const struct option_group options = { "options", rows, sizeof rows / sizeof rows[0] };

/* Chunks that are coded alike. */
#define CODECS 3u
#define FILTERS 3u

struct storage {
    uint64_t chunks[CODECS + 1][FILTERS + 1];   /* the last of each: numbers this build does not know */
    uint64_t count, raw, stored;
};

static msrck_result sum_up_chunks(msrck_reader *reader, struct storage *storage, msrck_error *error)
{
    msrck_chunk_facts facts;
    msrck_result result = MSRCK_OK;

    storage->count = msrck_reader_chunk_count(reader);
    for (size_t i = 0; result == MSRCK_OK && i < storage->count; i++) {
        result = msrck_reader_chunk(reader, i, &facts, error);
        if (result != MSRCK_OK)
            break;
        storage->raw += facts.raw_bytes;
        storage->stored += facts.stored_bytes;
        storage->chunks[facts.codec < CODECS ? facts.codec : CODECS][facts.filter < FILTERS ? facts.filter : FILTERS]++;
    }
    return result;
}

/* ---- Digest ---- */

/* Bytes of rows, and blocks, for which a digest is computed without being asked for. */
#define CHEAP_DIGEST (UINT64_C(256) << 20)
#define CHEAP_BLOCKS (UINT64_C(16) << 20)

static bool is_cheap(const msrck_reader *reader)
{
    return msrck_reader_raw_bytes(reader) <= CHEAP_DIGEST && msrck_reader_block_count(reader) <= CHEAP_BLOCKS;
}

struct digest_answer {
    const char *source;             /* "stored", "computed"; NULL: not known */
    unsigned char bytes[MSRCK_DIGEST_SIZE];
    msrck_error error;              /* why it could not be computed */
};

static void find_digest(msrck_reader *reader, enum digest_choice choice, struct digest_answer *answer)
{
    const unsigned char *stored = msrck_reader_stored_digest(reader);

    if (stored != NULL) {
        memcpy(answer->bytes, stored, sizeof answer->bytes);
        answer->source = "stored";
        return;
    }
    if (choice == DIGEST_NEVER || (choice == DIGEST_IF_CHEAP && !is_cheap(reader)))
        return;
    if (msrck_reader_digest(reader, answer->bytes, &answer->error) == MSRCK_OK)
        answer->source = "computed";
}

static void print_hexadecimal(const unsigned char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        printf("%02x", bytes[i]);
}

/* ---- Text ---- */

static void print_row(const char *name)
{
    printf("  %-14s ", name);
}

static void print_text_row(const char *name, const char *text)
{
    print_row(name);
    output_masked(text);
    putchar('\n');
}

static void print_count(const char *name, uint64_t count)
{
    print_row(name);
    printf("%llu\n", (unsigned long long)count);
}

static void print_version(const msrck_reader *reader)
{
    unsigned major, minor, lowest_major, lowest_minor;
    uint64_t may_ignore, may_read, must_understand;

    msrck_reader_version(reader, &major, &minor);
    msrck_reader_lowest_version(reader, &lowest_major, &lowest_minor);
    print_row("format");
    printf("%u.%u, needs a reader of %u.%u\n", major, minor, lowest_major, lowest_minor);
    msrck_reader_features(reader, &may_ignore, &may_read, &must_understand);
    print_row("features");
    printf("ignorable 0x%llx, readable 0x%llx, required 0x%llx\n", (unsigned long long)may_ignore,
           (unsigned long long)may_read, (unsigned long long)must_understand);
    print_row("pointers");
    printf("%u bytes in the file\n", msrck_reader_pointer_width(reader));
}

static void print_digest(const struct digest_answer *digest)
{
    if (digest->source == NULL && digest->error.result == MSRCK_OK)
        return;
    print_row("digest");
    if (digest->source != NULL) {
        print_hexadecimal(digest->bytes, sizeof digest->bytes);
        printf(" (%s)\n", digest->source);
    } else {
        output_masked(digest->error.message);
        putchar('\n');
    }
}

static void print_program(const msrck_reader *reader)
{
    print_text_row("program", msrck_reader_program(reader));
    print_row("fingerprint");
    print_hexadecimal(msrck_reader_fingerprint(reader), MSRCK_FINGERPRINT_SIZE);
    putchar('\n');
}

static void print_position(const msrck_reader *reader)
{
    msrck_frame_facts frame;

    print_count("frames", msrck_reader_frame_count(reader));
    if (!msrck_reader_frame(reader, 0, &frame))
        return;
    print_row("stopped in");
    output_masked(frame.function_name);
    printf(" at point %u", frame.point);
    if (frame.label[0] != '\0') {
        printf(", ");
        output_masked(frame.label);
    }
    putchar('\n');
}

static void print_storage(const msrck_reader *reader, const struct storage *storage)
{
    const char *separator = ": ";

    print_row("chunks");
    printf("%llu", (unsigned long long)storage->count);
    for (uint32_t codec = 0; codec <= CODECS; codec++)
        for (uint32_t filter = 0; filter <= FILTERS; filter++)
            if (storage->chunks[codec][filter] > 0) {
                printf("%s%llu with codec %s, filter %s", separator, (unsigned long long)storage->chunks[codec][filter],
                       msrck_codec_text(codec), msrck_filter_text(filter));
                separator = "; ";
            }
    putchar('\n');
    print_row("data");
    printf("%llu bytes, stored in %llu", (unsigned long long)storage->raw, (unsigned long long)storage->stored);
    if (storage->raw > 0)
        printf(" (%.1f %%)", 100.0 * (double)storage->stored / (double)storage->raw);
    putchar('\n');
    print_row("file");
    printf("%llu bytes\n", (unsigned long long)msrck_reader_file_bytes(reader));
}

static void print_notes(const msrck_reader *reader)
{
    for (uint32_t i = 0; i < msrck_reader_note_count(reader); i++) {
        print_row(i == 0 ? "provenance" : "");
        output_masked(msrck_reader_note_key(reader, i));
        printf(" = ");
        output_masked(msrck_reader_note_value(reader, i));
        putchar('\n');
    }
}

static void print_text(const char *path, const msrck_reader *reader, const struct storage *storage,
                       const struct digest_answer *digest)
{
    output_masked(path);
    printf("\n");
    print_program(reader);
    print_digest(digest);
    print_version(reader);
    print_count("types", msrck_reader_type_count(reader) - 1);
    print_count("variables", msrck_reader_variable_count(reader));
    print_position(reader);
    print_count("extents", msrck_reader_extent_count(reader));
    print_count("blocks", msrck_reader_block_count(reader));
    print_storage(reader, storage);
    print_notes(reader);
}

/* ---- JSON ---- */

static void json_header(struct json_writer *writer, const msrck_reader *reader, const struct digest_answer *digest)
{
    uint64_t may_ignore, may_read, must_understand;
    unsigned major, minor;

    json_key_string(writer, "program", msrck_reader_program(reader));
    answer_hexadecimal(writer, "fingerprint", msrck_reader_fingerprint(reader), MSRCK_FINGERPRINT_SIZE);
    if (digest->source != NULL) {
        answer_hexadecimal(writer, "digest", digest->bytes, sizeof digest->bytes);
        json_key_string(writer, "digest_source", digest->source);
    }
    msrck_reader_version(reader, &major, &minor);
    answer_version(writer, "format", major, minor);
    msrck_reader_lowest_version(reader, &major, &minor);
    answer_version(writer, "lowest_reader", major, minor);
    msrck_reader_features(reader, &may_ignore, &may_read, &must_understand);
    json_key(writer, "features");
    json_begin_object(writer);
    json_key_big(writer, "may_ignore", may_ignore);
    json_key_big(writer, "may_read", may_read);
    json_key_big(writer, "must_understand", must_understand);
    json_end_object(writer);
    json_key_number(writer, "pointer_width", msrck_reader_pointer_width(reader));
}

static void json_frames(struct json_writer *writer, const msrck_reader *reader)
{
    msrck_frame_facts frame;

    json_key(writer, "frames");
    json_begin_array(writer);
    for (uint32_t i = 0; msrck_reader_frame(reader, i, &frame); i++) {
        json_begin_object(writer);
        json_key_string(writer, "function", frame.function_name);
        json_key_number(writer, "point", frame.point);
        json_key_string(writer, "label", frame.label);
        json_end_object(writer);
    }
    json_end_array(writer);
}

static void json_storage(struct json_writer *writer, const struct storage *storage)
{
    json_key_big(writer, "chunks", storage->count);
    json_key(writer, "coding");
    json_begin_array(writer);
    for (uint32_t codec = 0; codec <= CODECS; codec++)
        for (uint32_t filter = 0; filter <= FILTERS; filter++)
            if (storage->chunks[codec][filter] > 0) {
                json_begin_object(writer);
                json_key_string(writer, "codec", msrck_codec_text(codec));
                json_key_string(writer, "filter", msrck_filter_text(filter));
                json_key_big(writer, "chunks", storage->chunks[codec][filter]);
                json_end_object(writer);
            }
    json_end_array(writer);
    json_key_big(writer, "raw_bytes", storage->raw);
    json_key_big(writer, "stored_bytes", storage->stored);
}

static void json_notes(struct json_writer *writer, const msrck_reader *reader)
{
    json_key(writer, "notes");
    json_begin_array(writer);
    for (uint32_t i = 0; i < msrck_reader_note_count(reader); i++) {
        json_begin_object(writer);
        json_key_string(writer, "key", msrck_reader_note_key(reader, i));
        json_key_string(writer, "value", msrck_reader_note_value(reader, i));
        json_end_object(writer);
    }
    json_end_array(writer);
}

static void print_json(struct json_writer *writer, const msrck_reader *reader, const struct storage *storage,
                       const struct digest_answer *digest)
{
    json_header(writer, reader, digest);
    json_key_big(writer, "types", msrck_reader_type_count(reader));
    json_key_big(writer, "functions", msrck_reader_function_count(reader));
    json_key_big(writer, "variables", msrck_reader_variable_count(reader));
    json_frames(writer, reader);
    json_key_big(writer, "extents", msrck_reader_extent_count(reader));
    json_key_big(writer, "blocks", msrck_reader_block_count(reader));
    json_storage(writer, storage);
    json_key_big(writer, "file_bytes", msrck_reader_file_bytes(reader));
    json_notes(writer, reader);
}

/* ---- The verb ---- */

static int show_file(const char *path, const struct info_options *chosen, const msrck_limits *limits,
                     struct json_writer *writer)
{
    struct digest_answer digest = { NULL, { 0 }, MSRCK_ERROR_INIT };
    msrck_error error = MSRCK_ERROR_INIT;
    struct storage storage = { .count = 0 };
    struct checkpoint_input input;
    msrck_result result = checkpoint_open(path, limits, &input, &error);

    if (result == MSRCK_OK)
        result = sum_up_chunks(input.reader, &storage, &error);
    if (result == MSRCK_OK)
        find_digest(input.reader, (enum digest_choice)chosen->digest, &digest);
    /* Only who asked for it is told by the exit code that there is none. */
    if (result == MSRCK_OK && chosen->digest == DIGEST_ALWAYS && digest.source == NULL) {
        error = digest.error;
        result = error.result;
    }
    if (writer != NULL) {
        json_line(writer);
        json_begin_object(writer);
        json_key_string(writer, "file", path);
        if (result == MSRCK_OK) {
            print_json(writer, input.reader, &storage, &digest);
        } else {
            answer_error(writer, &error);
        }
        json_end_object(writer);
    } else if (result == MSRCK_OK) {
        print_text(path, input.reader, &storage, &digest);
    }
    checkpoint_close(&input);
    return result == MSRCK_OK ? EXIT_CODE_OK : output_error(path, &error);
}

static int run_info(const struct verb *verb, int count, char **argv)
{
    struct info_options chosen = { false, DIGEST_IF_CHEAP };
    msrck_limits limits = MSRCK_LIMITS_INIT;
    void *targets[] = { &chosen, &limits };
    struct json_writer writer;
    int operands = 0, code = option_table_parse(verb, targets, count, argv, &operands);

    if (code != -1)
        return code;
    code = EXIT_CODE_OK;
    if (chosen.json) {
        answer_begin(&writer, "msrck-info");
        json_key(&writer, "files");
        json_begin_array(&writer);
    }
    for (int i = 0; i < operands; i++)
        code = larger_code(code, show_file(argv[i], &chosen, &limits, chosen.json ? &writer : NULL));
    if (chosen.json) {
        json_end_array(&writer);
        answer_end(&writer);
    }
    return code;
}

const struct verb verb_info = {
    "info", "FILE...", "tell what checkpoints are: program, position, counts, sizes",
    "Reads the header, the metadata and the heads of the chunks. The data is read only to compute the digest\n"
    "of the graph, which is shown where the file states it or holds at most 256 MiB of data, or with --digest.\n",
    1, -1, { &options, &limit_options }, run_info
};
