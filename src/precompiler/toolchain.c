/* SPDX-License-Identifier: MIT */
#include "toolchain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "text_builder.h"

/*
 * In a build tree a file beside the program tells where things are:
 *
 *     machine x86_64-linux-gnu
 *     include /path/to/include
 *     library /path/to/libmsrck.a
 *
 * An installed program finds them by its own place. Beside libmsrck.a, libmsrck.libs lists the libraries it needs: words for the linker.
 */
#define SETTINGS_NAME "msrck-cc.settings"

/* The directory of this program's file. For free(). */
static char *own_directory(void)
{
    char path[4096];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);

    while (length > 0 && path[length - 1] != '/')
        length--;
    return length > 1 ? storage_copy_range(path, (size_t)length - 1) : storage_copy("/");
}

static bool readable(const char *path)
{
    return access(path, R_OK) == 0;
}

/* The value of a key in the settings of a build tree; NULL without one. For free(). */
static char *setting(const char *directory, const char *key)
{
    char *path = storage_format("%s/%s", directory, SETTINGS_NAME), *value = NULL, text[8192];
    FILE *file = fopen(path, "r");

    free(path);
    if (file == NULL)
        return NULL;
    while (value == NULL && fgets(text, sizeof text, file) != NULL) {
        size_t length = strlen(key);

        text[strcspn(text, "\n")] = '\0';
        if (strncmp(text, key, length) == 0 && text[length] == ' ')
            value = storage_copy(text + length + 1);
    }
    fclose(file);
    return value;
}

void toolchain_begin(const struct toolchain *toolchain, struct program_arguments *arguments)
{
    program_add_words(arguments, toolchain->line->compiler);
}

/* The last option that has a compiler for several machines make code for another of them; NULL for none. */
static const char *machine_option(const struct command_line *line)
{
    static const char *const names[] = { "-m32", "-m64", "-mx32", "-m31" };
    const char *option = NULL;

    for (size_t i = 0; i < line->count; i++)
        for (size_t k = 0; k < sizeof names / sizeof names[0]; k++)
            if (line->arguments[i].kind == ARGUMENT_OPTION && strcmp(line->arguments[i].text, names[k]) == 0)
                option = line->arguments[i].text;
    return option;
}

/* What the compiler says to a question of one word. NULL when it fails. For free(). */
static char *ask(const struct toolchain *toolchain, const char *question)
{
    struct program_arguments arguments = { 0 };
    char *answer;
    int status;

    toolchain_begin(toolchain, &arguments);
    if (machine_option(toolchain->line) != NULL)
        program_add(&arguments, machine_option(toolchain->line));
    program_add(&arguments, question);
    status = program_ask(&arguments, &answer);
    program_free(&arguments);
    if (status == 0 && answer != NULL && answer[0] != '\0')
        return answer;
    free(answer);
    return NULL;
}

/* The first of the candidates that is there; frees them all but that one. */
static char *first_readable(char **candidates, size_t count)
{
    char *found = NULL;

    for (size_t i = 0; i < count; i++) {
        if (found == NULL && candidates[i] != NULL && readable(candidates[i]))
            found = candidates[i];
        else
            free(candidates[i]);
    }
    return found;
}

static int find_prelude(struct toolchain *toolchain)
{
    char *own = own_directory(), *built = setting(own, "include"), *candidates[4] = { NULL, NULL, NULL, NULL }, *found;
    const char *given = toolchain->line->include;

    if (given != NULL)
        candidates[0] = storage_format("%s/msrck/precompiled.h", given);
    else {
        if (built != NULL)
            candidates[1] = storage_format("%s/msrck/precompiled.h", built);
        candidates[2] = storage_format("%s/../include/msrck/precompiled.h", own);
        candidates[3] = storage_format("%s/../../include/msrck/precompiled.h", own);
    }
    found = first_readable(candidates, 4);
    /* Compilers shorten paths with "..", too, where they name headers. */
    toolchain->prelude = found != NULL ? realpath(found, NULL) : NULL;
    free(found);
    free(own);
    free(built);
    if (toolchain->prelude != NULL)
        return 0;
    fprintf(stderr, "msrck cc: msrck/precompiled.h is not in %s; --msrck-include names its directory\n",
            given != NULL ? given : "the include directory of this installation");
    return 3;
}

/* gcc answers to -dumpmachine with the machine that it was built for, whatever it makes code for. For free(). */
static char *find_machine(const struct toolchain *toolchain)
{
    char *machine = ask(toolchain, "-dumpmachine");
    char *other = machine != NULL && machine_option(toolchain->line) != NULL ? ask(toolchain, "-print-multiarch") : NULL;

    if (other == NULL)
        return machine;
    free(machine);
    return other;
}

int toolchain_find(struct toolchain *toolchain, const struct command_line *line)
{
    memset(toolchain, 0, sizeof *toolchain);
    toolchain->line = line;
    toolchain->machine = line->target != NULL ? storage_copy(line->target) : find_machine(toolchain);
    if (toolchain->machine == NULL) {
        fprintf(stderr, "msrck cc: %s does not answer to -dumpmachine; --target names the machine\n", line->compiler);
        return 3;
    }
    return find_prelude(toolchain);
}

/* ---- The library ---- */

/* Compilers differ in the vendor: x86_64-linux-gnu, x86_64-pc-linux-gnu. The first part and the last two count. */
static bool same_machine(const char *a, const char *b)
{
    const char *a_system = strstr(a, "-linux"), *b_system = strstr(b, "-linux");
    size_t length = strcspn(a, "-");

    return strcmp(a, b) == 0 || (a_system != NULL && b_system != NULL && strcmp(a_system, b_system) == 0 &&
                                 length == strcspn(b, "-") && strncmp(a, b, length) == 0);
}

static char *find_archive(const struct toolchain *toolchain)
{
    char *own = own_directory(), *built = setting(own, "library"), *machine = setting(own, "machine");
    char *candidates[4] = { NULL, NULL, NULL, NULL }, *found;
    const char *given = toolchain->line->library;

    if (given != NULL) {
        candidates[0] = storage_format("%s/libmsrck.a", given);
        candidates[1] = storage_format("%s/src/libmsrck/libmsrck.a", given);
    } else if (built != NULL) {
        if (machine != NULL && same_machine(machine, toolchain->machine))
            candidates[0] = storage_copy(built);
    } else {
        char *native = ask(toolchain, "-print-multiarch");

        candidates[0] = storage_format("%s/../lib/%s/libmsrck.a", own, native != NULL ? native : toolchain->machine);
        /* Those for this machine alone. */
        if (machine_option(toolchain->line) == NULL) {
            candidates[1] = storage_format("%s/../lib/libmsrck.a", own);
            candidates[2] = storage_format("%s/../lib64/libmsrck.a", own);
        }
        free(native);
    }
    found = first_readable(candidates, 4);
    free(own);
    free(built);
    free(machine);
    return found;
}

/* An archive of this library in one of the directories that -L named before, or where the compiler looks; else -lNAME. For free(). */
static char *static_library(const struct toolchain *toolchain, const char *word)
{
    char *question, *answer;

    for (size_t i = 0; i < toolchain->libraries.count; i++) {
        const char *option = toolchain->libraries.items[i];
        char *path = strncmp(option, "-L", 2) == 0 ? storage_format("%s/lib%s.a", option + 2, word + 2) : NULL;

        if (path != NULL && readable(path))
            return path;
        free(path);
    }
    question = storage_format("-print-file-name=lib%s.a", word + 2);
    answer = ask(toolchain, question);
    free(question);
    /* A compiler that does not find it answers with the bare name. */
    if (answer != NULL && strchr(answer, '/') != NULL)
        return answer;
    free(answer);
    return storage_copy(word);
}

/*
 * These sanitizers stand in front of functions of libtirpc, too, and call those of the shared library: an archive's are not found behind them.
 */
static bool is_sanitized(const struct command_line *line)
{
    static const char *const names[] = { "address", "thread", "memory" };

    for (size_t i = 0; i < line->count; i++)
        for (size_t k = 0; k < sizeof names / sizeof names[0]; k++)
            if (strncmp(line->arguments[i].text, "-fsanitize=", 11) == 0 && strstr(line->arguments[i].text, names[k]) != NULL)
                return true;
    return false;
}

/* -lm stays as it is: the C library's own parts come together. */
static void add_library(struct toolchain *toolchain, const char *word)
{
    bool own = strncmp(word, "-l", 2) == 0 && strcmp(word, "-lm") != 0 && !is_sanitized(toolchain->line);

    program_own(&toolchain->libraries, own ? static_library(toolchain, word) : storage_copy(word));
}

static void read_libraries(struct toolchain *toolchain)
{
    static const char usual[] = "-ltirpc -lnettle -lzstd -ldeflate -lz -lm -pthread";
    char *path = storage_format("%.*slibs", (int)strlen(toolchain->archive) - 1, toolchain->archive), text[8192];
    FILE *file = fopen(path, "r");
    struct program_arguments words = { 0 };
    size_t got = file != NULL ? fread(text, 1, sizeof text - 1, file) : 0;

    text[got] = '\0';
    program_add_words(&words, got > 0 ? text : usual);
    for (size_t i = 0; i < words.count; i++)
        add_library(toolchain, words.items[i]);
    program_free(&words);
    if (file != NULL)
        fclose(file);
    free(path);
}

int toolchain_find_library(struct toolchain *toolchain)
{
    toolchain->archive = find_archive(toolchain);
    if (toolchain->archive == NULL) {
        fprintf(stderr, "msrck cc: no libmsrck.a for %s%s%s; --msrck-lib names its directory, or that of a build for this machine\n", toolchain->machine,
                toolchain->line->library != NULL ? " in " : "", toolchain->line->library != NULL ? toolchain->line->library : "");
        return 3;
    }
    read_libraries(toolchain);
    return 0;
}

void toolchain_free(struct toolchain *toolchain)
{
    free(toolchain->machine);
    free(toolchain->prelude);
    free(toolchain->archive);
    program_free(&toolchain->libraries);
    memset(toolchain, 0, sizeof *toolchain);
}
