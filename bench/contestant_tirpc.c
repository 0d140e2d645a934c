/* SPDX-License-Identifier: MIT */
/*
 * libtirpc by hand: XDR routines as rpcgen would write them for the same data. xdr_pointer keeps no identity and recurses, so there is no graph workload.
 */
#include <pthread.h>
#include <rpc/rpc.h>

#include "plain_tree.h"

static bool_t xdr_node(XDR *xdrs, struct node *node)
{
    return xdr_int(xdrs, &node->value) &&
           xdr_pointer(xdrs, (char **)&node->left, sizeof *node, (xdrproc_t)xdr_node) &&
           xdr_pointer(xdrs, (char **)&node->right, sizeof *node, (xdrproc_t)xdr_node);
}

static void measure_tree(const struct arguments *a, struct measurement *m, int shuffled)
{
    struct node *root = build_plain_tree((uint32_t)a->size, shuffled);
    size_t reserved = a->size * 16 + 64;
    char *buffer = must_allocate(reserved);
    XDR xdrs;

    peak_reset();
    m->peak_before = peak_kib();
    for (unsigned round = 0; round < a->rounds; round++) {
        uint64_t start = nanoseconds();

        xdrmem_create(&xdrs, buffer, (u_int)reserved, XDR_ENCODE);
        if (!xdr_node(&xdrs, root))
            exit(1);
        m->bytes = xdr_getpos(&xdrs);
        m->collect[m->collects++] = nanoseconds() - start;
    }
    m->peak_after = peak_kib();
    for (unsigned round = 0; round < a->rounds; round++) {
        struct node *again = must_allocate(sizeof *again);
        uint64_t start = nanoseconds();

        memset(again, 0, sizeof *again);
        xdrmem_create(&xdrs, buffer, (u_int)m->bytes, XDR_DECODE);
        if (!xdr_node(&xdrs, again))
            exit(1);
        m->restore[m->restores++] = nanoseconds() - start;
        xdr_free((xdrproc_t)xdr_node, again);
        free(again);
    }
}

static void measure_linpack(const struct arguments *a, struct measurement *m)
{
    size_t n = a->size * a->size;
    double *matrix = must_allocate(n * 8), *again = must_allocate(n * 8);
    char *buffer = must_allocate(n * 8);
    uint64_t seed = 1;
    XDR xdrs;

    for (size_t i = 0; i < n; i++)
        matrix[i] = random_double(&seed);
    peak_reset();
    m->peak_before = peak_kib();
    for (unsigned round = 0; round < a->rounds; round++) {
        uint64_t start = nanoseconds();

        xdrmem_create(&xdrs, buffer, (u_int)(n * 8), XDR_ENCODE);
        if (!xdr_vector(&xdrs, (char *)matrix, (u_int)n, sizeof(double), (xdrproc_t)xdr_double))
            exit(1);
        m->collect[m->collects++] = nanoseconds() - start;
    }
    m->peak_after = peak_kib();
    m->bytes = n * 8;
    for (unsigned round = 0; round < a->rounds; round++) {
        uint64_t start = nanoseconds();

        xdrmem_create(&xdrs, buffer, (u_int)(n * 8), XDR_DECODE);
        if (!xdr_vector(&xdrs, (char *)again, (u_int)n, sizeof(double), (xdrproc_t)xdr_double))
            exit(1);
        m->restore[m->restores++] = nanoseconds() - start;
    }
}

int main(int argc, char **argv)
{
    struct arguments a = read_arguments(argc, argv);
    struct measurement m = { .bytes = 0 };

    if (strcmp(a.workload, "tree") == 0 || strcmp(a.workload, "tree-random") == 0)
        measure_tree(&a, &m, a.workload[4] == '-');
    else if (strcmp(a.workload, "linpack") == 0)
        measure_linpack(&a, &m);
    else {
        fprintf(stderr, "tirpc: no workload %s\n", a.workload);
        return 2;
    }
    print_measurement("tirpc", a.workload, a.size, &m);
    return 0;
}
