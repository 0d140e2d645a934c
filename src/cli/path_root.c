/* SPDX-License-Identifier: MIT */
/* The beginning of a path: a global, a frame's variable, or a block by the name that dump shows. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "path_steps.h"

/* "name" of "file.c:name", which is how pre-compiled programs name what is static. */
static const char *bare(const char *name)
{
    const char *colon = strrchr(name, ':');

    return colon != NULL ? colon + 1 : name;
}

/* The variable of that name, or else the only one of a name without its file; several are an error. */
static bool find_variable(const msrck_reader *reader, const char *name, bool any_file, uint32_t *index, msrck_error *error)
{
    msrck_variable_facts facts, found = { .name = NULL };

    if (!any_file)
        return msrck_reader_find_variable(reader, name, index);
    for (uint32_t v = 0; msrck_reader_variable(reader, v, &facts); v++) {
        if (facts.name == bare(facts.name) || strcmp(bare(facts.name), name) != 0)
            continue;
        if (found.name != NULL) {
            path_fail(error, "there are %s and %s", found.name, facts.name);
            return false;
        }
        found = facts;
        *index = v;
    }
    return found.name != NULL;
}

/* The global whose name is the first name, or that and the fields behind it, the longest first: "cache.hits" may be one name. */
static bool find_global(const struct path_query *query, const msrck_reader *reader, bool any_file, uint32_t *index, size_t *step,
                        msrck_error *error)
{
    size_t fields = 0;
    char name[4200];

    while (fields < query->count && query->steps[fields].kind == STEP_FIELD)
        fields++;
    for (size_t taken = fields + 1; taken-- > 0 && error->result == MSRCK_OK;) {
        size_t length = query->root_end - query->root;

        if (length >= sizeof name)
            return false;
        memcpy(name, query->text + query->root, length);
        name[length] = '\0';
        for (size_t i = 0; i < taken && length < sizeof name; i++)
            length += (size_t)snprintf(name + length, sizeof name - length, ".%s", query->steps[i].name);
        if (length < sizeof name && find_variable(reader, name, any_file, index, error)) {
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

/* The name of the function of a frame that `name` means, with its file or without it; NULL where there is none or, with an error, several. */
static const char *find_function(const msrck_reader *reader, const char *name, msrck_error *error)
{
    const char *found = NULL;
    msrck_frame_facts facts;

    for (uint32_t f = 0; msrck_reader_frame(reader, f, &facts); f++)
        if (strcmp(facts.function_name, name) == 0)
            return facts.function_name;
    for (uint32_t f = 0; msrck_reader_frame(reader, f, &facts); f++) {
        if (strcmp(bare(facts.function_name), name) != 0)
            continue;
        if (found != NULL && strcmp(found, facts.function_name) != 0) {
            path_fail(error, "there are %s and %s", found, facts.function_name);
            return NULL;
        }
        found = facts.function_name;
    }
    if (found == NULL)
        path_fail(error, "no variable or function '%s' in the checkpoint", name);
    return found;
}

/* function, or function#N: the N-th of its frames from the innermost, from 0. The variable is the next step, or the frame's live variables as a whole. */
static msrck_result find_frame(const struct path_query *query, msrck_reader *reader, const char *name, uint64_t number, msrck_value *value,
                               size_t *step, msrck_error *error)
{
    const char *function = find_function(reader, name, error);
    uint64_t seen = 0;

    for (uint32_t f = 0; function != NULL && f < msrck_reader_frame_count(reader); f++) {
        msrck_frame_facts facts;

        if (!msrck_reader_frame(reader, f, &facts) || strcmp(facts.function_name, function) != 0 || seen++ != number)
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
    return path_fail(error, "%s has %llu frame%s, numbered from 0", name, (unsigned long long)seen, seen == 1 ? "" : "s");
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

/* A name without a number: the order in which C would look, but that a global hides a variable of a frame. */
static msrck_result find_named(const struct path_query *query, msrck_reader *reader, const char *name, msrck_value *value, size_t *step,
                               msrck_error *error)
{
    uint32_t index;

    if (find_global(query, reader, false, &index, step, error))
        return msrck_reader_variable_value(reader, index, value, error);
    for (uint32_t f = 0; f < msrck_reader_frame_count(reader); f++)
        if (find_local(reader, f, name, value, error))
            return MSRCK_OK;
    /* "f.name" may be a static local of file.c:f or a variable of its frame. */
    if (find_global(query, reader, true, &index, step, error))
        return msrck_reader_variable_value(reader, index, value, error);
    return error->result != MSRCK_OK ? error->result : find_frame(query, reader, name, 0, value, step, error);
}

msrck_result path_find_root(const struct path_query *query, msrck_reader *reader, msrck_value *value, size_t *step, msrck_error *error)
{
    char *name = strndup(query->text + query->root, query->root_end - query->root), *hash;
    msrck_result result;

    *step = 0;
    if (name == NULL)
        return path_fail(error, "out of memory");
    hash = strchr(name, '#');
    if (hash != NULL)
        result = find_numbered(query, reader, name, hash, value, step, error);
    else
        result = find_named(query, reader, name, value, step, error);
    free(name);
    return result;
}
