/* SPDX-License-Identifier: MIT */
/*
 * What nothing beats by much: memcpy, a byte-swapping copy, a plain recursive walk, malloc of the nodes.
 *
 * "collect" is the limit of collecting, "restore" that of restoring. Workloads: memcpy and swap (of SIZE doubles), walk and walk-random
 * (collect: recursive sum over the tree of SIZE nodes; restore: malloc of its nodes), heap (collect: allocate, restore: free, of 24-byte nodes).
 */
#include <sys/mman.h>

#include "plain_tree.h"

static long long sum(const struct node *node)
{
    return node == NULL ? 0 : node->value + sum(node->left) + sum(node->right);
}

static void measure_walk(const struct arguments *a, struct measurement *m, int shuffled)
{
    struct node *root = build_plain_tree((uint32_t)a->size, shuffled);
    struct node **again = must_allocate(a->size * sizeof *again);
    volatile long long sink;

    memset(again, 0, a->size * sizeof *again);
    for (unsigned round = 0; round < a->rounds; round++) {
        uint64_t start = nanoseconds();

        sink = sum(root);
        m->collect[m->collects++] = nanoseconds() - start;
    }
    (void)sink;
    for (unsigned round = 0; round < a->rounds; round++) {
        uint64_t start = nanoseconds();

        for (size_t i = 0; i < a->size; i++) {
            again[i] = must_allocate(sizeof(struct node));
            again[i]->value = 1;
        }
        m->restore[m->restores++] = nanoseconds() - start;
        for (size_t i = 0; i < a->size; i++)
            free(again[i]);
    }
}

static void copy_swapped(uint64_t *restrict to, const uint64_t *restrict from, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] = __builtin_bswap64(from[i]);
}

/* "collect" into memory that is warm after the first round, as an output buffer is; "restore" into memory touched for the first time. */
static void measure_copy(const struct arguments *a, struct measurement *m, int swapped)
{
    size_t bytes = a->size * 8;
    uint64_t *from = must_allocate(bytes), *to = must_allocate(bytes), seed = 1;

    for (size_t i = 0; i < a->size; i++)
        from[i] = random_next(&seed);
    for (unsigned round = 0; round < a->rounds; round++) {
        uint64_t start = nanoseconds();

        if (swapped)
            copy_swapped(to, from, a->size);
        else
            memcpy(to, from, bytes);
        m->collect[m->collects++] = nanoseconds() - start;
    }
    for (unsigned round = 0; round < a->rounds; round++) {
        uint64_t start = nanoseconds();
        /* malloc would hand out the pages of the round before. */
        uint64_t *fresh = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        if (fresh == MAP_FAILED)
            exit(3);

        if (swapped)
            copy_swapped(fresh, from, a->size);
        else
            memcpy(fresh, from, bytes);
        /* Without this the compiler drops a copy that nobody reads. */
        __asm__ volatile("" : : "r"(fresh) : "memory");
        m->restore[m->restores++] = nanoseconds() - start;
        m->bytes = bytes;
        munmap(fresh, bytes);
    }
}

/* Allocation of 24-byte nodes in sequence, then free in random order, then both again in the heap that this leaves. */
static void measure_heap(const struct arguments *a, struct measurement *m)
{
    void **blocks = must_allocate(a->size * sizeof *blocks);
    uint32_t *order = make_order(a->size, 1, 9);

    memset(blocks, 0, a->size * sizeof *blocks);
    for (unsigned round = 0; round < a->rounds; round++) {
        uint64_t start = nanoseconds(), middle;

        for (size_t i = 0; i < a->size; i++) {
            blocks[i] = calloc(1, 24);
            *(int *)blocks[i] = 1;
        }
        middle = nanoseconds();
        for (size_t i = 0; i < a->size; i++)
            free(blocks[order[i]]);
        m->restore[m->restores++] = nanoseconds() - middle;
        m->collect[m->collects++] = middle - start;
    }
}

int main(int argc, char **argv)
{
    struct arguments a = read_arguments(argc, argv);
    struct measurement m = { .peak_before = peak_kib() };

    if (strcmp(a.workload, "memcpy") == 0 || strcmp(a.workload, "swap") == 0)
        measure_copy(&a, &m, a.workload[0] == 's');
    else if (strcmp(a.workload, "walk") == 0 || strcmp(a.workload, "walk-random") == 0)
        measure_walk(&a, &m, a.workload[4] == '-');
    else if (strcmp(a.workload, "heap") == 0)
        measure_heap(&a, &m);
    else {
        fprintf(stderr, "limits: no workload %s\n", a.workload);
        return 2;
    }
    m.peak_after = peak_kib();
    print_measurement("limits", a.workload, a.size, &m);
    return 0;
}
