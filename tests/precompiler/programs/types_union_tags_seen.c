/* SPDX-License-Identifier: MIT */
/* Unions whose tags only the code tells of: by switches, conditions, assignments, initialisers, assertions, calls that make nodes, and members taken by default. */
#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum kind { NIL, NUMBER, TEXT, PAIR, FLAG };
typedef struct value value;
struct value {
    enum kind kind;
    union { double number; char *text; struct { value *head, *tail; } pair; bool flag; } as;
};

/* As small interpreters write them. */
typedef struct {
    int type;
    union { bool boolean; double number; struct object *object; } as;
} Value;
#define VALUE_BOOLEAN 0
#define VALUE_NUMBER 1
#define VALUE_OBJECT 2
#define BOOLEAN(b) ((Value){ VALUE_BOOLEAN, { .boolean = (b) } })
#define NUMBER_OF(n) ((Value){ .type = VALUE_NUMBER, .as.number = (n) })
#define OBJECT(o) ((Value){ VALUE_OBJECT, { .object = (o) } })
#define AS_NUMBER(v) ((v).as.number)
struct object { int marks; Value next; };

/* A leaf or not. */
struct tree { bool is_leaf; int count; union { struct tree *kids[3]; double numbers[3]; }; };

/* Operators by an order of their values; nodes made by a call. */
enum node_kind { CONSTANT, VARIABLE, NEGATE, FIRST_BINARY, PLUS = FIRST_BINARY, TIMES };
struct node {
    enum node_kind kind;
    int line;
    union { long constant; char name[8]; struct node *operand; struct { struct node *left, *right; } binary; } u;
};

static struct node *new_node(enum node_kind kind)
{
    struct node *n = calloc(1, sizeof *n);

    if (n == NULL)
        exit(1);
    n->kind = kind;
    return n;
}

static struct node *parse(int depth, int seed)
{
    struct node *n;

    if (depth == 0 && seed % 3 == 0) {
        n = new_node(CONSTANT);
        n->u.constant = seed * 7 - 100;
        return n;
    }
    if (depth == 0) {
        n = new_node(VARIABLE);
        snprintf(n->u.name, sizeof n->u.name, "v%d", seed % 100);
        return n;
    }
    if (seed % 5 == 0) {
        n = new_node(NEGATE);
        n->u.operand = parse(depth - 1, seed + 1);
        return n;
    }
    n = new_node(seed % 2 ? PLUS : TIMES);
    n->line = seed;
    n->u.binary.left = parse(depth - 1, seed * 3 + 1);
    n->u.binary.right = parse(depth - 1, seed * 5 + 2);
    return n;
}

static _Noreturn void fail(void)
{
    exit(3);
}

static long evaluate(const struct node *n)
{
    if (n->kind >= FIRST_BINARY) {
        long left = evaluate(n->u.binary.left), right = evaluate(n->u.binary.right);

        return n->kind == PLUS ? (left + right) % 10007 : (left * right) % 10007;
    }
    switch (n->kind) {
    case PLUS:
        fail();
    case CONSTANT:
        return n->u.constant;
    case VARIABLE:
        return n->u.name[1] - '0';
    case NEGATE:
        return -evaluate(n->u.operand);
    default:
        return 0;
    }
}

static value *make_number(double number)
{
    value *v = malloc(sizeof *v);

    if (v == NULL)
        exit(1);
    v->as.number = number;
    v->kind = NUMBER;
    return v;
}

static value *make_text(const char *text)
{
    value *v = malloc(sizeof *v);

    if (v == NULL)
        exit(1);
    v->kind = TEXT;
    v->as.text = strdup(text);
    return v;
}

static value *cons(value *head, value *tail)
{
    value *v = malloc(sizeof(value));

    if (v == NULL)
        exit(1);
    *v = (value){ .kind = PAIR, .as = { .pair = { head, tail } } };
    return v;
}

static value *make_flag(bool flag)
{
    value *v = calloc(1, sizeof *v);

    if (v == NULL)
        exit(1);
    (*v).kind = FLAG;
    (*v).as.flag = flag;
    return v;
}

static void show(const value *v, int depth)
{
    switch (v->kind) {
    case NIL: printf(" nil"); break;
    case NUMBER: printf(" %g", v->as.number); break;
    case TEXT: printf(" '%s'", v->as.text); break;
    case FLAG: printf(v->as.flag ? " #t" : " #f"); break;
    case PAIR:
        printf(" (");
        if (depth < 20) {
            show(v->as.pair.head, depth + 1);
            show(v->as.pair.tail, depth + 1);
        }
        printf(")");
        break;
    }
}

static double sum(const value *v)
{
    double total = 0;

    for (; v->kind == PAIR; v = v->as.pair.tail) {
        assert(v->kind == PAIR);
        if (v->as.pair.head->kind != NUMBER)
            continue;
        total += v->as.pair.head->as.number;
    }
    return total;
}

static struct tree *build(int depth, double at)
{
    struct tree *t = malloc(sizeof *t);

    if (t == NULL)
        exit(1);
    t->count = 3;
    t->is_leaf = depth == 0;
    for (int i = 0; i < t->count; i++)
        if (t->is_leaf)
            t->numbers[i] = at + i / 4.0;
        else
            t->kids[i] = build(depth - 1, at * 3 + i);
    return t;
}

static double total(const struct tree *t)
{
    double found = 0;

    for (int i = 0; i < t->count; i++)
        found += t->is_leaf ? t->numbers[i] : total(t->kids[i]);
    return found;
}

static Value stack[4];

/* Members that are named outside of all functions. */
static Value constant = { VALUE_NUMBER, { .number = 2.5 } };
static double *watched = &constant.as.number;
static const size_t room = sizeof(((struct node *)NULL)->u.name);

int main(void)
{
    static value nil;
    value *list = &nil;
    struct tree *tree = build(2, 1);
    struct node *formula = parse(4, 11);
    struct object object = { 1, BOOLEAN(true) };
    double numbers = 0;

    for (int i = 0; i < 8; i++) {
        char text[16];

        snprintf(text, sizeof text, "t%d", i);
        list = cons(i % 3 == 0 ? make_number(i / 2.0) : i % 3 == 1 ? make_text(text) : make_flag(i == 5), list);
        stack[i % 4] = i % 2 ? NUMBER_OF(i * 1.5) : OBJECT(&object);
        object.next = i % 3 ? BOOLEAN(i == 4) : NUMBER_OF(i);
        if (stack[i % 4].type == VALUE_NUMBER)
            numbers += AS_NUMBER(stack[i % 4]);
        *watched += (double)room;
        show(list, 0);
        printf(" %g", constant.type == VALUE_NUMBER ? constant.as.number : 0);
        printf("\nsum %g, total %g, formula %ld, numbers %g, object %d %g\n", sum(list), total(tree), evaluate(formula), numbers,
               stack[2].type == VALUE_OBJECT ? stack[2].as.object->marks++ : -1, object.next.type == VALUE_NUMBER ? object.next.as.number : -1.0);
    }
    return 0;
}
