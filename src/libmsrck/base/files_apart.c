/* SPDX-License-Identifier: MIT */
/* Static functions and variables of the same name in files of the same name. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <msrck/precompiled.h>

/* One name of one file, to be sorted. */
struct named {
    const char *name;
    const struct msrck_cc_file *file;
};

/* By name, and then by path, which does not depend on the order in which the program was linked. */
static int compare_named(const void *left, const void *right)
{
    const struct named *a = left, *b = right;
    int order = strcmp(a->name, b->name);

    return order != 0 ? order : strcmp(a->file->path, b->file->path);
}

static bool same_label(const struct msrck_cc_file *a, const struct msrck_cc_file *b)
{
    return strcmp(a->label, b->label) == 0;
}

/* Where the last `parts` + 1 parts of the path begin. */
static const char *last_parts(const char *path, unsigned parts)
{
    const char *begin = path + strlen(path);

    while (begin > path && (begin[-1] != '/' || parts-- > 0))
        begin--;
    return begin;
}

/* The shortest end of the file's path that no other file of its label has. */
static const char *distinct(const struct msrck_cc_file *file, const struct msrck_cc_file *const *files, size_t count)
{
    const char *own = last_parts(file->path, 0);

    for (unsigned parts = 0; own > file->path || parts == 0; parts++) {
        bool taken = false;

        own = last_parts(file->path, parts);
        for (size_t i = 0; i < count && !taken; i++)
            taken = files[i] != file && same_label(files[i], file) && strcmp(last_parts(files[i]->path, parts), own) == 0;
        if (!taken)
            break;
    }
    return own;
}

/* "live file.c:f 2" becomes "live part/file.c:f 2". */
static void rename_in(const struct msrck_cc_file *file, const char *prefix)
{
    size_t label = strlen(file->label), more = strlen(prefix);

    for (size_t i = 0; i < file->count; i++) {
        const char *name = *file->names[i], *at = name;
        size_t length = strlen(name) + more - label + 1;
        char *made;

        while ((at = strstr(at, file->label)) != NULL && at[label] != ':')
            at++;
        made = at != NULL ? malloc(length) : NULL;
        if (made == NULL)
            continue;
        snprintf(made, length, "%.*s%s%s", (int)(at - name), name, prefix, at + label);
        *file->names[i] = made;
    }
}

/* Marks the labels of which two files have a name in common. */
static void find_common(const struct named *all, size_t total, const struct msrck_cc_file *const *files, size_t count, bool *common)
{
    for (size_t i = 1; i < total; i++)
        if (all[i].file != all[i - 1].file && strcmp(all[i].name, all[i - 1].name) == 0)
            for (size_t k = 0; k < count; k++)
                common[k] = common[k] || same_label(files[k], all[i].file);
}

void msrck_cc_tell_files_apart(const struct msrck_cc_file *const *files, const struct msrck_cc_file *const *end)
{
    size_t count = files == NULL ? 0 : (size_t)(end - files), total = 0, next = 0;
    struct named *all;
    bool *common;

    for (size_t i = 0; i < count; i++)
        total += files[i]->count;
    all = calloc(total + 1, sizeof *all);
    common = calloc(count + 1, sizeof *common);
    if (count > 1 && all != NULL && common != NULL) {
        for (size_t i = 0; i < count; i++)
            for (size_t k = 0; k < files[i]->count; k++)
                all[next++] = (struct named){ *files[i]->names[k], files[i] };
        qsort(all, total, sizeof *all, compare_named);
        find_common(all, total, files, count, common);
        for (size_t i = 0; i < count; i++)
            if (common[i])
                rename_in(files[i], distinct(files[i], files, count));
    }
    free(all);
    free(common);
}
