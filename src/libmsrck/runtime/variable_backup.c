/* SPDX-License-Identifier: MIT */
#include "runtime/variable_backup.h"

#include <string.h>

#include "base/failure.h"
#include "runtime/session.h"

msrck_result msrck_variables_save(const struct session *session, struct variable_backup *backup, msrck_error *error)
{
    size_t v;

    memset(backup, 0, sizeof *backup);
    for (v = 0; v < session->variable_count; v++)
        if (session->variables[v].bytes > SIZE_MAX)
            backup->bytes.failed = true;
        else
            msrck_buffer_append(&backup->bytes, session->variables[v].address, (size_t)session->variables[v].bytes);
    if (!backup->bytes.failed)
        return MSRCK_OK;
    msrck_buffer_free(&backup->bytes);
    return msrck_fail_memory(error, 0, "the variables' former values");
}

void msrck_variables_put_back(const struct session *session, const struct variable_backup *backup)
{
    size_t v, at = 0;

    for (v = 0; v < session->variable_count; v++) {
        size_t length = (size_t)session->variables[v].bytes;

        if (length > 0 && !session->variables[v].constant)
            memcpy(session->variables[v].address, backup->bytes.bytes + at, length);
        at += length;
    }
}

void msrck_variables_forget(struct variable_backup *backup)
{
    msrck_buffer_free(&backup->bytes);
}
