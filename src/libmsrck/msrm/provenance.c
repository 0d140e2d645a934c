/* SPDX-License-Identifier: MIT */
#include "msrm/provenance.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "base/allocation.h"

#ifndef MSRCK_VERSION
#define MSRCK_VERSION "unknown"
#endif

enum { NOTES = 5 };

static void format_time(char *text, size_t size)
{
    time_t now = time(NULL);
    struct tm utc;

    if (gmtime_r(&now, &utc) == NULL || strftime(text, size, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0)
        snprintf(text, size, "unknown");
}

static bool add_note(struct metadata *file, const char *key, const char *value)
{
    struct note_entry *note = &file->notes[file->note_count++];

    note->key = msrck_copy_text(key);
    note->value = msrck_copy_text(value);
    return note->key != NULL && note->value != NULL;
}

msrck_result msrck_provenance_fill(struct metadata *file, msrck_error *error)
{
    struct utsname system = { .nodename = "unknown", .machine = "unknown" };
    char moment[32], process[32];

    file->notes = msrck_allocate(NOTES, sizeof file->notes[0]);
    if (file->notes == NULL)
        return msrck_fail_memory(error, NOTES * sizeof file->notes[0], "notes");
    uname(&system);
    format_time(moment, sizeof moment);
    snprintf(process, sizeof process, "%lld", (long long)getpid());
    if (!add_note(file, "producer", "msrck " MSRCK_VERSION) || !add_note(file, "host", system.nodename) ||
        !add_note(file, "arch", system.machine) || !add_note(file, "pid", process) || !add_note(file, "time", moment))
        return msrck_fail_memory(error, sizeof system, "notes");
    return MSRCK_OK;
}
