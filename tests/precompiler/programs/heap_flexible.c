/* SPDX-License-Identifier: MIT */
/* Structs that end in a flexible array: of numbers, of characters, of pointers to others like them; resized. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct message {
    short kind;
    unsigned length;
    char text[];
};

struct branch {
    int value;
    unsigned count;
    struct branch *children[];
};

struct series {
    size_t used, room;
    double values[];
};

static struct message *make_message(short kind, const char *text)
{
    struct message *made = malloc(sizeof(struct message) + strlen(text) + 1);

    made->kind = kind;
    made->length = (unsigned)strlen(text);
    strcpy(made->text, text);
    return made;
}

static struct branch *make_branch(int depth, int value)
{
    unsigned count = depth > 0 ? (unsigned)depth : 0;
    struct branch *made = malloc(sizeof *made + count * sizeof made->children[0]);

    made->value = value;
    made->count = count;
    for (unsigned i = 0; i < count; i++)
        made->children[i] = make_branch(depth - 1, value * 3 + (int)i);
    return made;
}

static int sum(const struct branch *branch)
{
    int total = branch->value;

    for (unsigned i = 0; i < branch->count; i++)
        total += sum(branch->children[i]);
    return total;
}

static void discard(struct branch *branch)
{
    for (unsigned i = 0; i < branch->count; i++)
        discard(branch->children[i]);
    free(branch);
}

static struct series *add(struct series *series, double value)
{
    if (series->used == series->room) {
        series->room *= 2;
        series = realloc(series, sizeof *series + series->room * sizeof series->values[0]);
    }
    series->values[series->used++] = value;
    return series;
}

int main(void)
{
    struct message *messages[4];
    struct branch *tree = make_branch(3, 1);
    struct series *series = malloc(sizeof *series + 2 * sizeof(double));
    double total = 0;

    series->used = 0;
    series->room = 2;
    for (int i = 0; i < 4; i++)
        messages[i] = make_message((short)(i * 100 - 150), "a text that is longer" + i * 5);
    for (int i = 0; i < 11; i++)
        series = add(series, i * 0.25 - 1);
    for (size_t i = 0; i < series->used; i++)
        total += series->values[i] * (double)(i + 1);
    for (int i = 0; i < 4; i++)
        printf("%d %u %s\n", messages[i]->kind, messages[i]->length, messages[i]->text);
    printf("%d %.4f %u\n", sum(tree), total, (unsigned)series->room);
    for (int i = 0; i < 4; i++)
        free(messages[i]);
    discard(tree);
    free(series);
    return 0;
}
