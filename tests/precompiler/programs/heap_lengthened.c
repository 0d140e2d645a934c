/* SPDX-License-Identifier: MIT */
/* Structs that end in an array of one element, or of a few, of which more are allocated: as C had to be written before 1999. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    struct entry *next;
    unsigned char kind;
    char name[1];
};

struct series {
    int used;
    double values[1];
};

struct clause {
    unsigned length : 24, learned : 8;
    struct entry *literals[2];
};

struct packet {
    short length;
    unsigned char bytes[4];
};

struct counters {
    long sum;
    int of[1];
};

static struct entry *entries;
static struct series *series;
static struct clause *clause;
static struct packet *packets[4];
static struct counters one, *many;

static void *checked(size_t size)
{
    void *block = malloc(size);

    if (block == NULL)
        exit(1);
    return block;
}

static void add_entry(const char *name, int kind)
{
    struct entry *added = malloc(sizeof(struct entry) + strlen(name));

    added->kind = (unsigned char)kind;
    strcpy(added->name, name);
    added->next = entries;
    entries = added;
}

static void make(int count)
{
    series = malloc(sizeof *series + (size_t)(count - 1) * sizeof(double));
    series->used = count;
    clause = checked(sizeof *clause + ((size_t)count - 2) * sizeof clause->literals[0]);
    clause->length = (unsigned)count;
    clause->learned = 1;
    many = calloc(1, sizeof(struct counters) - sizeof(int) + (size_t)count * sizeof(int));
    for (int i = 0; i < count; i++) {
        series->values[i] = i / 8.0;
        clause->literals[i] = NULL;
        many->of[i] = i;
    }
    for (int i = 0; i < 4; i++) {
        packets[i] = malloc(offsetof(struct packet, bytes) + (size_t)i * 3 + 1);
        packets[i]->length = (short)(i * 3 + 1);
        memset(packets[i]->bytes, 'a' + i, (size_t)packets[i]->length);
    }
}

static void step(int round, int count)
{
    char name[32];

    sprintf(name, "entry %.*s%d", round % 9, "xxxxxxxxx", round);
    add_entry(name, round * 3);
    for (int i = 0; i < count; i++) {
        series->values[i] += series->values[(i + round) % count] / 4;
        many->of[i] += many->of[(i + 1) % count] % 7;
        many->sum += many->of[i];
    }
    clause->literals[round % count] = entries;
    one.of[0] += round;
    one.sum -= round;
    for (int i = 0; i < 4; i++)
        packets[i]->bytes[round % packets[i]->length] += 1;
}

static void show(int count)
{
    for (const struct entry *entry = entries; entry != NULL; entry = entry->next)
        printf("%d %s\n", entry->kind, entry->name);
    for (int i = 0; i < count; i++)
        printf("%.17g %d %s\n", series->values[i], many->of[i], clause->literals[i] != NULL ? clause->literals[i]->name : "none");
    printf("%d %u %u %ld %d %ld\n", series->used, clause->length, clause->learned, many->sum, one.of[0], one.sum);
    for (int i = 0; i < 4; i++)
        printf("%.*s\n", packets[i]->length, (const char *)packets[i]->bytes);
}

int main(void)
{
    const int count = 11;

    make(count);
    for (int round = 0; round < 14; round++)
        step(round, count);
    show(count);
    while (entries != NULL) {
        struct entry *next = entries->next;

        free(entries);
        entries = next;
    }
    free(series);
    free(clause);
    free(many);
    for (int i = 0; i < 4; i++)
        free(packets[i]);
    return 0;
}
