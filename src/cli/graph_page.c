/* SPDX-License-Identifier: MIT */
/*
 * The page of `msrck graph --html`: a template, its style and script, and the checkpoint as `msrck dump --json` prints
 * it. Nothing from the file may end the element it stands in: of the JSON every '<', '>' and '&', which occur in strings
 * only, is escaped; the title is escaped as HTML is.
 */
#include <errno.h>
#include <string.h>

#include "dump.h"
#include "explorer.h"
#include "graph.h"

static msrck_result fail(msrck_error *error)
{
    error->result = MSRCK_SYSTEM;
    snprintf(error->message, sizeof error->message, "no temporary file for the data of the page: %s", strerror(errno));
    return MSRCK_SYSTEM;
}

static void put_title(const char *title, FILE *stream)
{
    for (; *title != '\0'; title++)
        if (*title == '<' || *title == '>' || *title == '&' || *title == '"')
            fprintf(stream, "&#%d;", *title);
        else
            putc((unsigned char)*title < 0x20 || *title == 0x7f ? '?' : *title, stream);
}

static msrck_result put_data(FILE *json, FILE *stream, msrck_error *error)
{
    int c;

    rewind(json);
    while ((c = getc(json)) != EOF)
        if (c == '<' || c == '>' || c == '&')
            fprintf(stream, "\\u%04x", (unsigned)c);
        else
            putc(c, stream);
    return ferror(json) ? fail(error) : MSRCK_OK;
}

/* Whether a placeholder begins here: its length, or 0. */
static size_t placeholder(const char *text, const char *name)
{
    size_t length = strlen(name);

    return strncmp(text, name, length) == 0 ? length : 0;
}

static msrck_result put_page(const char *title, FILE *json, FILE *stream, msrck_error *error)
{
    msrck_result result = MSRCK_OK;
    size_t length;

    for (const char *p = explorer_html; result == MSRCK_OK && *p != '\0'; p += length) {
        if ((length = placeholder(p, "@TITLE@")) > 0)
            put_title(title, stream);
        else if ((length = placeholder(p, "@STYLE@")) > 0)
            fputs(explorer_css, stream);
        else if ((length = placeholder(p, "@SCRIPT@")) > 0)
            fputs(explorer_js, stream);
        else if ((length = placeholder(p, "@DATA@")) > 0)
            result = put_data(json, stream, error);
        else {
            putc(*p, stream);
            length = 1;
        }
    }
    return result;
}

msrck_result graph_write_page(msrck_reader *reader, const char *title, uint64_t most, FILE *stream, msrck_error *error)
{
    struct dump_options options = { .types = true, .frames = true, .globals = true, .blocks = true, .json = true,
                                    .limit = most };
    struct dump dump = { .reader = reader, .options = &options, .error = MSRCK_ERROR_INIT, .stream = tmpfile() };
    msrck_result result = dump.stream == NULL ? fail(error) : dump_json(&dump), page;

    if (dump.stream == NULL)
        return result;
    if (result == MSRCK_OK && (fflush(dump.stream) != 0 || ferror(dump.stream)))
        result = fail(error);
    else if (result != MSRCK_OK)
        *error = dump.error;
    /* A pointer that leads nowhere is shown as such: the page is whole. */
    if (result == MSRCK_OK || (result == MSRCK_CORRUPT && strstr(dump.error.message, "leads nowhere") != NULL)) {
        page = put_page(title, dump.stream, stream, error);
        result = page != MSRCK_OK ? page : result;
    }
    fclose(dump.stream);
    return result;
}
