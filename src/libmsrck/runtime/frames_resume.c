/* SPDX-License-Identifier: MIT */
/*
 * Entering the frames again, outermost first. They come from a checkpoint file, or, after a checkpoint in place, from
 * their native copies. Locals are filled when the innermost poll-point is reached, since only then nothing of the
 * functions' beginnings can overwrite them.
 */
#include <string.h>

#include "base/failure.h"
#include "runtime/requests.h"
#include "runtime/session.h"
#include "runtime/transfer_destination.h"

msrck_locals *msrck_locals_top;

static bool from_file(const struct session *session)
{
    return session->resume.restoration != NULL;
}

/* Frames in all, entered or not. */
static size_t frame_count(const struct session *session)
{
    return from_file(session) ? msrck_restoration_metadata(session->resume.restoration)->frame_count
                              : session->frames.count;
}

/* Function and point of a frame, in the program's numbers. */
static void frame_place(const struct session *session, size_t frame, uint32_t *function, uint32_t *point)
{
    if (from_file(session)) {
        const struct frame_entry *entry = &msrck_restoration_metadata(session->resume.restoration)->frames[frame];
        const struct matched_function *matched = &session->resume.matched[entry->function];

        *function = matched->function;
        *point = matched->ordinals[entry->point - 1];
    } else {
        *function = session->frames.frames[frame].function;
        *point = session->frames.frames[frame].point;
    }
}

/*
 * ---- Address-taken locals
 * --------------------------------------------------------------------------------------------
 */

/* Pointers to the locals of a native copy are still in memory, so the locals have to be where they were. */
static msrck_result check_local(const struct session *session, size_t frame, uint32_t index, const msrck_local *local,
                                const struct function_entry *function, msrck_error *error)
{
    const struct frame_copy *copy = &session->frames.frames[frame];
    const struct local_copy *before;

    if (copy->set == NULL)
        return MSRCK_OK;
    before = &session->frames.locals[copy->first_local + index];
    if (before->count == 0 || (before->address == local->address && before->count == local->count))
        return MSRCK_OK;
    return msrck_fail(error, MSRCK_MISUSE, "%s.%s is not where it was before the checkpoint in place", function->name,
                      function->locals[index].name);
}

/* From a file, a length that differs from the recorded one is refused by the layer below, with the names. */
static msrck_result attach_frame(struct session *session, size_t frame, const msrck_locals *locals, uint32_t number,
                                 msrck_error *error)
{
    const struct function_entry *function = &session->tables.functions[number];
    msrck_result result;
    uint32_t l;

    for (l = 0; l < function->local_count; l++) {
        const msrck_local *local = &locals->locals[l];

        if (!from_file(session))
            result = check_local(session, frame, l, local, function, error);
        else if (local->count > 0)
            result = msrck_restoration_attach_local(session->resume.restoration, frame, function->locals[l].name,
                                                    local->address, function->locals[l].type, local->count, error);
        else
            continue;
        if (result != MSRCK_OK)
            return result;
    }
    return MSRCK_OK;
}

/* True when `frame` is an activation of the function. */
static bool is_of(const struct session *session, size_t frame, uint32_t number)
{
    uint32_t function, point;

    frame_place(session, frame, &function, &point);
    return function == number;
}

/*
 * A function pushes its locals before it enters or, where their size depends on live variables, after. So they belong
 * to the frame that was entered last when that is one of the same function and has none yet, else to the next one.
 */
static msrck_result attach(struct session *session, const msrck_locals *locals, msrck_error *error)
{
    struct resume *resume = &session->resume;
    uint32_t number = msrck_program_tables_find(&session->tables, locals->table);

    if (resume->next < frame_count(session) && !resume->current_attached && is_of(session, resume->next, number)) {
        resume->current_attached = true;
        return attach_frame(session, resume->next, locals, number, error);
    }
    if (resume->next > 0 && !resume->next_attached && is_of(session, resume->next - 1, number)) {
        resume->next_attached = true;
        return attach_frame(session, resume->next - 1, locals, number, error);
    }
    return MSRCK_OK;
}

/* Called from the program's inline code, which cannot fail: a failure shows at the msrck_enter() that follows. */
void msrck_locals_attach(msrck_locals *locals)
{
    struct session *session = &msrck_the_session;
    msrck_error error = MSRCK_ERROR_INIT;

    if (!session->open || session->held > 0 || !msrck_flag_has(FLAG_RESUMING))
        return;
    if ((session->resume.waiting && msrck_resume_load(session, &error) != MSRCK_OK) ||
        attach(session, locals, &error) != MSRCK_OK)
        msrck_resume_fail(session, &error);
}

/*
 * ---- Frames
 * ------------------------------------------------------------------------------------------------------------
 */

/*
 * Pointers among the live variables are right at once: heap and globals are loaded, and the frames outside have
 * attached theirs.
 */
static msrck_result fill_live(struct session *session, size_t frame, uint32_t type, void *live, msrck_error *error)
{
    const struct frame_copy *copy;

    if (type == TI_VOID)
        return MSRCK_OK;
    if (live == NULL)
        return msrck_fail(error, MSRCK_MISUSE, "live variables are missing");
    if (from_file(session))
        return msrck_restoration_take_live(session->resume.restoration, frame, live, type, error);
    copy = &session->frames.frames[frame];
    memcpy(live, msrck_frame_stack_at(&session->frames, copy->live), copy->live_length);
    return MSRCK_OK;
}

/* Native copies: a frame whose locals were alive has to have pushed them again. */
static msrck_result check_attached(const struct session *session, msrck_error *error)
{
    size_t current = session->resume.next;
    const struct frame_copy *copy;

    if (from_file(session) || current >= session->frames.count || session->resume.current_attached)
        return MSRCK_OK;
    copy = &session->frames.frames[current];
    if (copy->set == NULL)
        return MSRCK_OK;
    return msrck_fail(error, MSRCK_MISUSE, "function '%s' did not push its locals again",
                      session->tables.functions[copy->function].name);
}

/* Their functions have run up to the call sites again, with initialisers and all, so everything is written anew. */
static void refill_locals(struct session *session)
{
    size_t f;
    uint32_t l;

    for (f = 0; f < session->frames.count; f++) {
        const struct frame_copy *frame = &session->frames.frames[f];
        uint32_t count = session->tables.functions[frame->function].local_count;

        for (l = 0; frame->set != NULL && l < count; l++) {
            const struct local_copy *local = &session->frames.locals[frame->first_local + l];

            if (local->length > 0)
                memcpy(local->address, msrck_frame_stack_at(&session->frames, local->offset), local->length);
        }
    }
}

/* The innermost poll-point is reached: everything is where it was. */
static msrck_result complete(struct session *session, msrck_error *error)
{
    msrck_result result = check_attached(session, error);

    if (result != MSRCK_OK)
        return result;
    if (from_file(session)) {
        if ((result = msrck_resume_complete(session, error)) != MSRCK_OK ||
            (result = msrck_transfer_commit(session, error)) != MSRCK_OK)
            return result;
    } else {
        refill_locals(session);
    }
    msrck_resume_close(session);
    msrck_frame_stack_clear(&session->frames);
    msrck_flag_clear(FLAG_RESUMING);
    return MSRCK_OK;
}

/*
 * The order of functions is checked frame by frame: a program that took another way would go on with the wrong
 * variables.
 */
static msrck_result enter_next(struct session *session, const msrck_frame_table *table, void *live, uint32_t *point,
                               msrck_error *error)
{
    struct resume *resume = &session->resume;
    uint32_t number = msrck_program_tables_find(&session->tables, table), function;
    msrck_result result;

    if (resume->next == 0)
        return msrck_fail(error, MSRCK_DOES_NOT_FIT, "function '%s' was entered instead of going on at the poll-point",
                          table->function);
    frame_place(session, resume->next - 1, &function, point);
    if (number != function)
        return msrck_fail(error, MSRCK_DOES_NOT_FIT,
                          "function '%s' was entered where the checkpoint has a frame of '%s'", table->function,
                          session->tables.functions[function].name);
    if ((result = check_attached(session, error)) != MSRCK_OK)
        return result;
    result = fill_live(session, resume->next - 1, session->tables.functions[function].points[*point - 1].live_type,
                       live, error);
    if (result != MSRCK_OK) {
        msrck_error_prefix(error, "%s, point %u", table->function, *point);
        return result;
    }
    resume->next--;
    resume->current_attached = resume->next_attached;
    resume->next_attached = false;
    return resume->next == 0 && *point == table->entry_point ? complete(session, error) : MSRCK_OK;
}

int msrck_resume_enter(struct session *session, const msrck_frame_table *table, void *live)
{
    msrck_error error = MSRCK_ERROR_INIT;
    uint32_t point = 0;

    if (session->resume.waiting && msrck_resume_load(session, &error) != MSRCK_OK)
        goto failed;
    if (!msrck_flag_has(FLAG_RESUMING))
        return 0; /* the checkpoint has no frames */
    if (enter_next(session, table, live, &point, &error) == MSRCK_OK)
        return (int)point;
failed:
    msrck_resume_fail(session, &error);
    return MSRCK_LEAVE;
}

bool msrck_resume_at_point(struct session *session, const msrck_frame_table *table, int point)
{
    msrck_error error = MSRCK_ERROR_INIT;
    uint32_t function, expected;

    frame_place(session, 0, &function, &expected);
    if (session->resume.next != 0 || session->tables.frames[function] != table || (uint32_t)point != expected)
        msrck_fail(&error, MSRCK_DOES_NOT_FIT,
                   "point %d of function '%s' was reached where the checkpoint goes on at point %u of '%s'", point,
                   table->function, expected, session->tables.functions[function].name);
    else if (complete(session, &error) == MSRCK_OK)
        return false;
    msrck_resume_fail(session, &error);
    return true;
}
