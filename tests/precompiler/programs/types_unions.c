/* SPDX-License-Identifier: MIT */
/* Unions: with a tag beside them, without a name, with values of their own for the tag, and one of which only one member is used. */
#include <stdio.h>
#include <stdlib.h>

enum kind { KIND_NUMBER, KIND_TEXT, KIND_PAIR };

struct value {
    enum kind kind;
#pragma msrck tag kind
    union {
        double number;
        char text[8];
        struct { struct value *left, *right; } pair;
    } as;
};

struct event {
    int what;
#pragma msrck tag what
    union {
#pragma msrck when 10
        long when;
#pragma msrck when 20
        struct value *value;
    };
};

struct word {
#pragma msrck member bits
    union { unsigned bits; unsigned char bytes[4]; } u;
    int uses;
};

static struct event events[6];
static struct word word;

static struct value *make(int depth, int n)
{
    struct value *value = malloc(sizeof *value);

    if (value == NULL)
        exit(1);
    if (depth > 0) {
        value->kind = KIND_PAIR;
        value->as.pair.left = make(depth - 1, 2 * n);
        value->as.pair.right = make(depth - 1, 2 * n + 1);
    } else if (n % 2) {
        value->kind = KIND_TEXT;
        snprintf(value->as.text, sizeof value->as.text, "t%d", n);
    } else {
        value->kind = KIND_NUMBER;
        value->as.number = n / 4.0;
    }
    return value;
}

static void show(const struct value *value)
{
    if (value->kind == KIND_PAIR) {
        printf("(");
        show(value->as.pair.left);
        show(value->as.pair.right);
        printf(")");
    } else if (value->kind == KIND_TEXT)
        printf("%s ", value->as.text);
    else
        printf("%g ", value->as.number);
}

int main(void)
{
    for (int n = 0; n < 6; n++) {
        events[n].what = n % 2 ? 10 : 20;
        if (n % 2)
            events[n].when = -n * 100L;
        else
            events[n].value = make(n, 1);
        word.u.bits = word.u.bits * 31u + (unsigned)n;
        word.uses++;
    }
    for (int n = 0; n < 6; n++) {
        if (events[n].what == 10)
            printf("%ld", events[n].when);
        else
            show(events[n].value);
        printf("\n");
    }
    printf("%u %d\n", word.u.bits, word.uses);
    return 0;
}
