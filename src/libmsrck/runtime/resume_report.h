/* SPDX-License-Identifier: MIT */
/* What a resume made of an older version's checkpoint, for the program and for --resume-report. */
#ifndef MSRCK_RUNTIME_RESUME_REPORT_H
#define MSRCK_RUNTIME_RESUME_REPORT_H

#include "base/byte_buffer.h"
#include "base/change_notes.h"

struct resume_report {
    struct change_notes changes;
    struct byte_buffer text; /* of all of them, made when it is asked for */
    bool written;            /* the file of --resume-report is */
};

struct session;

/*
 * Writes the file of --resume-report, once; `refused` (or NULL) is why the resume failed. Where a search found nothing,
 * session->options.resume is NULL: what was passed over or set aside is told all the same.
 */
void msrck_report_write(struct session *session, const msrck_error *refused);
void msrck_report_free(struct resume_report *report);

#endif
