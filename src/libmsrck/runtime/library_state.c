/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* initstate_r */
#include "runtime/library_state.h"

#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "runtime/session.h"
#include "types/stream_type.h"

/* ---- Types ------------------------------------------------------------------------------------------------------ */

/* Written out: the describing macros would put them into the tables of every program. */
static const msrck_type words = { .kind = MSRCK_KIND_ARRAY, .element = &msrck_int32, .count = RANDOM_WORDS };

static const msrck_field random_fields[] = {
    MSRCK_FIELD(struct random_state, degree, &msrck_int),
    MSRCK_FIELD(struct random_state, index, &msrck_int),
    MSRCK_FIELD(struct random_state, words, &words),
};

static const msrck_field drand48_fields[] = {
    MSRCK_FIELD(struct drand48_state, next, &msrck_uint64),
    MSRCK_FIELD(struct drand48_state, multiplier, &msrck_uint64),
    MSRCK_FIELD(struct drand48_state, increment, &msrck_uint16),
};

#define STRUCT_OF(S, type_name, list)                                                                                  \
    {                                                                                                                  \
        .kind = MSRCK_KIND_STRUCT, .name = (type_name), .size = sizeof(S), .alignment = _Alignof(S), .fields = (list), \
        .field_count = sizeof(list) / sizeof((list)[0])                                                                \
    }
#define POINTER_TO(T)                                                                                                  \
    {                                                                                                                  \
        .kind = MSRCK_KIND_POINTER, .size = sizeof(void *), .alignment = _Alignof(void *), .element = (T)              \
    }

static const msrck_type random_type = STRUCT_OF(struct random_state, "struct msrck_random", random_fields);
static const msrck_type drand48_type = STRUCT_OF(struct drand48_state, "struct msrck_drand48", drand48_fields);
static const msrck_type text_type = POINTER_TO(&msrck_char);
static const msrck_type stream_pointer_type = POINTER_TO(&msrck_stream);

/* ---- rand() and random() ---------------------------------------------------------------------------------------- */

/*
 * What the C library keeps before the words of a state that is not in use: 5 * index + number of the generator. That is
 * how setstate() knows it again, so it is the same in every version.
 */
enum { GENERATORS = 5, USUAL_GENERATOR = 3 };
static const int degrees[GENERATORS] = { 1, 7, 15, 31, 63 };

/* A state to switch to while the program's own is looked at: the smallest there is. */
static int32_t spare_words[2];
/* What is in use after a resume. Static: the C library keeps a pointer to it for as long as the process runs. */
static int32_t resumed_words[1 + RANDOM_WORDS];

static void read_random(const int32_t *state, struct random_state *random)
{
    int generator = state[0] % GENERATORS;

    memset(random, 0, sizeof *random);
    random->degree = degrees[generator];
    random->index = state[0] / GENERATORS;
    memcpy(random->words, state + 1, (size_t)random->degree * sizeof random->words[0]);
}

static void take_random(struct random_state *random)
{
    char *own = initstate(1, (char *)spare_words, sizeof spare_words);

    read_random((const int32_t *)(const void *)own, random);
    setstate(own);
}

/* As it is in a process that has neither seeded nor asked for a number; so it need not be carried. */
static bool random_is_new(const struct random_state *random)
{
    int32_t state[1 + 31];
    struct random_data data;
    struct random_state fresh;

    memset(&data, 0, sizeof data);
    memset(state, 0, sizeof state);
    if (initstate_r(1, (char *)state, sizeof state, &data) != 0)
        return false;
    read_random(state, &fresh);
    return memcmp(random, &fresh, sizeof fresh) == 0;
}

static msrck_result set_random(const struct random_state *random, msrck_error *error)
{
    int generator = 0;

    while (generator < GENERATORS && degrees[generator] != random->degree)
        generator++;
    if (generator == GENERATORS || random->index < 0 || random->index >= random->degree)
        return msrck_fail(error, MSRCK_CORRUPT, "msrck.random: degree %d and index %d are none of the C library's",
                          random->degree, random->index);
    initstate(1, (char *)spare_words, sizeof spare_words);
    resumed_words[0] = generator == 0 ? 0 : random->index * GENERATORS + generator;
    memcpy(resumed_words + 1, random->words, sizeof random->words);
    setstate((char *)resumed_words);
    return MSRCK_OK;
}

/* ---- The drand48() family --------------------------------------------------------------------------------------- */

#define USUAL_MULTIPLIER UINT64_C(0x5deece66d)
#define USUAL_INCREMENT 0xb

static uint64_t joined(const unsigned short parts[3])
{
    return (uint64_t)parts[2] << 32 | (uint64_t)parts[1] << 16 | parts[0];
}

/*
 * Multiplier and increment have no way out but through numbers that are made with them; nrand48() makes these without
 * touching the program's sequence.
 */
static void take_drand48(struct drand48_state *state)
{
    unsigned short zero[3] = { 0, 0, 0 }, one[3] = { 1, 0, 0 }, all[7];

    memset(state, 0, sizeof *state);
    nrand48(zero);
    nrand48(one);
    state->increment = (uint16_t)joined(zero);
    state->multiplier = (joined(one) - joined(zero)) & ((UINT64_C(1) << 48) - 1);
    memset(zero, 0, sizeof zero);
    memcpy(all, seed48(zero), 3 * sizeof all[0]);
    state->next = joined(all);
    /* seed48() put the usual multiplier and increment in place. */
    for (int part = 0; part < 3; part++)
        all[3 + part] = (unsigned short)(state->multiplier >> 16 * part);
    all[6] = state->increment;
    lcong48(all);
}

static bool drand48_is_new(const struct drand48_state *state)
{
    return state->next == 0 && state->multiplier == USUAL_MULTIPLIER && state->increment == USUAL_INCREMENT;
}

static void set_drand48(const struct drand48_state *state)
{
    unsigned short all[7];

    for (int part = 0; part < 3; part++) {
        all[part] = (unsigned short)(state->next >> 16 * part);
        all[3 + part] = (unsigned short)(state->multiplier >> 16 * part);
    }
    all[6] = state->increment;
    lcong48(all);
}

/* ---- Variables -------------------------------------------------------------------------------------------------- */

enum { RANDOM, DRAND48, STRTOK, INPUT, OUTPUT, ERRORS, STATES };

static const struct {
    const char *name;
    const msrck_type *type;
    size_t offset; /* in struct library_state */
} states[STATES] = {
    { RESERVED_PREFIX "random", &random_type, offsetof(struct library_state, random) },
    { RESERVED_PREFIX "drand48", &drand48_type, offsetof(struct library_state, drand48) },
    { RESERVED_PREFIX "strtok", &text_type, offsetof(struct library_state, strtok) },
    { RESERVED_PREFIX "stdin", &stream_pointer_type, offsetof(struct library_state, standard) },
    { RESERVED_PREFIX "stdout", &stream_pointer_type, offsetof(struct library_state, standard) + sizeof(FILE *) },
    { RESERVED_PREFIX "stderr", &stream_pointer_type, offsetof(struct library_state, standard) + 2 * sizeof(FILE *) },
};

/* Registers or unregisters one of them, as it is used or not. */
static msrck_result keep(struct session *session, size_t state, bool used, msrck_error *error)
{
    struct session_variable *variable = msrck_session_find_variable(session, states[state].name);

    if (used == (variable != NULL))
        return MSRCK_OK;
    if (!used) {
        msrck_session_remove_variable(session, variable);
        return MSRCK_OK;
    }
    return msrck_session_add_variable(session, states[state].name, (char *)&session->library + states[state].offset,
                                      states[state].type, 1, error);
}

msrck_result msrck_library_look(struct session *session, msrck_error *error)
{
    struct library_state *library = &session->library;
    bool used[STATES];
    msrck_result result = MSRCK_OK;

    take_random(&library->random);
    take_drand48(&library->drand48);
    used[RANDOM] = !random_is_new(&library->random);
    used[DRAND48] = !drand48_is_new(&library->drand48);
    used[STRTOK] = library->strtok != NULL;
    for (size_t s = 0; s < 3; s++)
        used[INPUT + s] = library->standard[s] != NULL;
    for (size_t s = 0; s < STATES && result == MSRCK_OK; s++)
        result = keep(session, s, used[s], error);
    return result;
}

msrck_result msrck_library_expect(struct session *session, const struct metadata *metadata, msrck_error *error)
{
    msrck_result result = MSRCK_OK;

    for (size_t v = 0; v < metadata->variable_count; v++)
        for (size_t s = 0; s < STATES && result == MSRCK_OK; s++)
            if (strcmp(metadata->variables[v].name, states[s].name) == 0)
                result = keep(session, s, true, error);
    return result;
}

msrck_result msrck_library_set(struct session *session, msrck_error *error)
{
    if (msrck_session_find_variable(session, states[DRAND48].name) != NULL)
        set_drand48(&session->library.drand48);
    if (msrck_session_find_variable(session, states[RANDOM].name) != NULL)
        return set_random(&session->library.random, error);
    return MSRCK_OK;
}

/* ---- strtok() --------------------------------------------------------------------------------------------------- */

char *msrck_strtok(char *text, const char *separators)
{
    return strtok_r(text, separators, &msrck_the_session.library.strtok);
}
