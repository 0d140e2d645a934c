/* SPDX-License-Identifier: MIT */
/* The input of a conversion: a checkpoint or a document, on a descriptor that can seek. */
#define _GNU_SOURCE                 /* O_TMPFILE */
#include "convert.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output.h"

static int fail(const struct conversion *conversion, int reason)
{
    output_message(conversion->path, "%s", strerror(reason));
    return EXIT_CODE_SYSTEM;
}

int convert_unnamed(void)
{
    const char *folder = getenv("TMPDIR");
    char name[4096];
    int descriptor;

    if (folder == NULL || folder[0] == '\0' || strlen(folder) > sizeof name - 32)
        folder = "/tmp";
    descriptor = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (descriptor >= 0)
        return descriptor;
    snprintf(name, sizeof name, "%s/msrck-XXXXXX", folder);
    descriptor = mkostemp(name, O_CLOEXEC);
    if (descriptor >= 0)
        unlink(name);
    return descriptor;
}

static bool write_whole(int descriptor, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t count = write(descriptor, bytes, length);
        if (count < 0 && errno != EINTR)
            return false;
        if (count > 0) {
            bytes += count;
            length -= (size_t)count;
        }
    }
    return true;
}

/* A pipe's bytes on a temporary file; 0 or an errno value. */
static int spool(struct conversion *conversion)
{
    char bytes[65536];
    int copy = convert_unnamed(), source = conversion->descriptor;
    ssize_t count = 1;

    if (copy < 0)
        return errno;
    while (count != 0) {
        count = read(source, bytes, sizeof bytes);
        if ((count < 0 && errno != EINTR) || (count > 0 && !write_whole(copy, bytes, (size_t)count))) {
            int reason = errno;
            close(copy);
            return reason;
        }
    }
    if (source != STDIN_FILENO)
        close(source);
    conversion->descriptor = copy;
    return 0;
}

/* Documents begin with a brace, after blanks at most; everything else is for the reader to judge. */
static int look(struct conversion *conversion)
{
    char byte = ' ';
    ssize_t count = 1;

    for (off_t at = 0; count > 0 && strchr(" \t\r\n", byte) != NULL && byte != '\0'; at++)
        count = pread(conversion->descriptor, &byte, 1, at);
    if (count < 0)
        return fail(conversion, errno);
    conversion->is_document = count > 0 && byte == '{';
    return EXIT_CODE_OK;
}

int convert_open_input(struct conversion *conversion)
{
    struct stat status;
    int reason = 0;

    conversion->descriptor = strcmp(conversion->path, "-") == 0 ? STDIN_FILENO
                                                                : open(conversion->path, O_RDONLY | O_CLOEXEC);
    if (conversion->descriptor < 0)
        return fail(conversion, errno);
    if (fstat(conversion->descriptor, &status) != 0)
        return fail(conversion, errno);
    if (S_ISDIR(status.st_mode))
        return fail(conversion, EISDIR);
    if (!S_ISREG(status.st_mode))
        reason = spool(conversion);
    return reason != 0 ? fail(conversion, reason) : look(conversion);
}

void convert_close_input(struct conversion *conversion)
{
    if (conversion->descriptor > STDIN_FILENO)
        close(conversion->descriptor);
    conversion->descriptor = -1;
}
