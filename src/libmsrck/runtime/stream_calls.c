/* SPDX-License-Identifier: MIT */
/* What programs call in the place of fopen(), freopen() and fclose(). */
#ifndef _FILE_OFFSET_BITS
#define _FILE_OFFSET_BITS 64 /* files beyond 2 GiB on 32 bits */
#endif
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "runtime/session.h"
#include "runtime/stream_file.h"

/* Notes the failure as the session's last one. */
static void note(int code, const char *call, const char *path)
{
    msrck_error error = MSRCK_ERROR_INIT;

    msrck_fail_system(&error, code, "%s: %s", call, path != NULL ? path : "the stream");
    msrck_session_note(&error);
    errno = code;
}

/* An entry for the open stream, in the place of the one it may have. False when memory is out; it stays open. */
static bool track(struct session *session, FILE *file, const char *path, const char *mode)
{
    struct open_stream *stream = msrck_streams_find(session, file);
    msrck_error error = MSRCK_ERROR_INIT;
    uint32_t type;

    if (msrck_ti_add(session->types, &msrck_stream, &type, &error) != MSRCK_OK)
        return false;
    if (stream != NULL)
        msrck_streams_remove(session, stream);
    stream = msrck_streams_add(session, file, path);
    if (stream != NULL)
        memcpy(stream->record.mode, mode, STREAM_MODE);
    if (stream != NULL && stream->record.standard != STANDARD_NONE)
        session->library.standard[stream->record.standard - 1] = file;
    return stream != NULL;
}

FILE *msrck_fopen(const char *path, const char *mode)
{
    struct session *session = msrck_session_require("msrck_fopen");
    char plain[STREAM_MODE];
    FILE *file;

    if (session == NULL || path == NULL || mode == NULL || !msrck_stream_mode(mode, plain)) {
        if (session != NULL)
            note(EINVAL, "msrck_fopen", path);
        errno = EINVAL;
        return NULL;
    }
    file = fopen(path, mode);
    if (file == NULL || track(session, file, path, plain))
        return file;
    fclose(file);
    note(ENOMEM, "msrck_fopen", path);
    return NULL;
}

/* A path of NULL means the stream's own: only one that is tracked has one that a resume could open. */
FILE *msrck_freopen(const char *path, const char *mode, FILE *file)
{
    struct session *session = msrck_session_require("msrck_freopen");
    struct open_stream *stream = session != NULL ? msrck_streams_find(session, file) : NULL;
    char plain[STREAM_MODE], *own = NULL;
    FILE *made;

    if (session == NULL || mode == NULL || !msrck_stream_mode(mode, plain) ||
        (path == NULL && (stream == NULL || stream->record.path == NULL))) {
        if (session != NULL)
            note(EINVAL, "msrck_freopen", path);
        errno = EINVAL;
        return NULL;
    }
    own = strdup(path != NULL ? path : stream->record.path);
    made = own != NULL ? freopen(path, mode, file) : NULL;
    if (made == NULL && stream != NULL && own != NULL)
        msrck_streams_remove(session, stream);
    if (made != NULL && !track(session, made, own, plain))
        note(ENOMEM, "msrck_freopen", own);
    free(own);
    return made;
}

/* Also after msrck_finish(), and for streams that were opened in other ways. */
int msrck_fclose(FILE *file)
{
    struct session *session = &msrck_the_session;
    struct open_stream *stream = session->open ? msrck_streams_find(session, file) : NULL;

    if (stream != NULL) {
        if (stream->record.standard != STANDARD_NONE)
            session->library.standard[stream->record.standard - 1] = NULL;
        msrck_streams_remove(session, stream);
    }
    return fclose(file);
}

msrck_result msrck_track_stream(FILE *file, const char *path, const char *mode)
{
    struct session *session = msrck_session_require("msrck_track_stream");
    bool standard = file == stdin || file == stdout || file == stderr;
    char plain[STREAM_MODE] = "";
    msrck_error error = MSRCK_ERROR_INIT;

    if (session == NULL)
        return MSRCK_MISUSE;
    if (file == NULL || (path == NULL && !standard) ||
        (path != NULL && (mode == NULL || !msrck_stream_mode(mode, plain))))
        msrck_fail(&error, MSRCK_MISUSE,
                   "msrck_track_stream: a stream needs the path and the mode that it can be opened again with");
    else if (!track(session, file, path, plain))
        msrck_fail_memory(&error, sizeof(struct open_stream), "the streams");
    else
        return MSRCK_OK;
    return msrck_session_note(&error);
}
