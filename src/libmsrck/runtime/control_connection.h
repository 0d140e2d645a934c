/* SPDX-License-Identifier: MIT */
/* One connection, for those who find programs. */
#ifndef MSRCK_RUNTIME_CONTROL_CONNECTION_H
#define MSRCK_RUNTIME_CONTROL_CONNECTION_H

#include <sys/types.h>

#include <msrck/control.h>

#include "runtime/control_directory.h"

/* To the socket `name` in a directory that was opened and belongs to `owner`; `path` is that of the directory. */
msrck_result msrck_control_connect(int directory, const char *path, const char *name, uid_t owner,
                                   msrck_control **program, msrck_error *error);

#endif
