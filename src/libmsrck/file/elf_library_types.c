/* SPDX-License-Identifier: MIT */
/*
 * A program that uses the shared library has the descriptions of scalars not in its file, but as symbols: undefined
 * ones, which get an address here that nothing else has, or, in programs at a fixed address, variables that the loader
 * copies them to.
 */
#include "file/elf_image.h"

#include <elf.h>
#include <string.h>

static uint64_t address_made_up(const struct elf_image *image, unsigned index)
{
    uint64_t address = ~UINT64_C(0xff) | index;

    return image->abi->pointer == 8 ? address : (uint32_t)address;
}

bool msrck_elf_symbol(const struct elf_image *image, const struct elf_section *table, uint32_t index,
                      struct elf_symbol *symbol)
{
    bool wide = image->abi->wide_file;
    uint64_t size = wide ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym);
    struct elf_section names;
    const unsigned char *entry;
    uint64_t name;

    if (table->type != SHT_DYNSYM || index >= table->size / size)
        return false;
    entry = image->bytes + table->offset + index * size;
    name = msrck_elf_load(image, entry, 4);
    symbol->value = msrck_elf_load(
        image, entry + (wide ? offsetof(Elf64_Sym, st_value) : offsetof(Elf32_Sym, st_value)), wide ? 8 : 4);
    symbol->defined = msrck_elf_load(image, entry + (wide ? offsetof(Elf64_Sym, st_shndx)
                                                         : offsetof(Elf32_Sym, st_shndx)), 2) != SHN_UNDEF;
    symbol->name = NULL;
    if (msrck_elf_section(image, table->link, &names) && names.type == SHT_STRTAB && name < names.size &&
        memchr(image->bytes + names.offset + name, 0, (size_t)(names.size - name)) != NULL)
        symbol->name = (const char *)image->bytes + names.offset + name;
    return true;
}

static void note(struct elf_image *image, const struct elf_symbol *symbol)
{
    if (symbol->name == NULL || strncmp(symbol->name, "msrck_", 6) != 0)
        return;
    for (unsigned i = 0; i < LIBRARY_TYPES; i++)
        if (strcmp(symbol->name, msrck_library_types[i].symbol) == 0)
            image->library_types[i] = symbol->defined ? symbol->value : address_made_up(image, i);
}

void msrck_elf_find_library_types(struct elf_image *image)
{
    struct elf_section section;
    struct elf_symbol symbol;

    for (uint32_t i = 0; i < image->section_count; i++)
        if (msrck_elf_section(image, i, &section) && section.type == SHT_DYNSYM) {
            for (uint32_t at = 0; msrck_elf_symbol(image, &section, at, &symbol); at++)
                note(image, &symbol);
            return;                 /* a program has one such table */
        }
}

bool msrck_elf_symbol_address(const struct elf_image *image, const struct elf_symbol *symbol, uint64_t *address)
{
    *address = symbol->value;
    if (symbol->defined || symbol->name == NULL)
        return symbol->defined;
    for (unsigned i = 0; i < LIBRARY_TYPES; i++)
        if (strcmp(symbol->name, msrck_library_types[i].symbol) == 0) {
            *address = address_made_up(image, i);
            return true;
        }
    return false;
}

const msrck_type *msrck_elf_library_type(const struct elf_image *image, uint64_t address)
{
    for (unsigned i = 0; i < LIBRARY_TYPES; i++)
        if (image->library_types[i] != 0 && image->library_types[i] == address)
            return msrck_library_types[i].type;
    return NULL;
}
