/* SPDX-License-Identifier: MIT */
#include "library_functions.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define HANDLE(what) what " is not carried by a checkpoint: close it before poll-points are reached, and open it again after a resume (msrck_resumed())"
#define DESCRIPTOR HANDLE("a file descriptor") "; fopen() is carried"
#define THREAD "threads are not carried by a checkpoint, and only one at a time may allocate or free memory: poll-points may be reached only while there is no other thread"
#define JUMP "setjmp() and longjmp() keep places on the stack, which a checkpoint cannot hold: return an error code instead, or let no poll-point be reached between the two"
#define PROCESS "processes are not carried by a checkpoint: wait for them before the next poll-point"
#define MAPPING "memory mappings are not carried by a checkpoint, and pointers into them make it fail: use malloc()"
#define SIGNAL "signal handlers are not carried by a checkpoint: install them again after a resume (msrck_resumed())"
#define TIMER "timers are not carried by a checkpoint: set them again after a resume (msrck_resumed())"
#define INSIDE(what) what " holds pointers into memory of the C library, which a checkpoint cannot hold: make it again after a resume (msrck_resumed()), or let no poll-point be reached while it lives"
#define STATIC_RESULT "the result lies in memory of the C library, and a checkpoint fails while a variable points to it: copy what is needed"
#define SETTING "the process's settings are not carried by a checkpoint: set them again after a resume (msrck_resumed())"
#define LOADED "loaded code is not carried by a checkpoint, and pointers to it make it fail: load it again after a resume (msrck_resumed())"

/* Sorted by name, as strcmp() does. */
static const library_function functions[] = {
    { "__sigsetjmp", LIBRARY_OBSTACLE, JUMP, NULL },
    { "_longjmp", LIBRARY_OBSTACLE, JUMP, NULL },
    { "_setjmp", LIBRARY_OBSTACLE, JUMP, NULL },
    { "accept", LIBRARY_OBSTACLE, DESCRIPTOR, NULL },
    { "accept4", LIBRARY_OBSTACLE, DESCRIPTOR, NULL },
    { "alarm", LIBRARY_OBSTACLE, TIMER, NULL },
    { "aligned_alloc", LIBRARY_TYPED, "msrck_cc_aligned_alloc", "msrck_cc_plain_aligned_alloc" },
    { "asctime", LIBRARY_WRAPPED, "msrck_cc_static_text(0, ", NULL },
    { "asprintf", LIBRARY_RENAMED, "msrck_cc_asprintf", NULL },
    { "at_quick_exit", LIBRARY_OBSTACLE, "functions for the end of the program are not carried by a checkpoint: name them again after a resume (msrck_resumed())", NULL },
    { "atexit", LIBRARY_OBSTACLE, "functions for the end of the program are not carried by a checkpoint: name them again after a resume (msrck_resumed())", NULL },
    { "brk", LIBRARY_OBSTACLE, MAPPING, NULL },
    { "bsearch", LIBRARY_HELD, NULL, NULL },
    { "calloc", LIBRARY_TYPED, "msrck_cc_calloc", "msrck_cc_plain_calloc" },
    { "canonicalize_file_name", LIBRARY_WRAPPED, "msrck_cc_adopt(", NULL },
    { "chdir", LIBRARY_OBSTACLE, SETTING, NULL },
    { "chroot", LIBRARY_OBSTACLE, SETTING, NULL },
    { "clone", LIBRARY_OBSTACLE, THREAD, NULL },
    { "creat", LIBRARY_OBSTACLE, DESCRIPTOR, NULL },
    { "crypt", LIBRARY_OBSTACLE, STATIC_RESULT, NULL },
    { "ctime", LIBRARY_WRAPPED, "msrck_cc_static_text(0, ", NULL },
    { "dlopen", LIBRARY_OBSTACLE, LOADED, NULL },
    { "dlsym", LIBRARY_OBSTACLE, LOADED, NULL },
    { "dup", LIBRARY_OBSTACLE, DESCRIPTOR, NULL },
    { "dup2", LIBRARY_OBSTACLE, DESCRIPTOR, NULL },
    { "epoll_create", LIBRARY_OBSTACLE, DESCRIPTOR, NULL },
    { "epoll_create1", LIBRARY_OBSTACLE, DESCRIPTOR, NULL },
    { "eventfd", LIBRARY_OBSTACLE, DESCRIPTOR, NULL },
    { "execl", LIBRARY_OBSTACLE, PROCESS, NULL },
    { "execle", LIBRARY_OBSTACLE, PROCESS, NULL },
    { "execlp", LIBRARY_OBSTACLE, PROCESS, NULL },
    { "execv", LIBRARY_OBSTACLE, PROCESS, NULL },
    { "execve", LIBRARY_OBSTACLE, PROCESS, NULL },
    { "execvp", LIBRARY_OBSTACLE, PROCESS, NULL },
    { "fclose", LIBRARY_RENAMED, "msrck_cc_fclose", NULL },
    { "fdopen", LIBRARY_OBSTACLE, HANDLE("a stream on a descriptor") "; fopen() is carried", NULL },
    { "fmemopen", LIBRARY_OBSTACLE, HANDLE("a stream on memory"), NULL },
    { "fopen", LIBRARY_RENAMED, "msrck_cc_fopen", NULL },
    { "fopen64", LIBRARY_RENAMED, "msrck_cc_fopen", NULL },
    { "fork", LIBRARY_OBSTACLE, PROCESS, NULL },
    { "free", LIBRARY_RENAMED, "msrck_cc_free", NULL },
    { "freeaddrinfo", LIBRARY_OBSTACLE, INSIDE("a struct addrinfo"), NULL },
    { "freopen", LIBRARY_RENAMED, "msrck_cc_freopen", NULL },
    { "freopen64", LIBRARY_RENAMED, "msrck_cc_freopen", NULL },
    { "ftw", LIBRARY_HELD, NULL, NULL },
    { "gai_strerror", LIBRARY_WRAPPED, "msrck_cc_intern(", NULL },
    { "get_current_dir_name", LIBRARY_WRAPPED, "msrck_cc_adopt(", NULL },
    { "getaddrinfo", LIBRARY_OBSTACLE, INSIDE("a struct addrinfo"), NULL },
    { "getcontext", LIBRARY_OBSTACLE, JUMP, NULL },
    { "getdelim", LIBRARY_RENAMED, "msrck_cc_getdelim", NULL },
    { "getenv", LIBRARY_WRAPPED, "msrck_cc_intern(", NULL },
    { "getgrgid", LIBRARY_OBSTACLE, STATIC_RESULT, NULL },
    { "getgrnam", LIBRARY_OBSTACLE, STATIC_RESULT, NULL },
    { "gethostbyname", LIBRARY_OBSTACLE, STATIC_RESULT, NULL },
    { "getline", LIBRARY_RENAMED, "msrck_cc_getline", NULL },
    { "getlogin", LIBRARY_WRAPPED, "msrck_cc_intern(", NULL },
    { "getpwnam", LIBRARY_OBSTACLE, STATIC_RESULT, NULL },
    { "getpwuid", LIBRARY_OBSTACLE, STATIC_RESULT, NULL },
    { "gmtime", LIBRARY_TM, NULL, NULL },
    { "hcreate", LIBRARY_OBSTACLE, INSIDE("the table of hsearch()"), NULL },
    { "hsearch", LIBRARY_OBSTACLE, INSIDE("the table of hsearch()"), NULL },
    { "iconv_open", LIBRARY_OBSTACLE, INSIDE("an iconv_t"), NULL },
    { "initstate", LIBRARY_OBSTACLE, "a checkpoint carries the state of random() in use, but not that others were made: call srandom() instead", NULL },
    { "inotify_init", LIBRARY_OBSTACLE, DESCRIPTOR, NULL },
    { "lfind", LIBRARY_HELD, NULL, NULL },
    { "localeconv", LIBRARY_OBSTACLE, STATIC_RESULT, NULL },
    { "localtime", LIBRARY_TM, NULL, NULL },
    { "longjmp", LIBRARY_OBSTACLE, JUMP, NULL },
    { "lsearch", LIBRARY_HELD, NULL, NULL },
    { "makecontext", LIBRARY_OBSTACLE, JUMP, NULL },
    { "malloc", LIBRARY_TYPED, "msrck_cc_malloc", "msrck_cc_plain_malloc" },
    { "malloc_usable_size", LIBRARY_RENAMED, "msrck_cc_usable_size", NULL },
    { "memalign", LIBRARY_TYPED, "msrck_cc_aligned_alloc", "msrck_cc_plain_aligned_alloc" },
    { "mkstemp", LIBRARY_OBSTACLE, DESCRIPTOR, NULL },
    { "mmap", LIBRARY_OBSTACLE, MAPPING, NULL },
    { "mmap64", LIBRARY_OBSTACLE, MAPPING, NULL },
    { "mtx_init", LIBRARY_OBSTACLE, THREAD, NULL },
    { "newlocale", LIBRARY_OBSTACLE, INSIDE("a locale_t"), NULL },
    { "nftw", LIBRARY_HELD, NULL, NULL },
    { "nl_langinfo", LIBRARY_WRAPPED, "msrck_cc_intern(", NULL },
    { "on_exit", LIBRARY_OBSTACLE, "functions for the end of the program are not carried by a checkpoint: name them again after a resume (msrck_resumed())", NULL },
    { "open", LIBRARY_OBSTACLE, DESCRIPTOR, NULL },
    { "open64", LIBRARY_OBSTACLE, DESCRIPTOR, NULL },
    { "open_memstream", LIBRARY_RENAMED, "msrck_cc_open_memstream", NULL },
    { "openat", LIBRARY_OBSTACLE, DESCRIPTOR, NULL },
    { "opendir", LIBRARY_OBSTACLE, HANDLE("a directory stream"), NULL },
    { "pipe", LIBRARY_OBSTACLE, DESCRIPTOR, NULL },
    { "pipe2", LIBRARY_OBSTACLE, DESCRIPTOR, NULL },
    { "popen", LIBRARY_OBSTACLE, HANDLE("a pipe to another process"), NULL },
    { "posix_memalign", LIBRARY_TYPED, "msrck_cc_posix_memalign", "msrck_cc_plain_posix_memalign" },
    { "posix_spawn", LIBRARY_OBSTACLE, PROCESS, NULL },
    { "pthread_create", LIBRARY_OBSTACLE, THREAD, NULL },
    { "qsort", LIBRARY_HELD, NULL, NULL },
    { "qsort_r", LIBRARY_HELD, NULL, NULL },
    { "realloc", LIBRARY_TYPED, "msrck_cc_realloc", "msrck_cc_plain_realloc" },
    { "reallocarray", LIBRARY_TYPED, "msrck_cc_reallocarray", "msrck_cc_plain_reallocarray" },
    { "regcomp", LIBRARY_OBSTACLE, INSIDE("a regex_t"), NULL },
    { "sbrk", LIBRARY_OBSTACLE, MAPPING, NULL },
    { "scandir", LIBRARY_OBSTACLE, "the result is allocated by the C library and holds its structs: copy the names", NULL },
    { "sem_init", LIBRARY_OBSTACLE, THREAD, NULL },
    { "setcontext", LIBRARY_OBSTACLE, JUMP, NULL },
    { "setegid", LIBRARY_OBSTACLE, SETTING, NULL },
    { "setenv", LIBRARY_OBSTACLE, SETTING, NULL },
    { "seteuid", LIBRARY_OBSTACLE, SETTING, NULL },
    { "setitimer", LIBRARY_OBSTACLE, TIMER, NULL },
    { "setjmp", LIBRARY_OBSTACLE, JUMP, NULL },
    { "setlocale", LIBRARY_WRAPPED, "msrck_cc_intern(", "the locale is not carried by a checkpoint: set it again after a resume (msrck_resumed())" },
    { "setstate", LIBRARY_OBSTACLE, "a checkpoint carries the state of random() in use, but not that others were made: call srandom() instead", NULL },
    { "shm_open", LIBRARY_OBSTACLE, DESCRIPTOR, NULL },
    { "shmat", LIBRARY_OBSTACLE, MAPPING, NULL },
    { "sigaction", LIBRARY_OBSTACLE, SIGNAL, NULL },
    { "siglongjmp", LIBRARY_OBSTACLE, JUMP, NULL },
    { "signal", LIBRARY_OBSTACLE, SIGNAL, NULL },
    { "sigprocmask", LIBRARY_OBSTACLE, SIGNAL, NULL },
    { "sigsetjmp", LIBRARY_OBSTACLE, JUMP, NULL },
    { "socket", LIBRARY_OBSTACLE, DESCRIPTOR, NULL },
    { "socketpair", LIBRARY_OBSTACLE, DESCRIPTOR, NULL },
    { "strdup", LIBRARY_RENAMED, "msrck_cc_strdup", NULL },
    { "strerror", LIBRARY_WRAPPED, "msrck_cc_intern(", NULL },
    { "strndup", LIBRARY_RENAMED, "msrck_cc_strndup", NULL },
    { "strsignal", LIBRARY_WRAPPED, "msrck_cc_intern(", NULL },
    { "strtok", LIBRARY_RENAMED, "msrck_cc_strtok", NULL },
    { "swapcontext", LIBRARY_OBSTACLE, JUMP, NULL },
    { "tempnam", LIBRARY_WRAPPED, "msrck_cc_adopt(", NULL },
    { "thrd_create", LIBRARY_OBSTACLE, THREAD, NULL },
    { "timer_create", LIBRARY_OBSTACLE, TIMER, NULL },
    { "tmpfile", LIBRARY_OBSTACLE, HANDLE("a temporary file without a name") "; fopen() is carried", NULL },
    { "tmpnam", LIBRARY_WRAPPED, "msrck_cc_static_text(3, ", NULL },
    { "tsearch", LIBRARY_OBSTACLE, INSIDE("the tree of tsearch()"), NULL },
    { "ttyname", LIBRARY_WRAPPED, "msrck_cc_intern(", NULL },
    { "twalk", LIBRARY_HELD, NULL, NULL },
    { "umask", LIBRARY_OBSTACLE, SETTING, NULL },
    { "valloc", LIBRARY_OBSTACLE, "memory of valloc() is not tracked: use aligned_alloc()", NULL },
    { "vasprintf", LIBRARY_RENAMED, "msrck_cc_vasprintf", NULL },
    { "vfork", LIBRARY_OBSTACLE, PROCESS, NULL },
    { "wordexp", LIBRARY_OBSTACLE, INSIDE("a wordexp_t"), NULL },
};

static int compare(const void *name, const void *function)
{
    return strcmp(name, ((const library_function *)function)->name);
}

const library_function *library_function_find(const char *name)
{
    return bsearch(name, functions, sizeof functions / sizeof functions[0], sizeof functions[0], compare);
}
