/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE                 /* O_TMPFILE */
#include "output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output.h"

static int fail(const struct output_file *file, const char *what)
{
    int reason = errno;

    output_message(file->path, "%s: %s", what, strerror(reason));
    return EXIT_CODE_SYSTEM;
}

/* The folder that the file is in, and the name of the unfinished file there; NULL when memory is out. */
static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    if (slash == NULL)
        return strdup(".");
    return slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
}

static char *temporary_name(const char *path)
{
    size_t length = strlen(path) + sizeof ".XXXXXX";
    char *name = malloc(length);

    if (name != NULL)
        snprintf(name, length, "%s.XXXXXX", path);
    return name;
}

/* ---- Beginning ---- */

/* What is there already: may it be replaced? */
static int check_existing(struct output_file *file, const struct stat *status, const char *source)
{
    struct stat input;
    char *resolved;

    if (S_ISDIR(status->st_mode)) {
        output_message(file->path, "is a directory");
        return EXIT_CODE_SYSTEM;
    }
    if (source != NULL && stat(source, &input) == 0 && input.st_dev == status->st_dev && input.st_ino == status->st_ino) {
        output_message(file->path, "input and output are the same file");
        return EXIT_CODE_USAGE;
    }
    file->direct = !S_ISREG(status->st_mode);
    if (!file->direct && !file->force) {
        output_message(file->path, "exists; -f overwrites it");
        return EXIT_CODE_USAGE;
    }
    /* A symbolic link stays one: the file behind it is replaced. */
    resolved = realpath(file->path, NULL);
    if (resolved == NULL)
        return fail(file, "cannot be resolved");
    free(file->path);
    file->path = resolved;
    return EXIT_CODE_OK;
}

/* Without a name where the file system can do that, so that nothing is left behind even when the tool is killed. */
static int open_unfinished(struct output_file *file, mode_t mode)
{
    char *folder = folder_of(file->path);
    int descriptor = folder == NULL ? -1 : open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, mode);

    if (folder != NULL && descriptor < 0) {
        file->temporary = temporary_name(file->path);
        descriptor = file->temporary == NULL ? -1 : mkstemp(file->temporary);
        if (descriptor < 0) {
            free(file->temporary);
            file->temporary = NULL;
        }
    }
    if (descriptor >= 0)
        (void)fchmod(descriptor, mode);
    free(folder);
    return descriptor;
}

static mode_t usual_mode(void)
{
    mode_t mask = umask(0);

    umask(mask);
    return 0666 & ~mask;
}

static int begin_named(struct output_file *file, const char *source)
{
    mode_t mode = usual_mode();
    struct stat status;
    int descriptor, code;

    if (stat(file->path, &status) == 0) {
        mode = status.st_mode & 07777;
        code = check_existing(file, &status, source);
        if (code != EXIT_CODE_OK)
            return code;
    }
    descriptor = file->direct ? open(file->path, O_WRONLY | O_CLOEXEC | O_NOCTTY) : open_unfinished(file, mode);
    if (descriptor < 0)
        return fail(file, "cannot be written");
    file->stream = fdopen(descriptor, "w");
    if (file->stream != NULL)
        return EXIT_CODE_OK;
    code = fail(file, "cannot be written");
    close(descriptor);
    return code;
}

int output_file_begin(const char *path, bool force, enum output_form form, const char *source,
                      struct output_file *file)
{
    int code;

    memset(file, 0, sizeof *file);
    file->force = force;
    if (path == NULL || strcmp(path, "-") == 0) {
        file->stream = stdout;
        if (form == OUTPUT_TEXT || !isatty(STDOUT_FILENO))
            return EXIT_CODE_OK;
        output_message(NULL, "binary output is not written to a terminal: redirect it or give -o");
        return EXIT_CODE_USAGE;
    }
    file->path = strdup(path);
    if (file->path == NULL) {
        output_message(path, "out of memory");
        return EXIT_CODE_SYSTEM;
    }
    code = begin_named(file, source);
    if (code != EXIT_CODE_OK)
        output_file_discard(file);
    return code;
}

/* ---- Ending ---- */

/* Gives an unnamed file a name that nobody else has. */
static bool name_unfinished(struct output_file *file, int descriptor)
{
    char link_path[64];
    unsigned attempt = 0;
    bool named = false;

    snprintf(link_path, sizeof link_path, "/proc/self/fd/%d", descriptor);
    file->temporary = temporary_name(file->path);
    while (file->temporary != NULL && !named && attempt < 1000) {
        snprintf(strrchr(file->temporary, '.'), sizeof ".XXXXXX", ".%06u",
                 ((unsigned)getpid() * 1000u + attempt++) % 1000000u);
        named = linkat(AT_FDCWD, link_path, AT_FDCWD, file->temporary, AT_SYMLINK_FOLLOW) == 0;
        if (!named && errno != EEXIST)
            break;
    }
    if (!named) {
        free(file->temporary);
        file->temporary = NULL;
    }
    return named;
}

/* Without force a file that appeared meanwhile stays. */
static bool rename_unfinished(struct output_file *file)
{
    if (!file->force) {
        if (link(file->temporary, file->path) == 0)
            return unlink(file->temporary) == 0;
        if (errno == EEXIST)
            return false;
    }
    return rename(file->temporary, file->path) == 0;
}

static void flush_folder(const char *path)
{
    char *folder = folder_of(path);
    int descriptor = folder == NULL ? -1 : open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (descriptor >= 0) {
        (void)fsync(descriptor);
        close(descriptor);
    }
    free(folder);
}

static int commit_named(struct output_file *file)
{
    int descriptor = fileno(file->stream);

    if (ferror(file->stream) || fflush(file->stream) != 0)
        return fail(file, "cannot be written");
    if (file->direct)
        return EXIT_CODE_OK;
    if (fsync(descriptor) != 0)
        return fail(file, "cannot be written");
    if ((file->temporary == NULL && !name_unfinished(file, descriptor)) || !rename_unfinished(file))
        return fail(file, "cannot be named");
    free(file->temporary);
    file->temporary = NULL;
    flush_folder(file->path);
    return EXIT_CODE_OK;
}

int output_file_commit(struct output_file *file)
{
    /* Standard output is checked and closed at the end of the tool. */
    int code = file->path == NULL ? EXIT_CODE_OK : commit_named(file);

    output_file_discard(file);
    return code;
}

void output_file_discard(struct output_file *file)
{
    if (file->temporary != NULL)
        (void)unlink(file->temporary);
    if (file->path != NULL && file->stream != NULL)
        fclose(file->stream);
    free(file->temporary);
    free(file->path);
    memset(file, 0, sizeof *file);
}
