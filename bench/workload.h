/* SPDX-License-Identifier: MIT */
/*
 * What all contestants measure: the shapes of the data, made from a seed, and the clock. Each contestant is a program of its own with the
 * command line `CONTESTANT WORKLOAD SIZE ROUNDS` and prints one JSON object on a line; scripts/bench runs them in turn and compares.
 *
 * Header only, since C and C++ programs share it.
 */
#ifndef MSRCK_BENCH_WORKLOAD_H
#define MSRCK_BENCH_WORKLOAD_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MOST_ROUNDS 64

/* splitmix64: the same numbers everywhere. */
static inline uint64_t random_next(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static inline double random_double(uint64_t *state)
{
    return (double)(random_next(state) >> 11) * 0x1p-53 - 0.5;
}

static inline uint64_t nanoseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* The process's peak of resident memory since the start or since peak_reset(); building the data leaves a peak of its own behind. */
static inline long peak_kib(void)
{
    FILE *status = fopen("/proc/self/status", "r");
    char line[128];
    long kib = 0;

    while (status != NULL && fgets(line, sizeof line, status) != NULL)
        if (sscanf(line, "VmHWM: %ld", &kib) == 1)
            break;
    if (status != NULL)
        fclose(status);
    return kib;
}

static inline void peak_reset(void)
{
    FILE *file = fopen("/proc/self/clear_refs", "w");

    if (file != NULL) {
        fputs("5", file);
        fclose(file);
    }
}

static inline void *must_allocate(size_t bytes)
{
    void *block = malloc(bytes == 0 ? 1 : bytes);

    if (block == NULL) {
        fprintf(stderr, "bench: out of memory for %zu bytes\n", bytes);
        exit(3);
    }
    return block;
}

/* A random permutation of 0 .. n-1, or the identity. Free with free(). */
static inline uint32_t *make_order(size_t n, int shuffled, uint64_t seed)
{
    uint32_t *order = (uint32_t *)must_allocate(n * sizeof *order);

    for (size_t i = 0; i < n; i++)
        order[i] = (uint32_t)i;
    for (size_t i = n; shuffled && i > 1; i--) {
        size_t j = (size_t)(random_next(&seed) % i);
        uint32_t swap = order[i - 1];

        order[i - 1] = order[j];
        order[j] = swap;
    }
    return order;
}

#define NO_CHILD UINT32_MAX

/* A balanced binary tree of n nodes numbered in preorder. Free both with free(). */
static inline void make_tree_shape(uint32_t n, uint32_t **left, uint32_t **right)
{
    struct part { uint32_t first, size; } stack[128];
    int depth = 0;

    *left = (uint32_t *)must_allocate(n * sizeof **left);
    *right = (uint32_t *)must_allocate(n * sizeof **right);
    stack[depth].first = 0;
    stack[depth++].size = n;
    while (depth > 0) {
        struct part part = stack[--depth];
        uint32_t below = part.size - 1, left_size = below - below / 2, right_size = below / 2;

        (*left)[part.first] = left_size > 0 ? part.first + 1 : NO_CHILD;
        (*right)[part.first] = right_size > 0 ? part.first + 1 + left_size : NO_CHILD;
        if (right_size > 0) {
            stack[depth].first = part.first + 1 + left_size;
            stack[depth++].size = right_size;
        }
        if (left_size > 0) {
            stack[depth].first = part.first + 1;
            stack[depth++].size = left_size;
        }
    }
}

/* What one contestant measured. */
struct measurement {
    uint64_t collect[MOST_ROUNDS], restore[MOST_ROUNDS];
    unsigned collects, restores;
    uint64_t bytes;                 /* of the result */
    long peak_before, peak_after;   /* KiB, before and after the first collect */
};

static inline void print_times(const char *name, const uint64_t *times, unsigned count)
{
    printf("\"%s_ns\":[", name);
    for (unsigned i = 0; i < count; i++)
        printf("%s%llu", i == 0 ? "" : ",", (unsigned long long)times[i]);
    printf("]");
}

static inline void print_measurement(const char *contestant, const char *workload, size_t size, const struct measurement *m)
{
    printf("{\"contestant\":\"%s\",\"workload\":\"%s\",\"size\":%zu,", contestant, workload, size);
    print_times("collect", m->collect, m->collects);
    printf(",");
    print_times("restore", m->restore, m->restores);
    printf(",\"bytes\":%llu,\"peak_before_kib\":%ld,\"peak_after_kib\":%ld}\n", (unsigned long long)m->bytes, m->peak_before,
           m->peak_after);
}

struct arguments { const char *workload; size_t size; unsigned rounds; const char *file; };

static inline struct arguments read_arguments(int argc, char **argv)
{
    struct arguments a;

    if (argc < 4) {
        fprintf(stderr, "usage: %s WORKLOAD SIZE ROUNDS [FILE]\n", argv[0]);
        exit(2);
    }
    a.workload = argv[1];
    a.size = strtoull(argv[2], NULL, 10);
    a.rounds = (unsigned)strtoul(argv[3], NULL, 10);
    a.file = argc > 4 ? argv[4] : NULL;
    if (a.rounds == 0 || a.rounds > MOST_ROUNDS || a.size == 0) {
        fprintf(stderr, "%s: SIZE and ROUNDS (at most %d) must be positive\n", argv[0], MOST_ROUNDS);
        exit(2);
    }
    return a;
}

#endif
