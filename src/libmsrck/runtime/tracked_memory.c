/* SPDX-License-Identifier: MIT */
/* The application's side of the typed heap. */
#include <string.h>

#include "base/failure.h"
#include "runtime/session.h"

/* ---- Types of allocations --------------------------------------------------------------------------------------- */

/* Descriptions are far larger than 32 bytes: the lowest bits of their addresses tell nothing. */
static struct cached_type *cache_line(struct session *session, const msrck_type *description)
{
    uintptr_t address = (uintptr_t)description;

    return &session->cache[(address >> 5 ^ address >> 11) % SESSION_TYPE_CACHE];
}

/* A new description is checked here; a wrong one never gets a line, so the message comes every time. */
static msrck_result fill_line(struct session *session, struct cached_type *line, const msrck_type *description,
                              msrck_error *error)
{
    uint64_t factor = 1;
    uint32_t id = TI_VOID;
    msrck_result result;

    if (description == NULL)
        return msrck_fail(error, MSRCK_MISUSE, "the type is missing");
    if ((result = msrck_ti_add(session->types, description, &id, error)) != MSRCK_OK)
        return result;
    if ((id = msrck_ti_strip_arrays(session->types, id, &factor)) == UINT32_MAX)
        return msrck_fail(error, MSRCK_MISUSE, "an array type has too many elements");
    if (id == TI_VOID)
        return msrck_fail(error, MSRCK_MISUSE, "a block cannot have type void");
    line->description = description;
    line->id = id;
    line->flexible = msrck_ti_get(session->types, id)->flexible != TI_VOID;
    line->factor = factor;
    return MSRCK_OK;
}

/* NULL on failure. */
static const struct cached_type *resolve(struct session *session, const msrck_type *description, msrck_error *error)
{
    struct cached_type *line = cache_line(session, description);

    if (description != NULL && line->description == description)
        return line;
    return fill_line(session, line, description, error) == MSRCK_OK ? line : NULL;
}

msrck_result msrck_session_type(struct session *session, const msrck_type *description, uint64_t *count, uint32_t *id,
                                msrck_error *error)
{
    const struct cached_type *line = resolve(session, description, error);

    if (line == NULL)
        return error->result;
    if (*count == 0 && !line->flexible)
        return msrck_fail(error, MSRCK_MISUSE, "a block of no elements of %s",
                          msrck_ti_get(session->types, line->id)->name);
    if (__builtin_mul_overflow(*count, line->factor, count))
        return msrck_fail(error, MSRCK_MISUSE, "too many elements of %s", msrck_ti_get(session->types, line->id)->name);
    *id = line->id;
    return MSRCK_OK;
}

/* ---- Allocation ------------------------------------------------------------------------------------------------- */

enum form { FORM_ONE, FORM_ARRAY, FORM_FLEXIBLE };

/* How many elements the block gets: of the stripped type, or of its flexible member. */
static msrck_result count_elements(const struct session *session, const struct cached_type *line, enum form form,
                                   uint64_t *count, msrck_error *error)
{
    const char *name = msrck_ti_get(session->types, line->id)->name;

    if (form == FORM_FLEXIBLE && !line->flexible)
        return msrck_fail(error, MSRCK_MISUSE, "%s has no flexible array member", name);
    if (form == FORM_ARRAY && line->flexible)
        return msrck_fail(error, MSRCK_MISUSE, "%s ends in a flexible array member and cannot be an array's element",
                          name);
    if (line->flexible)
        return MSRCK_OK;
    if (*count == 0)
        *count = 1;
    if (__builtin_mul_overflow(*count, line->factor, count))
        return msrck_fail(error, MSRCK_MISUSE, "too many elements of %s", name);
    return MSRCK_OK;
}

/* The hot way is a look at the cache and one call of the heap. */
static void *allocate(const char *call, const msrck_type *description, uint64_t count, enum form form)
{
    struct session *session = msrck_session_require(call);
    msrck_error error = MSRCK_ERROR_INIT;
    const struct cached_type *line;
    void *block;

    if (session == NULL)
        return NULL;
    line = resolve(session, description, &error);
    if (line != NULL && count_elements(session, line, form, &count, &error) == MSRCK_OK) {
        block = msrck_heap_allocate(msrck_msrlt_heap(session->msrlt), line->id, count);
        if (block != NULL)
            return block;
        msrck_fail(&error, MSRCK_SYSTEM, "out of memory for %llu elements of %s", (unsigned long long)count,
                   msrck_ti_get(session->types, line->id)->name);
    }
    msrck_error_prefix(&error, "%s", call);
    msrck_session_note(&error);
    return NULL;
}

/* A struct with a flexible member gets none of its elements; any other count of 0 means one. */
void *msrck_new(const msrck_type *type)
{
    return allocate("msrck_new", type, 0, FORM_ONE);
}

void *msrck_new_array(const msrck_type *type, size_t count)
{
    return allocate("msrck_new_array", type, count, FORM_ARRAY);
}

void *msrck_new_flexible(const msrck_type *type, size_t count)
{
    return allocate("msrck_new_flexible", type, count, FORM_FLEXIBLE);
}

/* The block has the type char and the length with its NUL, so it can be resized and pointed into like any other. */
char *msrck_new_string(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = msrck_new_array(&msrck_char, size);

    if (copy != NULL)
        memcpy(copy, text, size);
    return copy;
}

/* ---- Resizing and freeing --------------------------------------------------------------------------------------- */

static bool find_block(struct session *session, const char *call, void *address, struct heap_block *block)
{
    msrck_error error = MSRCK_ERROR_INIT;

    if (address != NULL && msrck_heap_find(msrck_msrlt_heap(session->msrlt), address, block) &&
        block->address == address)
        return true;
    msrck_fail(&error, MSRCK_MISUSE, "%s: no block of the typed heap begins at %p", call, address);
    msrck_session_note(&error);
    return false;
}

/* Always moves: blocks of other counts are of other pools, where the count is known without a header. */
void *msrck_resize(void *block, size_t count)
{
    struct session *session = msrck_session_require("msrck_resize");
    struct heap_block old;
    struct typed_heap *heap;
    msrck_error error = MSRCK_ERROR_INIT;
    uint64_t wanted = count, kept;
    void *grown;

    if (session == NULL || !find_block(session, "msrck_resize", block, &old))
        return NULL;
    heap = msrck_msrlt_heap(session->msrlt);
    if (count == 0 && msrck_ti_get(session->types, old.type)->flexible == TI_VOID)
        wanted = 1;
    if (wanted == old.count)
        return block;
    grown = msrck_heap_allocate(heap, old.type, wanted);
    if (grown == NULL) {
        msrck_fail(&error, MSRCK_SYSTEM, "out of memory for %zu elements of %s", count,
                   msrck_ti_get(session->types, old.type)->name);
        msrck_session_note(&error);
        return NULL;
    }
    kept = msrck_block_bytes(session->types, old.type, wanted < old.count ? wanted : old.count);
    memcpy(grown, block, (size_t)kept);
    msrck_heap_release(heap, block);
    return grown;
}

/* A block that is none is noted, not fatal: the heap stays whole. */
void msrck_free(void *block)
{
    struct session *session;
    msrck_error error = MSRCK_ERROR_INIT;

    if (block == NULL || (session = msrck_session_require("msrck_free")) == NULL)
        return;
    if (msrck_heap_release(msrck_msrlt_heap(session->msrlt), block))
        return;
    msrck_fail(&error, MSRCK_MISUSE, "msrck_free: no block of the typed heap begins at %p", block);
    msrck_session_note(&error);
}
