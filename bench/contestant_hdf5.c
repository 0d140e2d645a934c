/* SPDX-License-Identifier: MIT */
/* HDF5, serial, a matrix of doubles to a file: big-endian as msrck writes it ("linpack"), or with shuffle and gzip -1 ("linpack-gzip"). */
#include <hdf5.h>

#include "workload.h"

static void check(long long status)
{
    if (status < 0) {
        fprintf(stderr, "hdf5: a call failed\n");
        exit(1);
    }
}

static void save(const char *path, const double *matrix, hsize_t n, int gzip)
{
    hsize_t dims[2] = { n, n }, chunk[2] = { 1, n };
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t space = H5Screate_simple(2, dims, NULL), options = H5Pcreate(H5P_DATASET_CREATE), set;

    if (gzip) {
        chunk[0] = n < 32 ? 1 : 32;
        check(H5Pset_chunk(options, 2, chunk));
        check(H5Pset_shuffle(options));
        check(H5Pset_deflate(options, 1));
    }
    set = H5Dcreate2(file, "a", H5T_IEEE_F64BE, space, H5P_DEFAULT, options, H5P_DEFAULT);
    check(H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, matrix));
    check(H5Dclose(set));
    check(H5Pclose(options));
    check(H5Sclose(space));
    check(H5Fclose(file));
}

static void load(const char *path, double *matrix)
{
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT), set = H5Dopen2(file, "a", H5P_DEFAULT);

    check(H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, matrix));
    check(H5Dclose(set));
    check(H5Fclose(file));
}

int main(int argc, char **argv)
{
    struct arguments a = read_arguments(argc, argv);
    struct measurement m = { .bytes = 0 };
    size_t n = a.size * a.size;
    double *matrix = must_allocate(n * 8);
    uint64_t seed = 1;
    FILE *result;

    if (a.file == NULL || strncmp(a.workload, "linpack", 7) != 0) {
        fprintf(stderr, "hdf5: needs workload linpack or linpack-gzip and a FILE\n");
        return 2;
    }
    for (size_t i = 0; i < n; i++)
        matrix[i] = random_double(&seed);
    peak_reset();
    m.peak_before = peak_kib();
    for (unsigned round = 0; round < a.rounds; round++) {
        uint64_t start = nanoseconds();

        save(a.file, matrix, a.size, a.workload[7] == '-');
        m.collect[m.collects++] = nanoseconds() - start;
    }
    m.peak_after = peak_kib();
    for (unsigned round = 0; round < a.rounds; round++) {
        uint64_t start = nanoseconds();

        load(a.file, matrix);
        m.restore[m.restores++] = nanoseconds() - start;
    }
    result = fopen(a.file, "rb");
    if (result != NULL && fseek(result, 0, SEEK_END) == 0) {
        m.bytes = (uint64_t)ftell(result);
        fclose(result);
    }
    print_measurement("hdf5", a.workload, a.size, &m);
    return 0;
}
