/* SPDX-License-Identifier: MIT */
#include "source_check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auxiliary_files.h"
#include "compile.h"

static const char lead[] = "#pragma msrck ";

bool source_wants_no_warnings(const struct command_line *line)
{
    return command_line_has(line, "-w");
}

bool source_is_checked_itself(const struct argument *input)
{
    return strcmp(input->text, "-") != 0;
}

/* Whether more than the usual warnings were asked for: some of them come with optimisation only. */
static bool wants_warnings(const struct command_line *line)
{
    for (size_t i = 0; i < line->count; i++) {
        const char *text = line->arguments[i].text;

        if (line->arguments[i].kind == ARGUMENT_OPTION &&
            ((strncmp(text, "-W", 2) == 0 && strncmp(text, "-Wa,", 4) != 0) || strcmp(text, "-fanalyzer") == 0))
            return true;
    }
    return false;
}

/* Copies the text without msrck's pragmas, unless out is NULL. Whether it has any; *fine: nothing failed. */
static bool copy_without_pragmas(FILE *in, FILE *out, bool *fine)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    bool any = false;

    while (*fine && (length = getline(&line, &room, in)) > 0)
        if (strncmp(line, lead, sizeof lead - 1) == 0) {
            any = true;
            *fine = out == NULL || fputc('\n', out) != EOF;
        } else
            *fine = out == NULL || fwrite(line, 1, (size_t)length, out) == (size_t)length;
    *fine = *fine && !ferror(in);
    free(line);
    return any;
}

static bool has_pragmas(const char *text)
{
    FILE *in = fopen(text, "rb");
    bool fine = in != NULL, any = fine && copy_without_pragmas(in, NULL, &fine);

    if (in != NULL)
        fclose(in);
    return any;
}

/* The text without the pragmas of msrck, of which a compiler that was asked for warnings says that it does not know them. As it is after a failure. */
static const char *without_pragmas(const char *text)
{
    const char *path = temporary_path("checked.i");
    FILE *in = path != NULL ? fopen(text, "rb") : NULL, *out = in != NULL ? fopen(path, "wb") : NULL;
    bool fine = out != NULL;

    if (fine)
        copy_without_pragmas(in, out, &fine);
    if (out != NULL && fclose(out) != 0)
        fine = false;
    if (in != NULL)
        fclose(in);
    return fine ? path : text;
}

/* Those of the user's options that say something about the source; nothing that writes files. */
static void add_options(struct program_arguments *arguments, const struct command_line *line, bool preprocessor)
{
    for (size_t i = 0; i < line->count; i++) {
        const struct argument *argument = &line->arguments[i];
        bool wanted = argument->kind == ARGUMENT_OPTION ? !auxiliary_is_wanted(argument->text)
                                                        : preprocessor && argument->kind == ARGUMENT_PREPROCESSOR &&
                                                              strncmp(argument->text, "-Wp,-M", 6) != 0;

        if (wanted)
            program_add_pair(arguments, argument->text, argument->value);
    }
}

int source_check(const struct toolchain *toolchain, const struct argument *input, const char *preprocessed)
{
    bool again = source_is_checked_itself(input), asked = wants_warnings(toolchain->line);
    struct program_arguments arguments = { 0 };
    int status;

    toolchain_begin(toolchain, &arguments);
    add_options(&arguments, toolchain->line, again);
    if (asked) {
        program_add(&arguments, "-S");
        program_add_pair(&arguments, "-o", "/dev/null");
    } else
        program_add(&arguments, "-fsyntax-only");
    if (again && has_pragmas(preprocessed))
        program_add(&arguments, "-Wno-unknown-pragmas");
    program_add_pair(&arguments, "-x", again && !source_is_preprocessed(input) ? "c" : "cpp-output");
    program_add(&arguments, again ? input->text : asked ? without_pragmas(preprocessed) : preprocessed);
    status = program_run(&arguments);
    program_free(&arguments);
    return status;
}
