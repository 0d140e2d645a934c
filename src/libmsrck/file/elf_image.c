/* SPDX-License-Identifier: MIT */
#include "file/elf_image.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/failure.h"

/* Where members stand in the headers of the two classes; all that the sizes of addresses move about. */
struct header_places {
    unsigned size, section_offset, segment_offset, segment_count, section_count, names_section;
    unsigned segment_size, segment_file, segment_address, segment_length;
    unsigned section_size, flags, address, offset, bytes, link;
    unsigned word;                  /* bytes of an address */
};

#define PLACES(C) \
    { sizeof(Elf##C##_Ehdr), offsetof(Elf##C##_Ehdr, e_shoff), offsetof(Elf##C##_Ehdr, e_phoff), \
      offsetof(Elf##C##_Ehdr, e_phnum), offsetof(Elf##C##_Ehdr, e_shnum), offsetof(Elf##C##_Ehdr, e_shstrndx), \
      sizeof(Elf##C##_Phdr), offsetof(Elf##C##_Phdr, p_offset), offsetof(Elf##C##_Phdr, p_vaddr), \
      offsetof(Elf##C##_Phdr, p_filesz), \
      sizeof(Elf##C##_Shdr), offsetof(Elf##C##_Shdr, sh_flags), offsetof(Elf##C##_Shdr, sh_addr), \
      offsetof(Elf##C##_Shdr, sh_offset), offsetof(Elf##C##_Shdr, sh_size), offsetof(Elf##C##_Shdr, sh_link), C / 8 }

static const struct header_places narrow = PLACES(32), wide = PLACES(64);

static const struct header_places *places_of(const struct elf_image *image)
{
    return image->abi->wide_file ? &wide : &narrow;
}

uint64_t msrck_elf_load(const struct elf_image *image, const unsigned char *bytes, unsigned width)
{
    uint64_t number = 0;

    for (unsigned i = 0; i < width; i++)
        number = number << 8 | bytes[image->abi->big_endian ? i : width - 1 - i];
    return number;
}

void msrck_elf_store(const struct elf_image *image, unsigned char *bytes, unsigned width, uint64_t number)
{
    for (unsigned i = 0; i < width; i++)
        bytes[image->abi->big_endian ? width - 1 - i : i] = (unsigned char)(number >> 8 * i);
}

static bool within(const struct elf_image *image, uint64_t offset, uint64_t length)
{
    return offset <= image->length && length <= image->length - offset;
}

/* ---- Reading ---- */

static msrck_result read_all(int descriptor, struct elf_image *image, msrck_error *error)
{
    size_t done = 0;

    while (done < image->length) {
        ssize_t got = read(descriptor, image->bytes + done, image->length - done);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return msrck_fail_system(error, errno, "cannot read");
        if (got == 0)
            return msrck_fail(error, MSRCK_TRUNCATED, "the file became shorter while it was read");
        done += (size_t)got;
    }
    return MSRCK_OK;
}

static msrck_result read_file(const char *path, uint64_t most, struct elf_image *image, msrck_error *error)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat status;
    msrck_result result = MSRCK_OK;

    if (descriptor < 0)
        return msrck_fail_system(error, errno, "cannot open");
    if (fstat(descriptor, &status) != 0)
        result = msrck_fail_system(error, errno, "cannot examine");
    else if (S_ISDIR(status.st_mode))
        result = msrck_fail_system(error, EISDIR, "cannot read");
    else if (!S_ISREG(status.st_mode) || status.st_size < EI_NIDENT)
        result = msrck_fail(error, MSRCK_UNSUPPORTED, "not an ELF program");
    else if ((uint64_t)status.st_size > most || (uint64_t)status.st_size > SIZE_MAX)
        result = msrck_fail(error, MSRCK_LIMIT, "%llu bytes are more than the limit (--max-chunk) of %llu",
                            (unsigned long long)status.st_size, (unsigned long long)most);
    if (result == MSRCK_OK) {
        image->length = (size_t)status.st_size;
        image->bytes = malloc(image->length);
        result = image->bytes == NULL ? msrck_fail_memory(error, image->length, "a program")
                                      : read_all(descriptor, image, error);
    }
    close(descriptor);
    return result;
}

/* ---- Headers ---- */

static msrck_result find_abi(struct elf_image *image, msrck_error *error)
{
    const unsigned char *head = image->bytes;
    bool big_endian = head[EI_DATA] == ELFDATA2MSB, wide_file = head[EI_CLASS] == ELFCLASS64;
    const unsigned char *machine = head + offsetof(Elf64_Ehdr, e_machine);
    uint16_t number;

    if (memcmp(head, ELFMAG, SELFMAG) != 0 || image->length < sizeof(Elf32_Ehdr))
        return msrck_fail(error, MSRCK_UNSUPPORTED, "not an ELF program");
    number = (uint16_t)(big_endian ? machine[0] << 8 | machine[1] : machine[1] << 8 | machine[0]);
    image->abi = msrck_machine_abi_of(number, wide_file, big_endian);
    if (image->abi == NULL)
        return msrck_fail(error, MSRCK_UNSUPPORTED, "a program for an unknown machine (number %u, %u-bit, %s-endian)",
                          number, wide_file ? 64 : 32, big_endian ? "big" : "little");
    return within(image, 0, places_of(image)->size)
               ? MSRCK_OK
               : msrck_fail(error, MSRCK_TRUNCATED, "the ELF header is cut off");
}

/* Only what the loader would map counts: that is what addresses mean. */
static msrck_result read_segments(struct elf_image *image, msrck_error *error)
{
    const struct header_places *p = places_of(image);
    uint64_t at = msrck_elf_load(image, image->bytes + p->segment_offset, p->word);
    uint64_t count = msrck_elf_load(image, image->bytes + p->segment_count, 2);

    if (!within(image, at, count * p->segment_size))
        return msrck_fail(error, MSRCK_TRUNCATED, "the program headers are cut off");
    for (uint64_t i = 0; i < count; i++) {
        const unsigned char *head = image->bytes + at + i * p->segment_size;
        struct elf_segment segment = { msrck_elf_load(image, head + p->segment_address, p->word),
                                       msrck_elf_load(image, head + p->segment_file, p->word),
                                       msrck_elf_load(image, head + p->segment_length, p->word) };

        if (msrck_elf_load(image, head, 4) != PT_LOAD || segment.length == 0)
            continue;
        if (!within(image, segment.offset, segment.length))
            return msrck_fail(error, MSRCK_TRUNCATED, "a segment is cut off");
        if (image->segment_count == ELF_MOST_SEGMENTS)
            return msrck_fail(error, MSRCK_CORRUPT, "more than %u segments", ELF_MOST_SEGMENTS);
        image->segments[image->segment_count++] = segment;
    }
    return MSRCK_OK;
}

static msrck_result read_section_table(struct elf_image *image, msrck_error *error)
{
    const struct header_places *p = places_of(image);

    image->section_offset = msrck_elf_load(image, image->bytes + p->section_offset, p->word);
    image->section_count = (uint32_t)msrck_elf_load(image, image->bytes + p->section_count, 2);
    image->names_section = (uint32_t)msrck_elf_load(image, image->bytes + p->names_section, 2);
    if (image->section_count == 0)
        return msrck_fail(error, MSRCK_UNSUPPORTED, "its section headers have been removed");
    if (!within(image, image->section_offset, (uint64_t)image->section_count * p->section_size))
        return msrck_fail(error, MSRCK_TRUNCATED, "the section headers are cut off");
    return MSRCK_OK;
}

msrck_result msrck_elf_open(const char *path, uint64_t most, struct elf_image *image, msrck_error *error)
{
    msrck_result result = read_file(path, most, image, error);

    if (result == MSRCK_OK)
        result = find_abi(image, error);
    if (result == MSRCK_OK)
        result = read_segments(image, error);
    if (result == MSRCK_OK)
        result = read_section_table(image, error);
    return result == MSRCK_OK ? msrck_elf_relocate(image, error) : result;
}

void msrck_elf_close(struct elf_image *image)
{
    free(image->bytes);
    *image = (struct elf_image){ 0 };
}

/* ---- Sections ---- */

bool msrck_elf_section(const struct elf_image *image, uint32_t index, struct elf_section *section)
{
    const struct header_places *p = places_of(image);
    const unsigned char *head;

    if (index >= image->section_count)
        return false;
    head = image->bytes + image->section_offset + (uint64_t)index * p->section_size;
    section->type = (uint32_t)msrck_elf_load(image, head + 4, 4);
    section->flags = msrck_elf_load(image, head + p->flags, p->word);
    section->address = msrck_elf_load(image, head + p->address, p->word);
    section->offset = msrck_elf_load(image, head + p->offset, p->word);
    section->size = msrck_elf_load(image, head + p->bytes, p->word);
    section->link = (uint32_t)msrck_elf_load(image, head + p->link, 4);
    return section->type == SHT_NOBITS || within(image, section->offset, section->size);
}

static bool is_named(const struct elf_image *image, const struct elf_section *names, uint32_t index, const char *name)
{
    const struct header_places *p = places_of(image);
    uint64_t at = msrck_elf_load(image, image->bytes + image->section_offset + (uint64_t)index * p->section_size, 4);
    size_t length = strlen(name) + 1;

    return at <= names->size && length <= names->size - at &&
           memcmp(image->bytes + names->offset + at, name, length) == 0;
}

bool msrck_elf_find_section(const struct elf_image *image, const char *name, struct elf_section *section)
{
    struct elf_section names;

    if (!msrck_elf_section(image, image->names_section, &names) || names.type != SHT_STRTAB)
        return false;
    for (uint32_t i = 0; i < image->section_count; i++)
        if (is_named(image, &names, i, name))
            return msrck_elf_section(image, i, section);
    return false;
}

/* ---- Addresses ---- */

unsigned char *msrck_elf_at(const struct elf_image *image, uint64_t address, uint64_t length)
{
    for (unsigned i = 0; i < image->segment_count; i++) {
        const struct elf_segment *segment = &image->segments[i];
        uint64_t place = address - segment->address;

        if (address >= segment->address && place <= segment->length && length <= segment->length - place)
            return image->bytes + segment->offset + place;
    }
    return NULL;
}

const char *msrck_elf_text(const struct elf_image *image, uint64_t address)
{
    for (unsigned i = 0; i < image->segment_count; i++) {
        const struct elf_segment *segment = &image->segments[i];
        uint64_t place = address - segment->address;

        if (address >= segment->address && place < segment->length) {
            const unsigned char *text = image->bytes + segment->offset + place;
            return memchr(text, 0, (size_t)(segment->length - place)) != NULL ? (const char *)text : NULL;
        }
    }
    return NULL;
}
