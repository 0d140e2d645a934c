/* SPDX-License-Identifier: MIT */
/* A description's type against the type that _Generic found: the member that was described as int, but is unsigned. */
#include "types/description_check.h"

#include <inttypes.h>

#include "base/failure.h"

struct native_row {
    const char *name;
    unsigned char size;
    bool is_integer;                /* a standard integer type other than _Bool and char */
    bool is_signed;
    unsigned char scalar;           /* msrck_scalar that spells the same C type */
};

#define INTEGER_ROW(C, sign, scalar) { #C, sizeof(C), true, (sign), (scalar) }
#define OTHER_ROW(C, scalar) { #C, sizeof(C), false, false, (scalar) }

static const struct native_row natives[] = {
    [MSRCK_NATIVE_BOOL] = OTHER_ROW(_Bool, MSRCK_SCALAR_BOOL),
    [MSRCK_NATIVE_CHAR] = OTHER_ROW(char, MSRCK_SCALAR_CHAR),
    [MSRCK_NATIVE_SCHAR] = INTEGER_ROW(signed char, true, MSRCK_SCALAR_SCHAR),
    [MSRCK_NATIVE_UCHAR] = INTEGER_ROW(unsigned char, false, MSRCK_SCALAR_UCHAR),
    [MSRCK_NATIVE_SHORT] = INTEGER_ROW(short, true, MSRCK_SCALAR_SHORT),
    [MSRCK_NATIVE_USHORT] = INTEGER_ROW(unsigned short, false, MSRCK_SCALAR_USHORT),
    [MSRCK_NATIVE_INT] = INTEGER_ROW(int, true, MSRCK_SCALAR_INT),
    [MSRCK_NATIVE_UINT] = INTEGER_ROW(unsigned int, false, MSRCK_SCALAR_UINT),
    [MSRCK_NATIVE_LONG] = INTEGER_ROW(long, true, MSRCK_SCALAR_LONG),
    [MSRCK_NATIVE_ULONG] = INTEGER_ROW(unsigned long, false, MSRCK_SCALAR_ULONG),
    [MSRCK_NATIVE_LLONG] = INTEGER_ROW(long long, true, MSRCK_SCALAR_LLONG),
    [MSRCK_NATIVE_ULLONG] = INTEGER_ROW(unsigned long long, false, MSRCK_SCALAR_ULLONG),
    [MSRCK_NATIVE_FLOAT] = OTHER_ROW(float, MSRCK_SCALAR_FLOAT),
    [MSRCK_NATIVE_DOUBLE] = OTHER_ROW(double, MSRCK_SCALAR_DOUBLE),
    [MSRCK_NATIVE_LDOUBLE] = OTHER_ROW(long double, MSRCK_SCALAR_LDOUBLE),
    [MSRCK_NATIVE_CFLOAT] = OTHER_ROW(float _Complex, MSRCK_SCALAR_FLOAT),
    [MSRCK_NATIVE_CDOUBLE] = OTHER_ROW(double _Complex, MSRCK_SCALAR_DOUBLE),
    [MSRCK_NATIVE_CLDOUBLE] = OTHER_ROW(long double _Complex, MSRCK_SCALAR_LDOUBLE),
};

static bool is_complex_code(unsigned code)
{
    return code >= MSRCK_NATIVE_CFLOAT;
}

/*
 * Plain C types must be the very type. Names for integers (size_t, int64_t, time_t) stand for different C types on
 * different machines, so any integer of that size and sign will do; for wchar_t and its like even the sign differs.
 */
static bool scalar_matches(const struct ti_type *type, unsigned code)
{
    const struct native_row *row = &natives[code];

    if (is_complex_code(code))
        return false;
    if (type->scalar <= MSRCK_SCALAR_LDOUBLE)
        return row->scalar == type->scalar;
    return row->is_integer && row->size == type->size &&
           (type->scalar == MSRCK_SCALAR_WCHAR || row->is_signed == msrck_scalar_is_signed(type->scalar));
}

/* Whether a value of the type may be what the compiler calls `code`, an arithmetic type. */
static bool arithmetic_matches(const struct ti_table *table, const struct ti_type *type, unsigned code)
{
    switch (type->kind) {
    case MSRCK_KIND_SCALAR:
        return scalar_matches(type, code);
    case MSRCK_KIND_ENUM:
        return natives[code].is_integer && natives[code].size == type->size;
    case MSRCK_KIND_COMPLEX:
        return is_complex_code(code) && natives[code].scalar == table->types[type->element].scalar;
    case MSRCK_KIND_OPAQUE:
        return true;
    default:
        return false;
    }
}

/* The same for a pointer to, or an array of, `code` (0: something that is not arithmetic, or qualified). */
static bool derived_matches(const struct ti_table *table, const struct ti_type *type, unsigned code)
{
    const struct ti_type *element = &table->types[type->element];

    switch (type->kind) {
    case MSRCK_KIND_POINTER:
        /* A pointer to anything may be described as void *: what it points to says itself what it is. */
        return code == 0 || element->kind == MSRCK_KIND_VOID || arithmetic_matches(table, element, code);
    case MSRCK_KIND_ARRAY:
        return code == 0 || arithmetic_matches(table, element, code);
    case MSRCK_KIND_FUNCTION:
        return code == 0;
    case MSRCK_KIND_OPAQUE:
        return true;
    default:
        return false;
    }
}

static msrck_result check_code(const struct ti_table *table, const struct ti_type *type, unsigned native,
                               msrck_error *error)
{
    unsigned code = native % MSRCK_NATIVE_TO;

    if (native == MSRCK_NATIVE_OTHER)
        return MSRCK_OK;
    if (code >= sizeof natives / sizeof natives[0] || native >= 2 * MSRCK_NATIVE_TO)
        return msrck_fail(error, MSRCK_MISUSE, "the compiler's type number %u is unknown", native);
    if (native < MSRCK_NATIVE_TO) {
        if (!arithmetic_matches(table, type, code))
            return msrck_fail(error, MSRCK_MISUSE, "described as %s, the compiler says %s", type->name,
                              natives[code].name);
    } else if (!derived_matches(table, type, code)) {
        if (code != 0)
            return msrck_fail(error, MSRCK_MISUSE,
                              "described as %s, the compiler says a pointer to, or an array of, %s", type->name,
                              natives[code].name);
        return msrck_fail(error, MSRCK_MISUSE, "described as %s, the compiler says a pointer or an array", type->name);
    }
    return MSRCK_OK;
}

msrck_result msrck_check_native(const struct ti_table *table, uint32_t id, size_t size, unsigned native, bool elements,
                                msrck_error *error)
{
    const struct ti_type *type = &table->types[id];
    unsigned code = native % MSRCK_NATIVE_TO;

    if (elements) {
        if (native > MSRCK_NATIVE_TO && code < sizeof natives / sizeof natives[0] &&
            !arithmetic_matches(table, type, code))
            return msrck_fail(error, MSRCK_MISUSE, "described as an array of %s, the compiler says of %s", type->name,
                              natives[code].name);
        return MSRCK_OK;
    }
    if (type->size != size)
        return msrck_fail(error, MSRCK_MISUSE, "described as %s (%" PRIu64 " bytes), the compiler says %zu bytes",
                          type->name, type->size, size);
    return check_code(table, type, native, error);
}

msrck_result msrck_ti_check_variable(const struct ti_table *table, uint32_t id, const char *variable, size_t size,
                                     unsigned native, msrck_error *error)
{
    msrck_error found = MSRCK_ERROR_INIT;
    msrck_result result = msrck_check_native(table, id, size, native, false, &found);

    if (result != MSRCK_OK)
        msrck_fail(error, result, "%s: %s", variable, found.message);
    return result;
}
