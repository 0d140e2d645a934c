/* SPDX-License-Identifier: MIT */
/* Structs that begin with the same header, allocated by their size and cast both ways. */
#include <stdio.h>
#include <stdlib.h>

enum kind { CIRCLE, BOX, LABEL };

struct shape { enum kind kind; struct shape *next; };
struct circle { struct shape shape; double radius; };
struct box { struct shape shape; short width, height; char corner; };
struct label { struct shape shape; const char *text; struct shape *at; };

static struct shape *add(struct shape **list, enum kind kind, size_t size)
{
    struct shape *shape = malloc(size);

    shape->kind = kind;
    shape->next = *list;
    *list = shape;
    return shape;
}

static struct circle *add_circle(struct shape **list, double radius)
{
    struct circle *circle = (struct circle *)add(list, CIRCLE, sizeof(struct circle));

    circle->radius = radius;
    return circle;
}

static double area(const struct shape *shape)
{
    switch (shape->kind) {
    case CIRCLE:
        return ((const struct circle *)shape)->radius * 3;
    case BOX:
        return ((const struct box *)shape)->width * ((const struct box *)shape)->height;
    case LABEL:
        return area(((const struct label *)shape)->at);
    }
    return 0;
}

int main(void)
{
    static const char *const texts[] = { "first", "second", "third" };
    struct shape *list = NULL, *shape;
    double total = 0;

    for (int i = 0; i < 9; i++)
        if (i % 3 == 0) {
            add_circle(&list, i + 0.25);
        } else if (i % 3 == 1) {
            struct box *box = (struct box *)add(&list, BOX, sizeof *box);

            box->width = (short)i;
            box->height = (short)-i;
            box->corner = (char)('a' + i);
        } else {
            struct label *label = (struct label *)add(&list, LABEL, sizeof *label);

            label->text = texts[i / 3];
            label->at = label->shape.next;
        }
    for (shape = list; shape != NULL; shape = shape->next) {
        total += area(shape);
        if (shape->kind == LABEL)
            printf("%s ", ((struct label *)shape)->text);
        if (shape->kind == BOX)
            printf("%c ", ((struct box *)shape)->corner);
        printf("%.2f %.2f\n", area(shape), total);
    }
    while ((shape = list) != NULL) {
        list = shape->next;
        free(shape);
    }
    return 0;
}
