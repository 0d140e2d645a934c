/* SPDX-License-Identifier: MIT */
#include "link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text_builder.h"

/* The name that stands in checkpoints: an object of its own, since only the linker's command line tells it. */
static const char *compile_name(const struct toolchain *toolchain, int *status)
{
    const struct command_line *line = toolchain->line;
    const char *name = line->program_name != NULL ? line->program_name : line->output != NULL ? line->output : "a.out";
    const char *slash = strrchr(name, '/'), *source = temporary_path("name.c"), *object = temporary_path("name.o");
    struct program_arguments arguments = { 0 };
    text_builder text = { NULL, 0, 0 };
    FILE *file = source != NULL && object != NULL ? fopen(source, "w") : NULL;

    text_add(&text, "const char msrck_cc_program_name[] = ");
    text_add_quoted(&text, slash != NULL && line->program_name == NULL ? slash + 1 : name);
    text_add(&text, ";\n");
    *status = 3;
    if (file != NULL && fputs(text.text, file) >= 0 && fclose(file) == 0) {
        toolchain_begin(toolchain, &arguments);
        for (size_t i = 0; i < line->count; i++)
            /* Only what decides whether the objects fit each other. */
            if (line->arguments[i].kind == ARGUMENT_OPTION && (strncmp(line->arguments[i].text, "-m", 2) == 0 ||
                                                               strncmp(line->arguments[i].text, "--sysroot", 9) == 0))
                program_add_pair(&arguments, line->arguments[i].text, line->arguments[i].value);
        program_add(&arguments, "-c");
        program_add_pair(&arguments, "-x", "c");
        program_add(&arguments, source);
        program_add_pair(&arguments, "-o", object);
        *status = program_run(&arguments);
        program_free(&arguments);
    }
    text_free(&text);
    return object;
}

static void add_argument(struct program_arguments *arguments, const struct argument *argument, const char *object)
{
    if (argument->kind == ARGUMENT_INPUT && object != NULL)
        program_add(arguments, object);
    else if (argument->kind == ARGUMENT_INPUT && argument->language != NULL) {
        program_add_pair(arguments, "-x", argument->language);
        program_add(arguments, argument->text);
        program_add_pair(arguments, "-x", "none");
    } else if (argument->kind != ARGUMENT_LANGUAGE && argument->kind != ARGUMENT_DEPENDENCIES && argument->kind != ARGUMENT_KEEP)
        program_add_pair(arguments, argument->text, argument->value);
}

int link_program(struct toolchain *toolchain, const char *const *objects)
{
    const struct command_line *line = toolchain->line;
    struct program_arguments arguments = { 0 };
    /* A shared library or a partial link gets its libmsrck from the program it becomes part of. */
    bool whole = !line->partial && !line->shared;
    const char *name = NULL;
    int status = whole ? toolchain_find_library(toolchain) : 0;

    if (status == 0 && whole)
        name = compile_name(toolchain, &status);
    if (status != 0)
        return status;
    toolchain_begin(toolchain, &arguments);
    for (size_t i = 0; i < line->count; i++)
        add_argument(&arguments, &line->arguments[i], objects[i]);
    if (whole) {
        program_add(&arguments, name);
        program_add(&arguments, toolchain->archive);
        for (size_t i = 0; i < toolchain->libraries.count; i++)
            program_add(&arguments, toolchain->libraries.items[i]);
    }
    status = program_run(&arguments);
    program_free(&arguments);
    return status;
}
