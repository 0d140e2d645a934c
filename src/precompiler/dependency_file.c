/* SPDX-License-Identifier: MIT */
#include "dependency_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "compile.h"
#include "text_builder.h"

/* ---- Names ---- */

/* -Wp,-MMD,FILE: the preprocessor's own way to ask for it, which names the target rightly. NULL for none. For free(). */
static char *preprocessor_file(const struct command_line *line)
{
    static const char *const options[] = { "-Wp,-MMD,", "-Wp,-MD," };

    for (size_t i = 0; i < line->count; i++)
        for (size_t k = 0; k < 2; k++)
            if (strncmp(line->arguments[i].text, options[k], strlen(options[k])) == 0) {
                const char *path = line->arguments[i].text + strlen(options[k]);

                return storage_copy_range(path, strcspn(path, ","));
            }
    return NULL;
}

/* Of several sources that become one program, each has its own file: the program's would tell of the last one only. */
static char *usual_file(const struct command_line *line, const struct argument *input)
{
    bool after_output = line->output != NULL && (line->goal != GOAL_LINK || line->c_sources == 1);

    return path_with_ending(after_output ? line->output : path_last_part(input->text), ".d");
}

static void add_target(struct program_arguments *arguments, const struct command_line *line, const struct argument *input)
{
    if (line->dependency_target)
        return;
    program_add(arguments, "-MQ");
    program_own(arguments, line->output != NULL ? storage_copy(line->output) : path_with_ending(path_last_part(input->text), ".o"));
}

char *dependency_file_name(struct program_arguments *arguments, const struct command_line *line, const struct argument *input)
{
    char *path;

    if (!line->dependencies) {
        path = preprocessor_file(line);
        /* gcc names the target after the source then. */
        if (path != NULL && strstr(line->compiler, "clang") != NULL)
            add_target(arguments, line, input);
        return path;
    }
    path = line->dependency_file != NULL ? storage_copy(line->dependency_file) : usual_file(line, input);
    if (line->dependency_file == NULL) {
        program_add(arguments, "-MF");
        program_own(arguments, storage_copy(path));
    }
    add_target(arguments, line, input);
    return path;
}

/* ---- The prelude's headers ---- */

static size_t skip_blanks(const char *text, size_t at)
{
    for (;;)
        if (text[at] == ' ' || text[at] == '\t')
            at++;
        else if (text[at] == '\\' && text[at + 1] == '\n')
            at += 2;
        else
            return at;
}

/* Behind the word, in which a backslash keeps blanks. */
static size_t skip_word(const char *text, size_t at)
{
    while (text[at] != '\0' && strchr(" \t\n", text[at]) == NULL && !(text[at] == '\\' && text[at + 1] == '\n'))
        at += text[at] == '\\' && text[at + 1] != '\0' ? 2 : 1;
    return at;
}

/* The path that a word of a makefile stands for. For free(). */
static char *word_path(const char *word, size_t length)
{
    text_builder path = { NULL, 0, 0 };

    for (size_t i = 0; i < length; i++) {
        if (i + 1 < length && ((word[i] == '\\' && strchr(" \t#:\\%", word[i + 1]) != NULL) || (word[i] == '$' && word[i + 1] == '$')))
            i++;
        text_add_range(&path, word + i, 1);
    }
    return text_take(&path);
}

static bool is_of_prelude(const char *word, size_t length, const char *prelude)
{
    static const char *const names[] = { "precompiled.h", "precompiled_frames.h", "precompiled_memory.h", "description.h" };
    char *path = word_path(word, length);
    size_t folder = (size_t)(path_last_part(prelude) - prelude);
    bool found = false;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        found = found || (strncmp(path, prelude, folder) == 0 && strcmp(path + folder, names[i]) == 0);
    free(path);
    return found;
}

static void filter(text_builder *out, const char *text, const char *prelude)
{
    for (size_t at = 0; text[at] != '\0';) {
        size_t word = skip_blanks(text, at), end = skip_word(text, word), length = end - word;
        /* -MP: a rule for each header. */
        bool rule = length > 0 && text[end - 1] == ':';

        if (length == 0) {
            end = text[word] == '\n' ? word + 1 : word;
            text_add_range(out, text + at, end - at);
        } else if (!is_of_prelude(text + word, length - rule, prelude))
            text_add_range(out, text + at, end - at);
        else if (rule && text[end] == '\n')
            end++;
        at = end;
    }
}

/* NULL where there is no such file to read; pipes and the like are left alone. For free(). */
static char *read_whole(const char *path)
{
    struct stat about;
    FILE *file = stat(path, &about) == 0 && S_ISREG(about.st_mode) ? fopen(path, "rb") : NULL;
    text_builder text = { NULL, 0, 0 };
    char chunk[16384];
    size_t got;

    if (file == NULL)
        return NULL;
    while ((got = fread(chunk, 1, sizeof chunk, file)) > 0)
        text_add_range(&text, chunk, got);
    fclose(file);
    return text_take(&text);
}

bool dependency_file_clean(const char *path, const char *prelude)
{
    char *text = read_whole(path);
    text_builder cleaned = { NULL, 0, 0 };
    bool fine = true;

    if (text == NULL)
        return true;
    filter(&cleaned, text, prelude);
    if (cleaned.length != strlen(text))
        fine = file_write(path, cleaned.text != NULL ? cleaned.text : "");
    text_free(&cleaned);
    free(text);
    return fine;
}
