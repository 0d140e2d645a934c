/* SPDX-License-Identifier: MIT */
/* Memory that is not from the typed heap: named variables, and blocks of other allocators. */
#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"
#include "base/failure.h"
#include "runtime/session.h"

/* ---- Named variables -------------------------------------------------------------------------------------------- */

/*
 * Linear: variables are few and looked up when they are registered and when a checkpoint is opened, never while it
 * runs.
 */
struct session_variable *msrck_session_find_variable(const struct session *session, const char *name)
{
    size_t v;

    for (v = 0; v < session->variable_count; v++)
        if (strcmp(session->variables[v].name, name) == 0)
            return &session->variables[v];
    return NULL;
}

static bool file_has(const struct metadata *metadata, const char *name)
{
    for (size_t v = 0; v < metadata->variable_count; v++)
        if (strcmp(metadata->variables[v].name, name) == 0)
            return true;
    return false;
}

struct session_variable *msrck_session_match_variable(const struct session *session, const struct metadata *metadata,
                                                      const char *name, bool *removed)
{
    struct session_variable *found = msrck_session_find_variable(session, name);

    *removed = false;
    for (size_t v = 0; v < session->variable_count && found == NULL; v++) {
        struct session_variable *variable = &session->variables[v];

        if (variable->former_name != NULL && strcmp(variable->former_name, name) == 0 &&
            !file_has(metadata, variable->name))
            found = variable;
    }
    for (size_t r = 0; r < session->removed_count && found == NULL; r++)
        *removed = *removed || strcmp(session->removed[r], name) == 0;
    return found;
}

/*
 * All named variables are global blocks for the MSRLT, wherever their memory is: what counts is that the program gives
 * the same name to them in every run. Their numbers follow the sequence of registration.
 */
msrck_result msrck_session_add_variable(struct session *session, const char *name, void *address,
                                        const msrck_type *type, uint64_t count, msrck_error *error)
{
    struct session_variable *variable;
    uint64_t elements = count;
    msrck_result result;
    uint32_t element;

    if (name == NULL || *name == '\0' || address == NULL)
        return msrck_fail(error, MSRCK_MISUSE, "a variable needs a name and an address");
    if (msrck_session_find_variable(session, name) != NULL)
        return msrck_fail(error, MSRCK_MISUSE, "a variable '%s' is registered already", name);
    if ((result = msrck_session_type(session, type, &elements, &element, error)) != MSRCK_OK) {
        msrck_error_prefix(error, "variable '%s'", name);
        return result;
    }
    if (!msrck_reserve(&session->variables, &session->variable_capacity, session->variable_count + 1,
                       sizeof *session->variables))
        return msrck_fail_memory(error, sizeof *session->variables, "the variables");
    variable = &session->variables[session->variable_count];
    variable->address = address;
    variable->constant = false;
    variable->former_name = NULL;
    variable->type = msrck_ti_find_description(session->types, type);
    variable->bytes = msrck_block_bytes(session->types, element, elements);
    variable->name = msrck_copy_text(name);
    if (variable->name == NULL)
        return msrck_fail_memory(error, strlen(name) + 1, "a name");
    result = msrck_msrlt_add_named(session->msrlt, SEGMENT_GLOBAL, address, NULL, element, elements,
                                   session->variable_order, &variable->handle, error);
    if (result != MSRCK_OK) {
        msrck_error_prefix(error, "variable '%s'", name);
        free(variable->name);
        return result;
    }
    session->variable_order++;
    session->variable_count++;
    return MSRCK_OK;
}

/* The others keep their sequence: it is the order in which they stand in a checkpoint. */
void msrck_session_remove_variable(struct session *session, struct session_variable *variable)
{
    size_t after = session->variable_count - (size_t)(variable - session->variables) - 1;

    msrck_msrlt_remove_named(session->msrlt, variable->handle);
    free(variable->name);
    memmove(variable, variable + 1, after * sizeof *variable);
    session->variable_count--;
}

msrck_result msrck_register(const char *name, void *address, const msrck_type *type, size_t count)
{
    struct session *session = msrck_session_require("msrck_register");
    msrck_error error = MSRCK_ERROR_INIT;

    if (session == NULL)
        return MSRCK_MISUSE;
    if (name != NULL && strncmp(name, RESERVED_PREFIX, sizeof RESERVED_PREFIX - 1) == 0)
        msrck_fail(&error, MSRCK_MISUSE, "variable '%s': names that begin with '" RESERVED_PREFIX "' are the library's",
                   name);
    else if (msrck_session_add_variable(session, name, address, type, count, &error) == MSRCK_OK)
        return MSRCK_OK;
    return msrck_session_note(&error);
}

/* Pointers to the variable that are still around make the next checkpoint fail with their path. */
msrck_result msrck_unregister(const char *name)
{
    struct session *session = msrck_session_require("msrck_unregister");
    struct session_variable *variable;
    msrck_error error = MSRCK_ERROR_INIT;

    if (session == NULL)
        return MSRCK_MISUSE;
    variable = name != NULL ? msrck_session_find_variable(session, name) : NULL;
    if (variable == NULL) {
        msrck_fail(&error, MSRCK_MISUSE, "msrck_unregister: no variable '%s'", name != NULL ? name : "");
        return msrck_session_note(&error);
    }
    msrck_session_remove_variable(session, variable);
    return MSRCK_OK;
}

/* ---- Blocks without names --------------------------------------------------------------------------------------- */

/* No name: such a block is collected when something points to it, and on resume it is new memory from malloc(). */
msrck_result msrck_register_block(void *address, const msrck_type *type, size_t count)
{
    struct session *session = msrck_session_require("msrck_register_block");
    msrck_error error = MSRCK_ERROR_INIT;
    uint64_t elements = count;
    uint32_t element;

    if (session == NULL)
        return MSRCK_MISUSE;
    if (address == NULL)
        msrck_fail(&error, MSRCK_MISUSE, "msrck_register_block: the address is NULL");
    else if (msrck_session_type(session, type, &elements, &element, &error) == MSRCK_OK &&
             msrck_msrlt_add_foreign(session->msrlt, address, element, elements, &error) == MSRCK_OK)
        return MSRCK_OK;
    return msrck_session_note(&error);
}

msrck_result msrck_unregister_block(void *address)
{
    struct session *session = msrck_session_require("msrck_unregister_block");
    msrck_error error = MSRCK_ERROR_INIT;

    if (session == NULL)
        return MSRCK_MISUSE;
    if (msrck_msrlt_remove_foreign(session->msrlt, address))
        return MSRCK_OK;
    msrck_fail(&error, MSRCK_MISUSE, "msrck_unregister_block: no registered block begins at %p", address);
    return msrck_session_note(&error);
}
