/* SPDX-License-Identifier: MIT */
/*
 * The bytes of all variables of the session, to be put back when a restore that has begun cannot be finished and the
 * program is to be as if it had not begun.
 */
#ifndef MSRCK_RUNTIME_VARIABLE_BACKUP_H
#define MSRCK_RUNTIME_VARIABLE_BACKUP_H

#include "base/byte_buffer.h"

struct session;

struct variable_backup {
    struct byte_buffer bytes; /* of one variable after the other, in the session's order */
};

/* Variables may neither come nor go until the backup is forgotten. On failure there is nothing to forget. */
msrck_result msrck_variables_save(const struct session *session, struct variable_backup *backup, msrck_error *error);
void msrck_variables_put_back(const struct session *session, const struct variable_backup *backup);
void msrck_variables_forget(struct variable_backup *backup);

#endif
