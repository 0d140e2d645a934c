/* SPDX-License-Identifier: MIT */
/* msrck-cc, which `msrck cc` runs: a compiler driver around the compiler. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "compile.h"
#include "link.h"
#include "text_builder.h"

/* The compiler with the user's own arguments: what msrck has no part in. */
static int become_compiler(const struct command_line *line)
{
    struct program_arguments arguments = { 0 };

    program_add_words(&arguments, line->compiler);
    for (size_t i = 0; i < line->count; i++)
        program_add_pair(&arguments, line->arguments[i].text, line->arguments[i].value);
    return program_become(&arguments);
}

/* What the compiler calls its output where no -o says otherwise. For free(). */
static char *usual_output(const struct argument *input, enum compile_goal goal)
{
    const char *slash = strrchr(input->text, '/'), *base = slash != NULL ? slash + 1 : input->text, *dot = strrchr(base, '.');

    return storage_format("%.*s%s", dot != NULL && dot > base ? (int)(dot - base) : (int)strlen(base), base,
                          goal == GOAL_ASSEMBLY ? ".s" : ".o");
}

/* -c or -S of an input that is not C. */
static int compile_other(const struct toolchain *toolchain, const struct argument *input)
{
    const struct command_line *line = toolchain->line;
    struct program_arguments arguments = { 0 };
    int status;

    toolchain_begin(toolchain, &arguments);
    for (size_t i = 0; i < line->count; i++)
        if (line->arguments[i].kind != ARGUMENT_INPUT && line->arguments[i].kind != ARGUMENT_LANGUAGE)
            program_add_pair(&arguments, line->arguments[i].text, line->arguments[i].value);
    if (input->language != NULL)
        program_add_pair(&arguments, "-x", input->language);
    program_add(&arguments, input->text);
    status = program_run(&arguments);
    program_free(&arguments);
    return status;
}

/* -c and -S: each input to its own output. Goes on after a failure, as compilers do. */
static int compile_each(const struct toolchain *toolchain)
{
    const struct command_line *line = toolchain->line;
    int worst = 0;

    for (size_t i = 0; i < line->count; i++) {
        const struct argument *input = &line->arguments[i];
        int status = 0;

        if (input->kind != ARGUMENT_INPUT)
            continue;
        if (input->c_source) {
            char *usual = usual_output(input, line->goal);

            status = compile_source(toolchain, input, line->output != NULL ? line->output : usual);
            free(usual);
        } else if (!line->check)
            status = compile_other(toolchain, input);
        worst = worst != 0 ? worst : status;
    }
    return worst;
}

static int compile_and_link(struct toolchain *toolchain)
{
    const struct command_line *line = toolchain->line;
    const char **objects = storage_new(line->count + 1, sizeof *objects);
    int worst = 0;

    for (size_t i = 0; i < line->count; i++) {
        const struct argument *input = &line->arguments[i];
        int status;

        if (input->kind != ARGUMENT_INPUT || !input->c_source)
            continue;
        objects[i] = temporary_path("object.o");
        status = objects[i] != NULL ? compile_source(toolchain, input, objects[i]) : 3;
        worst = worst != 0 ? worst : status;
    }
    if (worst == 0 && !line->check)
        worst = link_program(toolchain, objects);
    free(objects);
    return worst;
}

/* A header makes a precompiled header, no program. */
static bool has_header(const struct command_line *line)
{
    for (size_t i = 0; i < line->count; i++) {
        const struct argument *input = &line->arguments[i];
        const char *dot = strrchr(input->text, '.');

        if (input->kind == ARGUMENT_INPUT &&
            (input->language != NULL ? strcmp(input->language, "c-header") == 0 : dot != NULL && strcmp(dot, ".h") == 0))
            return true;
    }
    return false;
}

/* The linker removes its output before anything else: that must not be a source. */
static bool overwrites_input(const struct command_line *line)
{
    struct stat output, input;

    if (line->output == NULL || stat(line->output, &output) != 0 || !S_ISREG(output.st_mode))
        return false;
    for (size_t i = 0; i < line->count; i++) {
        const struct argument *argument = &line->arguments[i];

        if (argument->kind == ARGUMENT_INPUT && stat(argument->text, &input) == 0 && input.st_dev == output.st_dev && input.st_ino == output.st_ino) {
            fprintf(stderr, "msrck cc: %s: the input is the output as well\n", argument->text);
            return true;
        }
    }
    return false;
}

static int run(const struct command_line *line)
{
    struct toolchain toolchain;
    int status;

    if (line->help) {
        command_line_help();
        return 0;
    }
    if (line->goal == GOAL_OTHER || (line->goal != GOAL_LINK && line->c_sources == 0) ||
        (line->goal != GOAL_LINK && line->output != NULL && line->inputs > 1) || has_header(line))
        return become_compiler(line);
    if (overwrites_input(line))
        return 1;
    status = toolchain_find(&toolchain, line);
    if (status == 0)
        status = line->goal == GOAL_LINK ? compile_and_link(&toolchain) : compile_each(&toolchain);
    toolchain_free(&toolchain);
    return status;
}

int main(int argc, char **argv)
{
    struct command_line line;
    int status = command_line_parse(&line, argc > 0 ? argc - 1 : 0, argv + (argc > 0));

    if (status < 0)
        status = run(&line);
    temporary_remove();
    command_line_free(&line);
    return status;
}
