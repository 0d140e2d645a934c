/* SPDX-License-Identifier: MIT */
#include "numpy_dtype.h"

void numpy_text(FILE *out, const char *text)
{
    putc('\'', out);
    for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++)
        if (*p < 0x20 || *p > 0x7e || *p == '\'' || *p == '\\')
            fprintf(out, "\\x%02x", *p);
        else
            putc(*p, out);
    putc('\'', out);
}

static const char *scalar_dtype(msrck_scalar scalar)
{
    switch (scalar) {
    case MSRCK_SCALAR_BOOL:
        return "|b1";
    case MSRCK_SCALAR_CHAR:
    case MSRCK_SCALAR_UCHAR:
    case MSRCK_SCALAR_UINT8:
        return "|u1";
    case MSRCK_SCALAR_SCHAR:
    case MSRCK_SCALAR_INT8:
        return "|i1";
    case MSRCK_SCALAR_SHORT:
    case MSRCK_SCALAR_INT16:
        return ">i2";
    case MSRCK_SCALAR_USHORT:
    case MSRCK_SCALAR_UINT16:
    case MSRCK_SCALAR_CHAR16:
        return ">u2";
    case MSRCK_SCALAR_INT:
    case MSRCK_SCALAR_INT32:
        return ">i4";
    case MSRCK_SCALAR_UINT:
    case MSRCK_SCALAR_UINT32:
    case MSRCK_SCALAR_WCHAR:
    case MSRCK_SCALAR_CHAR32:
        return ">u4";
    case MSRCK_SCALAR_FLOAT:
        return ">f4";
    case MSRCK_SCALAR_DOUBLE:
        return ">f8";
    case MSRCK_SCALAR_LDOUBLE:
        return "|V16";
    case MSRCK_SCALAR_ULONG:
    case MSRCK_SCALAR_ULLONG:
    case MSRCK_SCALAR_UINT64:
    case MSRCK_SCALAR_SIZE:
    case MSRCK_SCALAR_UINTPTR:
    case MSRCK_SCALAR_UINTMAX:
        return ">u8";
    default:
        return ">i8";
    }
}

static void put_fields(FILE *out, const msrck_reader *reader, uint32_t type)
{
    const char *separator = "";
    msrck_field_facts field;
    char place[16];

    putc('[', out);
    for (uint32_t i = 0; msrck_reader_field(reader, type, i, &field); i++) {
        if (field.role == MSRCK_ROLE_FLEXIBLE || field.role == MSRCK_ROLE_SKIPPED)
            continue;
        snprintf(place, sizeof place, ":%lu", (unsigned long)i);
        fprintf(out, "%s(", separator);
        numpy_text(out, field.name[0] != '\0' ? field.name : place);
        fputs(", ", out);
        numpy_dtype(out, reader, field.type);
        putc(')', out);
        separator = ", ";
    }
    putc(']', out);
}

/* Arrays of arrays are one shape; an array of char is a string of fixed length. */
static void put_array(FILE *out, const msrck_reader *reader, const msrck_type_facts *array)
{
    msrck_type_facts element = *array;
    uint32_t type = 0;

    while (element.kind == MSRCK_KIND_ARRAY) {
        type = element.element;
        msrck_reader_type(reader, type, &element);
    }
    putc('(', out);
    numpy_dtype(out, reader, type);
    fputs(", (", out);
    for (element = *array; element.kind == MSRCK_KIND_ARRAY; msrck_reader_type(reader, element.element, &element))
        fprintf(out, "%llu,", (unsigned long long)element.count);
    fputs("))", out);
}

/* Recursion is bounded by the nesting of types. */
void numpy_dtype(FILE *out, const msrck_reader *reader, uint32_t type)
{
    msrck_type_facts facts, element;

    msrck_reader_type(reader, type, &facts);
    switch (facts.kind) {
    case MSRCK_KIND_SCALAR:
    case MSRCK_KIND_ENUM:
        fprintf(out, "'%s'", scalar_dtype(facts.scalar));
        break;
    case MSRCK_KIND_COMPLEX:
        msrck_reader_type(reader, facts.element, &element);
        fprintf(out, "'%s%llu'", element.scalar == MSRCK_SCALAR_LDOUBLE ? "|V" : ">c",
                (unsigned long long)facts.row_width);
        break;
    case MSRCK_KIND_ARRAY:
        put_array(out, reader, &facts);
        break;
    case MSRCK_KIND_STRUCT:
        put_fields(out, reader, type);
        break;
    case MSRCK_KIND_UNION:
        fprintf(out, "[('active', '>u4'), ('bytes', '|V%llu')]", (unsigned long long)facts.row_width - 4);
        break;
    default:
        fprintf(out, "'>u%u'", msrck_reader_pointer_width(reader));
        break;
    }
}
