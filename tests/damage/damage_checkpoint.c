/* SPDX-License-Identifier: MIT */
/*
 * Damages a checkpoint in memory and asks both ways of reading whether they notice: the index's, which verify takes,
 * and front to back, which resuming takes.
 *
 * usage: damage_checkpoint FILE STEP             every STEP-th bit flipped, every STEP-th length cut to
 *        damage_checkpoint FILE sample N SEED    N flipped bits and N cuts at random
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <msrck/reader.h>

#include "file/file_reader.h"

static size_t examined, missed;

static unsigned char *read_file(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    unsigned char *bytes = NULL;
    long end;

    if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (end = ftell(file)) <= 0)
        return NULL;
    rewind(file);
    *length = (size_t)end;
    bytes = malloc(*length);
    if (bytes != NULL && fread(bytes, 1, *length, file) != *length)
        return NULL;
    fclose(file);
    return bytes;
}

/* What is damaged, truncated or no checkpoint any more; running out of memory is no answer. */
static int is_refusal(msrck_result result)
{
    return result == MSRCK_CORRUPT || result == MSRCK_TRUNCATED || result == MSRCK_NOT_A_CHECKPOINT ||
           result == MSRCK_UNSUPPORTED || result == MSRCK_LIMIT;
}

/* One finding is enough. */
static bool stop_at_first(void *context, const msrck_finding *finding)
{
    (void)context;
    (void)finding;
    return false;
}

static int found_by_verify(const unsigned char *bytes, size_t length)
{
    msrck_error error = MSRCK_ERROR_INIT;
    msrck_reader *reader;
    uint64_t findings = 0;
    msrck_result result = msrck_reader_open_memory(bytes, length, NULL, &reader, &error);

    if (result != MSRCK_OK)
        return is_refusal(result);
    result = msrck_reader_verify(reader, MSRCK_VERIFY_NORMAL, stop_at_first, NULL, &findings, &error);
    msrck_reader_close(reader);
    return result == MSRCK_OK ? findings > 0 : is_refusal(result);
}

static int found_forward(const unsigned char *bytes, size_t length)
{
    msrck_error error = MSRCK_ERROR_INIT;
    struct file_reader *reader = NULL;
    struct source *source = NULL;
    struct chunk chunk;
    bool end = false;
    msrck_result result = msrck_source_open_memory(bytes, length, &source, &error);

    if (result == MSRCK_OK)
        result = msrck_file_reader_new(source, NULL, &reader, &error);
    while (result == MSRCK_OK && !end)
        result = msrck_file_reader_next_chunk(reader, &chunk, &end, &error);
    if (result == MSRCK_OK)
        result = msrck_file_reader_finish(reader, &error);
    msrck_file_reader_free(reader);
    msrck_source_close(source);
    return is_refusal(result);
}

static void expect_found(const unsigned char *bytes, size_t length, const char *what, size_t where)
{
    int verify = found_by_verify(bytes, length), forward = found_forward(bytes, length);

    examined++;
    if (verify && forward)
        return;
    missed++;
    printf("%s %zu is not noticed by %s%s%s\n", what, where, verify ? "" : "verify", verify || forward ? "" : " and ",
           forward ? "" : "reading front to back");
}

static void flip(unsigned char *bytes, size_t length, size_t bit)
{
    bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
    expect_found(bytes, length, "flipped bit", bit);
    bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
}

/* In memory of just that length, so that sanitizers see reads behind it. */
static void cut(const unsigned char *bytes, size_t length)
{
    unsigned char *shorter = malloc(length > 0 ? length : 1);

    if (shorter == NULL)
        exit(3);
    memcpy(shorter, bytes, length);
    expect_found(shorter, length, "cut at", length);
    free(shorter);
}

static size_t draw(unsigned long long *state, size_t below)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (size_t)((*state >> 16) % below);
}

int main(int argc, char **argv)
{
    size_t length = 0, step = argc == 3 ? (size_t)strtoul(argv[2], NULL, 10) : 0;
    unsigned char *bytes = argc >= 3 ? read_file(argv[1], &length) : NULL;

    if (bytes == NULL || (argc != 5 && step == 0))
        return 2;
    if (found_by_verify(bytes, length) || found_forward(bytes, length)) {
        printf("%s: not sound to begin with\n", argv[1]);
        return 1;
    }
    for (size_t bit = 0; step > 0 && bit < 8 * length; bit += step)
        flip(bytes, length, bit);
    for (size_t kept = 0; step > 0 && kept < length; kept += step)
        cut(bytes, kept);
    if (argc == 5) {
        unsigned long long state = strtoull(argv[4], NULL, 10);

        for (size_t i = strtoul(argv[3], NULL, 10); i > 0; i--) {
            flip(bytes, length, draw(&state, 8 * length));
            cut(bytes, draw(&state, length));
        }
    }
    printf("%s: %zu bytes, %zu damages, %zu missed\n", argv[1], length, examined, missed);
    free(bytes);
    return missed == 0 && examined > 0 ? 0 : 1;
}
