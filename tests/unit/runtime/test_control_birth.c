/* SPDX-License-Identifier: MIT */
/* Whoever finds a control socket is answered: it is not there to be found before it listens. */
#define _GNU_SOURCE /* syscall */
#include <msrck/msrck.h>

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime/control_directory.h"

static char directory[] = "/tmp/msrck-birth-XXXXXX";
static int found_before = -1; /* sockets that could be found just before the program listened */

static int sockets_to_be_found(void)
{
    const struct dirent *entry;
    DIR *stream = opendir(directory);
    int found = 0;

    while (stream != NULL && (entry = readdir(stream)) != NULL)
        found += msrck_control_name_process(entry->d_name) == getpid();
    if (stream != NULL)
        closedir(stream);
    return found;
}

/* In the place of the C library's. */
int listen(int descriptor, int backlog)
{
    found_before = sockets_to_be_found();
#ifdef SYS_listen
    return (int)syscall(SYS_listen, descriptor, backlog);
#else
    return (int)syscall(SYS_socketcall, 4, (long[]){ descriptor, backlog });
#endif
}

Test(control_birth, a_socket_is_not_found_before_it_listens)
{
    char option[sizeof directory + 32];
    char *arguments[] = { (char *)"program", option, NULL }, **argv = arguments;
    int argc = 2;

    cr_assert_not_null(mkdtemp(directory));
    snprintf(option, sizeof option, "--checkpoint-control=%s", directory);
    cr_assert_eq(msrck_init(&argc, &argv), MSRCK_OK, "%s", msrck_error_message());
    cr_assert_eq(found_before, 0);
    cr_assert_eq(sockets_to_be_found(), 1);
    cr_assert_eq(msrck_finish(), 0);
    cr_assert_eq(sockets_to_be_found(), 0);
    cr_assert_eq(rmdir(directory), 0, "something was left in the directory");
}
