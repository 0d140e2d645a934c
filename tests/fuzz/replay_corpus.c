/* SPDX-License-Identifier: MIT */
/*
 * A driver for targets without libFuzzer: runs the commented hexdumps (.hex) and JSON documents (.json, as they are)
 * that are named, or those in the folders that are named.
 */
#include "fuzz_target.h"

#include <dirent.h>
#include <string.h>

static size_t replayed;

/* The bytes of one line: behind the offset, up to '|'. False for what is no hexdump. */
static int read_line(const char *line, unsigned char *bytes, size_t *length)
{
    const char *at = strstr(line, "  ");

    if (line[0] == '#' || line[0] == '\n')
        return 1;
    if (at == NULL)
        return 0;
    for (;;) {
        unsigned value;
        int used;

        while (*at == ' ')
            at++;
        if (*at == '|' || *at == '\n' || *at == '\0')
            return 1;
        if (sscanf(at, "%2x%n", &value, &used) != 1 || used != 2)
            return 0;
        bytes[(*length)++] = (unsigned char)value;
        at += 2;
    }
}

static int ends_with(const char *text, const char *end)
{
    size_t length = strlen(text);

    return length >= strlen(end) && strcmp(text + length - strlen(end), end) == 0;
}

static int replay_file(const char *path)
{
    FILE *file = fopen(path, "r");
    int good = file != NULL, is_dump = ends_with(path, ".hex");
    unsigned char *bytes = NULL;
    size_t length = 0, capacity = 0;
    char line[4096];

    while (good && fgets(line, sizeof line, file) != NULL) {
        if (capacity - length < sizeof line)
            bytes = realloc(bytes, capacity += sizeof line * 16);
        FUZZ_HOLDS(bytes != NULL);
        if (is_dump) {
            good = read_line(line, bytes, &length);
        } else {
            memcpy(bytes + length, line, strlen(line));
            length += strlen(line);
        }
    }
    if (file != NULL)
        fclose(file);
    if (good) {
        bytes = realloc(bytes, length > 0 ? length : 1);
        FUZZ_HOLDS(bytes != NULL);
        LLVMFuzzerTestOneInput(bytes, length);
        replayed++;
    } else {
        fprintf(stderr, "%s is no hexdump\n", path);
    }
    free(bytes);
    return good;
}

static int replay_folder(const char *path)
{
    DIR *folder = opendir(path);
    struct dirent *entry;
    int good = 1;

    if (folder == NULL)
        return replay_file(path);
    while ((entry = readdir(folder)) != NULL) {
        char whole[4096];

        if (!ends_with(entry->d_name, ".hex") && !ends_with(entry->d_name, ".json"))
            continue;
        snprintf(whole, sizeof whole, "%s/%s", path, entry->d_name);
        good &= replay_file(whole);
    }
    closedir(folder);
    return good;
}

int main(int argc, char **argv)
{
    int good = argc > 1;

    for (int i = 1; i < argc; i++)
        good &= replay_folder(argv[i]);
    printf("%zu inputs replayed\n", replayed);
    return good && replayed > 0 ? 0 : 1;
}
