/* SPDX-License-Identifier: MIT */
#include "file/metadata.h"

#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(SHA256_DIGEST_SIZE == sizeof ((struct metadata *)0)->fingerprint, "a fingerprint is a SHA-256 digest");

static void clear_function(struct function_entry *function)
{
    for (uint32_t i = 0; i < function->point_count; i++)
        free(function->points[i].label);
    for (uint32_t i = 0; i < function->local_count; i++)
        free(function->locals[i].name);
    free(function->points);
    free(function->locals);
    free(function->name);
}

void msrck_metadata_clear(struct metadata *metadata)
{
    for (uint32_t i = 0; i < metadata->function_count; i++)
        clear_function(&metadata->functions[i]);
    for (uint32_t i = 0; i < metadata->target_count; i++)
        free(metadata->targets[i]);
    for (size_t i = 0; i < metadata->variable_count; i++)
        free(metadata->variables[i].name);
    for (size_t i = 0; i < metadata->frame_count; i++)
        free(metadata->frames[i].locals);
    for (size_t i = 0; i < metadata->note_count; i++) {
        free(metadata->notes[i].key);
        free(metadata->notes[i].value);
    }
    msrck_ti_free(metadata->types);
    free(metadata->program);
    free(metadata->functions);
    free(metadata->targets);
    free(metadata->extents);
    free(metadata->variables);
    free(metadata->frames);
    free(metadata->notes);
    memset(metadata, 0, sizeof *metadata);
}

msrck_result msrck_fingerprint(const void *type_payload, size_t type_length, struct metadata *metadata,
                               msrck_error *error)
{
    struct byte_buffer program = BYTE_BUFFER_INIT;
    struct sha256_ctx hash;
    unsigned char before[sizeof metadata->fingerprint];
    msrck_result result;

    memcpy(before, metadata->fingerprint, sizeof before);
    memset(metadata->fingerprint, 0, sizeof metadata->fingerprint);
    result = msrck_program_encode(metadata, &program, error);
    if (result == MSRCK_OK) {
        sha256_init(&hash);
        sha256_update(&hash, type_length, type_payload);
        sha256_update(&hash, program.length, program.bytes);
        sha256_digest(&hash, sizeof metadata->fingerprint, metadata->fingerprint);
    } else {
        memcpy(metadata->fingerprint, before, sizeof before);
    }
    msrck_buffer_free(&program);
    return result;
}
