/* SPDX-License-Identifier: MIT */
#ifndef _FILE_OFFSET_BITS
#define _FILE_OFFSET_BITS 64 /* checkpoints of any size on 32-bit machines too */
#endif
#include "runtime/resume_choice.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <msrck/reader.h>

#include "base/allocation.h"
#include "base/failure.h"
#include "runtime/kept_periods.h"
#include "runtime/resume_attempts.h"
#include "runtime/session.h"
#include "runtime/transfer_destination.h"

struct candidate {
    char *path; /* owned */
    struct stat status;
    unsigned long number;      /* of a rotated file; 0: the newest; ULONG_MAX: kept for an hour or a day */
    char key[PERIOD_KEY_SIZE]; /* of those: which */
};

struct choice {
    struct session *session;
    const char *directory; /* that is searched */
    const char *base;      /* name whose rotated files are searched for; NULL: any */
    struct candidate *candidates;
    size_t count, capacity;
    size_t damaged;    /* that were passed over */
    msrck_error first; /* why the newest of them was */
    char *chosen;      /* owned; NULL: none yet */
};

/* ---- Candidates ------------------------------------------------------------------------------------------------- */

/* True for "BASE" (0), "BASE.N", and those that are kept for an hour or a day. */
static bool rotated_number(const char *name, const char *base, unsigned long *number, char key[PERIOD_KEY_SIZE])
{
    size_t length = strlen(base), digits;

    *number = 0;
    key[0] = '\0';
    if (strncmp(name, base, length) != 0)
        return false;
    if (msrck_period_key(name, length, key)) {
        *number = ULONG_MAX;
        return true;
    }
    name += length;
    if (*name == '\0')
        return true;
    if (*name != '.' || name[1] < '1' || name[1] > '9')
        return false;
    digits = strspn(name + 1, "0123456789");
    *number = strtoul(name + 1, NULL, 10);
    return name[1 + digits] == '\0' && digits < 10;
}

/* Hidden files are temporaries of checkpoints that were never finished. */
static bool is_candidate_name(const char *name)
{
    size_t length = strlen(name), suffix = strlen(ATTEMPTS_SUFFIX);

    return name[0] != '.' && strstr(name, SET_ASIDE_SUFFIX) == NULL &&
           !(length > suffix && strcmp(name + length - suffix, ATTEMPTS_SUFFIX) == 0);
}

/* Appends one file of the directory, if it is a regular one. */
static msrck_result add_candidate(struct choice *choice, const char *name, unsigned long number,
                                  const char key[PERIOD_KEY_SIZE], msrck_error *error)
{
    size_t size = strlen(choice->directory) + strlen(name) + 2;
    char *path = msrck_allocate(size, 1);
    struct candidate *candidate;

    if (path == NULL || !msrck_reserve(&choice->candidates, &choice->capacity, choice->count + 1, sizeof *candidate)) {
        free(path);
        return msrck_fail_memory(error, size, "the checkpoints of a directory");
    }
    if (strcmp(choice->directory, ".") == 0 && choice->base != NULL)
        snprintf(path, size, "%s", name);
    else
        snprintf(path, size, "%s/%s", choice->directory, name);
    candidate = &choice->candidates[choice->count];
    if (stat(path, &candidate->status) != 0 || !S_ISREG(candidate->status.st_mode)) {
        free(path);
        return MSRCK_OK;
    }
    candidate->path = path;
    candidate->number = number;
    memcpy(candidate->key, key, PERIOD_KEY_SIZE);
    choice->count++;
    return MSRCK_OK;
}

/* A directory that is not there holds nothing, for auto; the checkpoint that is written there later will complain. */
static msrck_result list_candidates(struct choice *choice, msrck_error *error)
{
    DIR *directory = opendir(choice->directory);
    const struct dirent *entry;
    msrck_result result = MSRCK_OK;
    unsigned long number = 0;
    char key[PERIOD_KEY_SIZE] = "";

    if (directory == NULL)
        return choice->base != NULL && errno == ENOENT
                   ? MSRCK_OK
                   : msrck_fail_system(error, errno, "cannot search directory %s", choice->directory);
    while (result == MSRCK_OK && (errno = 0, entry = readdir(directory)) != NULL) {
        bool wanted = choice->base != NULL ? rotated_number(entry->d_name, choice->base, &number, key)
                                           : is_candidate_name(entry->d_name);

        if (wanted)
            result = add_candidate(choice, entry->d_name, number, key, error);
    }
    if (result == MSRCK_OK && errno != 0)
        result = msrck_fail_system(error, errno, "cannot search directory %s", choice->directory);
    closedir(directory);
    return result;
}

/*
 * By number where there are numbers, then those that are kept for hours and days by what their names say, else the latest
 * first; the name makes the order of equal ones certain.
 */
static int compare_candidates(const void *left, const void *right)
{
    const struct candidate *a = left, *b = right;
    const struct timespec *one = &a->status.st_mtim, *other = &b->status.st_mtim;

    if (a->number != b->number)
        return a->number < b->number ? -1 : 1;
    if (strcmp(a->key, b->key) != 0)
        return strcmp(b->key, a->key);
    if (one->tv_sec != other->tv_sec)
        return one->tv_sec > other->tv_sec ? -1 : 1;
    if (one->tv_nsec != other->tv_nsec)
        return one->tv_nsec > other->tv_nsec ? -1 : 1;
    return strcmp(a->path, b->path);
}

/* ---- Examining one ---------------------------------------------------------------------------------------------- */

/* The first finding is the message. */
static bool keep_finding(void *context, const msrck_finding *finding)
{
    msrck_error *error = context;

    if (finding->offset != MSRCK_NO_OFFSET)
        msrck_fail_at(error, MSRCK_CORRUPT, finding->offset, "%s", finding->text);
    else
        msrck_fail(error, MSRCK_CORRUPT, "%s", finding->text);
    return false;
}

/*
 * Every byte is looked at: restoring writes into the program's variables as it reads, so damage that shows in the middle
 * of it leaves nothing to go back to. *foreign: another program's, which is no damage.
 */
static msrck_result examine(const struct choice *choice, const char *path, bool *foreign, msrck_error *error)
{
    msrck_reader *reader = NULL;
    uint64_t findings = 0;
    msrck_reader_options options = MSRCK_READER_OPTIONS_INIT;
    msrck_result result;

    options.limits = &choice->session->options.limits;
    options.threads = choice->session->options.threads;
    result = msrck_reader_open_with(path, &options, &reader, error);
    *foreign = false;
    if (result != MSRCK_OK)
        return result;
    if (strcmp(msrck_reader_program(reader), choice->session->options.program_name) != 0) {
        *foreign = true;
        result = msrck_fail(error, MSRCK_DOES_NOT_FIT, "%s is a checkpoint of program '%s'", path,
                            msrck_reader_program(reader));
    } else {
        result = msrck_reader_verify(reader, MSRCK_VERIFY_NORMAL, keep_finding, error, &findings, error);
        if (result == MSRCK_OK && findings > 0)
            result = error->result;
    }
    msrck_reader_close(reader);
    return result;
}

static bool is_damage(msrck_result result)
{
    return result == MSRCK_CORRUPT || result == MSRCK_TRUNCATED || result == MSRCK_NOT_A_CHECKPOINT;
}

/* One line for people; the path once, whether the message has it or not. */
static void note(struct choice *choice, const char *path, const char *text)
{
    struct byte_buffer *notes = &choice->session->resume_notes;

    if (msrck_message_names(text, path))
        msrck_buffer_printf(notes, "%s: passed over\n", text);
    else
        msrck_buffer_printf(notes, "%s: %s: passed over\n", path, text);
}

static bool same_file(const struct candidate *one, const struct candidate *other)
{
    return one->status.st_dev == other->status.st_dev && one->status.st_ino == other->status.st_ino;
}

/* Crashed the program too often: out of the way, but kept for whoever looks into it. */
static msrck_result set_aside(struct choice *choice, const struct candidate *candidate, unsigned count,
                              msrck_error *error)
{
    msrck_result result = MSRCK_OK;
    size_t c;

    /* Under all its names: it is the same checkpoint. */
    for (c = 0; c < choice->count && result == MSRCK_OK; c++) {
        char *aside;

        if (!same_file(&choice->candidates[c], candidate))
            continue;
        result = msrck_set_aside(choice->candidates[c].path, &aside, error);
        if (result == MSRCK_OK)
            msrck_buffer_printf(&choice->session->resume_notes,
                                "%s: the program crashed after %u attempts to go on from it: set aside as %s\n",
                                choice->candidates[c].path, count, aside);
        free(aside);
    }
    return result;
}

/* One that was looked at before, under another name. */
static bool was_considered(const struct choice *choice, const struct candidate *candidate)
{
    const struct candidate *other;

    for (other = choice->candidates; other < candidate; other++)
        if (same_file(other, candidate))
            return true;
    return false;
}

/*
 * Chooses the candidate, or passes over it. Only damage is passed over: a checkpoint that is merely too new or too large
 * for this build may hold the work of weeks, and going on from an older one would throw that away.
 */
static msrck_result consider(struct choice *choice, const struct candidate *candidate, msrck_error *error)
{
    unsigned most = choice->session->options.attempts, count = msrck_attempts_read(candidate->path, &candidate->status);
    msrck_error failure = MSRCK_ERROR_INIT;
    bool foreign, stray;

    if (was_considered(choice, candidate))
        return MSRCK_OK;
    if (most > 0 && count >= most)
        return set_aside(choice, candidate, count, error);
    if (examine(choice, candidate->path, &foreign, &failure) == MSRCK_OK) {
        choice->chosen = msrck_copy_text(candidate->path);
        return choice->chosen != NULL ? MSRCK_OK : msrck_fail_memory(error, strlen(candidate->path), "a path");
    }
    stray = choice->base == NULL && (foreign || failure.result == MSRCK_NOT_A_CHECKPOINT);
    /* A directory may hold anything. What calls itself a checkpoint and is none is worth a note all the same. */
    if (stray && !foreign && strstr(candidate->path, ".msrck") == NULL)
        return MSRCK_OK;
    if (!is_damage(failure.result) && !stray) {
        *error = failure;
        if (!msrck_message_names(error->message, candidate->path))
            msrck_error_prefix(error, "%s", candidate->path);
        return error->result;
    }
    note(choice, candidate->path, failure.message);
    if (!stray && choice->damaged++ == 0) {
        choice->first = failure;
        if (!msrck_message_names(failure.message, candidate->path))
            msrck_error_prefix(&choice->first, "%s", candidate->path);
    }
    return MSRCK_OK;
}

/* ---- The choice ------------------------------------------------------------------------------------------------- */

/* Checkpoints that are there but damaged are for a person to look at, before a new beginning overwrites them. */
static msrck_result nothing_chosen(const struct choice *choice, msrck_error *error)
{
    if (choice->damaged > 0) {
        *error = choice->first;
        if (choice->damaged > 1)
            msrck_error_prefix(error, "none of %zu checkpoints can be used, the newest", choice->damaged);
        return error->result;
    }
    if (choice->base != NULL)
        return MSRCK_OK;
    return msrck_fail(error, MSRCK_NOT_A_CHECKPOINT, "directory %s has no checkpoint of program '%s'",
                      choice->directory, choice->session->options.program_name);
}

static msrck_result search(struct choice *choice, msrck_error *error)
{
    msrck_result result = list_candidates(choice, error);
    size_t c;

    if (result == MSRCK_OK && choice->count > 0)
        qsort(choice->candidates, choice->count, sizeof *choice->candidates, compare_candidates);
    for (c = 0; c < choice->count && result == MSRCK_OK && choice->chosen == NULL; c++)
        result = consider(choice, &choice->candidates[c], error);
    if (result == MSRCK_OK && choice->chosen == NULL)
        result = nothing_chosen(choice, error);
    for (c = 0; c < choice->count; c++)
        free(choice->candidates[c].path);
    free(choice->candidates);
    if (result != MSRCK_OK) {
        free(choice->chosen);
        return result;
    }
    free(choice->session->options.resume);
    choice->session->options.resume = choice->chosen;
    if (choice->chosen != NULL)
        return msrck_attempts_begin(&choice->session->attempts, choice->chosen, error);
    return MSRCK_OK;
}

/* The checkpoint this program would write, and those it was before. */
static msrck_result choose_own(struct session *session, msrck_error *error)
{
    struct choice choice = { .session = session, .first = MSRCK_ERROR_INIT };
    const char *path = session->options.checkpoint_to, *slash = strrchr(path, '/');
    size_t length = slash == NULL ? 1 : slash == path ? 1 : (size_t)(slash - path);
    char *directory;
    msrck_result result;

    if (strcmp(path, "-") == 0)
        return msrck_fail(error, MSRCK_MISUSE, "--resume=auto needs a file in --checkpoint-to, not standard output");
    directory = msrck_allocate(length + 1, 1);
    if (directory == NULL)
        return msrck_fail_memory(error, length + 1, "a path");
    memcpy(directory, slash == NULL ? "." : path, length);
    choice.directory = directory;
    choice.base = slash == NULL ? path : slash + 1;
    result = search(&choice, error);
    free(directory);
    return result;
}

msrck_result msrck_resume_choose(struct session *session, msrck_error *error)
{
    struct choice choice = { .session = session, .first = MSRCK_ERROR_INIT };
    const char *path = session->options.resume;
    char *directory;
    struct stat status;
    msrck_result result;

    if (strcmp(path, "auto") == 0)
        return choose_own(session, error);
    if (strcmp(path, "-") == 0 || msrck_transfer_is_address(path) || stat(path, &status) != 0 || !S_ISDIR(status.st_mode))
        return MSRCK_OK;
    if ((directory = msrck_copy_text(path)) == NULL)
        return msrck_fail_memory(error, strlen(path), "a path");
    choice.directory = directory;
    result = search(&choice, error);
    free(directory);
    return result;
}
