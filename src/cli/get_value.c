/* SPDX-License-Identifier: MIT */
/* One value that a path names, as text, JSON or bytes. */
#include <stdio.h>
#include <string.h>

#include "answer_json.h"
#include "get.h"
#include "output.h"

static bool is_scalar(const msrck_value *value)
{
    msrck_kind kind = msrck_value_kind(value);

    return kind == MSRCK_KIND_SCALAR || kind == MSRCK_KIND_ENUM;
}

static msrck_result put_binary(struct get *get, const msrck_value *value, msrck_error *error)
{
    uint64_t length, done = 0;
    const unsigned char *bytes;
    uint32_t type;
    size_t width;
    msrck_result result = MSRCK_OK;

    if (msrck_value_kind(value) != MSRCK_KIND_ARRAY) {
        result = msrck_value_bytes(value, &bytes, &width, error);
        if (result == MSRCK_OK)
            fwrite(bytes, 1, width, stdout);
        return result;
    }
    length = dump_limited(&get->dump, msrck_value_flat_length(value, &type));
    while (result == MSRCK_OK && done < length) {
        uint64_t count;

        result = msrck_value_run(value, done, &bytes, &count, &width, error);
        if (result != MSRCK_OK)
            break;
        if (count > length - done)
            count = length - done;
        fwrite(bytes, width, (size_t)count, stdout);
        done += count;
    }
    return result;
}

static msrck_result put_json(struct get *get, const char *path, const msrck_value *value)
{
    struct json_writer *writer = &get->dump.writer;
    msrck_type_facts facts = { .name = "" };
    msrck_result result;

    msrck_reader_type(value->reader, value->type, &facts);
    json_line(writer);
    json_begin_object(writer);
    json_key_string(writer, "path", path);
    json_key_string(writer, "type", facts.name);
    json_key(writer, "value");
    result = dump_json_value(&get->dump, value);
    json_end_object(writer);
    return result;
}

static msrck_result put_formatted(void *context, const msrck_value *value, msrck_error *error)
{
    const struct get *get = context;

    return get_format_put(&get->format, value, error);
}

/* Numbers of an array in --format, blanks between them; anything else as dump shows it, with numbers in that format. */
static msrck_result put_text(struct get *get, const msrck_value *value, msrck_error *error)
{
    msrck_value element;
    msrck_result result = MSRCK_OK;
    uint64_t length;

    if (get->format.letter != 0 && is_scalar(value))
        return get_format_put(&get->format, value, error);
    if (get->format.letter != 0 && msrck_value_kind(value) == MSRCK_KIND_ARRAY && msrck_value_length(value) > 0 &&
        msrck_value_element(value, 0, &element, error) == MSRCK_OK && is_scalar(&element)) {
        length = dump_limited(&get->dump, msrck_value_length(value));
        for (uint64_t i = 0; result == MSRCK_OK && i < length; i++) {
            if (i > 0)
                putchar(' ');
            result = msrck_value_element(value, i, &element, error);
            if (result == MSRCK_OK)
                result = get_format_put(&get->format, &element, error);
        }
        return result;
    }
    get->dump.put_number = get->format.letter != 0 ? put_formatted : NULL;
    get->dump.context = get;
    /* A block of one element is shown as dump shows it, without the braces of an array. */
    if (msrck_value_unnamed(value) && msrck_value_length(value) == 1 && msrck_value_element(value, 0, &element, error) == MSRCK_OK)
        return dump_text_value(&get->dump, &element, 0);
    return dump_text_value(&get->dump, value, 0);
}

msrck_result get_match(void *context, const char *path, const msrck_value *value, msrck_error *error)
{
    struct get *get = context;
    msrck_result result;

    switch (get->mode) {
    case GET_JSON:
        result = put_json(get, path, value);
        break;
    case GET_CSV:
        return get_csv(get, path, value, error);
    case GET_BINARY:
        return put_binary(get, value, error);
    default:
        if (!get->single) {
            output_masked(path);
            fputs(" = ", stdout);
        }
        get->dump.column = 0;
        result = put_text(get, value, error);
        putchar('\n');
    }
    if (result != MSRCK_OK && error->result == MSRCK_OK)
        *error = get->dump.error;
    return result;
}
