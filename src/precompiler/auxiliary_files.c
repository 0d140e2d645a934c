/* SPDX-License-Identifier: MIT */
#include "auxiliary_files.h"

#include <string.h>
#include <unistd.h>

#include "compile.h"
#include "text_builder.h"

bool auxiliary_is_wanted(const char *option)
{
    static const char *const prefixes[] = { "--coverage", "-coverage", "-ftest-coverage", "-fprofile", "-fdump", "-gsplit-dwarf", "-fstack-usage",
                                            "-fcallgraph-info", "-fopt-info", "-flto", "-aux-info", "-fsave-optimization-record", "-ftime-trace" };

    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
        if (strncmp(option, prefixes[i], strlen(prefixes[i])) == 0)
            return true;
    return false;
}

static bool is_coverage(const struct command_line *line)
{
    return command_line_has(line, "--coverage") || command_line_has(line, "-coverage") || command_line_has(line, "-ftest-coverage");
}

/* clang takes whole names, from its inside only. Texts stay in memory, there are few. */
static void add_names_of_clang(struct program_arguments *arguments, const struct command_line *line, const char *output, const char *source)
{
    static const char *const files[][2] = { { "notes", "gcno" }, { "data", "gcda" } };
    char here[4096], *folder = output[0] != '/' ? getcwd(here, sizeof here) : NULL;
    const char *base = path_last_part(source), *dot = strrchr(base, '.');
    int length = dot != NULL ? (int)(dot - base) : (int)strlen(base);

    for (size_t i = 0; i < 2 && is_coverage(line); i++)
        program_add_pair(arguments, "-Xclang", storage_format("-coverage-%s-file=%s%s%s-%.*s.%s", files[i][0], folder != NULL ? folder : "",
                                                              folder != NULL ? "/" : "", output, length, base, files[i][1]));
    if (command_line_has(line, "-gsplit-dwarf")) {
        const char *path = storage_format("%s-%.*s.dwo", output, length, base);

        program_add_pair(arguments, "-Xclang", "-split-dwarf-file");
        program_add_pair(arguments, "-Xclang", path);
        program_add_pair(arguments, "-Xclang", "-split-dwarf-output");
        program_add_pair(arguments, "-Xclang", path);
    }
}

void auxiliary_add_names(struct program_arguments *arguments, const struct command_line *line, const struct argument *input)
{
    const char *output = line->output != NULL ? line->output : "a", *base = path_last_part(input->text), *dot = strrchr(base, '.');
    bool wanted = false;

    for (size_t i = 0; i < line->count; i++)
        wanted = wanted || (line->arguments[i].kind == ARGUMENT_OPTION && auxiliary_is_wanted(line->arguments[i].text));
    /* Elsewhere the output is in its place already. */
    if (!wanted || line->goal != GOAL_LINK || command_line_has(line, "-dumpdir"))
        return;
    if (strstr(line->compiler, "clang") != NULL) {
        add_names_of_clang(arguments, line, output, input->text);
        return;
    }
    program_add_pair(arguments, "-dumpdir", storage_format("%s-", output));
    program_add_pair(arguments, "-dumpbase", storage_copy(base));
    program_add_pair(arguments, "-dumpbase-ext", dot != NULL ? storage_copy(dot) : "");
}
