/* SPDX-License-Identifier: MIT */
#include "command_line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "response_file.h"
#include "text_builder.h"

/* ---- msrck's own options ---- */

static const struct {
    const char *option, *help;
} own_options[] = {
    { "--cc COMPILER", "the compiler to wrap: gcc, clang, s390x-linux-gnu-gcc ... (default: $MSRCK_CC, or cc)" },
    { "--target MACHINE", "the machine it makes code for (default: what it answers to -dumpmachine)" },
    { "--poll=loops|calls|marked", "where poll-points go by themselves: loops and recursive functions; those functions' entries; nowhere (default: loops)" },
    { "--report[=FILE]", "list poll-points, live variables and what is done about obstacles; appended to FILE" },
    { "--check", "only say what cannot migrate: nothing is compiled" },
    { "--strict", "what cannot migrate is an error" },
    { "--keep", "keep the emitted C as NAME.msrck.c beside the output" },
    { "--program-name NAME", "stands in checkpoints (default: the output's name)" },
    { "--msrck-lib DIR", "where libmsrck.a for the target is (default: $MSRCK_LIB, or beside the installed headers)" },
    { "--msrck-include DIR", "where msrck/precompiled.h is (default: $MSRCK_INCLUDE)" },
    { "--help", "show this" },
};

void command_line_help(void)
{
    puts("usage: msrck cc [OPTION...] [COMPILER'S OPTION...] FILE...\n\n"
         "Compiles C programs so that they can be checkpointed in any function and resumed on any machine.\n"
         "Takes the place of the compiler: CC=\"msrck cc\" make. See msrck-cc(1).\n\noptions");
    for (size_t i = 0; i < sizeof own_options / sizeof own_options[0]; i++)
        printf("  %-27s %s\n", own_options[i].option, own_options[i].help);
}

/* What stands behind NAME= or, as an argument of its own, behind NAME. NULL when it is another option. */
static const char *own_value(const char *name, int count, char **argv, int *at)
{
    size_t length = strlen(name);

    if (strncmp(argv[*at], name, length) != 0)
        return NULL;
    if (argv[*at][length] == '=')
        return argv[*at] + length + 1;
    if (argv[*at][length] != '\0' || *at + 1 >= count)
        return NULL;
    return argv[++*at];
}

static bool take_own_text(struct command_line *line, int count, char **argv, int *at)
{
    const struct {
        const char *name;
        const char **place;
    } texts[] = { { "--cc", &line->compiler }, { "--target", &line->target }, { "--program-name", &line->program_name },
                  { "--msrck-lib", &line->library }, { "--msrck-include", &line->include } };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const char *value = own_value(texts[i].name, count, argv, at);

        if (value != NULL) {
            *texts[i].place = value;
            return true;
        }
    }
    return false;
}

/* True when the argument was msrck's; *bad when it was a wrong one. */
static bool take_own(struct command_line *line, int count, char **argv, int *at, bool *bad)
{
    const char *text = argv[*at];

    if (take_own_text(line, count, argv, at))
        return true;
    if (strcmp(text, "--strict") == 0)
        line->strict = true;
    else if (strcmp(text, "--check") == 0)
        line->check = true;
    else if (strcmp(text, "--keep") == 0)
        line->keep = true;
    else if (strcmp(text, "--help") == 0)
        line->help = true;
    else if (strcmp(text, "--report") == 0)
        line->report = true;
    else if (strncmp(text, "--report=", 9) == 0) {
        line->report = true;
        line->report_file = text + 9;
    } else if (strncmp(text, "--poll=", 7) == 0) {
        *bad = strcmp(text + 7, "loops") != 0 && strcmp(text + 7, "calls") != 0 && strcmp(text + 7, "marked") != 0;
        line->poll = text[7] == 'l' ? POLL_LOOPS : text[7] == 'c' ? POLL_CALLS : POLL_MARKED;
    } else
        return false;
    return true;
}

/* ---- The compiler's options ---- */

struct option_form {
    const char *name;
    enum argument_kind kind;
    bool separate;                  /* its value may be, or is, the next argument */
    bool joined;                    /* the value may follow at once */
};

/* Those that have a value, or belong to one step. Everything else is an option of every step. Longest names first where one begins another. */
static const struct option_form option_forms[] = {
    { "-include", ARGUMENT_PREPROCESSOR, true, false }, { "-imacros", ARGUMENT_PREPROCESSOR, true, false },
    { "-idirafter", ARGUMENT_PREPROCESSOR, true, true }, { "-iprefix", ARGUMENT_PREPROCESSOR, true, true },
    { "-iquote", ARGUMENT_PREPROCESSOR, true, true }, { "-isystem", ARGUMENT_PREPROCESSOR, true, true },
    { "-isysroot", ARGUMENT_OPTION, true, true }, { "-iwithprefixbefore", ARGUMENT_PREPROCESSOR, true, true },
    { "-iwithprefix", ARGUMENT_PREPROCESSOR, true, true }, { "-imultilib", ARGUMENT_OPTION, true, true },
    { "-imultiarch", ARGUMENT_OPTION, true, false }, { "-MF", ARGUMENT_DEPENDENCIES, true, true },
    { "-MT", ARGUMENT_DEPENDENCIES, true, true }, { "-MQ", ARGUMENT_DEPENDENCIES, true, true },
    { "-MD", ARGUMENT_DEPENDENCIES, false, false }, { "-MMD", ARGUMENT_DEPENDENCIES, false, false },
    { "-MP", ARGUMENT_DEPENDENCIES, false, false }, { "-MG", ARGUMENT_DEPENDENCIES, false, false },
    { "-MM", ARGUMENT_GOAL, false, false }, { "-M", ARGUMENT_GOAL, false, false },
    { "-Wp,", ARGUMENT_PREPROCESSOR, false, true }, { "-Xpreprocessor", ARGUMENT_PREPROCESSOR, true, false },
    { "-D", ARGUMENT_PREPROCESSOR, true, true }, { "-U", ARGUMENT_PREPROCESSOR, true, true },
    { "-I", ARGUMENT_PREPROCESSOR, true, true }, { "-A", ARGUMENT_PREPROCESSOR, true, true },
    { "-Wl,", ARGUMENT_LINKER, false, true }, { "-Xlinker", ARGUMENT_LINKER, true, false },
    { "-L", ARGUMENT_LINKER, true, true }, { "-l", ARGUMENT_LINKER, true, true },
    { "-z", ARGUMENT_LINKER, true, false }, { "-u", ARGUMENT_LINKER, true, true },
    { "-Tbss", ARGUMENT_LINKER, true, true }, { "-Tdata", ARGUMENT_LINKER, true, true },
    { "-Ttext", ARGUMENT_LINKER, true, true }, { "-T", ARGUMENT_LINKER, true, true },
    { "-e", ARGUMENT_LINKER, true, false }, { "-rdynamic", ARGUMENT_LINKER, false, false },
    { "-pie", ARGUMENT_LINKER, false, false }, { "-no-pie", ARGUMENT_LINKER, false, false }, { "-static-pie", ARGUMENT_LINKER, false, false },
    { "-shared", ARGUMENT_LINKER, false, false }, { "-r", ARGUMENT_LINKER, false, false }, { "-s", ARGUMENT_LINKER, false, false },
    { "-static", ARGUMENT_LINKER, false, false }, { "-nostartfiles", ARGUMENT_LINKER, false, false },
    { "-nodefaultlibs", ARGUMENT_LINKER, false, false }, { "-nostdlib", ARGUMENT_LINKER, false, false },
    { "-static-libgcc", ARGUMENT_LINKER, false, false }, { "-shared-libgcc", ARGUMENT_LINKER, false, false },
    { "-fuse-ld=", ARGUMENT_LINKER, false, true },
    { "-save-temps", ARGUMENT_KEEP, false, false }, { "-save-temps=", ARGUMENT_KEEP, false, true },
    { "--save-temps", ARGUMENT_KEEP, false, false },
    { "-x", ARGUMENT_LANGUAGE, true, true }, { "-o", ARGUMENT_OUTPUT, true, true },
    { "-c", ARGUMENT_GOAL, false, false }, { "-S", ARGUMENT_GOAL, false, false }, { "-E", ARGUMENT_GOAL, false, false },
    { "-fsyntax-only", ARGUMENT_GOAL, false, false }, { "-###", ARGUMENT_GOAL, false, false },
    { "-Xassembler", ARGUMENT_OPTION, true, false }, { "-Xclang", ARGUMENT_OPTION, true, false },
    { "-mllvm", ARGUMENT_OPTION, true, false }, { "--param", ARGUMENT_OPTION, true, false },
    { "--sysroot", ARGUMENT_OPTION, true, false }, { "-aux-info", ARGUMENT_OPTION, true, false },
    { "-dumpbase", ARGUMENT_OPTION, true, false }, { "-dumpbase-ext", ARGUMENT_OPTION, true, false },
    { "-dumpdir", ARGUMENT_OPTION, true, false }, { "-wrapper", ARGUMENT_OPTION, true, false },
    { "-B", ARGUMENT_OPTION, true, true }, { "-G", ARGUMENT_OPTION, true, true }, { "-target", ARGUMENT_OPTION, true, false },
    { "-arch", ARGUMENT_OPTION, true, false },
};

static const struct option_form *find_form(const char *text)
{
    static const struct option_form plain = { "", ARGUMENT_OPTION, false, false };

    /* The one option that begins with the name of another whose value may be joined to it. */
    if (strcmp(text, "-undef") == 0)
        return &plain;
    for (size_t i = 0; i < sizeof option_forms / sizeof option_forms[0]; i++) {
        const struct option_form *form = &option_forms[i];

        if (strcmp(text, form->name) == 0 || (form->joined && strncmp(text, form->name, strlen(form->name)) == 0))
            return form;
    }
    return &plain;
}

/* Options that ask the compiler something and make nothing. */
static bool is_question(const char *text)
{
    return strcmp(text, "--version") == 0 || strcmp(text, "-dumpmachine") == 0 || strcmp(text, "-dumpversion") == 0 ||
           strcmp(text, "-dumpfullversion") == 0 || strcmp(text, "-dumpspecs") == 0 || strncmp(text, "-print-", 7) == 0 ||
           strncmp(text, "--print-", 8) == 0 || strncmp(text, "--help=", 7) == 0 || strcmp(text, "--target-help") == 0 ||
           strcmp(text, "-V") == 0 || strcmp(text, "-qversion") == 0;
}

/* C by its name, or because -x says so. Headers, C++, assembly and objects are the compiler's. */
static bool is_c_source(const char *path, const char *language)
{
    const char *dot = strrchr(path, '.');

    if (language != NULL)
        return strcmp(language, "c") == 0 || strcmp(language, "cpp-output") == 0;
    return dot != NULL && (strcmp(dot, ".c") == 0 || strcmp(dot, ".i") == 0);
}

static void add_argument(struct command_line *line, struct argument argument)
{
    if (line->count == line->capacity) {
        line->capacity = line->capacity * 2 + 64;
        line->arguments = storage_resize(line->arguments, line->capacity, sizeof *line->arguments);
    }
    line->arguments[line->count++] = argument;
}

static void note_goal(struct command_line *line, const char *text)
{
    if (strcmp(text, "-c") == 0)
        line->goal = line->goal == GOAL_LINK ? GOAL_OBJECT : line->goal;
    else if (strcmp(text, "-S") == 0)
        line->goal = line->goal == GOAL_OTHER ? GOAL_OTHER : GOAL_ASSEMBLY;
    else
        line->goal = GOAL_OTHER;
}

static void note_option(struct command_line *line, const struct argument *argument)
{
    const char *text = argument->text;

    if (argument->kind == ARGUMENT_GOAL)
        note_goal(line, text);
    else if (is_question(text))
        line->goal = GOAL_OTHER;
    else if (argument->kind == ARGUMENT_OUTPUT)
        line->output = argument->value != NULL ? argument->value : text + 2;
    else if (argument->kind == ARGUMENT_KEEP)
        line->keep = true;
    else if (strcmp(text, "-MD") == 0 || strcmp(text, "-MMD") == 0)
        line->dependencies = true;
    else if (strncmp(text, "-MF", 3) == 0)
        line->dependency_file = argument->value != NULL ? argument->value : text + 3;
    else if (strncmp(text, "-MT", 3) == 0 || strncmp(text, "-MQ", 3) == 0)
        line->dependency_target = true;
    else if (strcmp(text, "-r") == 0)
        line->partial = true;
    else if (strcmp(text, "-shared") == 0)
        line->shared = true;
}

/* One of the compiler's arguments, with its value; *language follows -x. */
static void take_compiler_argument(struct command_line *line, int count, char **argv, int *at, const char **language)
{
    struct argument argument = { ARGUMENT_INPUT, argv[*at], NULL, *language, false };
    const struct option_form *form;

    if (argument.text[0] != '-' || argument.text[1] == '\0') {
        argument.c_source = is_c_source(argument.text, *language);
        line->inputs++;
        line->c_sources += argument.c_source;
        add_argument(line, argument);
        return;
    }
    form = find_form(argument.text);
    argument.kind = form->kind;
    if (form->separate && strcmp(argument.text, form->name) == 0 && *at + 1 < count)
        argument.value = argv[++*at];
    if (form->kind == ARGUMENT_LANGUAGE) {
        *language = argument.value != NULL ? argument.value : argument.text + 2;
        if (strcmp(*language, "none") == 0)
            *language = NULL;
    }
    note_option(line, &argument);
    add_argument(line, argument);
}

static int parse_arguments(struct command_line *line, int count, char **argv)
{
    const char *language = NULL;

    for (int at = 0; at < count; at++) {
        bool bad = false;
        const char *text = argv[at];

        if (!take_own(line, count, argv, &at, &bad))
            take_compiler_argument(line, count, argv, &at, &language);
        if (bad) {
            fprintf(stderr, "msrck cc: %s: not one of loops, calls, marked\n", text);
            return 2;
        }
    }
    return -1;
}

int command_line_parse(struct command_line *line, int count, char **argv)
{
    char **expanded;
    int total, code;

    memset(line, 0, sizeof *line);
    expanded = response_files_expand(count, argv, &total);
    line->owned = expanded;
    line->owned_count = (size_t)total;
    code = parse_arguments(line, total, expanded);
    if (line->compiler == NULL)
        line->compiler = getenv("MSRCK_CC");
    if (line->compiler == NULL || line->compiler[0] == '\0')
        line->compiler = "cc";
    if (line->library == NULL)
        line->library = getenv("MSRCK_LIB");
    if (line->include == NULL)
        line->include = getenv("MSRCK_INCLUDE");
    if (line->inputs == 0)
        line->goal = GOAL_OTHER;
    return code;
}

bool command_line_has(const struct command_line *line, const char *option)
{
    for (size_t i = 0; i < line->count; i++)
        if (line->arguments[i].kind != ARGUMENT_INPUT && strcmp(line->arguments[i].text, option) == 0)
            return true;
    return false;
}

void command_line_free(struct command_line *line)
{
    for (size_t i = 0; i < line->owned_count; i++)
        free(line->owned[i]);
    free(line->owned);
    free(line->arguments);
    memset(line, 0, sizeof *line);
}
