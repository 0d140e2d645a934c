/* SPDX-License-Identifier: MIT */
#include "link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compile.h"
#include "text_builder.h"

/* Only what decides whether the objects fit each other. */
static void add_machine_options(struct program_arguments *arguments, const struct command_line *line)
{
    for (size_t i = 0; i < line->count; i++) {
        const struct argument *argument = &line->arguments[i];

        if (argument->kind == ARGUMENT_OPTION && (strncmp(argument->text, "-m", 2) == 0 || strncmp(argument->text, "--sysroot", 9) == 0))
            program_add_pair(arguments, argument->text, argument->value);
    }
}

/* An object of a text that only the linking step knows. NULL after a message, with *status. */
static const char *compile_text(const struct toolchain *toolchain, const char *text, bool library, int *status)
{
    const char *source = temporary_path("linked.c"), *object = temporary_path("linked.o");
    struct program_arguments arguments = { 0 };

    *status = 3;
    if (source == NULL || object == NULL || !file_write(source, text))
        return NULL;
    toolchain_begin(toolchain, &arguments);
    add_machine_options(&arguments, toolchain->line);
    if (library) {
        program_add(&arguments, "-fPIC");
        program_add_pair(&arguments, "-include", toolchain->prelude);
    }
    program_add(&arguments, "-c");
    program_add_pair(&arguments, "-x", "c");
    program_add(&arguments, source);
    program_add_pair(&arguments, "-o", object);
    *status = program_run(&arguments);
    program_free(&arguments);
    return *status == 0 ? object : NULL;
}

/* The name that stands in checkpoints. */
static const char *compile_name(const struct toolchain *toolchain, int *status)
{
    const struct command_line *line = toolchain->line;
    const char *name = line->program_name != NULL ? line->program_name : line->output != NULL ? line->output : "a.out", *object;
    text_builder text = { NULL, 0, 0 };

    text_add(&text, "const char msrck_cc_program_name[] = ");
    text_add_quoted(&text, line->program_name == NULL ? path_last_part(name) : name);
    text_add(&text, ";\n");
    object = compile_text(toolchain, text.text, false, status);
    text_free(&text);
    return object;
}

/* What adds the tables of a shared library to those of the program. Programs that nobody built with msrck cc do without. */
static const char *compile_module(const struct toolchain *toolchain, int *status)
{
    const char *name = path_last_part(toolchain->line->output != NULL ? toolchain->line->output : "a.out"), *end = strstr(name, ".so"), *object;
    char *base = storage_copy_range(name, end != NULL ? (size_t)(end - name) : strlen(name));
    text_builder text = { NULL, 0, 0 };

    text_add(&text, "extern __typeof__(msrck_cc_add_module) msrck_cc_add_module __attribute__((weak));\n"
                    "static struct msrck_cc_module module = { { __start_msrck_types, __stop_msrck_types, __start_msrck_functions, __stop_msrck_functions,\n"
                    "  __start_msrck_globals, __stop_msrck_globals, __start_msrck_frames, __stop_msrck_frames }, __start_msrck_files, __stop_msrck_files, ");
    text_add_quoted(&text, base);
    text_add(&text, ", (void *)0 };\n"
                    "__attribute__((constructor)) static void add_module(void) { if (msrck_cc_add_module) msrck_cc_add_module(&module); }\n");
    object = compile_text(toolchain, text.text, true, status);
    text_free(&text);
    free(base);
    return object;
}

/* Linkers that were told to find everything: the runtime is in the program. */
static bool wants_definitions(const struct command_line *line)
{
    for (size_t i = 0; i < line->count; i++) {
        const char *text = line->arguments[i].text, *value = line->arguments[i].value;

        if ((strncmp(text, "-Wl,", 4) == 0 && (strstr(text, "-z,defs") != NULL || strstr(text, "-zdefs") != NULL || strstr(text, "-no-undefined") != NULL)) ||
            (value != NULL && (strcmp(value, "defs") == 0 || strcmp(value, "--no-undefined") == 0)))
            return true;
    }
    return false;
}

/* -nostdlib and its like: what is made has no C library to be loaded by. */
static bool stands_alone(const struct command_line *line)
{
    return command_line_has(line, "-nostdlib") || command_line_has(line, "-nostartfiles");
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
    bool whole = !line->partial && !line->shared, library = line->shared && !line->partial && !stands_alone(line);
    const char *own = NULL;
    int status = whole ? toolchain_find_library(toolchain) : 0;

    if (status == 0 && whole)
        own = compile_name(toolchain, &status);
    else if (library)
        own = compile_module(toolchain, &status);
    if (status != 0)
        return status;
    toolchain_begin(toolchain, &arguments);
    for (size_t i = 0; i < line->count; i++)
        add_argument(&arguments, &line->arguments[i], objects[i]);
    if (own != NULL)
        program_add(&arguments, own);
    if (library && wants_definitions(line))
        program_add(&arguments, "-Wl,-z,undefs");
    if (whole) {
        program_add(&arguments, toolchain->archive);
        for (size_t i = 0; i < toolchain->libraries.count; i++)
            program_add(&arguments, toolchain->libraries.items[i]);
    }
    status = program_run(&arguments);
    program_free(&arguments);
    return status;
}
