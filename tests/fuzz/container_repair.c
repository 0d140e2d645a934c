/* SPDX-License-Identifier: MIT */
#include "container_repair.h"

#include <stdlib.h>
#include <string.h>

#include <nettle/sha2.h>

#include "base/big_endian.h"
#include "encoding/checksum.h"
#include "file/container.h"

#define FINGERPRINT_SIZE 32u
#define INDEX_ENTRY_SIZE 44u
#define CHUNK_PLACE_SIZE 24u        /* extent, part, first_row, rows: the same bytes in a chunk's head and in INDX */

static const unsigned char header_magic[8] = { 0x89, 'M', 'C', 'K', 0x0d, 0x0a, 0x1a, 0x0a };

static bool has_tag(const struct repaired_section *section, const char *tag)
{
    return memcmp(section->head, tag, 4) == 0;
}

bool container_take_apart(const unsigned char *bytes, size_t length, struct repaired_container *container)
{
    size_t offset = HEADER_SIZE;

    container->count = 0;
    if (length < HEADER_SIZE)
        return false;
    container->header = bytes;
    while (container->count < MOST_REPAIRED && length - offset >= SECTION_HEAD_SIZE) {
        struct repaired_section *section = &container->sections[container->count];
        size_t left = length - offset - SECTION_HEAD_SIZE;
        uint64_t claimed = load_be64(bytes + offset + 8);

        section->head = bytes + offset;
        section->payload = bytes + offset + SECTION_HEAD_SIZE;
        section->length = claimed < left ? (size_t)claimed : left;
        if (has_tag(section, "INDX"))
            break;
        container->count++;
        offset += SECTION_HEAD_SIZE + section->length;
        offset += padding_of(section->length) < length - offset ? padding_of(section->length) : length - offset;
    }
    return true;
}

/* SHA-256 of TYPE's payload and PROG's, with zeros in the place where it stands. */
static void repair_fingerprint(const struct repaired_container *container, unsigned char *program, size_t length)
{
    size_t name = length >= 4 ? load_be32(program) : length, place;
    struct sha256_ctx hash;

    if (name > length || length - name < 4 + 3 + FINGERPRINT_SIZE)
        return;
    place = 4 + name + ((0 - name) & 3);
    memset(program + place, 0, FINGERPRINT_SIZE);
    sha256_init(&hash);
    for (size_t i = 0; i < container->count; i++)
        if (has_tag(&container->sections[i], "TYPE"))
            sha256_update(&hash, container->sections[i].length, container->sections[i].payload);
    sha256_update(&hash, length, program);
    sha256_digest(&hash, FINGERPRINT_SIZE, program + place);
}

/* `payload` lies in `file`, behind room for the head. */
static void seal_section(unsigned char *head, const unsigned char *tag, size_t length)
{
    memcpy(head, tag, 8);
    store_be64(head + 8, length);
    store_be32(head + 16, msrck_crc32(0, head + SECTION_HEAD_SIZE, length));
    store_be32(head + 20, msrck_crc32(0, head, 20));
}

static bool append_section(const struct repaired_container *container, const struct repaired_section *section,
                           struct byte_buffer *file)
{
    size_t length = section->length;
    unsigned char *head = msrck_buffer_extend(file, SECTION_HEAD_SIZE + length + padding_of(length));

    if (head == NULL)
        return false;
    memset(head, 0, SECTION_HEAD_SIZE + length + padding_of(length));
    if (length > 0)
        memcpy(head + SECTION_HEAD_SIZE, section->payload, length);
    if (has_tag(section, "PROG"))
        repair_fingerprint(container, head + SECTION_HEAD_SIZE, length);
    seal_section(head, section->head, length);
    return true;
}

static void fill_index_entry(const struct repaired_section *section, size_t offset, unsigned char *entry)
{
    memcpy(entry, section->head, 4);
    store_be64(entry + 4, offset);
    store_be64(entry + 12, section->length);
    if (has_tag(section, "DATA") && section->length >= CHUNK_PLACE_SIZE)
        memcpy(entry + 20, section->payload, CHUNK_PLACE_SIZE);
}

static bool append_index(const struct repaired_container *container, struct byte_buffer *file)
{
    size_t length = 4 + container->count * INDEX_ENTRY_SIZE, offset = HEADER_SIZE;
    size_t whole = SECTION_HEAD_SIZE + length + padding_of(length);
    unsigned char *head = msrck_buffer_extend(file, whole + TRAILER_SIZE);
    struct trailer trailer = { .file_length = file->length, .sections = (uint32_t)container->count + 1 };

    if (head == NULL)
        return false;
    trailer.index_offset = file->length - whole - TRAILER_SIZE;
    memset(head, 0, whole);
    store_be32(head + SECTION_HEAD_SIZE, (uint32_t)container->count);
    for (size_t i = 0; i < container->count; i++) {
        const struct repaired_section *section = &container->sections[i];

        fill_index_entry(section, offset, head + SECTION_HEAD_SIZE + 4 + i * INDEX_ENTRY_SIZE);
        offset += SECTION_HEAD_SIZE + section->length + padding_of(section->length);
    }
    seal_section(head, (const unsigned char *)"INDX\0\0\0", length);
    msrck_trailer_encode(&trailer, head + whole);
    return true;
}

bool container_put_together(const struct repaired_container *container, struct byte_buffer *file)
{
    unsigned char *header;
    bool complete = true;

    msrck_buffer_clear(file);
    header = msrck_buffer_extend(file, HEADER_SIZE);
    if (header == NULL)
        return false;
    memcpy(header, container->header, HEADER_SIZE);
    memcpy(header, header_magic, sizeof header_magic);
    store_be32(header + 60, msrck_crc32(0, header, 60));
    for (size_t i = 0; i < container->count && complete; i++)
        complete = append_section(container, &container->sections[i], file);
    return complete && append_index(container, file);
}

/* Memory of exactly the file's length, so that reading behind it is noticed. */
static bool fit(struct byte_buffer *file)
{
    unsigned char *fitting = realloc(file->bytes, file->length > 0 ? file->length : 1);

    if (fitting == NULL)
        return false;
    file->bytes = fitting;
    file->capacity = file->length;
    return true;
}

bool container_from_input(const unsigned char *bytes, size_t length, struct byte_buffer *file)
{
    /* Some hundred sections: too large for the stacks of small threads, and used by one thread only. */
    static struct repaired_container container;

    if (length > 0 && bytes[0] == header_magic[0] && container_take_apart(bytes, length, &container))
        return container_put_together(&container, file) && fit(file);
    msrck_buffer_clear(file);
    msrck_buffer_append(file, bytes, length);
    if (file->failed)
        return false;
    if (length > 0 && bytes[0] == 0x88)
        file->bytes[0] = header_magic[0];
    return fit(file);
}
