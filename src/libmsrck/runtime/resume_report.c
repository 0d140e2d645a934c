/* SPDX-License-Identifier: MIT */
#include "runtime/resume_report.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/failure.h"
#include "runtime/session.h"

void msrck_report_free(struct resume_report *report)
{
    msrck_change_notes_clear(&report->changes);
    msrck_buffer_free(&report->text);
}

const char *msrck_evolution_report(void)
{
    struct resume_report *report = &msrck_the_session.resume_report;

    msrck_buffer_clear(&report->text);
    for (size_t c = 0; c < report->changes.count; c++)
        msrck_buffer_printf(&report->text, "%s\n", report->changes.items[c].text);
    return msrck_buffer_text(&report->text);
}

/* Passed-over checkpoints, changes, and how it ended: a line each. */
static void write_lines(FILE *file, const struct session *session, const msrck_error *refused)
{
    const struct resume_report *report = &session->resume_report;
    const char *path = session->options.resume;

    fputs(msrck_resume_notes(), file);
    for (size_t c = 0; c < report->changes.count; c++)
        fprintf(file, "%s: change: %s\n", path, report->changes.items[c].text);
    if (path == NULL)
        fprintf(file, "%s: nothing to go on from: begins anew\n", session->options.checkpoint_to);
    else if (refused != NULL)
        fprintf(file, "%s: refused: %s\n", path, refused->message);
    else if (report->changes.count == 0)
        fprintf(file, "%s: resumed as it is\n", path);
    else
        fprintf(file, "%s: resumed with %zu changes\n", path, report->changes.count);
}

/* A report that cannot be written does not undo the resume; it is noted like a checkpoint that fails. */
void msrck_report_write(struct session *session, const msrck_error *refused)
{
    const char *path = session->options.resume_report;
    msrck_error error = MSRCK_ERROR_INIT;
    FILE *file;
    bool good;

    if (path == NULL || (session->options.resume == NULL && refused != NULL) || session->resume_report.written)
        return;
    session->resume_report.written = true;
    if (strcmp(path, "-") == 0) {
        write_lines(stderr, session, refused);
        return;
    }
    file = fopen(path, "we");
    if (file != NULL) {
        write_lines(file, session, refused);
        good = ferror(file) == 0;
        if (fclose(file) == 0 && good)
            return;
    }
    msrck_fail_system(&error, errno, "%s: cannot be written", path);
    if (refused == NULL)
        msrck_session_note(&error);
}
