/* SPDX-License-Identifier: MIT */
/* Key files: one line of text that nobody but the owner may read. */
#define _GNU_SOURCE /* O_NOFOLLOW, explicit_bzero */
#include <errno.h>
#include <fcntl.h>
#include <openssl/rand.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tls_parts.h"

#define MARK "msrck-key-1 "
#define MARK_LENGTH (sizeof MARK - 1)
#define LINE_LENGTH (MARK_LENGTH + 2 * TLS_KEY_BYTES)

/* Names come from the command line; a control character in one must not reach a terminal. */
msrck_result tls_fail(msrck_error *error, msrck_result result, const char *format, ...)
{
    va_list arguments;
    char *at;

    if (error == NULL || error->result != MSRCK_OK)
        return result;
    error->result = result;
    error->offset = MSRCK_NO_OFFSET;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    for (at = error->message; *at != '\0'; at++)
        if ((unsigned char)*at < 0x20 || *at == 0x7f)
            *at = '?';
    return result;
}

msrck_result tls_fail_system(msrck_error *error, int code, const char *what, const char *name)
{
    return tls_fail(error, MSRCK_SYSTEM, "%s %s: %s", what, name, strerror(code));
}

/* O_EXCL: a key that others use already is never overwritten. */
msrck_result tls_key_make(const char *path, msrck_error *error)
{
    unsigned char bytes[TLS_KEY_BYTES];
    char line[LINE_LENGTH + 2] = MARK;
    int descriptor;
    bool written;

    if (RAND_bytes(bytes, sizeof bytes) != 1)
        return tls_fail(error, MSRCK_SYSTEM, "no random numbers for a key: %s", tls_reason());
    for (size_t b = 0; b < sizeof bytes; b++)
        snprintf(line + MARK_LENGTH + 2 * b, 3, "%02x", bytes[b]);
    line[LINE_LENGTH] = '\n';
    explicit_bzero(bytes, sizeof bytes);
    descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        explicit_bzero(line, sizeof line);
        return tls_fail_system(error, errno, "cannot make key", path);
    }
    written = write(descriptor, line, LINE_LENGTH + 1) == (ssize_t)(LINE_LENGTH + 1) && fsync(descriptor) == 0;
    explicit_bzero(line, sizeof line);
    if ((close(descriptor) != 0) | !written) {
        int code = errno;

        unlink(path);
        return tls_fail_system(error, code, "cannot write key", path);
    }
    return MSRCK_OK;
}

static int digit(char character)
{
    const char *digits = "0123456789abcdef", *at = character != '\0' ? strchr(digits, character) : NULL;

    return at != NULL ? (int)(at - digits) : -1;
}

/* One line and nothing behind it but its end. */
static bool parse(const char *line, size_t length, struct tls_key *key)
{
    if (length == LINE_LENGTH + 1 && line[LINE_LENGTH] == '\n')
        length--;
    if (length != LINE_LENGTH || memcmp(line, MARK, MARK_LENGTH) != 0)
        return false;
    for (size_t b = 0; b < TLS_KEY_BYTES; b++) {
        int high = digit(line[MARK_LENGTH + 2 * b]), low = digit(line[MARK_LENGTH + 2 * b + 1]);

        if (high < 0 || low < 0)
            return false;
        key->bytes[b] = (unsigned char)(high << 4 | low);
    }
    return true;
}

/* The open file is asked, not the path, so that nobody can exchange it in between. */
static msrck_result check_owner(int descriptor, const char *path, msrck_error *error)
{
    struct stat status;

    if (fstat(descriptor, &status) != 0)
        return tls_fail_system(error, errno, "cannot read key", path);
    if (!S_ISREG(status.st_mode))
        return tls_fail(error, MSRCK_MISUSE, "key %s is not a file", path);
    if (status.st_uid != geteuid() && status.st_uid != 0)
        return tls_fail(error, MSRCK_MISUSE, "key %s belongs to another user", path);
    if ((status.st_mode & 077) != 0)
        return tls_fail(error, MSRCK_MISUSE, "key %s can be read or written by others: its mode is %03o, not 600", path,
                        (unsigned)status.st_mode & 0777);
    return MSRCK_OK;
}

msrck_result tls_key_read(const char *path, struct tls_key *key, msrck_error *error)
{
    char line[LINE_LENGTH + 3];
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    msrck_result result;
    ssize_t length;

    memset(key, 0, sizeof *key);
    if (descriptor < 0)
        return tls_fail_system(error, errno, "cannot read key", path);
    if ((result = check_owner(descriptor, path, error)) == MSRCK_OK) {
        length = read(descriptor, line, sizeof line);
        if (length < 0)
            result = tls_fail_system(error, errno, "cannot read key", path);
        else if (!parse(line, (size_t)length, key))
            result = tls_fail(error, MSRCK_MISUSE, "%s is not a key of msrck migrate --make-key", path);
        explicit_bzero(line, sizeof line);
    }
    close(descriptor);
    return result;
}
