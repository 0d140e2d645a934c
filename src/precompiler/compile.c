/* SPDX-License-Identifier: MIT */
#include "compile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "passes.h"
#include "text_builder.h"

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}

static bool is_preprocessed(const struct argument *input)
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

        if (argument->kind == ARGUMENT_OPTION || (preprocessor && argument->kind == ARGUMENT_PREPROCESSOR) ||
            (dependencies && argument->kind == ARGUMENT_DEPENDENCIES))
            program_add_pair(arguments, argument->text, argument->value);
    }
}

/* The path with another ending, or one more where it has none. For free(). */
static char *with_ending(const char *path, const char *ending)
{
    const char *dot = strrchr(last_part(path), '.');

    return storage_format("%.*s%s", dot != NULL ? (int)(dot - path) : (int)strlen(path), path, ending);
}

/*
 * The compiler names a dependency file and its target after the output of the step it runs in, which is a temporary file here: both are told. Texts stay in memory, there are few.
 */
static void add_dependency_names(struct program_arguments *arguments, const struct command_line *line, const struct argument *input)
{
    const char *object = line->goal != GOAL_LINK && line->output != NULL ? line->output : NULL;

    if (!line->dependencies)
        return;
    if (line->dependency_file == NULL)
        program_add_pair(arguments, "-MF", line->goal == GOAL_LINK && line->output != NULL && line->c_sources == 1
                                               ? with_ending(line->output, ".d")
                                           : object != NULL ? with_ending(object, ".d")
                                                            : with_ending(last_part(input->text), ".d"));
    if (!line->dependency_target)
        program_add_pair(arguments, "-MQ", object != NULL ? object : with_ending(last_part(input->text), line->goal == GOAL_ASSEMBLY ? ".s" : ".o"));
}

/* Text of precompiled.h and the source behind it. */
static int preprocess(const struct toolchain *toolchain, const struct argument *input, const char *output)
{
    struct program_arguments arguments = { 0 };
    int status;

    toolchain_begin(toolchain, &arguments);
    add_options(&arguments, toolchain->line, true, !is_preprocessed(input));
    if (!is_preprocessed(input))
        add_dependency_names(&arguments, toolchain->line, input);
    program_add(&arguments, "-E");
    /* Macros are not wanted in the text, which -g3 would put there. */
    program_add(&arguments, "-g0");
    program_add_pair(&arguments, "-include", toolchain->prelude);
    program_add_pair(&arguments, "-x", "c");
    program_add(&arguments, is_preprocessed(input) ? "/dev/null" : input->text);
    program_add_pair(&arguments, "-o", output);
    status = program_run(&arguments);
    program_free(&arguments);
    return status;
}

/* Appends one file to another. False after a message. */
static bool append_file(const char *from, const char *to)
{
    char chunk[65536];
    size_t got;
    FILE *in = fopen(from, "rb"), *out = in != NULL ? fopen(to, "ab") : NULL;
    bool fine = out != NULL;

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

static bool write_text(const char *path, const char *text)
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

/* Whether the compiler is to say nothing of the source, and whether more than its usual warnings were asked for. */
static bool wants_no_warnings(const struct command_line *line)
{
    for (size_t i = 0; i < line->count; i++)
        if (line->arguments[i].kind == ARGUMENT_OPTION && strcmp(line->arguments[i].text, "-w") == 0)
            return true;
    return false;
}

/* Options with which a compilation for nothing would leave files. */
static bool leaves_files(const char *option)
{
    static const char *const prefixes[] = { "--coverage", "-coverage", "-ftest-coverage", "-fprofile", "-fdump", "-gsplit-dwarf", "-fstack-usage",
                                            "-fcallgraph-info", "-fopt-info", "-flto", "-aux-info", "-fsave-optimization-record", "-ftime-trace" };

    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
        if (strncmp(option, prefixes[i], strlen(prefixes[i])) == 0)
            return true;
    return false;
}

/* The text without the pragmas of msrck, of which a compiler that was asked for warnings says that it does not know them. As it is after a failure. */
static const char *without_pragmas(const char *text)
{
    static const char lead[] = "#pragma msrck ";
    const char *path = temporary_path("checked.i");
    FILE *in = path != NULL ? fopen(text, "rb") : NULL, *out = in != NULL ? fopen(path, "wb") : NULL;
    bool fine = out != NULL;
    char *line = NULL;
    size_t room = 0;
    ssize_t length;

    while (fine && (length = getline(&line, &room, in)) > 0)
        if (strncmp(line, lead, sizeof lead - 1) == 0)
            fine = fputc('\n', out) != EOF;
        else
            fine = fwrite(line, 1, (size_t)length, out) == (size_t)length;
    fine = fine && !ferror(in);
    if (out != NULL && fclose(out) != 0)
        fine = false;
    if (in != NULL)
        fclose(in);
    free(line);
    return fine ? path : text;
}

/*
 * Errors and warnings are about the source as the user wrote it, so the compiler sees that first; what is emitted is compiled without warnings. Some warnings come with
 * optimisation only: where warnings were asked for, all of the compiler runs.
 */
static int check_source(const struct toolchain *toolchain, const char *text)
{
    const struct command_line *line = toolchain->line;
    struct program_arguments arguments = { 0 };
    bool asked = false, files = false;
    int status;

    for (size_t i = 0; i < line->count; i++)
        if (line->arguments[i].kind == ARGUMENT_OPTION) {
            asked = asked || strncmp(line->arguments[i].text, "-W", 2) == 0;
            files = files || leaves_files(line->arguments[i].text);
        }
    toolchain_begin(toolchain, &arguments);
    add_options(&arguments, line, false, false);
    if (asked && !files) {
        program_add(&arguments, "-S");
        program_add_pair(&arguments, "-o", "/dev/null");
    } else
        program_add(&arguments, "-fsyntax-only");
    program_add_pair(&arguments, "-x", "cpp-output");
    program_add(&arguments, asked ? without_pragmas(text) : text);
    status = program_run(&arguments);
    program_free(&arguments);
    return status;
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
        status = wants_no_warnings(line) ? check_source(toolchain, text) : 0;
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
        if (status == 0 && !line->check && !write_text(emitted, result))
            status = 3;
        free(result);
    }
    unit_free(unit);
    free(parser);
    return status;
}

/* clang takes whole names, from its inside only. */
static void name_coverage_of_clang(struct program_arguments *arguments, const char *output, const char *source)
{
    static const char *const files[][2] = { { "notes", "gcno" }, { "data", "gcda" } };
    char here[4096], *folder = output[0] != '/' ? getcwd(here, sizeof here) : NULL;
    const char *base = last_part(source), *dot = strrchr(base, '.');

    for (size_t i = 0; i < 2; i++)
        program_add_pair(arguments, "-Xclang", storage_format("-coverage-%s-file=%s%s%s-%.*s.%s", files[i][0], folder != NULL ? folder : "",
                                                              folder != NULL ? "/" : "", output, dot != NULL ? (int)(dot - base) : (int)strlen(base),
                                                              base, files[i][1]));
}

/*
 * The notes of --coverage are named after the output, which is a temporary file where the program is linked at once: the compiler is told what it would have called them. Texts
 * stay in memory, there are few.
 */
static void name_coverage(struct program_arguments *arguments, const struct command_line *line, const struct argument *input)
{
    bool coverage = false;

    for (size_t i = 0; i < line->count; i++) {
        const char *text = line->arguments[i].text;

        coverage = coverage || strcmp(text, "--coverage") == 0 || strcmp(text, "-coverage") == 0 || strcmp(text, "-ftest-coverage") == 0;
    }
    if (!coverage || line->goal != GOAL_LINK)
        return;
    if (strstr(line->compiler, "clang") != NULL) {
        name_coverage_of_clang(arguments, line->output != NULL ? line->output : "a", input->text);
        return;
    }
    program_add_pair(arguments, "-dumpdir", storage_format("%s-", line->output != NULL ? line->output : "a"));
    program_add_pair(arguments, "-dumpbase", storage_copy(last_part(input->text)));
    program_add_pair(arguments, "-dumpbase-ext", ".c");
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
    name_coverage(&arguments, toolchain->line, input);
    program_add(&arguments, toolchain->line->goal == GOAL_ASSEMBLY ? "-S" : "-c");
    /* See check_source(). */
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
    char *kept = with_ending(goal == GOAL_LINK ? last_part(input->text) : output, ".msrck.c");
    int status;

    unlink(kept);
    status = append_file(emitted, kept) ? 0 : 3;
    free(kept);
    return status;
}

int compile_source(const struct toolchain *toolchain, const struct argument *input, const char *output)
{
    const char *text = temporary_path("text.i"), *emitted = temporary_path("emitted.i");
    int status;

    if (text == NULL || emitted == NULL)
        return 3;
    status = preprocess(toolchain, input, text);
    if (status == 0 && is_preprocessed(input) && !append_file(input->text, text))
        status = 1;
    if (status == 0 && !wants_no_warnings(toolchain->line))
        status = check_source(toolchain, text);
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
