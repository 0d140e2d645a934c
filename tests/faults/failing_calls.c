/* SPDX-License-Identifier: MIT */
#include "failing_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static struct {
    char kind[16];
    long number;
    bool all;                       /* that one and all that follow */
    int code;                       /* errno value; 0: a short write */
    bool armed;
    atomic_long *count;             /* shared with forked processes */
} fault;

static bool prepare(void)
{
    const char *text = getenv("FAULT");
    char plus = 0, code[16] = "5";

    if (fault.count != NULL || text == NULL)
        return fault.count != NULL;
    if (sscanf(text, "%15[a-z]:%ld%[+]:%15s", fault.kind, &fault.number, &plus, code) < 3)
        sscanf(text, "%15[a-z]:%ld:%15s", fault.kind, &fault.number, code);
    fault.all = plus == '+';
    fault.code = strcmp(code, "short") == 0 ? 0 : atoi(code);
    fault.count = mmap(NULL, sizeof *fault.count, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return fault.count != MAP_FAILED;
}

void faults_arm(void)
{
    fault.armed = prepare();
}

void faults_disarm(void)
{
    fault.armed = false;
}

long faults_counted(void)
{
    return fault.count != NULL ? atomic_load(fault.count) : -1;
}

static bool due(const char *kind)
{
    long number;

    if (!fault.armed || strcmp(kind, fault.kind) != 0)
        return false;
    number = atomic_fetch_add(fault.count, 1) + 1;
    errno = fault.code;
    return number == fault.number || (fault.all && number > fault.number);
}

ssize_t __real_write(int descriptor, const void *bytes, size_t length);
int __real_fsync(int descriptor);
int __real_close(int descriptor);
int __real_renameat(int from, const char *name, int to, const char *other);
int __real_openat(int directory, const char *name, int flags, mode_t mode);
int __real_openat64(int directory, const char *name, int flags, mode_t mode);
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
int __real_posix_memalign(void **block, size_t alignment, size_t size);
void *__real_mmap(void *address, size_t length, int protection, int flags, int descriptor, off_t offset);

ssize_t __wrap_write(int descriptor, const void *bytes, size_t length);
int __wrap_fsync(int descriptor);
int __wrap_close(int descriptor);
int __wrap_renameat(int from, const char *name, int to, const char *other);
int __wrap_openat(int directory, const char *name, int flags, ...);
int __wrap_openat64(int directory, const char *name, int flags, ...);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
int __wrap_posix_memalign(void **block, size_t alignment, size_t size);
void *__wrap_mmap(void *address, size_t length, int protection, int flags, int descriptor, off_t offset);

/* Only files: a pipe carries the report of a forked process, and messages. */
static bool is_file(int descriptor)
{
    struct stat status;

    return fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

ssize_t __wrap_write(int descriptor, const void *bytes, size_t length)
{
    if (!is_file(descriptor) || !due("write"))
        return __real_write(descriptor, bytes, length);
    if (fault.code == 0)
        return __real_write(descriptor, bytes, length > 1 ? length / 2 : length);
    return -1;
}

int __wrap_fsync(int descriptor)
{
    return due("sync") ? -1 : __real_fsync(descriptor);
}

/* A descriptor is closed even when close() says that something went wrong. */
int __wrap_close(int descriptor)
{
    bool failing = is_file(descriptor) && due("close");
    int code = errno, result = __real_close(descriptor);

    errno = failing ? code : errno;
    return failing ? -1 : result;
}

int __wrap_renameat(int from, const char *name, int to, const char *other)
{
    return due("rename") ? -1 : __real_renameat(from, name, to, other);
}

static mode_t mode_of(int flags, va_list list)
{
    return (flags & O_CREAT) != 0 ? va_arg(list, mode_t) : 0;
}

int __wrap_openat(int directory, const char *name, int flags, ...)
{
    va_list list;
    mode_t mode;

    va_start(list, flags);
    mode = mode_of(flags, list);
    va_end(list);
    return due("open") ? -1 : __real_openat(directory, name, flags, mode);
}

int __wrap_openat64(int directory, const char *name, int flags, ...)
{
    va_list list;
    mode_t mode;

    va_start(list, flags);
    mode = mode_of(flags, list);
    va_end(list);
    return due("open") ? -1 : __real_openat64(directory, name, flags, mode);
}

void *__wrap_malloc(size_t size)
{
    return due("memory") ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return due("memory") ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *block, size_t size)
{
    return due("memory") ? NULL : __real_realloc(block, size);
}

int __wrap_posix_memalign(void **block, size_t alignment, size_t size)
{
    return due("memory") ? ENOMEM : __real_posix_memalign(block, alignment, size);
}

void *__wrap_mmap(void *address, size_t length, int protection, int flags, int descriptor, off_t offset)
{
    return due("memory") ? MAP_FAILED : __real_mmap(address, length, protection, flags, descriptor, offset);
}
