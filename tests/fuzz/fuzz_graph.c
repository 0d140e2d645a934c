/* SPDX-License-Identifier: MIT */
/* Everything that the reader's header offers, asked of any file that opens: as dump, get and diff do. */
#include "container_repair.h"
#include "fuzz_target.h"

#include <string.h>

#define MOST_VALUES 4000u           /* examined of one input */
#define MOST_DEPTH 80u              /* nesting is at most 64 */

struct walk {
    msrck_reader *reader;
    unsigned values;                /* examined so far */
};

static void ask_texts(msrck_reader *reader)
{
    uint64_t features[3];
    unsigned major, minor;

    msrck_reader_version(reader, &major, &minor);
    msrck_reader_lowest_version(reader, &major, &minor);
    msrck_reader_features(reader, &features[0], &features[1], &features[2]);
    FUZZ_HOLDS(msrck_reader_pointer_width(reader) == 4 || msrck_reader_pointer_width(reader) == 8);
    FUZZ_HOLDS(msrck_reader_program(reader) != NULL && msrck_reader_fingerprint(reader) != NULL);
    for (uint32_t i = 0; i < msrck_reader_note_count(reader); i++)
        FUZZ_HOLDS(msrck_reader_note_key(reader, i)[0] != '\0' && msrck_reader_note_value(reader, i) != NULL);
    FUZZ_HOLDS(msrck_reader_note_key(reader, msrck_reader_note_count(reader)) == NULL);
    for (uint64_t i = 1; i <= msrck_reader_target_count(reader); i++)
        FUZZ_HOLDS(msrck_reader_target(reader, i) != NULL);
    FUZZ_HOLDS(msrck_reader_target(reader, 0) == NULL);
}

static void ask_types(msrck_reader *reader)
{
    uint32_t count = msrck_reader_type_count(reader);

    for (uint32_t t = 0; t < count; t++) {
        msrck_type_facts facts;
        msrck_field_facts field;

        FUZZ_HOLDS(msrck_reader_type(reader, t, &facts));
        FUZZ_HOLDS(facts.element < count && facts.flexible < count);
        FUZZ_HOLDS(t == 0 || facts.leaves > 0);
        FUZZ_HOLDS(msrck_reader_find_type(reader, facts.name) == t);
        for (uint32_t f = 0; f < facts.field_count; f++)
            FUZZ_HOLDS(msrck_reader_field(reader, t, f, &field) && field.type < count);
        FUZZ_HOLDS(!msrck_reader_field(reader, t, facts.field_count, &field));
        for (uint32_t e = 0; e < facts.enumerator_count; e++)
            FUZZ_HOLDS(msrck_reader_enumerator(reader, t, e, NULL, NULL));
        free(msrck_reader_declaration(reader, t));
        free(msrck_reader_declarator(reader, t, "name"));
    }
}

static void ask_sections(msrck_reader *reader)
{
    uint64_t end = 64;

    for (size_t s = 0; s < msrck_reader_section_count(reader); s++) {
        msrck_section_facts facts;

        FUZZ_HOLDS(msrck_reader_section(reader, s, &facts) && facts.offset == end);
        end += 24 + ((facts.length + 7) & ~UINT64_C(7));
    }
    FUZZ_HOLDS(end < msrck_reader_file_bytes(reader));
    for (size_t c = 0; c < msrck_reader_chunk_count(reader); c++) {
        msrck_error error = MSRCK_ERROR_INIT;
        msrck_chunk_facts facts;

        if (msrck_reader_chunk(reader, c, &facts, &error) == MSRCK_OK)
            FUZZ_HOLDS(facts.extent < msrck_reader_extent_count(reader) && facts.rows > 0);
        else
            FUZZ_HOLDS(error.message[0] != '\0');
    }
}

static void ask_pointer(struct walk *walk, const msrck_value *value)
{
    msrck_error error = MSRCK_ERROR_INIT;
    msrck_type_facts type;
    msrck_block_facts block;
    msrck_value target;
    uint64_t address, leaf;

    if (msrck_value_pointer(value, &address, &error) != MSRCK_OK ||
        !msrck_reader_find_address(walk->reader, address, &block, &leaf))
        return;
    FUZZ_HOLDS(leaf <= block.leaves && block.address + leaf == address);
    FUZZ_HOLDS(msrck_reader_type(walk->reader, value->type, &type));
    msrck_reader_may_point(walk->reader, type.element, block.number, leaf);
    free(msrck_reader_path(walk->reader, block.number, leaf, type.element));
    if (msrck_value_target(value, &target, &error) == MSRCK_OK)
        FUZZ_HOLDS(target.address == address);
}

/* Numbers in every form there is; each may refuse, none may fail. */
static void ask_scalar(struct walk *walk, const msrck_value *value)
{
    const unsigned char *bytes;
    char text[MSRCK_TEXT_SIZE];
    const char *name;
    uint64_t positive;
    int64_t number;
    double real;
    size_t length;

    msrck_value_int64(value, &number, NULL);
    msrck_value_uint64(value, &positive, NULL);
    msrck_value_double(value, &real, NULL);
    msrck_value_enumerator(value, &name, NULL);
    msrck_value_function(value, &name, NULL);
    if (msrck_value_text(value, text, NULL) == MSRCK_OK)
        FUZZ_HOLDS(memchr(text, '\0', sizeof text) != NULL && text[0] != '\0');
    msrck_value_bytes(value, &bytes, &length, NULL);
    ask_pointer(walk, value);
}

static void ask_run(const msrck_value *value)
{
    const unsigned char *bytes;
    unsigned char sum = 0;
    uint64_t count, length;
    uint32_t type;
    size_t width;

    length = msrck_value_flat_length(value, &type);
    if (length == 0 || msrck_value_run(value, 0, &bytes, &count, &width, NULL) != MSRCK_OK)
        return;
    FUZZ_HOLDS(count >= 1 && count <= length && width > 0);
    for (size_t i = 0; i < count * width; i++)
        sum ^= bytes[i];
    /* Keeps the reads, for the sanitizers to see. */
    __asm__ volatile("" : : "r"(sum));
}

static void ask_value(struct walk *walk, const msrck_value *value, unsigned depth);

static void ask_member(struct walk *walk, const msrck_value *value, uint64_t index, unsigned depth)
{
    msrck_kind kind = msrck_value_kind(value);
    msrck_value part;
    msrck_result result = kind == MSRCK_KIND_STRUCT ? msrck_value_field(value, (uint32_t)index, &part, NULL)
                                                    : msrck_value_element(value, index, &part, NULL);

    if (result == MSRCK_OK)
        ask_value(walk, &part, depth + 1);
}

static void ask_value(struct walk *walk, const msrck_value *value, unsigned depth)
{
    uint64_t length = msrck_value_length(value);
    msrck_value member;
    uint32_t active;

    FUZZ_HOLDS(depth < MOST_DEPTH);
    if (walk->values++ >= MOST_VALUES)
        return;
    switch (msrck_value_kind(value)) {
    case MSRCK_KIND_UNION:
        if (msrck_value_active(value, &active, &member, NULL) == MSRCK_OK && active != MSRCK_NO_INDEX)
            ask_value(walk, &member, depth + 1);
        break;
    case MSRCK_KIND_ARRAY:
    case MSRCK_KIND_COMPLEX:
        ask_run(value);
        /* fall through */
    case MSRCK_KIND_STRUCT:
        for (uint64_t i = 0; i < length && walk->values < MOST_VALUES; i++)
            ask_member(walk, value, i, depth);
        break;
    default:
        ask_scalar(walk, value);
    }
}

static void ask_program(struct walk *walk)
{
    msrck_reader *reader = walk->reader;
    msrck_value value;

    for (uint32_t v = 0; v < msrck_reader_variable_count(reader); v++) {
        if (msrck_reader_variable_value(reader, v, &value, NULL) == MSRCK_OK)
            ask_value(walk, &value, 0);
    }
    for (uint32_t f = 0; f < msrck_reader_frame_count(reader); f++) {
        msrck_frame_facts facts;

        FUZZ_HOLDS(msrck_reader_frame(reader, f, &facts));
        FUZZ_HOLDS(facts.function < msrck_reader_function_count(reader) && facts.label != NULL);
        if (msrck_reader_live_value(reader, f, &value, NULL) == MSRCK_OK)
            ask_value(walk, &value, 0);
        for (uint32_t l = 0; l < facts.local_count; l++)
            if (msrck_reader_local_value(reader, f, l, &value, NULL) == MSRCK_OK)
                ask_value(walk, &value, 0);
    }
}

static void ask_blocks(struct walk *walk)
{
    msrck_reader *reader = walk->reader;
    uint64_t count = msrck_reader_block_count(reader);
    msrck_value value;

    for (uint64_t b = 1; b <= count && walk->values < MOST_VALUES; b++) {
        msrck_block_facts facts;
        uint32_t index, local;

        FUZZ_HOLDS(msrck_reader_block(reader, b, &facts) && facts.number == b && facts.leaves > 0);
        msrck_reader_owner(reader, b, &index, &local);
        free(msrck_reader_path(reader, b, facts.leaves - 1, 0));
        walk->values++;
        if (msrck_reader_block_value(reader, b, &value, NULL) == MSRCK_OK)
            ask_value(walk, &value, 0);
    }
}

/* Rows held in memory must not change what the graph is. */
static void ask_digest(msrck_reader *reader)
{
    unsigned char digest[MSRCK_DIGEST_SIZE], again[MSRCK_DIGEST_SIZE];
    msrck_error error = MSRCK_ERROR_INIT;

    if (msrck_reader_digest(reader, digest, &error) != MSRCK_OK) {
        FUZZ_HOLDS(error.message[0] != '\0');
        return;
    }
    if (msrck_reader_hold_rows(reader, &error) == MSRCK_OK && msrck_reader_digest(reader, again, &error) == MSRCK_OK)
        FUZZ_HOLDS(memcmp(digest, again, sizeof digest) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const msrck_limits limits = FUZZ_LIMITS;
    struct byte_buffer file = BYTE_BUFFER_INIT;
    struct walk walk = { NULL, 0 };

    if (container_from_input(bytes, length, &file) &&
        msrck_reader_open_memory(file.bytes, file.length, &limits, &walk.reader, NULL) == MSRCK_OK) {
        ask_texts(walk.reader);
        ask_types(walk.reader);
        ask_sections(walk.reader);
        ask_program(&walk);
        ask_blocks(&walk);
        ask_digest(walk.reader);
    }
    msrck_reader_close(walk.reader);
    msrck_buffer_free(&file);
    return 0;
}
