/* SPDX-License-Identifier: MIT */
/* Numbers in the format that --format asks for. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "get.h"
#include "output.h"

#define INTEGER_LETTERS "duxXoc"
#define FLOAT_LETTERS "feEgGaA"

bool get_format_parse(const char *text, struct get_format *format)
{
    size_t length = strlen(text), flags;
    char letter;

    memset(format, 0, sizeof *format);
    if (length == 0 || length > 16)
        return false;
    letter = text[length - 1];
    if (length == 1) {
        if (strchr(INTEGER_LETTERS FLOAT_LETTERS "t", letter) == NULL)
            return false;
        flags = 0;
        text = "";
        /* What people expect of these letters: a prefix where the base is not ten. */
        if (letter == 'x' || letter == 'X' || letter == 'o') {
            text = "#";
            flags = 1;
        }
    } else {
        if (*text++ != '%' || strchr("diuxXo" FLOAT_LETTERS, letter) == NULL)
            return false;
        flags = length - 2;
        /* Flags, width and precision only: no second conversion, no length, no '*'. */
        if (strspn(text, "-+ #0123456789.") != flags)
            return false;
    }
    if (letter == 'i')
        letter = 'd';
    format->letter = letter;
    snprintf(format->conversion, sizeof format->conversion, "%%%.*s%s", (int)flags, text,
             strchr("duxXo", letter) != NULL ? "ll" : "");
    length = strlen(format->conversion);
    format->conversion[length] = letter;
    format->conversion[length + 1] = '\0';
    return true;
}

static void put_binary(uint64_t number)
{
    char digits[65], *p = digits + 64;

    *p = '\0';
    do
        *--p = (char)('0' + (number & 1));
    while ((number >>= 1) != 0);
    printf("0b%s", p);
}

/* The bits of an integer as an unsigned number of its own width, as %x shows them. */
static uint64_t bits_of(const unsigned char *bytes, size_t width)
{
    uint64_t number = 0;

    for (size_t i = 0; i < width && i < 8; i++)
        number = number << 8 | bytes[i];
    return number;
}

#pragma GCC diagnostic push
/* The conversion was checked by get_format_parse: one number, its length modifier ours. */
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

static msrck_result put_integer(const struct get_format *format, const msrck_value *value, msrck_error *error)
{
    const unsigned char *bytes;
    int64_t number = 0;
    size_t width;
    msrck_result result;

    if (format->letter == 'd') {
        msrck_error ignored = MSRCK_ERROR_INIT;
        uint64_t large;

        result = msrck_value_int64(value, &number, &ignored);
        if (result == MSRCK_DOES_NOT_FIT && msrck_value_uint64(value, &large, error) == MSRCK_OK)
            return printf("%" PRIu64, large) < 0 ? MSRCK_SYSTEM : MSRCK_OK;
        if (result == MSRCK_OK)
            printf(format->conversion, (long long)number);
        return result;
    }
    result = msrck_value_bytes(value, &bytes, &width, error);
    if (result != MSRCK_OK)
        return result;
    if (format->letter == 't')
        put_binary(bits_of(bytes, width));
    else if (format->letter == 'c')
        printf(bytes[width - 1] >= 0x20 && bytes[width - 1] < 0x7f ? "'%c'" : "'\\%03o'", bytes[width - 1]);
    else
        printf(format->conversion, (unsigned long long)bits_of(bytes, width));
    return MSRCK_OK;
}

/*
 * Numbers that no double equals: long doubles, and integers of more than 53 bits. Where this machine's long double is smaller
 * than that of the checkpoint the number is rounded, as every format does.
 */
static msrck_result put_long_double(const struct get_format *format, const msrck_value *value, msrck_error *error)
{
    char text[MSRCK_TEXT_SIZE], conversion[sizeof format->conversion + 1];
    size_t length = strlen(format->conversion) - 1;
    msrck_result result = msrck_value_text(value, text, error);

    if (result != MSRCK_OK)
        return result;
    /* A NaN's bits behind a colon are not for strtold(). */
    if (strncmp(text, "nan:", 4) == 0)
        text[3] = '\0';
    memcpy(conversion, format->conversion, length);
    conversion[length] = 'L';
    conversion[length + 1] = format->letter;
    conversion[length + 2] = '\0';
    printf(conversion, strtold(text, NULL));
    return MSRCK_OK;
}

msrck_result get_format_put(const struct get_format *format, const msrck_value *value, msrck_error *error)
{
    msrck_error ignored = MSRCK_ERROR_INIT;
    char text[MSRCK_TEXT_SIZE];
    msrck_type_facts facts;
    double number;
    bool is_float = msrck_reader_type(value->reader, value->type, &facts) &&
                    (facts.scalar == MSRCK_SCALAR_FLOAT || facts.scalar == MSRCK_SCALAR_DOUBLE || facts.scalar == MSRCK_SCALAR_LDOUBLE);
    msrck_result result;

    if (format->letter != 0 && strchr(FLOAT_LETTERS, format->letter) != NULL) {
        if (msrck_value_double(value, &number, &ignored) == MSRCK_OK) {
            printf(format->conversion, number);
            return MSRCK_OK;
        }
        return put_long_double(format, value, error);
    }
    /* Bits of floating numbers show in hexadecimal, octal and binary; other letters leave them as they read back. */
    if (format->letter != 0 && strchr(FLOAT_LETTERS, format->letter) == NULL && (!is_float || strchr("xXot", format->letter) != NULL))
        return put_integer(format, value, error);
    result = msrck_value_text(value, text, error);
    if (result == MSRCK_OK)
        fputs(text, stdout);
    return result;
}

#pragma GCC diagnostic pop
