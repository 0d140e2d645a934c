/* SPDX-License-Identifier: MIT */
/*
 * Where control sockets are: a directory that its owner alone can enter. Whoever can connect there has got past the
 * file system's rights already; the peer's uid is asked for all the same.
 */
#ifndef MSRCK_RUNTIME_CONTROL_DIRECTORY_H
#define MSRCK_RUNTIME_CONTROL_DIRECTORY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/un.h>

#include <msrck/result.h>

/* The directory of a program that was told none: $XDG_RUNTIME_DIR/msrck where that is this user's, else $TMPDIR/msrck-UID, else /tmp/msrck-UID. Owned; NULL: no memory. */
char *msrck_control_directory_usual(void);

/*
 * Opens it. `create`: makes it first when it is not there, but not its parent. A directory that is a link, belongs to
 * another user than `owner`, or lets anybody else in is refused. owner (uid_t)-1: whoever owns it.
 */
msrck_result msrck_control_directory_open(const char *path, bool create, uid_t owner, int *descriptor,
                                          msrck_error *error);

/* "4711-0a1b2c3d.control": the process, and what tells it from another one of that number. */
#define CONTROL_NAME_MOST 40
/* `born`: it listens. Before that it has a name that nobody looks for, so that whoever finds a socket is answered. */
void msrck_control_name(char name[CONTROL_NAME_MOST], long process, uint32_t token, bool born);
/* 0 when the name is none of a control socket that was born. */
long msrck_control_name_process(const char *name);
/* The same for one that may not be born yet. The kernel's list of sockets tells the name of that time for ever. */
long msrck_control_bound_name_process(const char *name);

/* Address of a socket in an open directory; PATH is that of the directory. Long paths go through /proc/self/fd. */
msrck_result msrck_control_address(int directory, const char *path, const char *name, struct sockaddr_un *address,
                                   msrck_error *error);

/* Removes sockets that nobody listens on any more. What is not a control socket is left alone. */
void msrck_control_sweep(int directory, const char *path);

#endif
