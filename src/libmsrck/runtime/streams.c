/* SPDX-License-Identifier: MIT */
#ifndef _FILE_OFFSET_BITS
#define _FILE_OFFSET_BITS 64 /* files beyond 2 GiB on 32 bits */
#endif
#include "runtime/streams.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/allocation.h"
#include "base/failure.h"
#include "msrm/kept_blocks.h"
#include "runtime/session.h"
#include "runtime/stream_file.h"

/* ---- The table -------------------------------------------------------------------------------------------------- */

struct open_stream *msrck_streams_find(const struct session *session, const FILE *file)
{
    for (size_t s = 0; s < session->streams.count; s++)
        if (session->streams.items[s].file == file)
            return &session->streams.items[s];
    return NULL;
}

/* The path is a block of the graph, so it comes from the typed heap. NULL when memory is out. */
static char *new_path(struct session *session, const char *path)
{
    size_t size = strlen(path) + 1;
    char *copy = msrck_heap_allocate(msrck_msrlt_heap(session->msrlt), msrck_ti_find_name(session->types, "char"), size);

    if (copy != NULL)
        memcpy(copy, path, size);
    return copy;
}

struct open_stream *msrck_streams_add(struct session *session, FILE *file, const char *path)
{
    struct stream_table *table = &session->streams;
    struct open_stream *stream;

    if (!msrck_reserve(&table->items, &table->capacity, table->count + 1, sizeof *table->items))
        return NULL;
    stream = &table->items[table->count];
    *stream = (struct open_stream){ .file = file, .handle = SIZE_MAX };
    if (path != NULL && (stream->record.path = new_path(session, path)) == NULL)
        return NULL;
    stream->record.standard = file == stdin    ? STANDARD_INPUT
                              : file == stdout ? STANDARD_OUTPUT
                              : file == stderr ? STANDARD_ERROR
                                               : STANDARD_NONE;
    table->count++;
    return stream;
}

/* The others keep their sequence: it numbers their blocks. */
void msrck_streams_remove(struct session *session, struct open_stream *stream)
{
    struct stream_table *table = &session->streams;
    size_t after = table->count - (size_t)(stream - table->items) - 1;

    if (stream->record.path != NULL)
        msrck_heap_release(msrck_msrlt_heap(session->msrlt), stream->record.path);
    memmove(stream, stream + 1, after * sizeof *stream);
    table->count--;
}

void msrck_streams_forget(struct session *session)
{
    for (size_t s = 0; s < session->streams.count; s++)
        if (session->streams.items[s].resumed && session->streams.items[s].record.standard == STANDARD_NONE)
            fclose(session->streams.items[s].file);
    free(session->streams.items);
    session->streams = (struct stream_table){ NULL, 0, 0 };
}

/* ---- Collecting ------------------------------------------------------------------------------------------------- */

/* UINT32_MAX: no type of the program has pointers to streams, and none was opened. */
static uint32_t stream_type(const struct session *session)
{
    return msrck_ti_find_name(session->types, STREAM_TYPE_NAME);
}

/* Programs pass stdin, stdout and stderr around without opening them. */
static msrck_result add_standard(struct session *session, msrck_error *error)
{
    FILE *const standard[] = { stdin, stdout, stderr };

    for (size_t s = 0; s < 3; s++)
        if (msrck_streams_find(session, standard[s]) == NULL && msrck_streams_add(session, standard[s], NULL) == NULL)
            return msrck_fail_memory(error, sizeof(struct open_stream), "the streams");
    return MSRCK_OK;
}

/* Where the checkpoint itself goes to standard output, what is buffered there would end up in it. */
msrck_result msrck_streams_look(struct session *session, msrck_error *error)
{
    msrck_result result = MSRCK_OK;

    if (strcmp(msrck_session_destination(session), "-") != 0)
        fflush(stdout);
    if (stream_type(session) == UINT32_MAX)
        return MSRCK_OK;
    result = add_standard(session, error);
    for (size_t s = 0; s < session->streams.count && result == MSRCK_OK; s++)
        result = msrck_stream_look(session->streams.items[s].file, &session->streams.items[s].record, error);
    return result;
}

msrck_result msrck_streams_register(struct session *session, msrck_error *error)
{
    uint32_t type = stream_type(session);
    msrck_result result = MSRCK_OK;

    for (size_t s = 0; s < session->streams.count && result == MSRCK_OK; s++) {
        struct open_stream *stream = &session->streams.items[s];

        result = msrck_msrlt_add_named(session->msrlt, SEGMENT_GLOBAL, stream->file, &stream->record, type, 1, s,
                                       &stream->handle, error);
    }
    if (result != MSRCK_OK)
        msrck_streams_unregister(session);
    return result;
}

void msrck_streams_unregister(struct session *session)
{
    for (size_t s = session->streams.count; s-- > 0;) {
        struct open_stream *stream = &session->streams.items[s];

        if (stream->handle != SIZE_MAX)
            msrck_msrlt_remove_named(session->msrlt, stream->handle);
        stream->handle = SIZE_MAX;
    }
}

/* A machine that stops would otherwise leave a checkpoint that counts on bytes which never reached the disk. */
msrck_result msrck_streams_sync(const struct session *session, msrck_error *error)
{
    if (session->options.no_sync)
        return MSRCK_OK;
    for (size_t s = 0; s < session->streams.count; s++) {
        const struct open_stream *stream = &session->streams.items[s];

        if (stream->record.path != NULL && stream->record.size >= 0 && msrck_stream_mode_writes(stream->record.mode) &&
            fdatasync(fileno(stream->file)) != 0)
            return msrck_fail(error, MSRCK_SYSTEM, "%s: does not reach the disk", stream->record.path);
    }
    return MSRCK_OK;
}

/* ---- Resuming --------------------------------------------------------------------------------------------------- */

/* The path by --resume-map: the longest OLD that it begins with, up to a '/', is replaced. NULL: none does. */
static char *mapped_path(const struct session *session, const char *path)
{
    const char *best = NULL, *next;
    size_t best_length = 0;
    char *made;

    for (const char *line = session->options.resume_map; line != NULL; line = next) {
        const char *equal = strchr(line, '='), *end = strchr(line, '\n');
        size_t length = (size_t)(equal - line);

        if (length >= best_length && strncmp(path, line, length) == 0 &&
            (path[length] == '\0' || path[length] == '/' || line[length - 1] == '/')) {
            best = line;
            best_length = length;
        }
        next = end != NULL ? end + 1 : NULL;
    }
    if (best == NULL)
        return NULL;
    best += best_length + 1;
    made = msrck_allocate(strcspn(best, "\n") + strlen(path + best_length) + 1, 1);
    if (made != NULL) {
        memcpy(made, best, strcspn(best, "\n"));
        strcat(made, path + best_length);
    }
    return made;
}

/* A text of the graph: characters up to a NUL in one block. */
static bool is_text(const struct session *session, const char *text)
{
    struct block block;
    size_t length;

    if (msrck_msrlt_is_literal(session->msrlt, text, &length))
        return length > 0;
    if (!msrck_msrlt_find(session->msrlt, text, &block) ||
        msrck_ti_get(session->types, block.type)->scalar != MSRCK_SCALAR_CHAR)
        return false;
    length = (size_t)block.count - (size_t)((const unsigned char *)text - block.address);
    return length > 0 && *text != '\0' && memchr(text, '\0', length) != NULL;
}

/* What a file says is not believed: indices into tables, lengths, texts without an end. */
static bool is_sound(const struct session *session, const struct stream_record *record)
{
    char mode[STREAM_MODE];

    return record->pushed_count <= STREAM_PUSHED && record->buffering >= BUFFERING_FULL &&
           record->buffering <= BUFFERING_NONE && record->standard >= STANDARD_NONE &&
           record->standard <= STANDARD_ERROR && record->position >= 0 && record->size >= -1 &&
           (record->standard != STANDARD_NONE || record->path != NULL) &&
           (record->path == NULL || (memchr(record->mode, '\0', STREAM_MODE) != NULL &&
                                     msrck_stream_mode(record->mode, mode) && is_text(session, record->path)));
}

/* One block of the file: its record into the table, its stream open. */
static msrck_result resume_one(struct session *session, struct restoration *restoration, uint64_t address,
                               msrck_error *error)
{
    struct stream_record record = { 0 };
    struct open_stream *stream;
    uint32_t type = stream_type(session);
    FILE *file = NULL;
    char *mapped;
    msrck_result result = msrck_restoration_take_kept(restoration, address, &record, type, error);

    if (result != MSRCK_OK)
        return result;
    if (!is_sound(session, &record))
        return msrck_fail(error, MSRCK_CORRUPT, "a stream of the checkpoint contradicts itself");
    /* A copy: who else points to the text in the checkpoint is not known. */
    mapped = record.path != NULL ? mapped_path(session, record.path) : NULL;
    if (record.path != NULL && (record.path = new_path(session, mapped != NULL ? mapped : record.path)) == NULL)
        result = msrck_fail_memory(error, 0, "a path");
    free(mapped);
    if (result != MSRCK_OK)
        return result;
    if ((result = msrck_stream_open(&record, &file, error)) != MSRCK_OK)
        return result;
    stream = msrck_streams_find(session, file);
    if (stream == NULL && (stream = msrck_streams_add(session, file, NULL)) == NULL) {
        fclose(file);
        return msrck_fail_memory(error, sizeof *stream, "the streams");
    }
    stream->record = record;
    stream->resumed = true;
    msrck_restoration_place_kept(restoration, address, file, type);
    return MSRCK_OK;
}

/* True when another stream of the checkpoint wrote to the file that `stream` reads: it will be cut. */
static bool written_too(const struct session *session, const struct open_stream *stream)
{
    struct stat own, other;

    if (stream->record.path == NULL || fstat(fileno(stream->file), &own) != 0)
        return false;
    for (size_t s = 0; s < session->streams.count; s++) {
        const struct open_stream *writer = &session->streams.items[s];

        if (writer->resumed && writer->record.path != NULL && msrck_stream_mode_writes(writer->record.mode) &&
            fstat(fileno(writer->file), &other) == 0 && own.st_dev == other.st_dev && own.st_ino == other.st_ino)
            return true;
    }
    return false;
}

msrck_result msrck_streams_resume(struct session *session, struct restoration *restoration, msrck_error *error)
{
    uint64_t address = 0;
    msrck_result result = MSRCK_OK;

    while (result == MSRCK_OK && (address = msrck_restoration_next_kept(restoration, address)) != 0)
        result = resume_one(session, restoration, address, error);
    for (size_t s = 0; s < session->streams.count && result == MSRCK_OK; s++) {
        struct open_stream *stream = &session->streams.items[s];

        if (!stream->resumed)
            continue;
        result = msrck_stream_check(stream->file, &stream->record, written_too(session, stream), error);
        if (result == MSRCK_OK)
            result = msrck_stream_set(stream->file, &stream->record, error);
    }
    return result;
}

msrck_result msrck_streams_cut(struct session *session, msrck_error *error)
{
    msrck_result result = MSRCK_OK;

    for (size_t s = 0; s < session->streams.count && result == MSRCK_OK; s++) {
        struct open_stream *stream = &session->streams.items[s];

        if (!stream->resumed)
            continue;
        result = msrck_stream_cut(stream->file, &stream->record, error);
        stream->resumed = false;
    }
    return result;
}

