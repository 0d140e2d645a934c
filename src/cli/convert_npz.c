/* SPDX-License-Identifier: MIT */
/*
 * A checkpoint as a NumPy archive: an array for each variable, and for each extent of blocks that variables do not
 * name. Numbers stay as the rows hold them, big-endian; a pointer becomes the number of the block it leads into.
 */
#include "convert.h"

#include <stdlib.h>
#include <string.h>

#include "numpy_dtype.h"
#include "output.h"
#include "zip_writer.h"

/* An archive under way. */
struct archive {
    msrck_reader *reader;
    struct zip_writer zip;
    msrck_error error;
    unsigned char *row;             /* owned; rows whose pointers are rewritten */
    size_t row_size;
};

/* ---- Rows ---- */

static void store_number(unsigned char *bytes, size_t width, uint64_t number)
{
    for (size_t i = width; i > 0; i--, number >>= 8)
        bytes[i - 1] = (unsigned char)number;
}

static uint64_t load_number(const unsigned char *bytes, size_t width)
{
    uint64_t number = 0;

    for (size_t i = 0; i < width; i++)
        number = number << 8 | bytes[i];
    return number;
}

/* Pointers become block numbers, which are never larger than addresses. Recursion is bounded by the nesting of types. */
static void rewrite_pointers(struct archive *archive, uint32_t type, unsigned char *bytes)
{
    msrck_block_facts block;
    msrck_type_facts facts, element;
    msrck_field_facts field;
    uint64_t leaf, address;

    msrck_reader_type(archive->reader, type, &facts);
    if (!facts.has_pointers)
        return;
    if (facts.kind == MSRCK_KIND_POINTER || facts.kind == MSRCK_KIND_OPAQUE) {
        address = load_number(bytes, (size_t)facts.row_width);
        if (!msrck_reader_find_address(archive->reader, address, &block, &leaf))
            block.number = 0;
        store_number(bytes, (size_t)facts.row_width, block.number);
    } else if (facts.kind == MSRCK_KIND_ARRAY) {
        msrck_reader_type(archive->reader, facts.element, &element);
        for (uint64_t i = 0; i < facts.count; i++)
            rewrite_pointers(archive, facts.element, bytes + i * element.row_width);
    } else if (facts.kind == MSRCK_KIND_STRUCT) {
        for (uint32_t i = 0; msrck_reader_field(archive->reader, type, i, &field); i++)
            if (field.role == MSRCK_ROLE_PLAIN)
                rewrite_pointers(archive, field.type, bytes + field.row_offset);
    }
}

static bool out_of_memory(struct archive *archive)
{
    archive->error.result = MSRCK_SYSTEM;
    snprintf(archive->error.message, sizeof archive->error.message, "out of memory");
    return false;
}

static bool put_rows(struct archive *archive, uint32_t type, const unsigned char *bytes, uint64_t count, size_t width)
{
    msrck_type_facts facts;

    msrck_reader_type(archive->reader, type, &facts);
    if (!facts.has_pointers) {
        zip_entry_bytes(&archive->zip, bytes, (size_t)count * width);
        return true;
    }
    if (archive->row_size < width) {
        free(archive->row);
        archive->row = malloc(width);
        archive->row_size = archive->row == NULL ? 0 : width;
        if (archive->row == NULL)
            return out_of_memory(archive);
    }
    for (uint64_t i = 0; i < count; i++) {
        memcpy(archive->row, bytes + i * width, width);
        rewrite_pointers(archive, type, archive->row);
        zip_entry_bytes(&archive->zip, archive->row, width);
    }
    return true;
}

/* All elements of an array, or the one row of anything else. */
static bool put_value(struct archive *archive, const msrck_value *value)
{
    uint64_t length, count;
    const unsigned char *bytes;
    uint32_t type = value->type;
    size_t width;

    if (msrck_value_kind(value) != MSRCK_KIND_ARRAY)
        return msrck_value_bytes(value, &bytes, &width, &archive->error) == MSRCK_OK &&
               put_rows(archive, type, bytes, 1, width);
    length = msrck_value_flat_length(value, &type);
    for (uint64_t at = 0; at < length; at += count) {
        if (msrck_value_run(value, at, &bytes, &count, &width, &archive->error) != MSRCK_OK)
            return false;
        count = count < length - at ? count : length - at;
        if (!put_rows(archive, type, bytes, count, width))
            return false;
    }
    return true;
}

/* ---- Entries ---- */

/* Letters, digits and a few signs stay; the rest of a name becomes '_'. A number keeps names apart that are alike. */
static char *entry_name(const char *name, const char *suffix)
{
    size_t length = strlen(name) + strlen(suffix) + sizeof ".npy", end = 0;
    char *entry = malloc(length);

    for (const char *p = name; entry != NULL && *p != '\0'; p++) {
        bool stays = (*p >= '0' && *p <= '9') || (*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z') || *p == '_';
        if (stays || (end > 0 && entry[end - 1] != '_'))
            entry[end++] = stays ? *p : '_';
    }
    if (entry != NULL)
        snprintf(entry + end, length - end, "%s.npy", suffix);
    return entry;
}

/* The header of an array whose elements are rows of the type; `shape` is "3,4,". */
static bool begin_array(struct archive *archive, const char *name, uint32_t type, const char *shape)
{
    char *text = NULL, *suffix;
    size_t length = 0, padding;
    FILE *header = open_memstream(&text, &length);
    unsigned char start[12] = { 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0 };

    if (header == NULL)
        return out_of_memory(archive);
    fputs("{'descr': ", header);
    numpy_dtype(header, archive->reader, type);
    fprintf(header, ", 'fortran_order': False, 'shape': (%s), }", shape);
    if (fclose(header) != 0) {
        free(text);
        return out_of_memory(archive);
    }
    padding = 63 - (sizeof start + length) % 64;
    suffix = (char *)(start + 8);
    for (size_t i = 0, total = length + padding + 1; i < 4; i++, total >>= 8)
        suffix[i] = (char)total;
    zip_entry_begin(&archive->zip, name);
    zip_entry_bytes(&archive->zip, start, sizeof start);
    zip_entry_bytes(&archive->zip, text, length);
    zip_entry_bytes(&archive->zip, "                                                                ", padding);
    zip_entry_bytes(&archive->zip, "\n", 1);
    free(text);
    return true;
}

/* Whether an entry of that name is there already: names of roots need not differ. */
static bool is_taken(const struct archive *archive, const char *name)
{
    for (size_t i = 0; i < archive->zip.count; i++)
        if (strcmp(archive->zip.entries[i].name, name) == 0)
            return true;
    return false;
}

/* The array's own name, or one with a number that nobody else has. */
static bool begin_entry(struct archive *archive, const char *wanted, uint64_t number, uint32_t type, const char *shape)
{
    char suffix[32] = "", *name = entry_name(wanted, suffix);
    bool begun;

    if (name != NULL && is_taken(archive, name)) {
        free(name);
        snprintf(suffix, sizeof suffix, ".%llu", (unsigned long long)number);
        name = entry_name(wanted, suffix);
    }
    begun = name != NULL ? begin_array(archive, name, type, shape) : out_of_memory(archive);
    free(name);
    return begun;
}

static bool put_variable(struct archive *archive, uint32_t index)
{
    msrck_variable_facts variable;
    msrck_type_facts type;
    msrck_value value;
    char shape[2048] = "";
    size_t length = 0;
    uint32_t element;

    msrck_reader_variable(archive->reader, index, &variable);
    if (msrck_reader_variable_value(archive->reader, index, &value, &archive->error) != MSRCK_OK)
        return false;
    element = variable.type;
    if (msrck_value_unnamed(&value))
        length += (size_t)snprintf(shape, sizeof shape, "%llu,", (unsigned long long)msrck_value_length(&value));
    while (msrck_reader_type(archive->reader, element, &type) && type.kind == MSRCK_KIND_ARRAY) {
        length += (size_t)snprintf(shape + length, sizeof shape - length, "%llu,", (unsigned long long)type.count);
        element = type.element;
    }
    if (!begin_entry(archive, variable.name[0] != '\0' ? variable.name : "root", index, element, shape) ||
        !put_value(archive, &value))
        return false;
    zip_entry_end(&archive->zip);
    return true;
}

/* The elements of all blocks, or those of their flexible array members. */
static bool put_blocks(struct archive *archive, const msrck_extent_facts *extent, bool trailing)
{
    msrck_type_facts type;

    msrck_reader_type(archive->reader, extent->type, &type);
    for (uint64_t i = 0; i < extent->blocks; i++) {
        msrck_value block, elements;
        uint64_t number = extent->first_block + i;
        msrck_result result = trailing ? msrck_reader_element(archive->reader, number, 0, &block, &archive->error)
                                       : msrck_reader_block_value(archive->reader, number, &block, &archive->error);
        if (result != MSRCK_OK)
            return false;
        if (trailing && msrck_value_field(&block, type.field_count - 1, &elements, &archive->error) != MSRCK_OK)
            return false;
        if (!put_value(archive, trailing ? &elements : &block))
            return false;
    }
    zip_entry_end(&archive->zip);
    return true;
}

static bool put_extent(struct archive *archive, uint32_t index)
{
    msrck_extent_facts extent;
    msrck_type_facts type;
    char name[4300], shape[64];
    bool put;

    msrck_reader_extent(archive->reader, index, &extent);
    if (extent.segment == MSRCK_SEGMENT_GLOBAL)
        return true;                /* the variables' own */
    msrck_reader_type(archive->reader, extent.type, &type);
    snprintf(name, sizeof name, "%s_%s", msrck_segment_text(extent.segment), type.name);
    if (extent.flexible || extent.count == 1)
        snprintf(shape, sizeof shape, "%llu,", (unsigned long long)extent.blocks);
    else
        snprintf(shape, sizeof shape, "%llu,%llu", (unsigned long long)extent.blocks, (unsigned long long)extent.count);
    put = begin_entry(archive, name, extent.first_block, extent.type, shape) && put_blocks(archive, &extent, false);
    if (!put || !extent.flexible)
        return put;
    snprintf(name, sizeof name, "%s_%s_trailing", msrck_segment_text(extent.segment), type.name);
    snprintf(shape, sizeof shape, "%llu,%llu", (unsigned long long)extent.blocks, (unsigned long long)extent.count);
    return begin_entry(archive, name, extent.first_block, type.flexible, shape) && put_blocks(archive, &extent, true);
}

int convert_to_npz(struct conversion *conversion, msrck_reader *reader)
{
    struct archive archive = { .reader = reader, .error = MSRCK_ERROR_INIT };
    int code = convert_begin_output(conversion);
    bool put = true;

    if (code != EXIT_CODE_OK)
        return code;
    zip_begin(&archive.zip, conversion->output.stream);
    for (uint32_t i = 0; put && i < msrck_reader_variable_count(reader); i++)
        put = put_variable(&archive, i);
    for (uint32_t i = 0; put && i < msrck_reader_extent_count(reader); i++)
        put = put_extent(&archive, i);
    if (put && !zip_end(&archive.zip))
        put = out_of_memory(&archive);
    zip_free(&archive.zip);
    free(archive.row);
    return put ? EXIT_CODE_OK : output_error(conversion->path, &archive.error);
}
