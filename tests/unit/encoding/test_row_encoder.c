/* SPDX-License-Identifier: MIT */
#include "row_fixture.h"

#include <complex.h>
#include <time.h>
#include <uchar.h>
#include <wchar.h>

#include "../refusing_handlers.h"

/* ---- Every scalar ---- */

struct scalars {
    bool b;
    char c;
    signed char sc;
    unsigned char uc;
    short s;
    unsigned short us;
    int i;
    unsigned u;
    long l;
    unsigned long ul;
    long long ll;
    unsigned long long ull;
    float f;
    double d;
    long double ld;
    wchar_t w;
    char16_t c16;
    char32_t c32;
    size_t size;
    ptrdiff_t difference;
    time_t time;
    double complex z;
};

extern const msrck_type scalars_type;
MSRCK_STRUCT(scalars_type, struct scalars, MSRCK_FIELD(struct scalars, b, &msrck_bool),
             MSRCK_FIELD(struct scalars, c, &msrck_char), MSRCK_FIELD(struct scalars, sc, &msrck_schar),
             MSRCK_FIELD(struct scalars, uc, &msrck_uchar), MSRCK_FIELD(struct scalars, s, &msrck_short),
             MSRCK_FIELD(struct scalars, us, &msrck_ushort), MSRCK_FIELD(struct scalars, i, &msrck_int),
             MSRCK_FIELD(struct scalars, u, &msrck_uint), MSRCK_FIELD(struct scalars, l, &msrck_long),
             MSRCK_FIELD(struct scalars, ul, &msrck_ulong), MSRCK_FIELD(struct scalars, ll, &msrck_llong),
             MSRCK_FIELD(struct scalars, ull, &msrck_ullong), MSRCK_FIELD(struct scalars, f, &msrck_float),
             MSRCK_FIELD(struct scalars, d, &msrck_double), MSRCK_FIELD(struct scalars, ld, &msrck_ldouble),
             MSRCK_FIELD(struct scalars, w, &msrck_wchar), MSRCK_FIELD(struct scalars, c16, &msrck_char16),
             MSRCK_FIELD(struct scalars, c32, &msrck_char32), MSRCK_FIELD(struct scalars, size, &msrck_size),
             MSRCK_FIELD(struct scalars, difference, &msrck_ptrdiff), MSRCK_FIELD(struct scalars, time, &msrck_time),
             MSRCK_FIELD(struct scalars, z, &msrck_cdouble));

static const char scalars_row[] = "01"
                                  "e9"
                                  "fe"
                                  "fd"
                                  "fffd"
                                  "fffc"
                                  "fffffffb"
                                  "fffffffa"
                                  "fffffffffffffff9"
                                  "00000000fffffff8"
                                  "fffffffffffffff7"
                                  "fffffffffffffff6"
                                  "3fc00000"
                                  "c004000000000000"
                                  "bfffc000000000000000000000000000"
                                  "0001f600"
                                  "20ac"
                                  "0001f4a9"
                                  "0000000080000000"
                                  "fffffffffffffffe"
                                  "0000000065920080"
                                  "3ff0000000000000"
                                  "c000000000000000";

static void fill_scalars(struct scalars *s)
{
    memset(s, 0, sizeof *s);
    s->b = true;
    s->c = (char)0xe9;
    s->sc = -2;
    s->uc = 0xfd;
    s->s = -3;
    s->us = 0xfffc;
    s->i = -5;
    s->u = 0xfffffffa;
    s->l = -7;
    s->ul = 0xfffffff8;
    s->ll = -9;
    s->ull = (unsigned long long)-10;
    s->f = 1.5F;
    s->d = -2.5;
    s->ld = -1.75L;
    s->w = 0x1f600;
    s->c16 = 0x20ac;
    s->c32 = 0x1f4a9;
    s->size = 0x80000000u;
    s->difference = -2;
    s->time = 0x65920080;
    s->z = 1 - 2 * I;
}

Test(row_encoder, every_scalar_has_its_canonical_bytes)
{
    uint32_t id;
    struct ti_table *table = table_of(&scalars_type, &id);
    struct row_encoder *encoder;
    struct scalars elements[3];
    unsigned char rows[3 * 256];
    size_t width = (sizeof scalars_row - 1) / 2;

    cr_assert_eq(msrck_row_encoder_new(table, id, 8, &encoder, NULL), MSRCK_OK);
    cr_assert_eq(msrck_row_encoder_width(encoder), width);
    for (unsigned i = 0; i < 3; i++)
        fill_scalars(&elements[i]);
    cr_assert_eq(msrck_encode_rows(encoder, elements, sizeof elements[0], 3, rows, NULL, NULL, NULL), MSRCK_OK);
    for (unsigned i = 0; i < 3; i++) {
        char *text = hex(rows + i * width, width);

        cr_assert_str_eq(text, scalars_row);
        free(text);
    }
    msrck_row_encoder_free(encoder);
    msrck_ti_free(table);
}

/* ---- Enums, bit-fields, _Bool from any byte ---- */

enum mood { GLOOMY = -1, FINE = 3 };

struct switches {
    enum mood mood;
    unsigned open : 3;
    int level : 4;
    bool on : 1;
    unsigned long long wide : 40;
    bool flags[3];
};

extern const msrck_type mood_type, switches_type;
MSRCK_ENUM(mood_type, enum mood, MSRCK_ENUMERATOR(GLOOMY), MSRCK_ENUMERATOR(FINE));
MSRCK_BITS_ACCESS(struct switches, switches, open)
MSRCK_BITS_ACCESS(struct switches, switches, level)
MSRCK_BITS_ACCESS(struct switches, switches, on)
MSRCK_BITS_ACCESS(struct switches, switches, wide)
MSRCK_STRUCT(switches_type, struct switches, MSRCK_FIELD(struct switches, mood, &mood_type),
             MSRCK_BITS(struct switches, switches, open, &msrck_uint, 3),
             MSRCK_BITS(struct switches, switches, level, &msrck_int, 4),
             MSRCK_BITS(struct switches, switches, on, &msrck_bool, 1),
             MSRCK_BITS(struct switches, switches, wide, &msrck_ullong, 40),
             MSRCK_FIELD(struct switches, flags, MSRCK_ARRAY(&msrck_bool, 3)));

Test(row_encoder, enums_and_bit_fields_take_their_scalars_width)
{
    uint32_t id;
    struct ti_table *table = table_of(&switches_type, &id);
    struct row_encoder *encoder;
    struct switches s = { GLOOMY, 5, -3, true, 0x9123456789, { 0 } };
    unsigned char rows[64];
    char *text;

    memcpy(s.flags, "\x00\x01\x02", 3); /* a byte no compiler would store still means true */
    cr_assert_eq(msrck_row_encoder_new(table, id, 4, &encoder, NULL), MSRCK_OK);
    cr_assert_eq(msrck_encode_rows(encoder, &s, sizeof s, 1, rows, NULL, NULL, NULL), MSRCK_OK);
    text = hex(rows, (size_t)msrck_row_encoder_width(encoder));
    cr_assert_str_eq(text, "ffffffff"
                           "00000005"
                           "fffffffd"
                           "01"
                           "0000009123456789"
                           "000101");
    free(text);
    msrck_row_encoder_free(encoder);
    msrck_ti_free(table);
}

/* ---- Pointers ---- */

struct node {
    int value;
    struct node *left, *right;
};

extern const msrck_type node_type;
MSRCK_STRUCT(node_type, struct node, MSRCK_FIELD(struct node, value, &msrck_int),
             MSRCK_FIELD(struct node, left, MSRCK_POINTER(&node_type)),
             MSRCK_FIELD(struct node, right, MSRCK_POINTER(&node_type)));

struct nodes {
    struct ti_table *table;
    struct row_encoder *encoder;
    uint32_t id;
    struct arena arena;
    struct node elements[600];
};

static void begin_nodes(struct nodes *n, unsigned pointer_width)
{
    memset(n, 0, sizeof *n);
    n->table = table_of(&node_type, &n->id);
    cr_assert_eq(msrck_row_encoder_new(n->table, n->id, pointer_width, &n->encoder, NULL), MSRCK_OK);
    for (int i = 0; i < 600; i++) {
        n->elements[i].value = i;
        n->elements[i].right = (struct node *)(void *)(n->arena.bytes + 2 * i);
        if (i % 3 == 0)
            n->elements[i].left = (struct node *)(void *)(n->arena.bytes + i);
    }
}

static void end_nodes(struct nodes *n)
{
    msrck_row_encoder_free(n->encoder);
    msrck_ti_free(n->table);
}

Test(row_encoder, pointers_are_what_the_translator_says)
{
    static struct nodes n;
    static unsigned char rows[2][600 * 20];

    for (unsigned width = 4; width <= 8; width += 4) {
        size_t row = 4 + 2 * width;

        begin_nodes(&n, width);
        cr_assert_eq(msrck_row_encoder_width(n.encoder), row);
        for (unsigned batches = 0; batches < 2; batches++) {
            struct row_translator t = arena_translator(&n.arena, batches);

            cr_assert_eq(
                msrck_encode_rows(n.encoder, n.elements, sizeof(struct node), 600, rows[batches], &t, NULL, NULL),
                MSRCK_OK);
        }
        cr_assert(memcmp(rows[0], rows[1], 600 * row) == 0);
        cr_assert_gt(n.arena.batches, 0);
        cr_assert_leq(n.arena.batches, 20);
        for (unsigned i = 0; i < 600; i++) {
            const unsigned char *at = rows[0] + i * row;
            unsigned left = i % 3 == 0 ? 1000 + i : 0, right = 1000 + 2 * i;

            cr_assert_eq((unsigned)(at[3] | at[2] << 8), i);
            cr_assert_eq((unsigned)(at[4 + width - 1] | at[4 + width - 2] << 8), left);
            cr_assert_eq((unsigned)(at[row - 1] | at[row - 2] << 8), right);
        }
        end_nodes(&n);
    }
}

Test(row_encoder, refused_pointer_is_named_with_its_element)
{
    static struct nodes n;
    static unsigned char rows[600 * 20];

    begin_nodes(&n, 8);
    n.arena.refused = n.arena.bytes + 2 * 417;
    for (unsigned batches = 0; batches < 2; batches++) {
        struct row_translator t = arena_translator(&n.arena, batches);
        msrck_error error = MSRCK_ERROR_INIT;
        uint64_t failed = 0;

        n.elements[417].left = NULL;
        n.elements[417].right = (struct node *)(void *)(n.arena.bytes + 2 * 417);
        cr_assert_eq(msrck_encode_rows(n.encoder, n.elements, sizeof(struct node), 600, rows, &t, &failed, &error),
                     MSRCK_MISUSE);
        cr_assert_eq(failed, 417);
        cr_assert_str_eq(error.message, ".right: untracked");
    }
    end_nodes(&n);
}

static msrck_result huge_address(void *context, const void *pointer, uint32_t target, uint64_t *address,
                                 msrck_error *error)
{
    (void)context, (void)pointer, (void)target, (void)error;
    *address = UINT64_C(1) << 32;
    return MSRCK_OK;
}

Test(row_encoder, number_beyond_four_bytes_is_refused)
{
    static struct nodes n;
    unsigned char rows[64];
    struct row_translator t = { huge_address, NULL, NULL, NULL, NULL };
    msrck_error error = MSRCK_ERROR_INIT;

    begin_nodes(&n, 4);
    cr_assert_eq(msrck_encode_rows(n.encoder, n.elements, sizeof(struct node), 2, rows, &t, NULL, &error),
                 MSRCK_MISUSE);
    cr_assert_str_eq(error.message, ".left: number 4294967296 in a row with pointers of 4 bytes");
    end_nodes(&n);
}

Test(row_encoder, pointer_offsets_are_those_of_the_compiler)
{
    static struct nodes n;
    const uint32_t *offsets;
    uint32_t count;

    begin_nodes(&n, 8);
    cr_assert(msrck_row_encoder_pointer_offsets(n.encoder, &offsets, &count));
    cr_assert_eq(count, 2);
    cr_assert_eq(offsets[0], offsetof(struct node, left));
    cr_assert_eq(offsets[1], offsetof(struct node, right));
    end_nodes(&n);
}

/* ---- Arrays of structs, functions, handles ---- */

struct handle {
    unsigned char number, rest[7];
};
extern const msrck_type handle_type, cell_type, board_type;
MSRCK_OPAQUE(handle_type, struct handle, &refusing);

struct cell {
    short kind;
    struct node *owner;
    double weight[2];
};
struct board {
    struct cell cells[3];
    int (*action)(void);
    struct handle handle;
    struct node *links[300];
};

MSRCK_STRUCT(cell_type, struct cell, MSRCK_FIELD(struct cell, kind, &msrck_short),
             MSRCK_FIELD(struct cell, owner, MSRCK_POINTER(&node_type)),
             MSRCK_FIELD(struct cell, weight, MSRCK_ARRAY(&msrck_double, 2)));
MSRCK_STRUCT(board_type, struct board, MSRCK_FIELD(struct board, cells, MSRCK_ARRAY(&cell_type, 3)),
             MSRCK_FIELD(struct board, action, &msrck_function), MSRCK_FIELD(struct board, handle, &handle_type),
             MSRCK_FIELD(struct board, links, MSRCK_ARRAY(MSRCK_POINTER(&node_type), 300)));

struct boards {
    struct ti_table *table;
    struct row_encoder *encoder;
    uint32_t id;
    struct arena arena;
    struct board *boards;
    unsigned count;
};

static void begin_boards(struct boards *b, unsigned count)
{
    memset(b, 0, sizeof *b);
    b->table = table_of(&board_type, &b->id);
    cr_assert_eq(msrck_row_encoder_new(b->table, b->id, 8, &b->encoder, NULL), MSRCK_OK);
    b->boards = calloc(count, sizeof *b->boards);
    b->count = count;
    for (unsigned i = 0; i < count; i++) {
        struct board *board = &b->boards[i];

        for (unsigned k = 0; k < 3; k++) {
            board->cells[k].kind = (short)(10 * i + k);
            board->cells[k].owner = (struct node *)(void *)(b->arena.bytes + 10 * i + k);
            board->cells[k].weight[1] = k;
        }
        board->action = i % 2 == 0 ? first_function : NULL;
        board->handle.number = (unsigned char)i;
        board->links[299] = (struct node *)(void *)(b->arena.bytes + 7);
    }
}

static void end_boards(struct boards *b)
{
    msrck_row_encoder_free(b->encoder);
    msrck_ti_free(b->table);
    free(b->boards);
}

Test(row_encoder, nested_rows_lie_where_the_table_says)
{
    struct boards b;
    struct row_translator t;
    unsigned char *rows;
    size_t width;

    for (unsigned count = 1; count < 20; count += 6) {
        begin_boards(&b, count);
        t = arena_translator(&b.arena, count > 5);
        width = (size_t)msrck_row_encoder_width(b.encoder);
        cr_assert_eq(width, 3 * 26 + 8 + 8 + 2400);
        rows = malloc(width * count);
        cr_assert_eq(msrck_encode_rows(b.encoder, b.boards, sizeof *b.boards, count, rows, &t, NULL, NULL), MSRCK_OK);
        for (unsigned i = 0; i < count; i++) {
            const unsigned char *row = rows + i * width;

            for (unsigned k = 0; k < 3; k++) {
                cr_assert_eq(row[26 * k + 1], 10 * i + k);
                cr_assert_eq((unsigned)(row[26 * k + 9] | row[26 * k + 8] << 8), 1000 + 10 * i + k);
                cr_assert_eq(row[26 * k + 18], k == 0 ? 0 : k == 1 ? 0x3f : 0x40);
            }
            cr_assert_eq(row[78 + 7], i % 2 == 0 ? 1 : 0);
            cr_assert_eq((unsigned)(row[86 + 7] | row[86 + 6] << 8), 5000 + i);
            cr_assert_eq(row[width - 1] | row[width - 2] << 8, 1007);
        }
        free(rows);
        end_boards(&b);
    }
}

Test(row_encoder, path_of_a_failure_in_nested_arrays)
{
    struct boards b;
    unsigned char *rows;

    for (unsigned count = 1; count < 40; count += 19) {
        for (unsigned batches = 0; batches < 2; batches++) {
            msrck_error error = MSRCK_ERROR_INIT;
            struct row_translator t;
            uint64_t failed = 99;

            begin_boards(&b, count);
            t = arena_translator(&b.arena, batches);
            rows = malloc((size_t)msrck_row_encoder_width(b.encoder) * count);
            b.arena.refused = b.arena.bytes + 4000;
            b.boards[count - 1].cells[2].owner = (struct node *)(void *)(b.arena.bytes + 4000);
            cr_assert_eq(msrck_encode_rows(b.encoder, b.boards, sizeof *b.boards, count, rows, &t, &failed, &error),
                         MSRCK_MISUSE);
            cr_assert_str_eq(error.message, ".cells[2].owner: untracked");
            cr_assert_eq(failed, count - 1);

            error = (msrck_error)MSRCK_ERROR_INIT;
            b.boards[count - 1].cells[2].owner = NULL;
            b.boards[count - 1].links[271] = (struct node *)(void *)(b.arena.bytes + 4000);
            cr_assert_eq(msrck_encode_rows(b.encoder, b.boards, sizeof *b.boards, count, rows, &t, &failed, &error),
                         MSRCK_MISUSE);
            cr_assert_str_eq(error.message, ".links[271]: untracked");
            cr_assert_eq(failed, count - 1);
            free(rows);
            end_boards(&b);
        }
    }
}

static msrck_result count_slot(void *context, void *const *slot, uint32_t target, msrck_error *error)
{
    unsigned *count = context;

    (void)target, (void)error;
    *count += *slot != NULL ? 1000 : 1;
    return MSRCK_OK;
}

static msrck_result sum_handle(void *context, const void *object, uint32_t type, msrck_error *error)
{
    unsigned *sum = context;

    (void)type, (void)error;
    *sum += ((const struct handle *)object)->number;
    return MSRCK_OK;
}

Test(row_encoder, visits_meet_every_reference_once)
{
    struct boards b;
    unsigned seen = 0, handles = 0;
    const uint32_t *offsets;
    uint32_t count;

    begin_boards(&b, 6);
    cr_assert_not(msrck_row_encoder_pointer_offsets(b.encoder, &offsets, &count), "handles must be visited");
    cr_assert_eq(msrck_visit_pointers(b.encoder, &b.boards[5], count_slot, &seen, NULL), MSRCK_OK);
    cr_assert_eq(seen, 4 * 1000 + 299);
    cr_assert_eq(msrck_visit_opaque(b.encoder, &b.boards[5], sum_handle, &handles, NULL), MSRCK_OK);
    cr_assert_eq(handles, 5);
    end_boards(&b);
}

/* ---- Misuse ---- */

Test(row_encoder, what_has_no_rows_is_refused)
{
    uint32_t id;
    struct ti_table *table = table_of(&node_type, &id);
    struct row_encoder *encoder;

    cr_assert_eq(msrck_row_encoder_new(table, id, 5, &encoder, NULL), MSRCK_MISUSE);
    cr_assert_eq(msrck_row_encoder_new(table, TI_VOID, 8, &encoder, NULL), MSRCK_MISUSE);
    cr_assert_eq(msrck_row_encoder_new(table, 12345, 8, &encoder, NULL), MSRCK_MISUSE);
    cr_assert_null(encoder);
    msrck_row_encoder_free(NULL);
    msrck_ti_free(table);
}
