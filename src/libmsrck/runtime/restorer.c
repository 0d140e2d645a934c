/* SPDX-License-Identifier: MIT */
/* The paper's Restore_pointer and Restore_variable. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/allocation.h"
#include "base/failure.h"
#include "runtime/session.h"

struct msrck_restorer {
    struct session *session;
    struct source *source;
    struct restoration *restoration;
};

static void free_restorer(msrck_restorer *restorer)
{
    msrck_restoration_free(restorer->restoration);
    msrck_source_close(restorer->source);
    free(restorer);
}

/* Globals that the saver reached are filled where the program has them under the same name. */
static msrck_result attach_globals(msrck_restorer *restorer, msrck_error *error)
{
    const struct metadata *metadata = msrck_restoration_metadata(restorer->restoration);
    size_t v;

    for (v = 0; v < metadata->variable_count; v++) {
        const struct variable_entry *entry = &metadata->variables[v];
        const struct session_variable *variable = msrck_session_find_variable(restorer->session, entry->name);
        msrck_result result;

        if (entry->kind != VARIABLE_GLOBAL || variable == NULL)
            continue;
        result = msrck_restoration_attach_variable(restorer->restoration, entry->name, variable->address,
                                                   variable->type, variable->bytes, error);
        if (result == MSRCK_OK && variable->constant)
            result = msrck_restoration_keep_variable(restorer->restoration, entry->name, error);
        if (result != MSRCK_OK)
            return result;
    }
    return MSRCK_OK;
}

/* Loads everything at once; the functions below only say where the roots go. */
msrck_result msrck_restorer_open(const char *path, msrck_restorer **restorer, msrck_error *error)
{
    struct session *session = msrck_session_require("msrck_restorer_open");
    msrck_restorer *made;
    msrck_result result;

    *restorer = NULL;
    if (session == NULL)
        return msrck_fail(error, MSRCK_MISUSE, "msrck_restorer_open: msrck_init() has not succeeded");
    made = msrck_allocate(1, sizeof *made);
    if (made == NULL)
        return msrck_fail_memory(error, sizeof *made, "a restorer");
    made->session = session;
    result = strcmp(path, "-") == 0 ? msrck_source_open_descriptor(STDIN_FILENO, &made->source, error)
                                    : msrck_source_open_file(path, &made->source, error);
    if (result == MSRCK_OK)
        result = msrck_restoration_open(made->source, &session->options.limits, session->msrlt, session->types, &session->tables.targets,
                                        &made->restoration, error);
    if (result == MSRCK_OK) {
        msrck_restoration_use_threads(made->restoration, session->options.threads);
        msrck_restoration_any_pointers(made->restoration, session->options.any_pointers);
        result = attach_globals(made, error);
    }
    if (result == MSRCK_OK)
        result = msrck_restoration_load(made->restoration, error);
    if (result != MSRCK_OK) {
        free_restorer(made);
        return result;
    }
    *restorer = made;
    return MSRCK_OK;
}

msrck_result msrck_restore_pointer(msrck_restorer *restorer, void **pointer, const msrck_type *target,
                                   msrck_error *error)
{
    msrck_result result;
    uint32_t type;

    if ((result = msrck_ti_add(restorer->session->types, target, &type, error)) != MSRCK_OK)
        return result;
    return msrck_restoration_restore_pointer(restorer->restoration, pointer, type, error);
}

msrck_result msrck_restore_variable(msrck_restorer *restorer, void *variable, const msrck_type *type,
                                    msrck_error *error)
{
    msrck_result result;
    uint32_t id;

    if ((result = msrck_ti_add(restorer->session->types, type, &id, error)) != MSRCK_OK)
        return result;
    return msrck_restoration_restore_variable(restorer->restoration, variable, id, error);
}

/* Pointers to roots that were restored after their pointers are filled here. */
msrck_result msrck_restorer_close(msrck_restorer *restorer, msrck_error *error)
{
    msrck_result result;

    if (restorer == NULL)
        return MSRCK_OK;
    result = msrck_restoration_complete(restorer->restoration, error);
    free_restorer(restorer);
    return result;
}
