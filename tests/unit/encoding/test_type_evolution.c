/* SPDX-License-Identifier: MIT */
/* A checkpoint of an older version of the program, which is old_program.c, is restored into this one. */
#include "old_program.h"
#include "row_fixture.h"

/* ---- The types as they are now ---- */

enum currency { YEN = 10, EURO = 20, DOLLAR = 30, FRANC };
enum { KIND_PLAIN, KIND_JOINT, KIND_SHARED };
struct person {
    struct person *partner;
    long age;
    bool known;
    char name[6];
};
union holder {
    int number;
    char shared[40];
    struct person single;
};

struct account {
    void *owner;
    double interest;
    long balance;
    long long rate;
    enum currency currency;
    int history[5];
    int flags;
    struct person people[3];
    int limit;
    double minimum;
    int kind;
    union holder holder;
    char last;
};

static const int default_limit = 1000;
static const bool default_known = true;

extern const msrck_type currency_type, person_type, holder_type, account_type;
MSRCK_ENUM(currency_type, enum currency, MSRCK_ENUMERATOR(YEN), MSRCK_ENUMERATOR(EURO), MSRCK_ENUMERATOR(DOLLAR),
           MSRCK_ENUMERATOR(FRANC));
MSRCK_STRUCT(person_type, struct person, MSRCK_FIELD(struct person, partner, MSRCK_POINTER(&person_type)),
             MSRCK_FIELD(struct person, age, &msrck_long),
             MSRCK_FIELD_DEFAULT(struct person, known, &msrck_bool, &default_known),
             MSRCK_FIELD(struct person, name, MSRCK_ARRAY(&msrck_char, 6)));
MSRCK_UNION(holder_type, union holder, MSRCK_MEMBER(union holder, number, &msrck_int, KIND_PLAIN),
            MSRCK_MEMBER(union holder, shared, MSRCK_ARRAY(&msrck_char, 40), KIND_SHARED),
            MSRCK_MEMBER(union holder, single, &person_type, KIND_JOINT));
MSRCK_STRUCT(account_type, struct account, MSRCK_FIELD(struct account, owner, MSRCK_POINTER(&msrck_void)),
             MSRCK_FIELD(struct account, interest, &msrck_double), MSRCK_FIELD(struct account, balance, &msrck_long),
             MSRCK_FIELD(struct account, rate, &msrck_llong), MSRCK_FIELD(struct account, currency, &currency_type),
             MSRCK_FIELD(struct account, history, MSRCK_ARRAY(&msrck_int, 5)),
             MSRCK_FIELD_RENAMED(struct account, flags, &msrck_int, "old_flags"),
             MSRCK_FIELD(struct account, people, MSRCK_ARRAY(&person_type, 3)),
             MSRCK_FIELD_DEFAULT(struct account, limit, &msrck_int, &default_limit),
             MSRCK_FIELD(struct account, minimum, &msrck_double), MSRCK_FIELD(struct account, kind, &msrck_int),
             MSRCK_TAGGED(struct account, holder, &holder_type, kind), MSRCK_FIELD(struct account, last, &msrck_char));

struct evolution {
    struct ti_table *old_table, *table;
    uint32_t old_id, id;
    struct row_encoder *encoder;
    struct row_decoder *decoder;
    struct arena arena;
    unsigned char rows[32768];
};

static void begin(struct evolution *e, const msrck_type *old, const msrck_type *now)
{
    msrck_error error = MSRCK_ERROR_INIT;

    memset(e, 0, sizeof *e);
    e->old_table = table_of(old, &e->old_id);
    e->table = table_of(now, &e->id);
    cr_assert_eq(msrck_row_encoder_new(e->old_table, e->old_id, 8, &e->encoder, &error), MSRCK_OK, "%s", error.message);
    cr_assert_eq(msrck_row_decoder_new(e->old_table, e->old_id, e->table, e->id, 8, &e->decoder, &error), MSRCK_OK,
                 "%s", error.message);
    cr_assert_eq(msrck_row_encoder_width(e->encoder), msrck_row_decoder_width(e->decoder));
}

static void end(struct evolution *e)
{
    msrck_row_encoder_free(e->encoder);
    msrck_row_decoder_free(e->decoder);
    msrck_ti_free(e->old_table);
    msrck_ti_free(e->table);
}

static void check_person(const struct person *person, long age, const char *name, const void *partner)
{
    cr_assert_eq(person->age, age);
    cr_assert_str_eq(person->name, name);
    cr_assert_eq(person->partner, partner);
    cr_assert(person->known, "the default");
}

static void check_account(const struct account *a, const void *link)
{
    cr_assert_eq(a->owner, link);
    cr_assert(a->interest == (double)0.1F);
    cr_assert_eq(a->balance, -12);
    cr_assert_eq(a->rate, 4000000000);
    cr_assert_eq(a->currency, YEN);
    cr_assert(a->history[0] == 1 && a->history[1] == 0 && a->history[2] == 3 && a->history[3] == 0 &&
              a->history[4] == 0);
    cr_assert_eq(a->flags, 9);
    check_person(&a->people[0], 30, "", NULL);
    check_person(&a->people[1], 31, "Ann", link);
    cr_assert_eq(a->people[2].age, 0);
    cr_assert_eq(a->limit, 1000);
    cr_assert(a->minimum == 0);
    cr_assert_eq(a->kind, KIND_JOINT);
    check_person(&a->holder.single, 50, "", link);
    cr_assert_eq(a->last, 'z');
}

Test(type_evolution, fields_find_their_places_by_name)
{
    static struct evolution e;
    static struct account accounts[300];
    unsigned char *old = calloc(300, old_account_size);
    struct row_translator t;
    struct row_resolver r;
    msrck_error error = MSRCK_ERROR_INIT;

    begin(&e, &old_account_type, &account_type);
    t = arena_translator(&e.arena, false);
    r = arena_resolver(&e.arena, true);
    for (size_t count = 1; count <= 80; count += 79) {
        memset(accounts, 0, sizeof accounts);
        for (size_t i = 0; i < count; i++)
            fill_old_account(old + i * old_account_size, e.arena.bytes + i + 1);
        cr_assert_eq(msrck_encode_rows(e.encoder, old, old_account_size, count, e.rows, &t, NULL, &error), MSRCK_OK,
                     "%s", error.message);
        cr_assert_eq(msrck_decode_rows(e.decoder, e.rows, count, accounts, sizeof *accounts, &r, NULL, &error),
                     MSRCK_OK, "%s", error.message);
        for (size_t i = 0; i < count; i++)
            check_account(&accounts[i], e.arena.bytes + i + 1);
    }
    free(old);
    end(&e);
}

/* Leaves of the old struct, in order, and what they became; UINT64_MAX where they are gone. */
Test(type_evolution, leaves_are_mapped_one_by_one)
{
    static const uint64_t expected[] = { 2, 3, 1, UINT64_MAX, UINT64_MAX, 4, 5, 6, 7,
                                         /* people[0]: age, name, partner; people[1] */
                                         12, 14, 15, 16, 17, 11, 21, 23, 24, 25, 26, 20, 10, 40,
                                         /* holder: as person or as number, which disagree about the first place */
                                         UINT64_MAX, 44, 45, 46, 47, 41, 0, 81 };
    static struct evolution e;

    begin(&e, &old_account_type, &account_type);
    cr_assert_not(msrck_row_decoder_same_leaves(e.decoder));
    cr_assert_eq(msrck_ti_get(e.old_table, e.old_id)->leaves, sizeof expected / sizeof expected[0]);
    for (uint64_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        uint64_t leaf = UINT64_MAX;
        bool known = msrck_row_decoder_leaf(e.decoder, i, &leaf);

        cr_expect_eq(known, expected[i] != UINT64_MAX, "leaf %d", (int)i);
        cr_expect(!known || leaf == expected[i], "leaf %d became %d", (int)i, (int)leaf);
    }
    end(&e);
}

/* ---- Values that may not fit ---- */

enum colour { RED = 5, GREEN = 6 };
union shape {
    int square;
};

struct change {
    short narrower;
    unsigned sign;
    long long wide;
    float real;
    int character;
    unsigned bits : 3;
    enum colour colour;
    bool flag;
    int kind;
    union shape shape;
};

extern const msrck_type colour_type, shape_type, change_type;
MSRCK_ENUM(colour_type, enum colour, MSRCK_ENUMERATOR(RED), MSRCK_ENUMERATOR(GREEN));
MSRCK_UNION(shape_type, union shape, MSRCK_MEMBER(union shape, square, &msrck_int, 1));
MSRCK_BITS_ACCESS(struct change, change, bits)
MSRCK_STRUCT(change_type, struct change, MSRCK_FIELD(struct change, narrower, &msrck_short),
             MSRCK_FIELD(struct change, sign, &msrck_uint), MSRCK_FIELD(struct change, wide, &msrck_llong),
             MSRCK_FIELD(struct change, real, &msrck_float), MSRCK_FIELD(struct change, character, &msrck_int),
             MSRCK_BITS(struct change, change, bits, &msrck_uint, 3), MSRCK_FIELD(struct change, colour, &colour_type),
             MSRCK_FIELD(struct change, flag, &msrck_bool), MSRCK_FIELD(struct change, kind, &msrck_int),
             MSRCK_TAGGED(struct change, shape, &shape_type, kind));

Test(type_evolution, values_are_narrowed_exactly_or_refused)
{
    static const char *const messages[CHANGE_CASES] = {
        [CHANGE_LONG] = ".narrower: 5000000000 does not fit in 16-bit short",
        [CHANGE_SIGN] = ".sign: -1 does not fit in 32-bit unsigned int",
        [CHANGE_UNSIGNED] = ".wide: 18446744073709551615 does not fit in 64-bit long long",
        [CHANGE_DOUBLE] = ".real: 0.10000000000000001 is not exact in 32-bit float",
        [CHANGE_CHAR] = ".character: character 0xe9 is another number on machines whose char has another sign",
        [CHANGE_BITS] = ".bits: 8 does not fit in 3 bits of unsigned int",
        [CHANGE_COLOUR] = ".colour: the program's enum colour has no enumerator BLUE",
        [CHANGE_NO_COLOUR] = ".colour: 40 is no enumerator of enum colour, whose numbers have changed",
        [CHANGE_FLAG] = ".flag: 2 does not fit in 8-bit _Bool",
        [CHANGE_MEMBER] = ".shape: the program's union shape has no member circle"
    };
    static struct evolution e;
    static struct change changes[300];
    unsigned char *old = calloc(300, old_change_size);

    begin(&e, &old_change_type, &change_type);
    for (int which = CHANGE_FITS; which < CHANGE_CASES; which++) {
        msrck_error error = MSRCK_ERROR_INIT;
        uint64_t failed = 0;

        for (int i = 0; i < 290; i++)
            fill_old_change(old + (size_t)i * old_change_size, i == 277 ? (enum change_case)which : CHANGE_FITS);
        memset(changes, 0, sizeof changes);
        cr_assert_eq(msrck_encode_rows(e.encoder, old, old_change_size, 290, e.rows, NULL, NULL, &error), MSRCK_OK,
                     "%s", error.message);
        if (which != CHANGE_FITS) {
            cr_expect_eq(msrck_decode_rows(e.decoder, e.rows, 290, changes, sizeof *changes, NULL, &failed, &error),
                         MSRCK_DOES_NOT_FIT);
            cr_expect_str_eq(error.message, messages[which]);
            cr_expect_eq(failed, 277);
            continue;
        }
        cr_assert_eq(msrck_decode_rows(e.decoder, e.rows, 290, changes, sizeof *changes, NULL, NULL, &error), MSRCK_OK,
                     "%s", error.message);
        for (int i = 0; i < 290; i++)
            cr_assert(changes[i].narrower == -32768 && changes[i].sign == 7 && changes[i].wide == 0x7fffffffffffffff &&
                      changes[i].real == 0.5F && changes[i].character == 'a' && changes[i].bits == 7 &&
                      changes[i].colour == GREEN && changes[i].flag && changes[i].shape.square == 6);
    }
    free(old);
    end(&e);
}

/* ---- Types that never match ---- */

struct renamed_since {
    int x;
};
struct r1 {
    int x;
};
struct r2 {
    struct r1 x[3];
};
struct r3 {
    struct r2 *x;
};
struct r4 {
    struct renamed_since x;
};
struct r5 {
    struct r1 x;
};
struct r6 {
    struct r1 x[2];
};
struct r7 {
    long x;
};
struct r8 {
    int size;
    int x[4];
};

extern const msrck_type renamed_type, now_r1, now_r2, now_r3, now_r4, now_r5, now_r6, now_r7, now_r8;
MSRCK_STRUCT(renamed_type, struct renamed_since, MSRCK_FIELD(struct renamed_since, x, &msrck_int));
MSRCK_STRUCT(now_r1, struct r1, MSRCK_FIELD(struct r1, x, &msrck_int));
MSRCK_STRUCT(now_r2, struct r2, MSRCK_FIELD(struct r2, x, MSRCK_ARRAY(&now_r1, 3)));
MSRCK_STRUCT(now_r3, struct r3, MSRCK_FIELD(struct r3, x, MSRCK_POINTER(&now_r2)));
MSRCK_STRUCT(now_r4, struct r4, MSRCK_FIELD(struct r4, x, &renamed_type));
MSRCK_STRUCT(now_r5, struct r5, MSRCK_FIELD(struct r5, x, &now_r1));
MSRCK_STRUCT(now_r6, struct r6, MSRCK_FIELD(struct r6, x, MSRCK_ARRAY(&now_r1, 2)));
MSRCK_STRUCT(now_r7, struct r7, MSRCK_FIELD(struct r7, x, &msrck_long));
MSRCK_STRUCT(now_r8, struct r8, MSRCK_FIELD(struct r8, size, &msrck_int),
             MSRCK_FIELD(struct r8, x, MSRCK_ARRAY(&msrck_int, 4)));

Test(type_evolution, types_that_cannot_match_are_refused_with_their_path)
{
    static const struct {
        const msrck_type *now;
        const char *message;
    } cases[] = { { &now_r1, "struct r1.x: double cannot become int" },
                  { &now_r2, "struct r2.x[]: int cannot become struct r1" },
                  { &now_r3, "struct r3.x: struct r1 * cannot become struct r2 *" },
                  { &now_r4, "struct r4.x: struct renamed_before cannot become struct renamed_since" },
                  { &now_r5, "struct r5.x.x: double cannot become int" },
                  { &now_r6, "struct r6.x[].x: double cannot become int" },
                  { &now_r7, NULL },
                  { &now_r8, "struct r8.x: only one of checkpoint and program has a flexible array member" } };

    cr_assert_eq(old_refused_count, sizeof cases / sizeof cases[0]);
    for (size_t i = 0; i < old_refused_count; i++) {
        uint32_t old_id, id;
        struct ti_table *old_table = table_of(old_refused[i], &old_id), *table = table_of(cases[i].now, &id);
        struct row_decoder *decoder;
        msrck_error error = MSRCK_ERROR_INIT;

        cr_expect_eq(msrck_row_decoder_new(old_table, old_id, table, id, 8, &decoder, &error), MSRCK_DOES_NOT_FIT,
                     "case %zu", i);
        cr_expect_null(decoder);
        if (cases[i].message != NULL)
            cr_expect_str_eq(error.message, cases[i].message);
        msrck_ti_free(old_table);
        msrck_ti_free(table);
    }
}
