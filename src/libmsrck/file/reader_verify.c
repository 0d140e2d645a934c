/* SPDX-License-Identifier: MIT */
/* Looking at everything in a checkpoint: sections, variables and frames, chunks and the values in them. */
#include "file/reader_verify.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void msrck_verify_report(struct verification *verification, const char *id, uint64_t offset, const char *format, ...)
{
    char text[MSRCK_MESSAGE_SIZE];
    msrck_finding finding = { id, offset == MSRCK_NO_OFFSET ? verification->offset : offset, text };
    va_list arguments;

    if (verification->stopped)
        return;
    va_start(arguments, format);
    msrck_format_line(text, sizeof text, format, arguments);
    va_end(arguments);
    verification->findings++;
    if (verification->report != NULL && !verification->report(verification->context, &finding))
        verification->stopped = true;
}

/* Damage is what is looked for; anything else keeps the examination from being carried out. */
static msrck_result damage_or(struct verification *verification, const char *id, const msrck_error *found,
                              msrck_result result, msrck_error *error)
{
    const char *text = found->message;

    if (result == MSRCK_OK)
        return MSRCK_OK;
    if (result != MSRCK_CORRUPT && result != MSRCK_TRUNCATED) {
        if (error != NULL && error->result == MSRCK_OK)
            *error = *found;
        return result;
    }
    /* The finding carries the offset itself. */
    if (found->offset != MSRCK_NO_OFFSET && strncmp(text, "offset ", 7) == 0 && strstr(text, ": ") != NULL)
        text = strstr(text, ": ") + 2;
    msrck_verify_report(verification, id, found->offset, "%s", text);
    return MSRCK_OK;
}

static msrck_result verify_variables(struct verification *verification, msrck_error *error)
{
    msrck_reader *reader = verification->reader;
    msrck_result result = MSRCK_OK;

    for (uint32_t i = 0; result == MSRCK_OK && i < msrck_reader_variable_count(reader); i++) {
        msrck_error found = MSRCK_ERROR_INIT;
        msrck_value value;
        result = msrck_reader_variable_value(reader, i, &value, &found);
        if (result != MSRCK_OK)
            msrck_error_prefix(&found, "variable %s", reader->metadata->variables[i].name);
        result = damage_or(verification, "variable", &found, result, error);
    }
    return result;
}

static msrck_result verify_frame(struct verification *verification, uint32_t frame, msrck_error *error)
{
    const struct frame_entry *entry = &verification->reader->metadata->frames[frame];
    msrck_result result = MSRCK_OK;
    msrck_value value;

    for (uint32_t i = 0; result == MSRCK_OK && i <= entry->local_count; i++) {
        msrck_error found = MSRCK_ERROR_INIT;
        if (i < entry->local_count && entry->locals[i] != 0)
            result = msrck_reader_local_value(verification->reader, frame, i, &value, &found);
        else if (i == entry->local_count && entry->live != 0)
            result = msrck_reader_live_value(verification->reader, frame, &value, &found);
        if (result != MSRCK_OK)
            msrck_error_prefix(&found, "frame %u", frame);
        result = damage_or(verification, "frame", &found, result, error);
    }
    return result;
}

static msrck_result verify_chunk(struct verification *verification, size_t number, msrck_error *error)
{
    msrck_reader *reader = verification->reader;
    size_t section = reader->chunk_sections[number];
    const struct section_place *place = msrck_file_reader_section(reader->file, section);
    msrck_error found = MSRCK_ERROR_INIT;
    struct chunk chunk;
    msrck_result result;

    verification->offset = place->offset;
    result = msrck_file_reader_read_chunk(reader->file, section, &chunk, &found);
    if (result != MSRCK_OK)
        return damage_or(verification, "chunk", &found, result, error);
    if (!chunk.sound)
        msrck_verify_rows(verification, place, chunk.rows, chunk.width);
    return MSRCK_OK;
}

static bool refuse(void *context, const msrck_finding *finding)
{
    (void)context, (void)finding;
    return false;
}

/* By any thread: whether there is nothing to find. What there is to find is then looked for again, in order. */
static bool is_sound(const void *context, const struct chunk *chunk)
{
    struct verification silent = *(const struct verification *)context;

    silent.report = refuse;
    silent.findings = 0;
    silent.stopped = false;
    msrck_verify_rows(&silent, &chunk->place, chunk->rows, chunk->width);
    return silent.findings == 0;
}

static msrck_result verify_chunks(struct verification *verification, msrck_error *error)
{
    msrck_reader *reader = verification->reader;
    struct verification plan = *verification;
    msrck_result result = MSRCK_OK;

    msrck_file_reader_examine(reader->file, is_sound, &plan);
    for (size_t i = 0; result == MSRCK_OK && !verification->stopped && i < reader->chunk_count; i++)
        result = verify_chunk(verification, i, error);
    msrck_file_reader_examine(reader->file, NULL, NULL);
    return result;
}

/* Where nothing else is wrong: damage has been reported, and would change the digest besides. */
static msrck_result verify_digest(struct verification *verification, msrck_error *error)
{
    const unsigned char *stored = msrck_reader_stored_digest(verification->reader);
    unsigned char digest[MSRCK_DIGEST_SIZE];
    msrck_error found = MSRCK_ERROR_INIT;
    msrck_result result;

    if (stored == NULL || verification->level != MSRCK_VERIFY_DEEP || verification->findings > 0)
        return MSRCK_OK;
    verification->offset = MSRCK_NO_OFFSET;
    result = msrck_reader_digest(verification->reader, digest, &found);
    if (result == MSRCK_OK && memcmp(stored, digest, sizeof digest) != 0)
        msrck_verify_report(verification, "digest", MSRCK_NO_OFFSET,
                            "the digest that the file states is not that of its graph");
    return damage_or(verification, "digest", &found, result, error);
}

static msrck_result verify_contents(struct verification *verification, msrck_error *error)
{
    const msrck_reader *reader = verification->reader;
    msrck_result result = msrck_verify_plan(verification, error);

    if (result == MSRCK_OK)
        result = msrck_verify_sections(verification, error);
    verification->offset = MSRCK_NO_OFFSET;
    if (result == MSRCK_OK)
        result = verify_variables(verification, error);
    for (size_t i = 0; result == MSRCK_OK && !verification->stopped && i < reader->metadata->frame_count; i++)
        result = verify_frame(verification, (uint32_t)i, error);
    if (result == MSRCK_OK)
        result = verify_chunks(verification, error);
    return result == MSRCK_OK ? verify_digest(verification, error) : result;
}

msrck_result msrck_reader_verify(msrck_reader *reader, msrck_verify_level level, msrck_finding_callback report,
                                 void *context, uint64_t *findings, msrck_error *error)
{
    struct verification verification = { reader, level, report, context, 0, false, MSRCK_NO_OFFSET, NULL };
    msrck_result result = MSRCK_OK;

    if (level != MSRCK_VERIFY_QUICK)
        result = verify_contents(&verification, error);
    free(verification.needs);
    if (findings != NULL)
        *findings = verification.findings;
    return result;
}
