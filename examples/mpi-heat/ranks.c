/* SPDX-License-Identifier: MIT */
#include "ranks.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <msrck/msrck.h>
#include <msrck/reader.h>

/* What the manifest says of a rank's file. Only bytes, so that MPI carries it without a type of its own. */
struct rank_file {
    uint64_t bytes;
    unsigned char digest[MSRCK_DIGEST_SIZE];
};

/* ---- Saying what is wrong ---- */

static bool complain(const struct ranks *ranks, const char *subject, const char *reason)
{
    fprintf(stderr, "rank %d: %s: %s\n", ranks->rank, subject, reason);
    return false;
}

bool ranks_agree(const struct ranks *ranks, bool mine)
{
    int one = mine, all = 0;

    MPI_Allreduce(&one, &all, 1, MPI_INT, MPI_LAND, ranks->communicator);
    return all;
}

/* ---- Names ---- */

/* Owned; NULL when memory is out. */
static char *path_of(const struct ranks *ranks, const char *name)
{
    size_t length = strlen(ranks->folder) + strlen(name) + 2;
    char *path = malloc(length);

    if (path != NULL)
        snprintf(path, length, "%s/%s", ranks->folder, name);
    return path;
}

static char *checkpoint_path(const struct ranks *ranks, unsigned long long generation)
{
    char name[64];

    snprintf(name, sizeof name, "%llu-%d.msrck", generation, ranks->rank);
    return path_of(ranks, name);
}

/* ---- Files of ranks ---- */

/* Reads all of it: what is damaged has no digest. */
static bool examine(const struct ranks *ranks, const char *path, struct rank_file *file)
{
    msrck_error error = MSRCK_ERROR_INIT;
    msrck_reader *reader = NULL;
    bool done = msrck_reader_open(path, NULL, &reader, &error) == MSRCK_OK &&
                msrck_reader_digest(reader, file->digest, &error) == MSRCK_OK;

    if (done)
        file->bytes = msrck_reader_file_bytes(reader);
    else
        complain(ranks, path, error.message);
    msrck_reader_close(reader);
    return done;
}

static bool same_file(const struct rank_file *one, const struct rank_file *other)
{
    return one->bytes == other->bytes && memcmp(one->digest, other->digest, sizeof one->digest) == 0;
}

/* Files of this rank that are not of the committed generation: older ones, and those of a run that was killed. */
static void remove_others(const struct ranks *ranks)
{
    DIR *folder = opendir(ranks->folder);
    const struct dirent *entry;

    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        unsigned long long generation;
        int rank, end = 0;
        char *path;

        if (sscanf(entry->d_name, "%llu-%d.msrck%n", &generation, &rank, &end) != 2 || end == 0 ||
            entry->d_name[end] != '\0' || rank != ranks->rank || generation == ranks->generation)
            continue;
        path = path_of(ranks, entry->d_name);
        if (path != NULL)
            unlink(path);
        free(path);
    }
    if (folder != NULL)
        closedir(folder);
}

/* ---- The manifest, which rank 0 reads and writes ---- */

static void write_lines(FILE *stream, unsigned long long generation, const struct rank_file *files, int count)
{
    fprintf(stream, "ranks 1\ngeneration %llu\ncount %d\n", generation, count);
    for (int rank = 0; rank < count; rank++) {
        fprintf(stream, "%d %" PRIu64 " ", rank, files[rank].bytes);
        for (size_t i = 0; i < sizeof files[rank].digest; i++)
            fprintf(stream, "%02x", files[rank].digest[i]);
        fputc('\n', stream);
    }
    fputs("end\n", stream);
}

/* The rename is on the disk before anything older is removed. */
static bool sync_folder(const char *path)
{
    int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool done = descriptor >= 0 && fsync(descriptor) == 0;

    if (descriptor >= 0)
        close(descriptor);
    return done;
}

static bool write_manifest(const struct ranks *ranks, unsigned long long generation, const struct rank_file *files)
{
    char *temporary = path_of(ranks, "manifest.new"), *path = path_of(ranks, "manifest");
    FILE *stream = temporary != NULL && path != NULL ? fopen(temporary, "w") : NULL;
    bool done = false;

    if (stream != NULL) {
        write_lines(stream, generation, files, ranks->count);
        done = fflush(stream) == 0 && fsync(fileno(stream)) == 0;
        done = fclose(stream) == 0 && done;
    }
    done = done && rename(temporary, path) == 0 && sync_folder(ranks->folder);
    if (!done)
        complain(ranks, "manifest", strerror(errno));
    free(temporary);
    free(path);
    return done;
}

static bool read_file_line(FILE *stream, int rank, struct rank_file *file)
{
    int number;

    if (fscanf(stream, "%d %" SCNu64, &number, &file->bytes) != 2 || number != rank || fgetc(stream) != ' ')
        return false;
    for (size_t i = 0; i < sizeof file->digest; i++) {
        unsigned byte;

        if (fscanf(stream, "%2x", &byte) != 1)
            return false;
        file->digest[i] = (unsigned char)byte;
    }
    return true;
}

/* Files of as many ranks as this run has; the manifest's count may be another one. */
static bool read_lines(FILE *stream, int expected, int *count, unsigned long long *generation, struct rank_file *files)
{
    char end[4] = "";

    if (fscanf(stream, "ranks 1 generation %llu count %d", generation, count) != 2 || *generation == 0)
        return false;
    if (*count != expected)
        return true;
    for (int rank = 0; rank < expected; rank++)
        if (!read_file_line(stream, rank, &files[rank]))
            return false;
    return fscanf(stream, "%3s", end) == 1 && strcmp(end, "end") == 0;
}

/* Leaves the generation at 0 where there is no manifest. */
static bool read_manifest(const struct ranks *ranks, unsigned long long *generation, struct rank_file *files)
{
    char *path = path_of(ranks, "manifest"), reason[80];
    FILE *stream = path != NULL ? fopen(path, "r") : NULL;
    int count = 0;
    bool done = false;

    if (path == NULL || (stream == NULL && errno != ENOENT)) {
        complain(ranks, "manifest", strerror(errno));
    } else if (stream == NULL) {
        done = mkdir(ranks->folder, 0777) == 0 || errno == EEXIST || complain(ranks, ranks->folder, strerror(errno));
    } else if (!read_lines(stream, ranks->count, &count, generation, files)) {
        complain(ranks, path, "not a manifest");
    } else if (count != ranks->count) {
        snprintf(reason, sizeof reason, "the checkpoint is of %d ranks, and this run has %d", count, ranks->count);
        complain(ranks, path, reason);
    } else {
        done = true;
    }
    if (stream != NULL)
        fclose(stream);
    free(path);
    return done;
}

/* ---- Opening ---- */

/* This rank's file has to be the one that was committed, not a later one of the same name. */
static bool check_own(struct ranks *ranks, const struct rank_file *committed)
{
    struct rank_file found;

    ranks->resume = checkpoint_path(ranks, ranks->generation);
    if (ranks->resume == NULL || !examine(ranks, ranks->resume, &found))
        return false;
    return same_file(&found, committed) || complain(ranks, ranks->resume, "not the file that the manifest names");
}

bool ranks_open(struct ranks *ranks, MPI_Comm communicator, const char *folder)
{
    struct rank_file *files = NULL, own;
    bool done;

    *ranks = (struct ranks){ .communicator = communicator, .folder = folder };
    MPI_Comm_rank(communicator, &ranks->rank);
    MPI_Comm_size(communicator, &ranks->count);
    if (ranks->rank == 0)
        files = calloc((size_t)ranks->count, sizeof *files);
    done = ranks->rank != 0 || (files != NULL && read_manifest(ranks, &ranks->generation, files));
    if (ranks_agree(ranks, done)) {
        MPI_Bcast(&ranks->generation, 1, MPI_UNSIGNED_LONG_LONG, 0, communicator);
        MPI_Scatter(files, sizeof own, MPI_BYTE, &own, sizeof own, MPI_BYTE, 0, communicator);
        done = ranks_agree(ranks, ranks->generation == 0 || check_own(ranks, &own));
    } else {
        done = false;
    }
    free(files);
    return done;
}

void ranks_close(struct ranks *ranks)
{
    free(ranks->resume);
    ranks->resume = NULL;
}

/* ---- Saving ---- */

/* Every rank has its file; rank 0 names them. */
static bool commit(struct ranks *ranks, unsigned long long generation, const struct rank_file *own)
{
    struct rank_file *files = ranks->rank == 0 ? calloc((size_t)ranks->count, sizeof *files) : NULL;
    bool done = ranks_agree(ranks, ranks->rank != 0 || files != NULL);

    if (done) {
        MPI_Gather(own, sizeof *own, MPI_BYTE, files, sizeof *own, MPI_BYTE, 0, ranks->communicator);
        done = ranks_agree(ranks, ranks->rank != 0 || write_manifest(ranks, generation, files));
    }
    free(files);
    return done;
}

/* False: the generation before is still the one that counts. */
static bool save(struct ranks *ranks)
{
    unsigned long long generation = ranks->generation + 1;
    char *path = checkpoint_path(ranks, generation);
    struct rank_file own;
    bool done = path != NULL;

    if (done && msrck_checkpoint(path) != MSRCK_OK)
        done = complain(ranks, path, msrck_error_message());
    done = ranks_agree(ranks, done && examine(ranks, path, &own)) && commit(ranks, generation, &own);
    if (done)
        ranks->generation = generation;
    remove_others(ranks);
    free(path);
    return done;
}

bool ranks_poll(struct ranks *ranks)
{
    int wish = msrck_flag != 0 ? (int)msrck_take_wish() : MSRCK_WISH_NOTHING, largest = 0;

    MPI_Allreduce(&wish, &largest, 1, MPI_INT, MPI_MAX, ranks->communicator);
    if (largest == MSRCK_WISH_NOTHING || !save(ranks) || largest == MSRCK_WISH_SAVE)
        return false;
    msrck_stop();
    return true;
}
