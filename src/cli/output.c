/* SPDX-License-Identifier: MIT */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "progress.h"

enum exit_code exit_code_of(msrck_result result)
{
    switch (result) {
    case MSRCK_OK:
        return EXIT_CODE_OK;
    case MSRCK_NOT_A_CHECKPOINT:
    case MSRCK_UNSUPPORTED:
        return EXIT_CODE_UNSUPPORTED;
    case MSRCK_CORRUPT:
    case MSRCK_TRUNCATED:
        return EXIT_CODE_CORRUPT;
    case MSRCK_LIMIT:
        return EXIT_CODE_LIMIT;
    case MSRCK_DOES_NOT_FIT:
        return EXIT_CODE_DOES_NOT_FIT;
    case MSRCK_MISUSE:
        return EXIT_CODE_USAGE;
    default:
        return EXIT_CODE_SYSTEM;
    }
}

void output_begin(void)
{
    /* Opened the wrong way round on purpose: using a stream that the caller closed stays an error. */
    for (int descriptor = 0; descriptor <= 2; descriptor++)
        if (fcntl(descriptor, F_GETFD) == -1 && errno == EBADF)
            (void)!open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY);
}

static void put_masked(const char *text, FILE *stream)
{
    for (; *text != '\0'; text++)
        putc((unsigned char)*text < 0x20 || *text == 0x7f ? '?' : *text, stream);
}

static void put_message(const char *file, const char *format, va_list arguments)
{
    char text[MSRCK_MESSAGE_SIZE + 64];

    vsnprintf(text, sizeof text, format, arguments);
    progress_end();
    fputs("msrck: ", stderr);
    if (file != NULL) {
        put_masked(output_file_name(file), stderr);
        fputs(": ", stderr);
    }
    put_masked(text, stderr);
    putc('\n', stderr);
}

void output_message(const char *file, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    put_message(file, format, arguments);
    va_end(arguments);
}

int output_error(const char *file, const msrck_error *error)
{
    output_message(file, "%s", error->message);
    return (int)exit_code_of(error->result);
}

int output_usage_error(const char *verb, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    put_message(NULL, format, arguments);
    va_end(arguments);
    fprintf(stderr, "msrck: see 'msrck help%s%s'\n", verb == NULL ? "" : " ", verb == NULL ? "" : verb);
    return EXIT_CODE_USAGE;
}

void output_masked(const char *text)
{
    put_masked(text, stdout);
}

void output_masked_padded(const char *text, int width)
{
    size_t length = strlen(text);

    put_masked(text, stdout);
    for (; width > 0 && length < (size_t)width; length++)
        putchar(' ');
}

const char *output_file_name(const char *path)
{
    return strcmp(path, "-") == 0 ? "standard input" : path;
}

int output_end(int code)
{
    bool failed = ferror(stdout) != 0;

    errno = 0;
    if (fclose(stdout) != 0 || failed) {
        output_message(NULL, "cannot write to standard output%s%s", errno != 0 ? ": " : "",
                       errno != 0 ? strerror(errno) : "");
        return larger_code(code, EXIT_CODE_SYSTEM);
    }
    return code;
}
