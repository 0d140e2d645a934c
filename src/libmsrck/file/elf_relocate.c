/* SPDX-License-Identifier: MIT */
/*
 * The relocations of position-independent programs, for a load address of zero. Those that keep their addend in place
 * (REL, RELR) then hold the right number already; those with an addend of their own are stored, and those that name a
 * symbol of the program itself, or a description of the shared library, are resolved.
 */
#include "file/elf_image.h"

#include <elf.h>

#include "base/failure.h"

/* Numbers of the two relocations that tables of constants need. */
struct relocation_kinds {
    uint16_t machine;
    uint32_t relative, absolute;
};

static const struct relocation_kinds kinds[] = {
    { EM_X86_64, R_X86_64_RELATIVE, R_X86_64_64 },
    { EM_386, R_386_RELATIVE, R_386_32 },
    { EM_AARCH64, R_AARCH64_RELATIVE, R_AARCH64_ABS64 },
    { EM_ARM, R_ARM_RELATIVE, R_ARM_ABS32 },
    { EM_S390, R_390_RELATIVE, R_390_64 },
    { EM_PPC64, R_PPC64_RELATIVE, R_PPC64_ADDR64 },
    { EM_PPC, R_PPC_RELATIVE, R_PPC_ADDR32 },
    { EM_RISCV, R_RISCV_RELATIVE, R_RISCV_64 },
    { EM_68K, R_68K_RELATIVE, R_68K_32 },
    { 258, 3, 2 },                  /* LoongArch */
};

struct relocation {
    uint64_t place, addend;
    uint32_t kind, symbol;
    bool has_addend;
};

static unsigned word_of(const struct elf_image *image)
{
    return image->abi->wide_file ? 8 : 4;
}

/* Places outside of what is in the file are variables without initial value: nothing to relocate there. */
static void relocate(const struct elf_image *image, const struct relocation_kinds *kind,
                     const struct elf_section *symbols, const struct relocation *relocation)
{
    unsigned width = image->abi->pointer;
    unsigned char *place = msrck_elf_at(image, relocation->place, width);
    struct elf_symbol symbol;
    uint64_t value;

    if (place == NULL)
        return;
    if (relocation->kind == kind->relative && relocation->has_addend)
        msrck_elf_store(image, place, width, relocation->addend);
    else if (relocation->kind == kind->absolute && msrck_elf_symbol(image, symbols, relocation->symbol, &symbol) &&
             msrck_elf_symbol_address(image, &symbol, &value))
        msrck_elf_store(image, place, width,
                        value + (relocation->has_addend ? relocation->addend : msrck_elf_load(image, place, width)));
}

static void relocate_section(const struct elf_image *image, const struct relocation_kinds *kind,
                             const struct elf_section *section)
{
    unsigned word = word_of(image);
    bool has_addend = section->type == SHT_RELA;
    uint64_t size = word * (has_addend ? UINT64_C(3) : UINT64_C(2));
    struct elf_section symbols = { 0 };

    if (!msrck_elf_section(image, section->link, &symbols))
        symbols.type = SHT_NULL;
    for (uint64_t at = 0; size <= section->size - at; at += size) {
        const unsigned char *entry = image->bytes + section->offset + at;
        uint64_t info = msrck_elf_load(image, entry + word, word);
        struct relocation relocation = {
            .place = msrck_elf_load(image, entry, word),
            .addend = has_addend ? msrck_elf_load(image, entry + 2 * word, word) : 0,
            .kind = (uint32_t)(word == 8 ? ELF64_R_TYPE(info) : ELF32_R_TYPE(info)),
            .symbol = (uint32_t)(word == 8 ? ELF64_R_SYM(info) : ELF32_R_SYM(info)),
            .has_addend = has_addend
        };
        relocate(image, kind, &symbols, &relocation);
    }
}

msrck_result msrck_elf_relocate(struct elf_image *image, msrck_error *error)
{
    const struct relocation_kinds *kind = NULL;
    uint64_t left = image->length;  /* of the work: sections that overlap are nobody's */

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (kinds[i].machine == image->abi->machine)
            kind = &kinds[i];
    msrck_elf_find_library_types(image);
    /* Programs for other machines (MIPS) keep all addends in place. */
    for (uint32_t i = 0; kind != NULL && i < image->section_count; i++) {
        struct elf_section section;

        if (!msrck_elf_section(image, i, &section))
            return msrck_fail(error, MSRCK_TRUNCATED, "section %u is cut off", i);
        /* Relocations for the linker, of sections that are not loaded, are none of the loader's. */
        if ((section.type != SHT_RELA && section.type != SHT_REL) || (section.flags & SHF_ALLOC) == 0)
            continue;
        if (section.size > left)
            return msrck_fail(error, MSRCK_CORRUPT, "its relocations overlap");
        left -= section.size;
        relocate_section(image, kind, &section);
    }
    return MSRCK_OK;
}
