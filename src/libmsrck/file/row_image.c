/* SPDX-License-Identifier: MIT */
#include "file/row_image.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/allocation.h"

/* Where rows go while they are decoded. */
struct target {
    unsigned char *memory; /* or NULL: */
    int file;
};

/* Bytes of an extent's part; UINT64_MAX where they are more. */
static uint64_t part_bytes(const msrck_reader *reader, size_t extent, uint32_t part)
{
    const struct metadata *metadata = reader->metadata;
    const struct extent *entry = &metadata->extents[extent];
    uint64_t rows = msrck_extent_rows(metadata->types, entry, part), bytes;

    if (rows == 0)
        return 0;
    return __builtin_mul_overflow(
               rows, msrck_extent_row_width(metadata->types, entry, part, metadata->header.pointer_width), &bytes)
               ? UINT64_MAX
               : bytes;
}

uint64_t msrck_reader_raw_bytes(const msrck_reader *reader)
{
    uint64_t total = 0;

    for (size_t extent = 0; extent < reader->metadata->extent_count; extent++)
        for (uint32_t part = 0; part < 2; part++)
            if (__builtin_add_overflow(total, part_bytes(reader, extent, part), &total))
                return UINT64_MAX;
    return total;
}

/* The index has claimed rows; whether chunks can hold that many shows before memory is taken for them. */
static msrck_result check_claims(const msrck_reader *reader, msrck_error *error)
{
    for (size_t i = 0; i < reader->chunk_count; i++) {
        const struct section_place *place = msrck_file_reader_section(reader->file, reader->chunk_sections[i]);
        uint64_t width = msrck_extent_row_width(reader->metadata->types, &reader->metadata->extents[place->extent],
                                                place->part, reader->metadata->header.pointer_width);

        if (place->rows > msrck_codec_most(CODEC_ZSTD, place->length) / width)
            return msrck_fail_at(
                error, MSRCK_CORRUPT, place->offset, "a chunk of %llu bytes cannot hold %llu rows of %llu",
                (unsigned long long)place->length, (unsigned long long)place->rows, (unsigned long long)width);
    }
    return MSRCK_OK;
}

static msrck_result plan_places(const msrck_reader *reader, struct row_image *image, msrck_error *error)
{
    size_t count = reader->metadata->extent_count;
    uint64_t total = msrck_reader_raw_bytes(reader);

    if (total > SIZE_MAX / 2)
        return msrck_fail(error, MSRCK_LIMIT, "the rows take %llu bytes, more than this machine can address",
                          (unsigned long long)total);
    image->places = msrck_allocate(count, 2 * sizeof *image->places);
    if (image->places == NULL)
        return msrck_fail_memory(error, count * 2 * sizeof *image->places, "the places of rows");
    for (size_t extent = 0; extent < count; extent++)
        for (uint32_t part = 0; part < 2; part++) {
            image->places[2 * extent + part] = image->length;
            image->length += (size_t)part_bytes(reader, extent, part);
        }
    return MSRCK_OK;
}

/* Not through a mapping: a full disk is then an error and not a signal. */
static msrck_result write_at(int file, const unsigned char *bytes, size_t length, size_t offset, msrck_error *error)
{
    while (length > 0) {
        ssize_t written = pwrite(file, bytes, length, (off_t)offset);

        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return msrck_fail_system(error, written < 0 ? errno : ENOSPC, "cannot keep rows in a temporary file");
        bytes += written;
        offset += (size_t)written;
        length -= (size_t)written;
    }
    return MSRCK_OK;
}

static msrck_result decode_all(msrck_reader *reader, const struct row_image *image, const struct target *target,
                               msrck_error *error)
{
    for (size_t i = 0; i < reader->chunk_count; i++) {
        struct chunk chunk;
        msrck_result result = msrck_file_reader_read_chunk(reader->file, reader->chunk_sections[i], &chunk, error);
        size_t offset, length;

        if (result != MSRCK_OK)
            return result;
        offset = image->places[2 * (size_t)chunk.place.extent + chunk.place.part] +
                 (size_t)chunk.place.first_row * chunk.width;
        length = (size_t)chunk.raw_length;
        if (target->memory != NULL)
            memcpy(target->memory + offset, chunk.rows, length);
        else
            result = write_at(target->file, chunk.rows, length, offset, error);
        if (result != MSRCK_OK)
            return result;
    }
    return MSRCK_OK;
}

static msrck_result load_memory(msrck_reader *reader, struct row_image *image, msrck_error *error)
{
    struct target target = {malloc(image->length > 0 ? image->length : 1), -1};

    if (target.memory == NULL)
        return msrck_fail_memory(error, image->length, "rows");
    image->bytes = target.memory;
    return decode_all(reader, image, &target, error);
}

static msrck_result load_file(msrck_reader *reader, struct row_image *image, msrck_error *error)
{
    struct target target = {NULL, msrck_open_unnamed()};
    msrck_result result;
    void *map;

    if (target.file < 0)
        return msrck_fail_system(error, errno, "cannot make a temporary file for rows");
    result = decode_all(reader, image, &target, error);
    if (result == MSRCK_OK) {
        map = mmap(NULL, image->length, PROT_READ, MAP_SHARED, target.file, 0);
        if (map == MAP_FAILED) {
            result = msrck_fail_system(error, errno, "cannot map %zu bytes of rows", image->length);
        } else {
            image->bytes = map;
            image->mapped = true;
        }
    }
    close(target.file);
    return result;
}

msrck_result msrck_row_image_load(msrck_reader *reader, uint64_t budget, struct row_image *image, msrck_error *error)
{
    msrck_result result = check_claims(reader, error);

    if (result == MSRCK_OK)
        result = plan_places(reader, image, error);
    if (result != MSRCK_OK)
        return result;
    return image->length <= budget ? load_memory(reader, image, error) : load_file(reader, image, error);
}

#define LEAST_REGIONS 16u

bool msrck_row_image_bound(struct row_image *image, uint64_t budget)
{
    if (!image->mapped)
        return true;
    image->touched = msrck_allocate(image->length / ROW_IMAGE_REGION + 1, 1);
    image->touched_most = budget / ROW_IMAGE_REGION < LEAST_REGIONS ? LEAST_REGIONS :
                                                                      (size_t)(budget / ROW_IMAGE_REGION);
    image->last_touched = SIZE_MAX;
    return image->touched != NULL;
}

/* Nothing is lost: what is looked at again comes from the file, which the system keeps as long as it has room. */
static void forget(struct row_image *image)
{
    (void)madvise((void *)(uintptr_t)image->bytes, image->length, MADV_DONTNEED);
    memset(image->touched, 0, image->length / ROW_IMAGE_REGION + 1);
    image->touched_count = 0;
}

void msrck_row_image_note(struct row_image *image, const unsigned char *bytes, size_t length)
{
    size_t offset = (size_t)(bytes - image->bytes), last = (offset + length - 1) / ROW_IMAGE_REGION;

    for (size_t region = offset / ROW_IMAGE_REGION; region <= last; region++) {
        if (image->touched[region] != 0)
            continue;
        if (image->touched_count >= image->touched_most)
            forget(image);
        image->touched[region] = 1;
        image->touched_count++;
    }
    image->last_touched = last;
}

void msrck_row_image_free(struct row_image *image)
{
    if (image->mapped)
        munmap((void *)(uintptr_t)image->bytes, image->length);
    else
        free((void *)(uintptr_t)image->bytes);
    free(image->places);
    free(image->touched);
    memset(image, 0, sizeof *image);
}
