/* SPDX-License-Identifier: MIT */
#include "compile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "auxiliary_files.h"
#include "dependency_file.h"
#include "passes.h"
#include "source_check.h"
#include "text_builder.h"

const char *path_last_part(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}

bool source_is_preprocessed(const struct argument *input)
{
    const char *dot = strrchr(input->text, '.');

    if (input->language != NULL)
        return strcmp(input->language, "cpp-output") == 0;
    return dot != NULL && strcmp(dot, ".i") == 0;
}

/* Options of the given kinds, in order. */
static void add_options(struct program_arguments *arguments, const struct command_line *line, bool preprocessor, bool dependencies)
{
    for (size_t i = 0; i < line->count; i++) {
        const struct argument *argument = &line->arguments[i];
        /* A document of its own for each run, also where there is nothing to say. */
        bool document = strncmp(argument->text, "-fdiagnostics-format=", 21) == 0;
        /* Each step says so of its own input. */
        bool preprocessed = strcmp(argument->text, "-fpreprocessed") == 0;

        if ((argument->kind == ARGUMENT_OPTION && !document && !preprocessed) || (preprocessor && argument->kind == ARGUMENT_PREPROCESSOR) ||
            (dependencies && argument->kind == ARGUMENT_DEPENDENCIES))
            program_add_pair(arguments, argument->text, argument->value);
    }
}

/* The path with another ending, or one more where it has none. For free(). */
char *path_with_ending(const char *path, const char *ending)
{
    const char *dot = strrchr(path_last_part(path), '.');

    return storage_format("%.*s%s", dot != NULL ? (int)(dot - path) : (int)strlen(path), path, ending);
}

/* Text of precompiled.h and the source behind it. What the compiler says of it is not shown where it is asked about the source itself as well. */
static int preprocess(const struct toolchain *toolchain, const struct argument *input, const char *output, bool quiet)
{
    struct program_arguments arguments = { 0 };
    char *dependencies = NULL;
    int status;

    toolchain_begin(toolchain, &arguments);
    add_options(&arguments, toolchain->line, true, !source_is_preprocessed(input));
    if (!source_is_preprocessed(input))
        dependencies = dependency_file_name(&arguments, toolchain->line, input);
    program_add(&arguments, "-E");
    /* Macros are not wanted in the text, which -g3 would put there. */
    program_add(&arguments, "-g0");
    program_add_pair(&arguments, "-include", toolchain->prelude);
    program_add_pair(&arguments, "-x", "c");
    program_add(&arguments, source_is_preprocessed(input) ? "/dev/null" : input->text);
    program_add_pair(&arguments, "-o", output);
    status = quiet ? program_run_quietly(&arguments) : program_run(&arguments);
    program_free(&arguments);
    if (status == 0 && dependencies != NULL && !dependency_file_clean(dependencies, toolchain->prelude))
        status = 3;
    free(dependencies);
    return status;
}

/* Appends one file to another, behind a line of its own unless that is NULL. False after a message. */
static bool append_file(const char *from, const char *to, const char *before)
{
    char chunk[65536];
    size_t got;
    FILE *in = fopen(from, "rb"), *out = in != NULL ? fopen(to, "ab") : NULL;
    bool fine = out != NULL;

    if (fine && before != NULL)
        fine = fprintf(out, "%s\n", before) > 0;
    while (fine && (got = fread(chunk, 1, sizeof chunk, in)) > 0)
        fine = fwrite(chunk, 1, got, out) == got;
    fine = fine && !ferror(in);
    if (out != NULL && fclose(out) != 0)
        fine = false;
    if (!fine)
        fprintf(stderr, "msrck cc: %s: %s\n", from, strerror(errno));
    if (in != NULL)
        fclose(in);
    return fine;
}

bool file_write(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    size_t length = strlen(text);
    bool fine = file != NULL && fwrite(text, 1, length, file) == length;

    if (file != NULL && fclose(file) != 0)
        fine = false;
    if (!fine)
        fprintf(stderr, "msrck cc: %s: %s\n", path, strerror(errno));
    return fine;
}

/* Options that change what the source means, as far as types and syntax go. */
static const char **parser_options(const struct command_line *line)
{
    static const char *const known[] = { "-std=", "-ansi", "-fsigned-char", "-funsigned-char", "-fno-signed-char", "-fno-unsigned-char",
                                         "-fshort-enums", "-fshort-wchar", "-fms-extensions", "-fgnu89-inline", "-m32", "-m64", "-mx32",
                                         "-mlong-double-64", "-mlong-double-128", "-fno-asm" };
    const char **options = storage_new(line->count + 1, sizeof *options);
    size_t count = 0;

    for (size_t i = 0; i < line->count; i++)
        for (size_t k = 0; k < sizeof known / sizeof known[0]; k++) {
            const char *text = line->arguments[i].text;
            bool open = known[k][strlen(known[k]) - 1] == '=';

            if (line->arguments[i].kind == ARGUMENT_OPTION &&
                (open ? strncmp(text, known[k], strlen(known[k])) == 0 : strcmp(text, known[k]) == 0))
                options[count++] = text;
        }
    return options;
}

/* With one write, so that the reports of compilers that run side by side do not mix. */
static bool write_report(const struct command_line *line, const char *text)
{
    size_t length = strlen(text);
    int file = line->report_file != NULL ? open(line->report_file, O_WRONLY | O_CREAT | O_APPEND, 0666) : STDOUT_FILENO;
    bool fine = file >= 0 && (length == 0 || write(file, text, length) == (ssize_t)length);

    if (!fine)
        fprintf(stderr, "msrck cc: %s: %s\n", line->report_file != NULL ? line->report_file : "standard output", strerror(errno));
    if (file > STDOUT_FILENO)
        close(file);
    return fine;
}

/* As the compiler would: its option counts, then whether people read the messages. */
static bool wants_colours(const struct command_line *line)
{
    const char *never = getenv("NO_COLOR"), *terminal = getenv("TERM");
    bool wanted = isatty(STDERR_FILENO) && (never == NULL || never[0] == '\0') && terminal != NULL && strcmp(terminal, "dumb") != 0;

    for (size_t i = 0; i < line->count; i++) {
        const char *text = line->arguments[i].text;

        if (line->arguments[i].kind != ARGUMENT_OPTION)
            continue;
        if (strcmp(text, "-fdiagnostics-color") == 0 || strcmp(text, "-fdiagnostics-color=always") == 0 || strcmp(text, "-fcolor-diagnostics") == 0)
            wanted = true;
        else if (strcmp(text, "-fno-diagnostics-color") == 0 || strcmp(text, "-fdiagnostics-color=never") == 0 ||
                 strcmp(text, "-fno-color-diagnostics") == 0)
            wanted = false;
    }
    return wanted;
}

/* -fopenmp and -fopenmp-simd, which clang also takes with the name of a library. */
static bool heeds_openmp(const struct command_line *line)
{
    bool heeded = false;

    for (size_t i = 0; i < line->count; i++)
        if (line->arguments[i].kind == ARGUMENT_OPTION && strncmp(line->arguments[i].text, "-fopenmp", 8) == 0)
            heeded = true;
        else if (strcmp(line->arguments[i].text, "-fno-openmp") == 0)
            heeded = false;
    return heeded;
}

/* From the preprocessed text to the emitted one. */
static int transform(const struct toolchain *toolchain, const struct argument *input, const char *text, const char *emitted)
{
    const struct command_line *line = toolchain->line;
    const char **parser = parser_options(line);
    unit_options options = { strcmp(input->text, "-") == 0 ? "<stdin>" : input->text, text, toolchain->machine, parser, line->poll,
                             line->strict, line->check, line->report, wants_colours(line), heeds_openmp(line) };
    struct unit *unit = unit_parse(&options);
    int status = 1;

    if (unit != NULL && unit_misunderstood(unit)[0] != '\0') {
        /* The compiler explains what is wrong with a source better; what it takes, libclang has to explain. */
        status = source_wants_no_warnings(line) ? source_check(toolchain, input, text) : 0;
        if (status == 0)
            fputs(unit_misunderstood(unit), stderr);
        status = status != 0 ? status : 1;
    } else if (unit != NULL) {
        char *result;

        passes_run(unit);
        result = unit_render(unit);
        status = unit_failed(unit) ? 1 : 0;
        if (line->report && !write_report(line, unit_report_text(unit)))
            status = 3;
        if (status == 0 && !line->check && !file_write(emitted, result))
            status = 3;
        free(result);
    }
    unit_free(unit);
    free(parser);
    return status;
}

static int compile_emitted(const struct toolchain *toolchain, const struct argument *input, const char *emitted, const char *output)
{
    struct program_arguments arguments = { 0 };
    int status;

    toolchain_begin(toolchain, &arguments);
    /*
     * Structs that live across calls are in memory in emitted code. Where gcc joins their members into vectors it waits for stores of
     * single ones to finish, which costs more than the vectors gain; loops are vectorised all the same. An option of the user's counts more.
     */
    program_add(&arguments, "-fno-tree-slp-vectorize");
    add_options(&arguments, toolchain->line, false, false);
    auxiliary_add_names(&arguments, toolchain->line, input);
    program_add(&arguments, toolchain->line->goal == GOAL_ASSEMBLY ? "-S" : "-c");
    /* See source_check(). */
    program_add(&arguments, "-w");
    program_add_pair(&arguments, "-x", "cpp-output");
    program_add(&arguments, emitted);
    program_add_pair(&arguments, "-o", output);
    status = program_run(&arguments);
    program_free(&arguments);
    return status;
}

/* --keep: the emitted text beside the output. */
static int keep_emitted(const char *emitted, const struct argument *input, const char *output, enum compile_goal goal)
{
    char *kept = path_with_ending(goal == GOAL_LINK ? path_last_part(input->text) : output, ".msrck.c");
    int status;

    unlink(kept);
    status = append_file(emitted, kept, NULL) ? 0 : 3;
    free(kept);
    return status;
}

/* Where nothing else is said in the text, its lines are those of its file. */
static bool append_preprocessed(const char *from, const char *to)
{
    text_builder marker = { NULL, 0, 0 };
    bool fine;

    text_add(&marker, "# 1 ");
    text_add_quoted(&marker, from);
    fine = append_file(from, to, marker.text);
    text_free(&marker);
    return fine;
}

/*
 * Errors and warnings are about the source as the user wrote it, so the compiler sees that first; what is emitted is compiled without warnings. Only of what it takes, with no more
 * than warnings, preprocessing is tried again to show what fails.
 */
static int read_source(const struct toolchain *toolchain, const struct argument *input, const char *text)
{
    bool asks = !source_wants_no_warnings(toolchain->line), again = asks && source_is_checked_itself(input);
    int status = preprocess(toolchain, input, text, again), checked = 0;

    if (status == 0 && source_is_preprocessed(input) && !append_preprocessed(input->text, text))
        status = 1;
    if (asks && (status == 0 || again))
        checked = source_check(toolchain, input, text);
    if (status != 0 && again && checked == 0)
        status = preprocess(toolchain, input, text, false);
    return checked != 0 ? checked : status;
}

int compile_source(const struct toolchain *toolchain, const struct argument *input, const char *output)
{
    const char *text = temporary_path("text.i"), *emitted = temporary_path("emitted.c");
    int status;

    if (text == NULL || emitted == NULL)
        return 3;
    status = read_source(toolchain, input, text);
    if (status == 0)
        status = transform(toolchain, input, text, emitted);
    if (status == 0 && toolchain->line->keep && !toolchain->line->check)
        status = keep_emitted(emitted, input, output, toolchain->line->goal);
    if (status == 0 && !toolchain->line->check)
        status = compile_emitted(toolchain, input, emitted, output);
    unlink(text);
    unlink(emitted);
    return status;
}
