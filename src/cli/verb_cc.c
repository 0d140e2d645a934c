/* SPDX-License-Identifier: MIT */
/* msrck cc: becomes msrck-cc, a program of its own, so that the tool does not need libclang. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "output.h"
#include "verb.h"

#define PROGRAM "msrck-cc"

/* For the help text and completions; msrck-cc reads them itself, among those of the compiler. */
struct cc_options {
    const char *compiler, *target, *poll, *report, *name, *library, *include;
    bool check, strict, keep;
};

#define TEXT(name, member, argument, help) { name, 0, OPTION_TEXT, 0, offsetof(struct cc_options, member), argument, help }
#define FLAG(name, member, help) { name, 0, OPTION_FLAG, 0, offsetof(struct cc_options, member), NULL, help }

static const struct option rows[] = {
    TEXT("cc", compiler, "COMPILER", "the compiler to wrap: gcc, clang, s390x-linux-gnu-gcc (default: $MSRCK_CC, or cc)"),
    TEXT("target", target, "MACHINE", "the machine it makes code for (default: what it answers to -dumpmachine)"),
    TEXT("poll", poll, "WHERE", "poll-points of their own: loops (and recursive functions), calls (those functions only), marked (none)"),
    TEXT("report", report, "FILE", "list poll-points, live variables and what had to be done; appended to FILE (--report alone: printed)"),
    FLAG("check", check, "only say what cannot migrate; compile nothing"),
    FLAG("strict", strict, "what cannot migrate is an error"),
    FLAG("keep", keep, "keep the emitted C as NAME.msrck.c"),
    TEXT("program-name", name, "NAME", "the name in checkpoints (default: that of the output)"),
    TEXT("msrck-lib", library, "DIR", "where libmsrck.a for the target is (default: $MSRCK_LIB, or the installed one)"),
    TEXT("msrck-include", include, "DIR", "where msrck/precompiled.h is (default: $MSRCK_INCLUDE, or the installed one)"),
};

static const struct option_group options = { "options", rows, sizeof rows / sizeof rows[0] };

/* `path` becomes DIRECTORY/`relative` of this program's own directory. */
static bool beside(char *path, size_t size, const char *relative)
{
    ssize_t length = readlink("/proc/self/exe", path, size - 1);

    while (length > 0 && path[length - 1] != '/')
        length--;
    if (length <= 0 || (size_t)length + strlen(relative) + 1 > size)
        return false;
    strcpy(path + length, relative);
    return true;
}

static int run_cc(const struct verb *verb, int count, char **argv)
{
    static const char *const places[] = { PROGRAM, "../libexec/msrck/" PROGRAM, "../lib/msrck/" PROGRAM };
    char path[PATH_MAX], *name = argv[-1];

    for (int i = 0; i < count; i++)
        if (strcmp(argv[i], "--help") == 0) {
            option_table_help(verb);
            return EXIT_CODE_OK;
        }
    /* The verb's own name becomes that of the program; the array of main ends in NULL. */
    argv[-1] = (char[]){ PROGRAM };
    fflush(NULL);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        if (beside(path, sizeof path, places[i]))
            execv(path, argv - 1);
    execvp(PROGRAM, argv - 1);
    argv[-1] = name;
    output_message(NULL, errno == ENOENT ? "the pre-compiler, " PROGRAM ", is not installed: msrck was built without libclang"
                                         : "cannot run " PROGRAM);
    return EXIT_CODE_SYSTEM;
}

const struct verb verb_cc = {
    "cc", "FILE...", "compile a C program so that it can be checkpointed and resumed anywhere",
    "Takes the place of the compiler and all its options: CC=\"msrck cc\" make. See msrck-cc(1).\n", 0, -1, { &options }, run_cc
};
