/* SPDX-License-Identifier: MIT */
/* The payload of a section, as it is. */
#include "file/reader_state.h"

#include "base/failure.h"
#include "file/source.h"

msrck_result msrck_reader_section_bytes(msrck_reader *reader, size_t index, const unsigned char **bytes, size_t *length,
                                        msrck_error *error)
{
    *bytes = NULL;
    *length = 0;
    if (index >= msrck_file_reader_sections(reader->file))
        return msrck_fail(error, MSRCK_MISUSE, "there is no section %zu", index);
    return msrck_file_reader_read_section(reader->file, index, bytes, length, error);
}

msrck_result msrck_reader_bytes(msrck_reader *reader, uint64_t offset, void *bytes, size_t length, msrck_error *error)
{
    uint64_t end = msrck_reader_file_bytes(reader);

    if (offset > end || length > end - offset)
        return msrck_fail(error, MSRCK_MISUSE, "the file has no %zu bytes at offset %llu", length,
                          (unsigned long long)offset);
    return msrck_source_read_at(reader->source, offset, bytes, length, error);
}
