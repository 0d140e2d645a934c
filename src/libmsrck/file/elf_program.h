/* SPDX-License-Identifier: MIT */
/*
 * The tables of a program (msrck/types.h, msrck/msrck.h), taken out of its ELF file: types with the layout they have
 * on its machine, functions with their points and locals, globals, and functions that pointers may name. The program
 * is not run.
 */
#ifndef MSRCK_FILE_ELF_PROGRAM_H
#define MSRCK_FILE_ELF_PROGRAM_H

#include "file/elf_image.h"
#include "file/metadata.h"

struct elf_global {
    const char *name;
    uint32_t type;
    uint64_t size;                  /* native bytes */
    const char *former_name;        /* or NULL */
    bool removed;                   /* only the name is there: the variable is gone */
};

struct elf_program {
    struct elf_image image;         /* texts are borrowed from it */
    struct ti_table *types;         /* owned; ids below are its */
    struct function_entry *functions;   /* owned by the arena, with all in it; texts by the image */
    uint32_t function_count;
    struct elf_global *globals;
    uint32_t global_count;
    const char **targets;           /* names of functions that pointers may hold */
    uint32_t target_count;
    struct elf_arena *arena;        /* owned; everything else that was allocated */
};

/*
 * MSRCK_UNSUPPORTED when the file is no program for a known machine or holds no tables; MSRCK_CORRUPT when its tables
 * lead nowhere or contradict themselves; MSRCK_LIMIT beyond `most` bytes. Free it also after a failure.
 */
msrck_result msrck_elf_program_read(const char *path, uint64_t most, struct elf_program *program, msrck_error *error);
void msrck_elf_program_free(struct elf_program *program);

/* Index of the function or global of that name, or UINT32_MAX. */
uint32_t msrck_elf_program_function(const struct elf_program *program, const char *name);
uint32_t msrck_elf_program_global(const struct elf_program *program, const char *name);
bool msrck_elf_program_has_target(const struct elf_program *program, const char *name);

/* ---- Descriptions (elf_descriptions.c) ---- */

struct elf_descriptions;

struct elf_descriptions *msrck_elf_descriptions_new(const struct elf_image *image, struct elf_arena *arena);
void msrck_elf_descriptions_free(struct elf_descriptions *descriptions);
/*
 * The description at an address of the program, as one of this process, with all it refers to; it lives as long as
 * the arena. Functions in it must not be called.
 */
msrck_result msrck_elf_describe(struct elf_descriptions *descriptions, uint64_t address, const msrck_type **type,
                                msrck_error *error);

/* ---- Arena: memory that lives as long as the program ---- */

struct elf_arena *msrck_elf_arena_new(void);
void *msrck_elf_arena_take(struct elf_arena *arena, size_t count, size_t size);     /* zeroed; NULL when out */
void msrck_elf_arena_free(struct elf_arena *arena);

/* Reads a constant struct of the program member by member, each at the place its compiler gave it. */
struct elf_cursor {
    const struct elf_image *image;
    const unsigned char *start, *at;
};

uint64_t msrck_elf_take(struct elf_cursor *cursor, unsigned width, unsigned alignment);
static inline uint64_t take_word(struct elf_cursor *cursor)
{
    return msrck_elf_take(cursor, cursor->image->abi->pointer, cursor->image->abi->pointer);
}
static inline uint32_t take_unsigned(struct elf_cursor *cursor)
{
    return (uint32_t)msrck_elf_take(cursor, 4, cursor->image->abi->double_alignment == 2 ? 2 : 4);
}

#endif
