/* SPDX-License-Identifier: MIT */
/* A program's own tables and those of the shared libraries that it starts with, as one. */
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <msrck/precompiled.h>

enum section { TYPES, FUNCTIONS, GLOBALS, FRAMES, FILES };

/* Pointers to entries, of whatever kind; they are only copied, and become arrays of their kind again. */
struct joined {
    void *items;
    size_t count;
};

/* Before main() there is one thread, and later ones load libraries under a lock of the loader's. */
static struct msrck_cc_module *modules;

void msrck_cc_add_module(struct msrck_cc_module *module)
{
    module->next = modules;
    modules = module;
}

/* Pointers from here to there; both NULL where there are none. */
struct places {
    const void *begin, *end;
};

static struct places section_places(const struct msrck_cc_module *module, enum section section)
{
    const msrck_program *tables = &module->tables;

    switch (section) {
    case TYPES:
        return (struct places){ tables->types, tables->types_end };
    case FUNCTIONS:
        return (struct places){ tables->functions, tables->functions_end };
    case GLOBALS:
        return (struct places){ tables->globals, tables->globals_end };
    case FRAMES:
        return (struct places){ tables->frames, tables->frames_end };
    default:
        return (struct places){ module->files, module->files_end };
    }
}

static size_t section_count(const struct msrck_cc_module *module, enum section section)
{
    struct places places = section_places(module, section);

    return places.begin == NULL ? 0 : (size_t)((const char *)places.end - (const char *)places.begin) / sizeof(void *);
}

/* Entries of functions, variables and frames all begin with their names. */
static const char *entry_name(const void *place)
{
    const void *entry;
    const char *name;

    memcpy(&entry, place, sizeof entry);
    memcpy(&name, entry, sizeof name);
    return name;
}

static int compare_names(const void *left, const void *right)
{
    return strcmp(entry_name(left), entry_name(right));
}

static bool has_names(enum section section)
{
    return section == FUNCTIONS || section == GLOBALS || section == FRAMES;
}

/* The address of a function or variable stands behind its name. */
static bool same_address(const void *left, const void *right)
{
    const char *a, *b;

    memcpy(&a, left, sizeof a);
    memcpy(&b, right, sizeof b);
    return memcmp(a + sizeof(char *), b + sizeof(char *), sizeof(void *)) == 0;
}

/* The entry at the place under a name that begins with its module's: "libpart:file.c:variable". NULL where memory does not suffice. */
static const void *renamed(const void *place, const struct msrck_cc_module *module, enum section section)
{
    size_t size = section == FUNCTIONS ? sizeof(msrck_function_entry) : sizeof(msrck_global_entry);
    size_t length = strlen(module->name) + strlen(entry_name(place)) + 2;
    const void *entry;
    char *copy = malloc(size), *name = malloc(length);

    if (copy == NULL || name == NULL) {
        free(copy);
        free(name);
        return NULL;
    }
    snprintf(name, length, "%s:%s", module->name, entry_name(place));
    memcpy(&entry, place, sizeof entry);
    memcpy(copy, entry, size);
    memcpy(copy, &name, sizeof name);
    return copy;
}

/*
 * A copy of a static library may be in the program and in a library of it. Mostly the dynamic linker has all calls go to the program's, and the addresses are the same; else the library's
 * has state of its own. Its frames are known by their tables, which cannot be copied: the program shall run all the same, and a checkpoint inside of such a copy fails.
 */
static void join_one(struct joined *joined, const struct msrck_cc_module *module, enum section section)
{
    const char *begin = section_places(module, section).begin;
    size_t count = section_count(module, section), before = joined->count;

    if (has_names(section))
        qsort(joined->items, before, sizeof(void *), compare_names);
    for (size_t i = 0; i < count; i++) {
        const char *place = begin + i * sizeof(void *);
        const void *found = has_names(section) && before > 0 ? bsearch(place, joined->items, before, sizeof(void *), compare_names) : NULL, *other;
        char *to = (char *)joined->items + joined->count * sizeof(void *);

        if (found == NULL)
            memcpy(to, place, sizeof(void *));
        else if (section == FRAMES || same_address(found, place) || (other = renamed(place, module, section)) == NULL)
            continue;
        else
            memcpy(to, &other, sizeof(void *));
        joined->count++;
    }
}

/* All zero where memory does not suffice. */
static struct joined join(const struct msrck_cc_module *program, enum section section)
{
    struct joined joined = { NULL, 0 };
    size_t total = section_count(program, section) + 1;

    for (const struct msrck_cc_module *module = modules; module != NULL; module = module->next)
        total += section_count(module, section);
    joined.items = calloc(total, sizeof(void *));
    if (joined.items == NULL)
        return joined;
    join_one(&joined, program, section);
    for (const struct msrck_cc_module *module = modules; module != NULL; module = module->next)
        join_one(&joined, module, section);
    return joined;
}

/* What the session refers to until the process ends. */
static struct joined all[FILES + 1];

static bool join_all(const struct msrck_cc_module *program)
{
    for (int section = TYPES; section <= FILES; section++) {
        all[section] = join(program, (enum section)section);
        if (all[section].items == NULL)
            return false;
    }
    return true;
}

int msrck_cc_run(int count, char **values, char **environment, int (*program)(int, char **, char **), struct msrck_cc_module *own)
{
    static msrck_program tables;

    /* Without memory for them, the libraries' functions run and are no part of a checkpoint. */
    if (modules == NULL || !join_all(own)) {
        msrck_cc_tell_files_apart(own->files, own->files_end);
        return msrck_cc_main(count, values, environment, program, &own->tables);
    }
    tables.types = all[TYPES].items;
    tables.types_end = tables.types + all[TYPES].count;
    tables.functions = all[FUNCTIONS].items;
    tables.functions_end = tables.functions + all[FUNCTIONS].count;
    tables.globals = all[GLOBALS].items;
    tables.globals_end = tables.globals + all[GLOBALS].count;
    tables.frames = all[FRAMES].items;
    tables.frames_end = tables.frames + all[FRAMES].count;
    msrck_cc_tell_files_apart(all[FILES].items, (const struct msrck_cc_file *const *)all[FILES].items + all[FILES].count);
    return msrck_cc_main(count, values, environment, program, &tables);
}
