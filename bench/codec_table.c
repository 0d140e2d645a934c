/* SPDX-License-Identifier: MIT */
/*
 * Ratio and speed of every codec, level and filter on the rows of four graphs, one and two threads: what the defaults are chosen by.
 *
 * usage: codec_table MEGABYTES ROUNDS    Prints a JSON array.
 */
#include <math.h>
#include <pthread.h>

#include "base/big_endian.h"
#include "encoding/chunk_codec.h"
#include "workload.h"

#define CHUNK_BYTES 262144u

struct data_set { const char *name; size_t width; void (*fill)(unsigned char *rows, size_t count); };

static void put_double(unsigned char *to, double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof bits);
    store_be64(to, bits);
}

static void fill_random(unsigned char *rows, size_t count)
{
    uint64_t seed = 1;

    for (size_t i = 0; i < count; i++)
        put_double(rows + 8 * i, random_double(&seed));
}

/* Temperatures of a plate after a while: neighbours are alike. */
static void fill_field(unsigned char *rows, size_t count)
{
    size_t side = (size_t)sqrt((double)count);

    for (size_t i = 0; i < count; i++) {
        double x = (double)(i % side) / (double)side, y = (double)(i / side) / (double)side;

        put_double(rows + 8 * i, 100 * sin(3.1 * x) * exp(-2 * y) + 20 * cos(5 * x * y));
    }
}

/* Nodes { int; two pointers } in the order of their allocation, which is that of a traversal; an address is the node's number times 4. */
static void fill_tree(unsigned char *rows, size_t count)
{
    uint32_t *left, *right;

    make_tree_shape((uint32_t)count, &left, &right);
    for (uint32_t i = 0; i < count; i++) {
        store_be32(rows + 12 * i, i * 2654435761u);
        store_be32(rows + 12 * i + 4, left[i] == NO_CHILD ? 0 : 1 + left[i] * 4);
        store_be32(rows + 12 * i + 8, right[i] == NO_CHILD ? 0 : 1 + right[i] * 4);
    }
    free(left);
    free(right);
}

/* Vertices of 64 bytes { counters and flags, as programs have them } and 4 pointers, three of them anywhere. */
static void fill_graph(unsigned char *rows, size_t count)
{
    uint64_t seed = 7;

    for (size_t i = 0; i < count; i++) {
        for (int k = 0; k < 8; k++)
            store_be64(rows + 80 * i + 8 * k, k < 4 ? random_next(&seed) % 100000 : random_next(&seed));
        store_be32(rows + 80 * i + 64, (uint32_t)(1 + (i + 1) % count * 13));
        for (int k = 1; k < 4; k++)
            store_be32(rows + 80 * i + 64 + 4 * k, (uint32_t)(1 + random_next(&seed) % count * 13));
    }
}

/* Every other chunk is a thread's, or all of them are. */
struct job {
    const unsigned char *raw;
    size_t length, width, first, step;
    struct codec_choice choice;
    struct byte_buffer *coded;
    struct codec_choice *used;
    bool decode;
};

static void *run_job(void *argument)
{
    const struct job *job = argument;
    struct chunk_scratch scratch = CHUNK_SCRATCH_INIT;
    size_t piece = CHUNK_BYTES / job->width * job->width;
    unsigned char *back = must_allocate(piece);

    for (size_t c = job->first; c * piece < job->length; c += job->step) {
        size_t length = job->length - c * piece < piece ? job->length - c * piece : piece;
        msrck_error error = MSRCK_ERROR_INIT;
        msrck_result result;

        if (job->decode) {
            result = msrck_chunk_decode(job->used[c].codec, job->used[c].filter, job->coded[c].bytes, job->coded[c].length, job->width, back,
                                        length, &scratch, &error);
        } else {
            msrck_buffer_clear(&job->coded[c]);
            result = msrck_chunk_encode(&job->choice, job->raw + c * piece, length, job->width, &scratch, &job->coded[c], &job->used[c],
                                        &error);
        }
        if (result != MSRCK_OK) {
            fprintf(stderr, "codec_table: %s\n", error.message);
            exit(1);
        }
    }
    msrck_chunk_scratch_free(&scratch);
    free(back);
    return NULL;
}

/* MB/s of raw bytes, best of the rounds: what others do on the machine only ever takes away. */
static double run(struct job job, unsigned threads, unsigned rounds, bool decode)
{
    uint64_t best = UINT64_MAX;

    for (unsigned round = 0; round < rounds; round++) {
        struct job second = job;
        uint64_t start = nanoseconds(), taken;
        pthread_t thread;

        job.decode = second.decode = decode;
        job.step = second.step = threads;
        second.first = 1;
        if (threads == 2 && pthread_create(&thread, NULL, run_job, &second) != 0)
            exit(3);
        run_job(&job);
        if (threads == 2)
            pthread_join(thread, NULL);
        taken = nanoseconds() - start;
        best = taken < best ? taken : best;
    }
    return (double)job.length * 1e3 / (double)best;
}

static void measure(const struct data_set *set, struct job job, unsigned rounds, const char **comma)
{
    size_t chunks = job.length / (CHUNK_BYTES / job.width * job.width) + 1, bytes = 0;
    double compress1, compress2, expand1, expand2;

    job.coded = must_allocate(chunks * sizeof *job.coded);
    job.used = must_allocate(chunks * sizeof *job.used);
    memset(job.coded, 0, chunks * sizeof *job.coded);
    compress1 = run(job, 1, rounds, false);
    compress2 = run(job, 2, rounds, false);
    expand1 = run(job, 1, rounds, true);
    expand2 = run(job, 2, rounds, true);
    for (size_t c = 0; c < chunks; c++) {
        bytes += job.coded[c].length;
        msrck_buffer_free(&job.coded[c]);
    }
    printf("%s{\"data\":\"%s\",\"codec\":\"%s\",\"level\":%d,\"filter\":\"%s\",\"ratio\":%.4f,\"compress_mb_s\":[%.0f,%.0f],\"expand_mb_s\":[%.0f,%.0f]}",
           *comma, set->name, msrck_codec_name(job.choice.codec), job.choice.level, msrck_filter_name(job.choice.filter),
           (double)bytes / (double)job.length, compress1, compress2, expand1, expand2);
    fflush(stdout);
    *comma = ",\n ";
    free(job.coded);
    free(job.used);
}

int main(int argc, char **argv)
{
    static const struct data_set sets[] = { { "matrix", 8, fill_random }, { "field", 8, fill_field }, { "tree", 12, fill_tree },
                                            { "graph", 80, fill_graph } };
    static const struct codec_choice codecs[] = { { CODEC_ZLIB, 0, 1 }, { CODEC_ZLIB, 0, 6 }, { CODEC_ZSTD, 0, 1 }, { CODEC_ZSTD, 0, 3 },
                                                  { CODEC_ZSTD, 0, 9 } };
    size_t megabytes = argc == 3 ? strtoull(argv[1], NULL, 10) : 0;
    unsigned rounds = argc == 3 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;
    const char *comma = "";

    if (megabytes == 0 || rounds == 0) {
        fprintf(stderr, "usage: codec_table MEGABYTES ROUNDS\n");
        return 2;
    }
    printf("[");
    for (size_t s = 0; s < sizeof sets / sizeof sets[0]; s++) {
        size_t count = megabytes * 1000000 / sets[s].width;
        struct job job = { .length = count * sets[s].width, .width = sets[s].width };
        unsigned char *raw = must_allocate(job.length);

        sets[s].fill(raw, count);
        job.raw = raw;
        for (size_t c = 0; c < sizeof codecs / sizeof codecs[0]; c++)
            for (uint32_t filter = FILTER_NONE; filter <= FILTER_SPLIT; filter++) {
                if (!msrck_codec_available(codecs[c].codec))
                    continue;
                job.choice = codecs[c];
                job.choice.filter = filter;
                measure(&sets[s], job, rounds, &comma);
            }
        free(raw);
    }
    printf("]\n");
    return 0;
}
