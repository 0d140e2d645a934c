/* SPDX-License-Identifier: MIT */
/* The paper's Save_pointer and Save_variable, over a collection of the session's MSRLT. */
#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"
#include "base/failure.h"
#include "runtime/checkpoint_write.h"

struct msrck_saver {
    struct session *session;
    struct collection *collection;
    char *path;         /* owned */
    msrck_trace *trace; /* NULL: none */
    void *trace_context;
};

/* The observer is fixed when a collection begins, the trace may be set later. */
static void observe(void *context, enum visit_kind kind, const struct block *block, const void *target)
{
    const msrck_saver *saver = context;

    if (saver->trace != NULL)
        saver->trace(saver->trace_context, kind == VISIT_EDGE, kind == VISIT_EDGE ? target : block->address);
}

msrck_result msrck_saver_new(const char *path, msrck_saver **saver, msrck_error *error)
{
    struct session *session = msrck_session_require("msrck_saver_new");
    msrck_result result;

    *saver = NULL;
    if (session == NULL)
        return msrck_fail(error, MSRCK_MISUSE, "msrck_saver_new: msrck_init() has not succeeded");
    if (session->saver_active)
        return msrck_fail(error, MSRCK_MISUSE, "msrck_saver_new: another saver is at work");
    *saver = msrck_allocate(1, sizeof **saver);
    if (*saver == NULL || ((*saver)->path = msrck_copy_text(path)) == NULL) {
        free(*saver);
        *saver = NULL;
        return msrck_fail_memory(error, sizeof **saver, "a saver");
    }
    (*saver)->session = session;
    result = msrck_checkpoint_collection(session, observe, *saver, &(*saver)->collection, error);
    session->saver_active = true;
    if (result != MSRCK_OK) {
        msrck_saver_abort(*saver);
        *saver = NULL;
    }
    return result;
}

void msrck_saver_trace(msrck_saver *saver, msrck_trace *trace, void *context)
{
    saver->trace = trace;
    saver->trace_context = context;
}

/* The pointer comes by value; what it points to may lie anywhere in a block of the target's type. */
msrck_result msrck_save_pointer(msrck_saver *saver, const char *name, const void *pointer, const msrck_type *target,
                                msrck_error *error)
{
    msrck_result result;
    uint32_t type;

    if ((result = msrck_ti_add(saver->session->types, target, &type, error)) != MSRCK_OK)
        return result;
    return msrck_collection_save_pointer(saver->collection, name, pointer, type, error);
}

msrck_result msrck_save_variable(msrck_saver *saver, const char *name, const void *variable, const msrck_type *type,
                                 msrck_error *error)
{
    msrck_result result;
    uint32_t id;

    if ((result = msrck_ti_add(saver->session->types, type, &id, error)) != MSRCK_OK)
        return result;
    return msrck_collection_save_variable(saver->collection, name, variable, id, error);
}

/* Frees the saver in any case, as the header promises: a failed one cannot be finished again. */
msrck_result msrck_saver_finish(msrck_saver *saver, msrck_error *error)
{
    struct msrck_checkpoint_report report = { 0 };
    msrck_result result = msrck_checkpoint_commit(saver->session, saver->collection, saver->path, &report, error);

    if (result == MSRCK_OK)
        msrck_session_wrote(saver->session, saver->path, &report);
    msrck_saver_abort(saver);
    return result;
}

/* Also the end of a saver whose collection could not be made. */
void msrck_saver_abort(msrck_saver *saver)
{
    if (saver == NULL)
        return;
    msrck_collection_free(saver->collection);
    saver->session->saver_active = false;
    free(saver->path);
    free(saver);
}
