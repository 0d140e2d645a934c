/* SPDX-License-Identifier: MIT */
/* The beginning of a path: a global, a frame's variable, or a block by the name that dump shows. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "path_steps.h"

/* The global whose name is the first name, or that and the fields behind it, the longest first: "cache.hits" may be one name. */
static bool find_global(const struct path_query *query, const msrck_reader *reader, uint32_t *index, size_t *step)
{
    size_t fields = 0;
    char name[4200];

    while (fields < query->count && query->steps[fields].kind == STEP_FIELD)
        fields++;
    for (size_t taken = fields + 1; taken-- > 0;) {
        size_t length = query->root_end - query->root;

        if (length >= sizeof name)
            return false;
        memcpy(name, query->text + query->root, length);
        name[length] = '\0';
        for (size_t i = 0; i < taken && length < sizeof name; i++)
            length += (size_t)snprintf(name + length, sizeof name - length, ".%s", query->steps[i].name);
        if (length < sizeof name && msrck_reader_find_variable(reader, name, index)) {
            *step = taken;
            return true;
        }
    }
    return false;
}

static bool find_local(msrck_reader *reader, uint32_t frame, const char *name, msrck_value *value, msrck_error *error)
{
    msrck_error ignored = MSRCK_ERROR_INIT;
    msrck_frame_facts facts;
    msrck_value live;

    msrck_reader_frame(reader, frame, &facts);
    if (facts.live != 0 && msrck_reader_live_value(reader, frame, &live, &ignored) == MSRCK_OK &&
        msrck_value_field_named(&live, name, value, &ignored) == MSRCK_OK)
        return true;
    for (uint32_t l = 0; l < facts.local_count; l++) {
        const char *local;
        uint64_t address;

        if (msrck_reader_frame_local(reader, frame, l, &local, NULL, &address) && address != 0 && strcmp(local, name) == 0)
            return msrck_reader_local_value(reader, frame, l, value, error) == MSRCK_OK;
    }
    return false;
}

/* function, or function#N: the N-th of its frames from the innermost, from 0. The variable is the next step, or the frame's live variables as a whole. */
static msrck_result find_frame(const struct path_query *query, msrck_reader *reader, const char *name, uint64_t number, msrck_value *value,
                               size_t *step, msrck_error *error)
{
    uint64_t seen = 0;

    for (uint32_t f = 0; f < msrck_reader_frame_count(reader); f++) {
        msrck_frame_facts facts;

        if (!msrck_reader_frame(reader, f, &facts) || strcmp(facts.function_name, name) != 0 || seen++ != number)
            continue;
        if (query->count == 0 || query->steps[0].kind != STEP_FIELD) {
            *step = 0;
            return msrck_reader_live_value(reader, f, value, error);
        }
        *step = 1;
        if (find_local(reader, f, query->steps[0].name, value, error))
            return MSRCK_OK;
        return path_fail(error, "frame %u of %s has no live variable '%s'", (unsigned)number, name, query->steps[0].name);
    }
    if (seen > 0)
        return path_fail(error, "%s has %llu frames, numbered from 0", name, (unsigned long long)seen);
    return path_fail(error, "no variable or function '%s' in the checkpoint", name);
}

static bool is_segment(const char *name)
{
    for (int s = MSRCK_SEGMENT_GLOBAL; s <= MSRCK_SEGMENT_OPAQUE; s++)
        if (strcmp(msrck_segment_text((msrck_segment)s), name) == 0)
            return true;
    return strcmp(name, "block") == 0 || *name == '\0';
}

static msrck_result find_numbered(const struct path_query *query, msrck_reader *reader, char *name, char *hash, msrck_value *value, size_t *step,
                                  msrck_error *error)
{
    char *end;
    uint64_t number = strtoull(hash + 1, &end, 10);

    *hash = '\0';
    if (*end != '\0' || end == hash + 1)
        return path_fail(error, "a number is missing behind '%s#'", name);
    *step = 0;
    if (is_segment(name))
        return msrck_reader_block_value(reader, number, value, error);
    return find_frame(query, reader, name, number, value, step, error);
}

msrck_result path_find_root(const struct path_query *query, msrck_reader *reader, msrck_value *value, size_t *step, msrck_error *error)
{
    char *name = strndup(query->text + query->root, query->root_end - query->root), *hash;
    msrck_result result;
    uint32_t index;

    *step = 0;
    if (name == NULL)
        return path_fail(error, "out of memory");
    hash = strchr(name, '#');
    if (hash != NULL) {
        result = find_numbered(query, reader, name, hash, value, step, error);
    } else if (find_global(query, reader, &index, step)) {
        result = msrck_reader_variable_value(reader, index, value, error);
    } else {
        result = MSRCK_MISUSE;
        for (uint32_t f = 0; result != MSRCK_OK && f < msrck_reader_frame_count(reader); f++)
            if (find_local(reader, f, name, value, error))
                result = MSRCK_OK;
        if (result != MSRCK_OK)
            result = find_frame(query, reader, name, 0, value, step, error);
    }
    free(name);
    return result;
}
