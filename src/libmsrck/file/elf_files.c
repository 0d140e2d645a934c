/* SPDX-License-Identifier: MIT */
/*
 * Programs of msrck cc tell static things of one name in files of one name apart when they start, which this does to
 * their image: the new texts go behind the file's bytes, at addresses of a segment of their own, and the places of the
 * names lead there.
 */
#include <stdlib.h>
#include <string.h>

#include <msrck/precompiled.h>

#include "base/allocation.h"
#include "base/failure.h"
#include "file/elf_program.h"

#define MOST_FILES 8192u
#define MOST_NAMES (UINT32_C(1) << 20)
#define MOST_TEXT (UINT64_C(1) << 26)       /* bytes of all names, with their paths */

/* Where a name stands in the image, and what it is called before and after. */
struct elf_name {
    uint64_t slot;
    const char *before, *after;     /* the first borrowed from the image; the second as well unless it is another text */
};

struct elf_names {
    struct elf_image *image;
    struct msrck_cc_file *files;    /* owned, with their arrays of places */
    const struct msrck_cc_file **order;
    struct elf_name *names;
    size_t file_count, count, file_capacity, capacity;
    uint64_t text;                  /* bytes */
    msrck_error *error;
};

static msrck_result add_name(struct elf_names *all, uint64_t slot, size_t path_length)
{
    const struct elf_image *image = all->image;
    const unsigned char *place = msrck_elf_at(image, slot, image->abi->pointer);
    const char *name = place != NULL ? msrck_elf_text(image, msrck_elf_load(image, place, image->abi->pointer)) : NULL;

    if (name == NULL)
        return msrck_fail(all->error, MSRCK_CORRUPT, "a name in section msrck_files is not in the program's file");
    all->text += strlen(name) + path_length + 1;
    if (all->count == MOST_NAMES || all->text > MOST_TEXT)
        return msrck_fail(all->error, MSRCK_LIMIT, "the program has too many names of static functions and variables");
    if (!msrck_reserve(&all->names, &all->capacity, all->count + 1, sizeof *all->names))
        return msrck_fail_memory(all->error, 0, "names");
    all->names[all->count++] = (struct elf_name){ slot, name, name };
    return MSRCK_OK;
}

/* One struct msrck_cc_file of the program. */
static msrck_result add_file(struct elf_names *all, uint64_t address)
{
    const struct elf_image *image = all->image;
    unsigned word = image->abi->pointer;
    const unsigned char *bytes = msrck_elf_at(image, address, UINT64_C(4) * word), *slots = NULL;
    struct elf_cursor cursor = { image, bytes, bytes };
    struct msrck_cc_file file = { NULL, NULL, NULL, 0 };
    uint64_t at, count = 0;
    msrck_result result = MSRCK_OK;

    if (bytes != NULL) {
        file.label = msrck_elf_text(image, take_word(&cursor));
        file.path = msrck_elf_text(image, take_word(&cursor));
        at = take_word(&cursor);
        count = take_word(&cursor);
        slots = count <= MOST_NAMES ? msrck_elf_at(image, at, count * word) : NULL;
    }
    if (slots == NULL || file.label == NULL || file.path == NULL || file.label[0] == '\0')
        return msrck_fail(all->error, MSRCK_CORRUPT, "an entry of section msrck_files leads nowhere");
    if (all->file_count == MOST_FILES)
        return msrck_fail(all->error, MSRCK_LIMIT, "the program has more than %u files with static functions or variables", MOST_FILES);
    if (!msrck_reserve(&all->files, &all->file_capacity, all->file_count + 1, sizeof *all->files))
        return msrck_fail_memory(all->error, 0, "files");
    file.count = (size_t)count;
    all->files[all->file_count++] = file;
    for (uint64_t i = 0; result == MSRCK_OK && i < count; i++)
        result = add_name(all, msrck_elf_load(image, slots + i * word, word), strlen(file.path));
    return result;
}

static msrck_result read_files(struct elf_names *all)
{
    const struct elf_image *image = all->image;
    unsigned word = image->abi->pointer;
    struct elf_section section;
    const unsigned char *bytes;
    msrck_result result = MSRCK_OK;

    if (!msrck_elf_find_section(image, "msrck_files", &section))
        return MSRCK_OK;
    bytes = msrck_elf_at(image, section.address, section.size);
    if (bytes == NULL)
        return msrck_fail(all->error, MSRCK_CORRUPT, "section msrck_files is not in a segment");
    for (uint64_t at = 0; result == MSRCK_OK && section.size - at >= word; at += word) {
        uint64_t address = msrck_elf_load(image, bytes + at, word);

        if (address != 0)
            result = add_file(all, address);
    }
    return result;
}

/* Does what the program does when it starts, with the texts as they are in the image. */
static msrck_result tell_apart(struct elf_names *all)
{
    const char ***places = msrck_allocate(all->count + 1, sizeof *places);
    size_t next = 0;

    all->order = msrck_allocate(all->file_count + 1, sizeof *all->order);
    if (places == NULL || all->order == NULL) {
        free(places);
        return msrck_fail_memory(all->error, all->count * sizeof *places, "names");
    }
    for (size_t i = 0; i < all->count; i++)
        places[i] = &all->names[i].after;
    for (size_t i = 0; i < all->file_count; i++) {
        all->files[i].names = (const char **const *)&places[next];
        all->order[i] = &all->files[i];
        next += all->files[i].count;
    }
    msrck_cc_tell_files_apart(all->order, all->order + all->file_count);
    free(places);
    return MSRCK_OK;
}

/* Below the addresses that are made up for the shared library's descriptions, and above what the program has. */
static uint64_t free_address(const struct elf_image *image, uint64_t length)
{
    uint64_t top = image->abi->pointer == 8 ? ~UINT64_C(0xfff) : UINT32_C(0xfffff000);
    uint64_t address = top - length;

    for (unsigned i = 0; i < image->segment_count; i++) {
        const struct elf_segment *segment = &image->segments[i];

        if (segment->address > address || segment->length > address - segment->address)
            return 0;
    }
    return address;
}

static uint64_t length_of_changes(const struct elf_names *all)
{
    uint64_t length = 0;

    for (size_t i = 0; i < all->count; i++)
        if (all->names[i].after != all->names[i].before)
            length += strlen(all->names[i].after) + 1;
    return length;
}

/* Names of the image are not looked at any more from here: its bytes move, and change. */
static msrck_result write_changes(struct elf_names *all)
{
    struct elf_image *image = all->image;
    uint64_t length = length_of_changes(all), address = free_address(image, length), at = image->length;
    unsigned char *bytes;

    if (length == 0)
        return MSRCK_OK;
    if (address == 0 || image->segment_count == ELF_MOST_SEGMENTS)
        return msrck_fail(all->error, MSRCK_UNSUPPORTED, "the program leaves no addresses for names with paths");
    bytes = realloc(image->bytes, image->length + (size_t)length);
    if (bytes == NULL)
        return msrck_fail_memory(all->error, (size_t)length, "names");
    image->bytes = bytes;
    image->segments[image->segment_count++] = (struct elf_segment){ address, at, length };
    image->length += (size_t)length;
    for (size_t i = 0; i < all->count; i++) {
        const struct elf_name *name = &all->names[i];
        size_t size;

        if (name->after == name->before)
            continue;
        size = strlen(name->after) + 1;
        memcpy(bytes + at, name->after, size);
        msrck_elf_store(image, msrck_elf_at(image, name->slot, image->abi->pointer), image->abi->pointer,
                        address + (at - image->segments[image->segment_count - 1].offset));
        at += size;
    }
    return MSRCK_OK;
}

msrck_result msrck_elf_tell_files_apart(struct elf_image *image, msrck_error *error)
{
    struct elf_names all = { .image = image, .error = error };
    msrck_result result = read_files(&all);

    if (result == MSRCK_OK && all.file_count > 1)
        result = tell_apart(&all);
    if (result == MSRCK_OK)
        result = write_changes(&all);
    for (size_t i = 0; i < all.count; i++)
        if (all.names[i].after != all.names[i].before)
            free((char *)(uintptr_t)all.names[i].after);
    free(all.files);
    free(all.order);
    free(all.names);
    return result;
}
