/* SPDX-License-Identifier: MIT */
/*
 * An ELF program as its loader would put it into memory, without running it: sections by name, bytes by address, with
 * the relocations of position-independent programs carried out for a load address of zero. Either class, either byte
 * order. Nothing in the file is believed: every offset, count and text is checked against the bytes there are.
 */
#ifndef MSRCK_FILE_ELF_IMAGE_H
#define MSRCK_FILE_ELF_IMAGE_H

#include <msrck/reader.h>

#include "file/machine_abi.h"
#include "types/library_types.h"

#define ELF_MOST_SEGMENTS 64u

struct elf_image {
    unsigned char *bytes;           /* owned; the file, relocated in place */
    size_t length;
    const struct machine_abi *abi;
    uint64_t section_offset;        /* of the section headers */
    uint32_t section_count, names_section;
    struct elf_segment { uint64_t address, offset, length; } segments[ELF_MOST_SEGMENTS];
    unsigned segment_count;
    uint64_t library_types[LIBRARY_TYPES];  /* where descriptions of the shared library are to be; 0: nowhere */
};

struct elf_section {
    uint32_t type, link;
    uint64_t flags, address, offset, size;
};

/*
 * Reads the file. MSRCK_UNSUPPORTED when it is no ELF program or its machine is not known, MSRCK_CORRUPT when it
 * contradicts itself, MSRCK_LIMIT beyond `most` bytes. The image must be zeroed; free it also after a failure.
 */
msrck_result msrck_elf_open(const char *path, uint64_t most, struct elf_image *image, msrck_error *error);
void msrck_elf_close(struct elf_image *image);

/* Section header `index`; false when it is out of range or its bytes are not all in the file. */
bool msrck_elf_section(const struct elf_image *image, uint32_t index, struct elf_section *section);
/* The section of that name; false when there is none. */
bool msrck_elf_find_section(const struct elf_image *image, const char *name, struct elf_section *section);

/* Of the table of dynamic symbols. */
struct elf_symbol {
    const char *name;               /* borrowed; NULL when it has none */
    uint64_t value;
    bool defined;                   /* in this program */
};

/* False when the section is no such table or has no entry `index`. */
bool msrck_elf_symbol(const struct elf_image *image, const struct elf_section *table, uint32_t index,
                      struct elf_symbol *symbol);

/* Descriptions that only the shared library has (elf_library_types.c). */
void msrck_elf_find_library_types(struct elf_image *image);
/* Where the symbol is; a description of the shared library gets an address that nothing else has. False: elsewhere. */
bool msrck_elf_symbol_address(const struct elf_image *image, const struct elf_symbol *symbol, uint64_t *address);
/* The library's description at an address of the program, with the sizes of this machine; NULL when there is none. */
const msrck_type *msrck_elf_library_type(const struct elf_image *image, uint64_t address);

/* `length` bytes at an address, or NULL where the file has none there. */
unsigned char *msrck_elf_at(const struct elf_image *image, uint64_t address, uint64_t length);
/* NUL-terminated text at an address, or NULL; borrowed. */
const char *msrck_elf_text(const struct elf_image *image, uint64_t address);

/* Integers of the program's byte order. */
uint64_t msrck_elf_load(const struct elf_image *image, const unsigned char *bytes, unsigned width);
void msrck_elf_store(const struct elf_image *image, unsigned char *bytes, unsigned width, uint64_t number);

/* Carries out the relocations (elf_relocate.c). */
msrck_result msrck_elf_relocate(struct elf_image *image, msrck_error *error);
/*
 * Gives static functions and variables the names that msrck_cc_tell_files_apart() gives them when the program starts
 * (elf_files.c). The image's bytes may move.
 */
msrck_result msrck_elf_tell_files_apart(struct elf_image *image, msrck_error *error);

#endif
