/* SPDX-License-Identifier: MIT */
/*
 * Applies a patch: the document of the checkpoint is copied to a temporary file, with other values where the patch
 * says so, and becomes a checkpoint again. Only the operations are held in memory, not the document.
 */
#include "convert.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "checkpoint_input.h"
#include "dump.h"
#include "output.h"
#include "patching.h"

/* ---- Bytes ---- */

static bool copy_bytes(struct patching *patching, int descriptor, uint64_t begin, uint64_t end)
{
    char bytes[65536];

    while (begin < end) {
        size_t wanted = end - begin < sizeof bytes ? (size_t)(end - begin) : sizeof bytes;
        ssize_t count = pread(descriptor, bytes, wanted, (off_t)begin);

        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return json_input_fail(&patching->base, "it cannot be read again");
        fwrite(bytes, 1, (size_t)count, patching->out);
        begin += (uint64_t)count;
    }
    return true;
}

bool patching_copy_up_to(struct patching *patching, uint64_t offset)
{
    bool copied = copy_bytes(patching, patching->base.descriptor, patching->copied, offset);

    patching->copied = offset;
    return copied;
}

static uint64_t place(const struct json_input *input)
{
    return input->offset + input->next;
}

/* ---- Values ---- */

/* Reads a value without the blanks between its tokens. */
struct value_cursor {
    int descriptor;
    struct text_range rest;         /* not read yet */
    unsigned char bytes[256];
    size_t next, length;
    bool in_string, escaped;
};

/* The next byte, or -1. */
static int next_byte(struct value_cursor *cursor)
{
    while (cursor->next < cursor->length || cursor->rest.begin < cursor->rest.end) {
        unsigned char byte;

        if (cursor->next == cursor->length) {
            uint64_t left = cursor->rest.end - cursor->rest.begin;
            size_t wanted = left < sizeof cursor->bytes ? (size_t)left : sizeof cursor->bytes;
            ssize_t count = pread(cursor->descriptor, cursor->bytes, wanted, (off_t)cursor->rest.begin);
            if (count <= 0)
                return -1;
            cursor->rest.begin += (uint64_t)count;
            cursor->length = (size_t)count;
            cursor->next = 0;
        }
        byte = cursor->bytes[cursor->next++];
        if (!cursor->in_string && (byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n'))
            continue;
        if (byte == '"' && !cursor->escaped)
            cursor->in_string = !cursor->in_string;
        cursor->escaped = byte == '\\' && !cursor->escaped;
        return byte;
    }
    return -1;
}

static bool same_value(const struct patching *patching, struct text_range base, struct text_range patch)
{
    struct value_cursor a = { .descriptor = patching->base.descriptor, .rest = base };
    struct value_cursor b = { .descriptor = patching->patch_descriptor, .rest = patch };
    int byte;

    do
        byte = next_byte(&a);
    while (byte == next_byte(&b) && byte >= 0);
    return byte < 0 && a.rest.begin == a.rest.end && b.rest.begin == b.rest.end && b.next == b.length;
}

static bool replace(struct patching *patching, const struct patch_operation *set)
{
    struct json_input *base = &patching->base;
    struct text_range there = { json_input_mark(base).offset, 0 };

    if (!json_skip(base))
        return false;
    there.end = place(base);
    if (!same_value(patching, there, set->old))
        return json_input_fail(base, "the patch is for another state: what it replaces is not there");
    if (!patching_copy_up_to(patching, there.begin) ||
        !copy_bytes(patching, patching->patch_descriptor, set->new.begin, set->new.end))
        return false;
    patching->copied = there.end;
    patching->applied++;
    return true;
}

static bool change_value(struct patching *patching, size_t low, size_t high, size_t depth);

static bool change_array(struct patching *patching, size_t low, size_t high, size_t depth)
{
    struct json_input *base = &patching->base;

    if (!json_take_array(base))
        return false;
    for (uint64_t index = 0; json_take_item(base); index++) {
        struct patch_step here = { NULL, index };
        size_t next = low;

        while (next < high && patch_compare_steps(&patching->patch.sets[next].steps[depth], &here) == 0)
            next++;
        if (!change_value(patching, low, next, depth + 1)) {
            json_input_path(base, "[%llu]", (unsigned long long)index);
            return false;
        }
        low = next;
    }
    return !base->failed;
}

static bool change_object(struct patching *patching, size_t low, size_t high, size_t depth)
{
    struct json_input *base = &patching->base;

    if (!json_take_object(base))
        return false;
    while (json_take_key(base)) {
        struct patch_step here = { base->text, 0 };
        size_t first = low, next;

        while (first < high && patch_compare_steps(&patching->patch.sets[first].steps[depth], &here) != 0)
            first++;
        for (next = first; next < high && patch_compare_steps(&patching->patch.sets[next].steps[depth], &here) == 0;)
            next++;
        if (!change_value(patching, first, next, depth + 1))
            return false;
    }
    return !base->failed;
}

/* The next value, with the sets of [low, high), whose first `depth` steps lead here. Depth is that of the document. */
static bool change_value(struct patching *patching, size_t low, size_t high, size_t depth)
{
    struct json_input *base = &patching->base;
    enum json_kind kind;

    if (low == high)
        return json_skip(base);
    if (patching->patch.sets[low].step_count == depth) {
        if (high - low > 1)
            return json_input_fail(base, "the patch has several operations for one place");
        return replace(patching, &patching->patch.sets[low]);
    }
    kind = json_input_kind(base);
    if (kind == JSON_ARRAY)
        return change_array(patching, low, high, depth);
    if (kind == JSON_OBJECT)
        return change_object(patching, low, high, depth);
    return json_input_fail(base, "the patch is for another state: it leads further");
}

/* ---- Blocks ---- */

/* The sets of a block. */
static void find_sets(const struct patch *patch, uint64_t block, size_t *low, size_t *high)
{
    size_t end = patch->set_count;

    *low = 0;
    while (*low < end) {
        size_t middle = *low + (end - *low) / 2;
        if (patch->sets[middle].block < block)
            *low = middle + 1;
        else
            end = middle;
    }
    for (*high = *low; *high < patch->set_count && patch->sets[*high].block == block;)
        (*high)++;
}

static bool change_block(struct patching *patching)
{
    struct json_input *base = &patching->base;
    uint64_t block = 0;
    size_t low = 0, high = 0;

    if (!json_take_object(base))
        return false;
    while (json_take_key(base)) {
        bool taken;
        if (strcmp(base->text, "block") == 0) {
            taken = json_take_unsigned(base, &block);
            find_sets(&patching->patch, block, &low, &high);
        } else {
            taken = change_value(patching, low, high, 0);
        }
        if (!taken) {
            json_input_path(base, "block %llu", (unsigned long long)block);
            return false;
        }
    }
    return !base->failed;
}

static bool change_extent(struct patching *patching)
{
    struct json_input *base = &patching->base;

    if (!json_take_object(base))
        return false;
    while (json_take_key(base)) {
        bool blocks = strcmp(base->text, "blocks") == 0;

        if (blocks ? !json_take_array(base) : !json_skip(base))
            return false;
        while (blocks && json_take_item(base) && change_block(patching))
            continue;
    }
    return !base->failed;
}

static bool put_added(struct patching *patching, const struct patch_operation *add, bool first)
{
    uint32_t type = msrck_reader_find_type(patching->reader, add->type);
    struct json_writer writer;

    if (type == MSRCK_NO_TYPE)
        return json_input_fail(&patching->patch.input, "block new:%llu is of the unknown type %.60s",
                               (unsigned long long)add->block, add->type);
    if (!first)
        putc(',', patching->out);
    json_begin(&writer, patching->out);
    json_begin_object(&writer);
    json_key_string(&writer, "segment", add->segment);
    json_key_number(&writer, "type", type);
    json_key_string(&writer, "count", add->count);
    fprintf(patching->out, ",\"blocks\":[{\"block\":\"new:%llu\",\"elements\":", (unsigned long long)add->block);
    if (!copy_bytes(patching, patching->patch_descriptor, add->new.begin, add->new.end))
        return false;
    fputs("}]}\n", patching->out);
    return true;
}

static bool change_extents(struct patching *patching)
{
    struct json_input *base = &patching->base;
    bool first = true;

    if (!json_take_array(base))
        return false;
    while (json_take_item(base)) {
        if (!change_extent(patching))
            return false;
        first = false;
    }
    if (base->failed || !patching_copy_up_to(patching, place(base) - 1))
        return false;
    for (size_t i = 0; i < patching->patch.add_count; i++, first = false)
        if (!put_added(patching, &patching->patch.adds[i], first))
            return false;
    return true;
}

/* ---- The whole ---- */

static bool change_part(struct patching *patching)
{
    const char *key = patching->base.text;

    if (strcmp(key, "variables") == 0 && patching->patch.variables != NULL)
        return patching_put_variables(patching);
    if (strcmp(key, "frames") == 0 && patching->patch.frames != NULL)
        return patching_put_frames(patching);
    if (strcmp(key, "program") == 0)
        return patching_change_program(patching);
    if (strcmp(key, "extents") == 0)
        return change_extents(patching);
    return json_skip(&patching->base);
}

static bool change_document(struct patching *patching)
{
    struct json_input *base = &patching->base;
    struct stat status;

    if (!patching_gather_targets(patching) || !json_take_object(base))
        return false;
    while (json_take_key(base))
        if (!change_part(patching))
            return false;
    if (base->failed || fstat(base->descriptor, &status) != 0 || !patching_copy_up_to(patching, (uint64_t)status.st_size))
        return false;
    if (patching->applied < patching->patch.set_count)
        return json_input_fail(base, "the patch is for another state: %zu of its operations have no place here",
                               patching->patch.set_count - patching->applied);
    return true;
}

/* The document of the checkpoint, on a temporary file. */
static msrck_result write_base(msrck_reader *reader, int descriptor, msrck_error *error)
{
    static const struct dump_options everything = {
        .types = true, .frames = true, .globals = true, .blocks = true, .json = true
    };
    struct dump dump = { .options = &everything, .error = MSRCK_ERROR_INIT, .reader = reader };
    msrck_result result;

    dump.stream = fdopen(dup(descriptor), "w");
    if (dump.stream == NULL)
        result = MSRCK_SYSTEM;
    else
        result = dump_json(&dump);
    if (dump.stream != NULL && fclose(dump.stream) != 0 && result == MSRCK_OK)
        result = MSRCK_SYSTEM;
    *error = dump.error;
    if (result == MSRCK_SYSTEM && error->result == MSRCK_OK) {
        error->result = result;
        snprintf(error->message, sizeof error->message, "a temporary file cannot be written: %s", strerror(errno));
    }
    return result;
}

/* Reads the patch and writes the changed document. */
static int apply(struct conversion *conversion, struct patching *patching, int base, int changed)
{
    msrck_error error = MSRCK_ERROR_INIT, base_error = MSRCK_ERROR_INIT;
    msrck_result result = patch_read(&patching->patch, patching->patch_descriptor, &error);

    if (result != MSRCK_OK)
        return output_error(conversion->options->patch, &error);
    if (write_base(patching->reader, base, &error) != MSRCK_OK)
        return output_error(conversion->path, &error);
    json_input_begin(&patching->base, base, &base_error);
    patching->out = fdopen(dup(changed), "w");
    if (patching->out == NULL || (!change_document(patching) && !patching->base.failed && !patching->patch.input.failed) ||
        fclose(patching->out) != 0) {
        output_message(NULL, "a temporary file cannot be written: %s", strerror(errno));
        return EXIT_CODE_SYSTEM;
    }
    if (json_input_result(&patching->patch.input) != MSRCK_OK)
        return output_error(conversion->options->patch, &error);
    /* Lines of the temporary document would mean nothing to anybody. */
    if (patching->base.failed) {
        output_message(conversion->options->patch, "%s%s%s", patching->base.path,
                       patching->base.path[0] != '\0' ? ": " : "", patching->base.message);
        return EXIT_CODE_CORRUPT;
    }
    return EXIT_CODE_OK;
}

int convert_patch(struct conversion *conversion)
{
    struct patching *patching = calloc(1, sizeof *patching);
    msrck_error error = MSRCK_ERROR_INIT;
    int base = convert_unnamed(), changed = convert_unnamed(), code = EXIT_CODE_SYSTEM;

    if (patching != NULL)
        patching->patch_descriptor = open(conversion->options->patch, O_RDONLY | O_CLOEXEC);
    if (patching == NULL || base < 0 || changed < 0 || patching->patch_descriptor < 0)
        output_message(conversion->options->patch, "%s", strerror(errno));
    else if (checkpoint_open_descriptor(conversion->descriptor, conversion->limits, &patching->reader, &error) != MSRCK_OK)
        code = output_error(conversion->path, &error);
    else
        code = apply(conversion, patching, base, changed);
    if (base >= 0)
        close(base);
    if (patching != NULL) {
        if (patching->patch_descriptor >= 0)
            close(patching->patch_descriptor);
        for (size_t i = 0; i < patching->target_count; i++)
            free(patching->targets[i]);
        free(patching->targets);
        patch_free(&patching->patch);
        msrck_reader_close(patching->reader);
    }
    free(patching);
    convert_close_input(conversion);
    conversion->descriptor = changed;
    conversion->is_document = true;
    return code;
}
