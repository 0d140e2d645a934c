/* SPDX-License-Identifier: MIT */
/* Unions that no tag tells of, and that are the same on every machine: numbers side by side, pointers only, one member that a pragma names; in arrays, alone, in each other, on the heap. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

union bits { float f; uint32_t u; int32_t i; };
typedef union { double d; uint64_t u; } wide;
union vector { struct { float x, y, z, w; }; float v[4]; };
union any { void *data; struct node *node; char *text; };
union hook { int (*one)(int); void (*none)(void); };
struct node { union any next; union vector at; int value; };

#pragma msrck member bytes
union packed { uint64_t whole; unsigned char bytes[8]; };
#pragma msrck member small
typedef union { char text[12]; int small; } partly;

struct shape {
    int kind;
#pragma msrck tag kind
    union {
        struct { int width, height; };
        double radius;
        union { long long whole; double part; } both;
        union bits points[3];
    };
};
struct mixed { char before; union { int i; unsigned u; }; union { short s; struct { unsigned short a; } in; } inner; partly part; char behind; };

static union bits table[5] = { { 1.5f }, { -2.25f } };
static union packed words[3];
static union hook hooks[2];

static int twice(int n) { return 2 * n; }
static int thrice(int n) { return 3 * n; }

static struct node *add(struct node *list, int n)
{
    struct node *node = malloc(sizeof *node);

    if (node == NULL)
        exit(1);
    node->next.node = list;
    node->at.x = (float)n;
    node->at.v[3] = n / 8.0f;
    node->at.v[1] = node->at.v[2] = 0.5f;
    node->value = n;
    return node;
}

static void fill(struct shape *shape, int n)
{
    shape->kind = n % 4;
    if (shape->kind == 0) {
        shape->width = n;
        shape->height = n * 7;
    } else if (shape->kind == 1)
        shape->radius = n * 0.75;
    else if (shape->kind == 2)
        shape->both.part = n * -1.25;
    else
        for (int i = 0; i < 3; i++)
            shape->points[i].f = (float)(n + i);
}

static void show(const struct shape *shape)
{
    if (shape->kind == 0)
        printf("[%d %d]", shape->width, shape->height);
    else if (shape->kind == 1)
        printf("(%g)", shape->radius);
    else if (shape->kind == 2)
        printf("<%g>", shape->both.part);
    else
        printf("{%g %g %g}", shape->points[0].f, shape->points[1].f, shape->points[2].f);
}

int main(void)
{
    union bits sum = { 0.0f };
    wide *heap = malloc(4 * sizeof *heap);
    struct node *list = NULL;
    struct shape shapes[8];
    struct mixed mixed = { 'b', { 0 }, { 0 }, { "" }, 'e' };

    if (heap == NULL)
        return 1;
    memset(shapes, 0, sizeof shapes);
    hooks[0].one = twice;
    hooks[1].one = thrice;
    for (int n = 0; n < 8; n++) {
        sum.f += table[n % 5].f + (float)n;
        table[n % 5].u ^= 1u << (n % 20);
        heap[n % 4].d = n * 1.125;
        if (n % 2)
            heap[n % 4].u += 3;
        for (int i = 0; i < 8; i++)
            words[n % 3].bytes[i] = (unsigned char)(n * 16 + i);
        list = add(list, hooks[n % 2].one(n));
        fill(&shapes[n], n);
        mixed.i += n;
        mixed.inner.s = (short)(mixed.inner.s - n);
        mixed.part.small = n * 100;
        printf("%d %08x %g\n", n, sum.u, sum.f);
    }
    for (int n = 0; n < 8; n++)
        show(&shapes[n]);
    for (const struct node *node = list; node != NULL; node = node->next.node)
        printf(" %d %g %g", node->value, node->at.v[0], node->at.w);
    for (int n = 0; n < 4; n++)
        printf(" %g %llx", heap[n].d, (unsigned long long)heap[n].u);
    for (int n = 0; n < 24; n++)
        printf(" %02x", words[n / 8].bytes[n % 8]);
    printf("\n%c %d %d %d %c\n", mixed.before, mixed.i, mixed.inner.s, mixed.part.small, mixed.behind);
    free(heap);
    return 0;
}
