/* SPDX-License-Identifier: MIT */
#include "old_program.h"

#include <string.h>

/* ---- What can be restored ---- */

enum currency { EURO, DOLLAR, YEN };
enum { KIND_PLAIN, KIND_JOINT };
struct person {
    int age;
    char name[4];
    struct person *partner;
};
union holder {
    struct person single;
    int number;
};

struct account {
    int balance;                 /* new: long */
    unsigned rate;               /* new: long long */
    float interest;              /* new: double */
    short gone;                  /* new: not there */
    struct person *gone_pointer; /* new: not there */
    enum currency currency;      /* new: other numbers */
    int history[3];              /* new: five of them */
    struct person people[2];     /* new: three, with other members */
    unsigned old_flags : 4;      /* new: flags, an int */
    int kind;
    union holder holder;  /* new: members in another order, with one more */
    struct person *owner; /* new: void * */
    char last;
};

extern const msrck_type old_currency_type, old_person_type, old_holder_type;
MSRCK_ENUM(old_currency_type, enum currency, MSRCK_ENUMERATOR(EURO), MSRCK_ENUMERATOR(DOLLAR), MSRCK_ENUMERATOR(YEN));
MSRCK_STRUCT(old_person_type, struct person, MSRCK_FIELD(struct person, age, &msrck_int),
             MSRCK_FIELD(struct person, name, MSRCK_ARRAY(&msrck_char, 4)),
             MSRCK_FIELD(struct person, partner, MSRCK_POINTER(&old_person_type)));
MSRCK_UNION(old_holder_type, union holder, MSRCK_MEMBER(union holder, single, &old_person_type, KIND_JOINT),
            MSRCK_MEMBER(union holder, number, &msrck_int, KIND_PLAIN));
MSRCK_BITS_ACCESS(struct account, account, old_flags)
MSRCK_STRUCT(old_account_type, struct account, MSRCK_FIELD(struct account, balance, &msrck_int),
             MSRCK_FIELD(struct account, rate, &msrck_uint), MSRCK_FIELD(struct account, interest, &msrck_float),
             MSRCK_FIELD(struct account, gone, &msrck_short),
             MSRCK_FIELD(struct account, gone_pointer, MSRCK_POINTER(&old_person_type)),
             MSRCK_FIELD(struct account, currency, &old_currency_type),
             MSRCK_FIELD(struct account, history, MSRCK_ARRAY(&msrck_int, 3)),
             MSRCK_FIELD(struct account, people, MSRCK_ARRAY(&old_person_type, 2)),
             MSRCK_BITS(struct account, account, old_flags, &msrck_uint, 4),
             MSRCK_FIELD(struct account, kind, &msrck_int),
             MSRCK_TAGGED(struct account, holder, &old_holder_type, kind),
             MSRCK_FIELD(struct account, owner, MSRCK_POINTER(&old_person_type)),
             MSRCK_FIELD(struct account, last, &msrck_char));

const size_t old_account_size = sizeof(struct account);

void fill_old_account(void *object, void *link)
{
    struct account *account = object;

    memset(account, 0, sizeof *account);
    account->balance = -12;
    account->rate = 4000000000u;
    account->interest = 0.1F;
    account->gone = 77;
    account->gone_pointer = link;
    account->currency = YEN;
    account->history[0] = 1;
    account->history[2] = 3;
    account->people[0].age = 30;
    account->people[1].age = 31;
    memcpy(account->people[1].name, "Ann", 4);
    account->people[1].partner = link;
    account->old_flags = 9;
    account->kind = KIND_JOINT;
    account->holder.single.age = 50;
    account->holder.single.partner = link;
    account->owner = link;
    account->last = 'z';
}

/* ---- What depends on the value ---- */

enum colour { RED, GREEN, BLUE };
union shape {
    int square;
    double circle;
};

struct change {
    long long narrower;      /* new: short */
    int sign;                /* new: unsigned */
    unsigned long long wide; /* new: long long */
    double real;             /* new: float */
    char character;          /* new: int */
    unsigned bits : 6;       /* new: 3 bits */
    enum colour colour;      /* new: no BLUE */
    int flag;                /* new: _Bool */
    int kind;
    union shape shape; /* new: no circle */
};

extern const msrck_type old_colour_type, old_shape_type;
MSRCK_ENUM(old_colour_type, enum colour, MSRCK_ENUMERATOR(RED), MSRCK_ENUMERATOR(GREEN), MSRCK_ENUMERATOR(BLUE));
MSRCK_UNION(old_shape_type, union shape, MSRCK_MEMBER(union shape, square, &msrck_int, 1),
            MSRCK_MEMBER(union shape, circle, &msrck_double, 2));
MSRCK_BITS_ACCESS(struct change, change, bits)
MSRCK_STRUCT(old_change_type, struct change, MSRCK_FIELD(struct change, narrower, &msrck_llong),
             MSRCK_FIELD(struct change, sign, &msrck_int), MSRCK_FIELD(struct change, wide, &msrck_ullong),
             MSRCK_FIELD(struct change, real, &msrck_double), MSRCK_FIELD(struct change, character, &msrck_char),
             MSRCK_BITS(struct change, change, bits, &msrck_uint, 6),
             MSRCK_FIELD(struct change, colour, &old_colour_type), MSRCK_FIELD(struct change, flag, &msrck_int),
             MSRCK_FIELD(struct change, kind, &msrck_int), MSRCK_TAGGED(struct change, shape, &old_shape_type, kind));

const size_t old_change_size = sizeof(struct change);

void fill_old_change(void *object, enum change_case which)
{
    struct change *change = object;

    memset(change, 0, sizeof *change);
    change->narrower = which == CHANGE_LONG ? 5000000000 : -32768;
    change->sign = which == CHANGE_SIGN ? -1 : 7;
    change->wide = which == CHANGE_UNSIGNED ? 0xffffffffffffffff : 0x7fffffffffffffff;
    change->real = which == CHANGE_DOUBLE ? 0.1 : 0.5;
    change->character = which == CHANGE_CHAR ? (char)0xe9 : 'a';
    change->bits = which == CHANGE_BITS ? 8 : 7;
    change->colour = which == CHANGE_COLOUR ? BLUE : which == CHANGE_NO_COLOUR ? (enum colour)40 : GREEN;
    change->flag = which == CHANGE_FLAG ? 2 : 1;
    change->kind = which == CHANGE_MEMBER ? 2 : 1;
    change->shape.square = 6;
    if (which == CHANGE_MEMBER)
        change->shape.circle = 1;
}

/* ---- What can never be restored ---- */

struct renamed_before {
    int x;
};
struct r1 {
    double x;
};
struct r2 {
    int x[4];
};
struct r3 {
    struct r1 *x;
};
struct r4 {
    struct renamed_before x;
};
struct r5 {
    struct r1 x;
};
struct r6 {
    struct r1 x[2];
};
struct r7 {
    int (*x)(void);
};
struct r8 {
    int size;
    int x[];
};

extern const msrck_type old_renamed_type, old_r1, old_r2, old_r3, old_r4, old_r5, old_r6, old_r7, old_r8;
MSRCK_STRUCT(old_renamed_type, struct renamed_before, MSRCK_FIELD(struct renamed_before, x, &msrck_int));
MSRCK_STRUCT(old_r1, struct r1, MSRCK_FIELD(struct r1, x, &msrck_double));
MSRCK_STRUCT(old_r2, struct r2, MSRCK_FIELD(struct r2, x, MSRCK_ARRAY(&msrck_int, 4)));
MSRCK_STRUCT(old_r3, struct r3, MSRCK_FIELD(struct r3, x, MSRCK_POINTER(&old_r1)));
MSRCK_STRUCT(old_r4, struct r4, MSRCK_FIELD(struct r4, x, &old_renamed_type));
MSRCK_STRUCT(old_r5, struct r5, MSRCK_FIELD(struct r5, x, &old_r1));
MSRCK_STRUCT(old_r6, struct r6, MSRCK_FIELD(struct r6, x, MSRCK_ARRAY(&old_r1, 2)));
MSRCK_STRUCT(old_r7, struct r7, MSRCK_FIELD(struct r7, x, &msrck_function));
MSRCK_FLEXIBLE_STRUCT(old_r8, struct r8, MSRCK_FIELD(struct r8, size, &msrck_int),
                      MSRCK_FLEXIBLE(struct r8, x, &msrck_int));

const msrck_type *const old_refused[] = { &old_r1, &old_r2, &old_r3, &old_r4, &old_r5, &old_r6, &old_r7, &old_r8 };
const size_t old_refused_count = sizeof old_refused / sizeof old_refused[0];
