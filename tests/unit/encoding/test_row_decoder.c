/* SPDX-License-Identifier: MIT */
/* Rows that were encoded come back as they were; rows that nothing encodes are refused. */
#include "row_fixture.h"

/* ---- A struct with a bit of everything ---- */

enum shape { POINT, CIRCLE = 7, POLYGON = 300 };
struct circle {
    double radius;
    struct mixture *centre;
};
struct polygon {
    unsigned corners;
    short angles[3];
    bool closed;
};
union outline {
    struct circle circle;
    struct polygon polygon;
    long point;
};
struct inner {
    unsigned char tag;
    long double precise;
    char name[5];
};

struct mixture {
    enum shape shape;
    bool ready;
    union outline outline;
    long numbers[7];
    struct mixture *next[2];
    int (*action)(void);
    int low : 5;
    unsigned high : 11;
    float factor;
    int cache;
    union {
        int64_t whole;
        float part[2];
    };
    unsigned char which;
    struct inner inner[4];
};

extern const msrck_type shape_type, circle_type, polygon_type, outline_type, inner_type, mixture_type, part_type;
MSRCK_ENUM(shape_type, enum shape, MSRCK_ENUMERATOR(POINT), MSRCK_ENUMERATOR(CIRCLE), MSRCK_ENUMERATOR(POLYGON));
MSRCK_STRUCT(circle_type, struct circle, MSRCK_FIELD(struct circle, radius, &msrck_double),
             MSRCK_FIELD(struct circle, centre, MSRCK_POINTER(&mixture_type)));
MSRCK_STRUCT(polygon_type, struct polygon, MSRCK_FIELD(struct polygon, corners, &msrck_uint),
             MSRCK_FIELD(struct polygon, angles, MSRCK_ARRAY(&msrck_short, 3)),
             MSRCK_FIELD(struct polygon, closed, &msrck_bool));
MSRCK_UNION(outline_type, union outline, MSRCK_MEMBER(union outline, circle, &circle_type, CIRCLE),
            MSRCK_MEMBER(union outline, polygon, &polygon_type, POLYGON),
            MSRCK_MEMBER(union outline, point, &msrck_long, POINT));
MSRCK_STRUCT(inner_type, struct inner, MSRCK_FIELD(struct inner, tag, &msrck_uchar),
             MSRCK_FIELD(struct inner, precise, &msrck_ldouble),
             MSRCK_FIELD(struct inner, name, MSRCK_ARRAY(&msrck_char, 5)));
MSRCK_BITS_ACCESS(struct mixture, mixture, low)
MSRCK_BITS_ACCESS(struct mixture, mixture, high)
MSRCK_ANONYMOUS_UNION(part_type, "union mixture.part", MSRCK_ANONYMOUS_MEMBER(struct mixture, whole, &msrck_int64, 1),
                      MSRCK_ANONYMOUS_MEMBER(struct mixture, part, MSRCK_ARRAY(&msrck_float, 2), 2));
MSRCK_STRUCT(
    mixture_type, struct mixture, MSRCK_FIELD(struct mixture, shape, &shape_type),
    MSRCK_FIELD(struct mixture, ready, &msrck_bool), MSRCK_TAGGED(struct mixture, outline, &outline_type, shape),
    MSRCK_FIELD(struct mixture, numbers, MSRCK_ARRAY(&msrck_long, 7)),
    MSRCK_FIELD(struct mixture, next, MSRCK_ARRAY(MSRCK_POINTER(&mixture_type), 2)),
    MSRCK_FIELD(struct mixture, action, &msrck_function), MSRCK_BITS(struct mixture, mixture, low, &msrck_int, 5),
    MSRCK_BITS(struct mixture, mixture, high, &msrck_uint, 11), MSRCK_FIELD(struct mixture, factor, &msrck_float),
    MSRCK_FIELD_SKIPPED(struct mixture, cache), MSRCK_TAGGED_ANONYMOUS(struct mixture, whole, &part_type, which),
    MSRCK_FIELD(struct mixture, which, &msrck_uchar), MSRCK_FIELD(struct mixture, inner, MSRCK_ARRAY(&inner_type, 4)));

struct mixtures {
    struct ti_table *table;
    uint32_t id;
    struct row_encoder *encoder;
    struct row_decoder *decoder;
    struct arena arena;
    size_t width;
};

static void begin(struct mixtures *m, unsigned pointer_width)
{
    msrck_error error = MSRCK_ERROR_INIT;

    memset(m, 0, sizeof *m);
    m->table = table_of(&mixture_type, &m->id);
    cr_assert_eq(msrck_row_encoder_new(m->table, m->id, pointer_width, &m->encoder, &error), MSRCK_OK, "%s",
                 error.message);
    cr_assert_eq(msrck_row_decoder_new(m->table, m->id, m->table, m->id, pointer_width, &m->decoder, &error), MSRCK_OK,
                 "%s", error.message);
    m->width = (size_t)msrck_row_encoder_width(m->encoder);
    cr_assert_eq(m->width, msrck_row_decoder_width(m->decoder));
    cr_assert_eq(m->width, msrck_ti_get(m->table, m->id)->row_width[pointer_width == 8]);
}

static void end(struct mixtures *m)
{
    msrck_row_encoder_free(m->encoder);
    msrck_row_decoder_free(m->decoder);
    msrck_ti_free(m->table);
}

static unsigned next_random(unsigned *state)
{
    *state = *state * 1103515245u + 12345u;
    return *state >> 8;
}

static void *random_pointer(struct arena *arena, unsigned *state)
{
    return next_random(state) % 4 == 0 ? NULL : arena->bytes + next_random(state) % sizeof arena->bytes;
}

static void randomise(struct mixture *x, struct arena *arena, unsigned *state)
{
    memset(x, 0, sizeof *x);
    x->ready = next_random(state) & 1;
    for (unsigned i = 0; i < 4; i++) {
        x->inner[i].tag = (unsigned char)next_random(state);
        x->inner[i].precise = (long double)(int)next_random(state) / 1024;
        for (unsigned k = 0; k < 5; k++)
            x->inner[i].name[k] = (char)next_random(state);
    }
    switch (next_random(state) % 4) {
    case 0:
        x->shape = CIRCLE;
        x->outline.circle.radius = next_random(state) / 7.0;
        x->outline.circle.centre = random_pointer(arena, state);
        break;
    case 1:
        x->shape = POLYGON;
        x->outline.polygon.corners = next_random(state);
        for (unsigned i = 0; i < 3; i++)
            x->outline.polygon.angles[i] = (short)next_random(state);
        x->outline.polygon.closed = next_random(state) & 1;
        break;
    case 2:
        x->shape = POINT;
        x->outline.point = -(long)next_random(state);
        break;
    default:
        x->shape = (enum shape)55; /* no member is active: its bytes mean nothing */
    }
    for (unsigned i = 0; i < 7; i++)
        x->numbers[i] = (long)next_random(state) - 5000;
    x->next[0] = random_pointer(arena, state);
    x->next[1] = random_pointer(arena, state);
    x->action = next_random(state) % 3 == 0 ? NULL : next_random(state) & 1 ? first_function : second_function;
    msrck_set_mixture_low(x, (long long)(next_random(state) % 32) - 16);
    x->high = next_random(state) & 0x7ff;
    x->factor = (float)next_random(state) / 3;
    x->which = (unsigned char)(next_random(state) % 3);
    if (x->which == 1)
        x->whole = -(int64_t)next_random(state) * 77777;
    if (x->which == 2)
        x->part[1] = (float)next_random(state);
}

#define ELEMENTS 700u

Test(row_decoder, random_elements_survive)
{
    static struct mixture before[ELEMENTS], after[ELEMENTS];
    static struct mixtures m;
    unsigned state = 1;

    for (unsigned pass = 0; pass < 8; pass++) {
        unsigned char *rows;
        struct row_translator t;
        struct row_resolver r;
        msrck_error error = MSRCK_ERROR_INIT;
        unsigned count = pass < 4 ? pass + 1 : ELEMENTS;

        begin(&m, pass % 2 == 0 ? 4 : 8);
        t = arena_translator(&m.arena, pass % 4 >= 2);
        r = arena_resolver(&m.arena, pass % 4 >= 2);
        rows = malloc(m.width * count);
        for (unsigned i = 0; i < count; i++)
            randomise(&before[i], &m.arena, &state);
        memset(after, 0, sizeof after);
        cr_assert_eq(msrck_encode_rows(m.encoder, before, sizeof *before, count, rows, &t, NULL, &error), MSRCK_OK,
                     "%s", error.message);
        cr_assert_eq(msrck_decode_rows(m.decoder, rows, count, after, sizeof *after, &r, NULL, &error), MSRCK_OK, "%s",
                     error.message);
        for (unsigned i = 0; i < count; i++)
            cr_assert(memcmp(&before[i], &after[i], sizeof *before) == 0, "pass %u, element %u", pass, i);
        free(rows);
        end(&m);
    }
}

Test(row_decoder, leaves_of_one_type_are_the_same)
{
    static struct mixtures m;
    uint64_t leaf;

    begin(&m, 8);
    cr_assert(msrck_row_decoder_same_leaves(m.decoder));
    cr_assert(msrck_row_decoder_leaf(m.decoder, 5, &leaf));
    cr_assert_eq(leaf, 5);
    cr_assert_not(msrck_row_decoder_leaf(m.decoder, msrck_ti_get(m.table, m.id)->leaves, &leaf));
    end(&m);
}

/* ---- Rows that nobody encoded ---- */

static void check_refused(struct mixtures *m, size_t offset, const char *bytes, size_t length, msrck_result expected,
                          const char *message)
{
    static struct mixture element[3];
    unsigned char *rows = calloc(3, m->width);
    struct row_resolver r = arena_resolver(&m->arena, true);
    msrck_error error = MSRCK_ERROR_INIT;
    uint64_t failed = 0;

    memset(element, 0, sizeof element);
    memcpy(rows + m->width + offset, bytes, length);
    cr_expect_eq(msrck_decode_rows(m->decoder, rows, 3, element, sizeof *element, &r, &failed, &error), expected, "%s",
                 message);
    cr_expect_str_eq(error.message, message);
    cr_expect_eq(failed, 1);
    free(rows);
}

Test(row_decoder, impossible_rows_are_refused_with_their_place)
{
    static struct mixtures m;
    size_t outline = 4 + 1, inner = outline + 20 + 56 + 16 + 8 + 4 + 4 + 4 + 12 + 1;

    begin(&m, 8);
    check_refused(&m, 4, "\x02", 1, MSRCK_CORRUPT, ".ready: 2 is no _Bool");
    check_refused(&m, outline, "\0\0\0\x04", 4, MSRCK_CORRUPT, ".outline: union outline has no member 4");
    check_refused(&m, outline, "\0\0\0\x02\0\0\0\0\0\0\0\0\0\0\x07", 15, MSRCK_CORRUPT,
                  ".outline.polygon.closed: 7 is no _Bool");
    check_refused(&m, outline, "\0\0\0\x02", 4, MSRCK_DOES_NOT_FIT,
                  ".outline: member polygon is not what the program's shape stands for");
    check_refused(&m, outline, "\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x07", 20, MSRCK_CORRUPT,
                  ".outline.circle.centre: address outside");
    check_refused(&m, outline + 20 + 56 + 8, "\0\0\0\0\0\0\0\x07", 8, MSRCK_CORRUPT, ".next[1]: address outside");
    check_refused(&m, outline + 20 + 56 + 16 + 8, "\0\0\0\x10", 4, MSRCK_DOES_NOT_FIT,
                  ".low: 16 does not fit in 5 bits of int");
    check_refused(&m, outline + 20 + 56 + 16 + 12, "\0\0\x08\x00", 4, MSRCK_DOES_NOT_FIT,
                  ".high: 2048 does not fit in 11 bits of unsigned int");
    if (sizeof(long double) == 16 && __LDBL_MANT_DIG__ == 64)
        check_refused(&m, inner + 22 + 1, "\x3f\xff\0\0\0\0\0\0\0\0\0\0\0\0\0\x01", 16, MSRCK_DOES_NOT_FIT,
                      ".inner[1].precise: long double value is not exact in 80-bit long double");
    end(&m);
}

Test(row_decoder, random_rows_never_do_more_than_fail)
{
    static struct mixture elements[40];
    static struct mixtures m;
    unsigned state = 5;
    unsigned char *rows;

    begin(&m, 4);
    rows = malloc(40 * m.width);
    for (unsigned pass = 0; pass < 2000; pass++) {
        struct row_resolver r = arena_resolver(&m.arena, pass & 1);
        msrck_error error = MSRCK_ERROR_INIT;
        uint64_t failed = 0;

        memset(elements, 0, sizeof elements);
        memset(rows, 0, 40 * m.width);
        for (unsigned i = 0; i < 1 + pass % 50; i++)
            rows[next_random(&state) % (40 * m.width)] = (unsigned char)next_random(&state);
        if (msrck_decode_rows(m.decoder, rows, 40, elements, sizeof *elements, &r, &failed, &error) != MSRCK_OK) {
            cr_assert_lt(failed, 40);
            cr_assert(error.message[0] == '.' || strncmp(error.message, "union mixture.part ", 19) == 0, "%s",
                      error.message);
        }
    }
    free(rows);
    end(&m);
}

/* ---- Where this machine is narrower than a row ---- */

struct counters {
    long n[40];
    size_t size;
};

extern const msrck_type counters_type;
MSRCK_STRUCT(counters_type, struct counters, MSRCK_FIELD(struct counters, n, MSRCK_ARRAY(&msrck_long, 40)),
             MSRCK_FIELD(struct counters, size, &msrck_size));

Test(row_decoder, a_long_of_this_machine_is_exact_or_refused)
{
    uint32_t id;
    struct ti_table *table = table_of(&counters_type, &id);
    struct row_decoder *decoder;
    struct counters counters;
    unsigned char row[41 * 8] = { 0 };
    msrck_error error = MSRCK_ERROR_INIT;
    msrck_result result;

    memset(&counters, 0, sizeof counters);
    memset(row, 0xff, 8); /* -1 */
    row[8 * 37 + 3] = 1;  /* 5000000000 = 1 * 2^32 + 705032704 */
    row[8 * 37 + 4] = 0x2a, row[8 * 37 + 5] = 0x05, row[8 * 37 + 6] = 0xf2;
    row[8 * 40 + 4] = 0xff; /* 0xff000000: fits every size_t */
    cr_assert_eq(msrck_row_decoder_new(table, id, table, id, 8, &decoder, NULL), MSRCK_OK);
    result = msrck_decode_rows(decoder, row, 1, &counters, sizeof counters, NULL, NULL, &error);
    if (sizeof(long) == 8) {
        cr_assert_eq(result, MSRCK_OK, "%s", error.message);
        cr_assert_eq(counters.n[0], -1);
        cr_assert_eq((long long)counters.n[37], 5000000000LL);
    } else {
        cr_assert_eq(result, MSRCK_DOES_NOT_FIT);
        cr_assert_str_eq(error.message, ".n[37]: 5000000000 does not fit in 32-bit long");
        row[8 * 37 + 3] = 0;
        cr_assert_eq(msrck_decode_rows(decoder, row, 1, &counters, sizeof counters, NULL, NULL, NULL), MSRCK_OK);
        cr_assert_eq(counters.n[0], -1);
        cr_assert_eq(counters.n[37], 705032704);
    }
    if (result == MSRCK_OK || sizeof(long) == 4)
        cr_assert_eq(counters.size, 0xff000000u);
    msrck_row_decoder_free(decoder);
    msrck_ti_free(table);
}

/* ---- Plain arrays ---- */

Test(row_decoder, long_arrays_of_scalars_survive)
{
    static const msrck_type *const types[] = { &msrck_char, &msrck_short, &msrck_int, &msrck_double, &msrck_bool };
    static unsigned char before[8 * 5000], after[8 * 5000], rows[8 * 5000];

    for (size_t k = 0; k < sizeof types / sizeof types[0]; k++) {
        uint32_t id;
        struct ti_table *table = table_of(types[k], &id);
        struct row_encoder *encoder;
        struct row_decoder *decoder;

        for (size_t i = 0; i < sizeof before; i++)
            before[i] = types[k] == &msrck_bool ? i % 3 == 0 : (unsigned char)(i * 13);
        memset(after, 0, sizeof after);
        cr_assert_eq(msrck_row_encoder_new(table, id, 8, &encoder, NULL), MSRCK_OK);
        cr_assert_eq(msrck_row_decoder_new(table, id, table, id, 8, &decoder, NULL), MSRCK_OK);
        cr_assert_eq(msrck_encode_rows(encoder, before, types[k]->size, 4999, rows, NULL, NULL, NULL), MSRCK_OK);
        cr_assert_eq(msrck_decode_rows(decoder, rows, 4999, after, types[k]->size, NULL, NULL, NULL), MSRCK_OK);
        cr_assert(memcmp(before, after, 4999 * types[k]->size) == 0, "%s", types[k]->name);
        cr_assert_eq(after[4999 * types[k]->size], 0);
        msrck_row_encoder_free(encoder);
        msrck_row_decoder_free(decoder);
        msrck_ti_free(table);
    }
}
