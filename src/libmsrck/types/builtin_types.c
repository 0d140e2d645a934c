/* SPDX-License-Identifier: MIT */
/* The descriptions that every program shares. Sizes and alignments are this compiler's. */
#include <msrck/types.h>

#include <sys/types.h>
#include <time.h>
#include <uchar.h>
#include <wchar.h>

/* Defines `const msrck_type msrck_<suffix>` for the scalar C, which is spelt the same in checkpoints. */
#define SCALAR_TYPE(suffix, constant, C) \
    const msrck_type msrck_##suffix = { \
        .kind = MSRCK_KIND_SCALAR, .scalar = (constant), .name = #C, .size = sizeof(C), .alignment = _Alignof(C) }

/* Defines the complex type C whose parts are of the type that `part` describes. */
#define COMPLEX_TYPE(suffix, part, C) \
    const msrck_type msrck_##suffix = { \
        .kind = MSRCK_KIND_COMPLEX, .name = #C, .size = sizeof(C), .alignment = _Alignof(C), .element = (part) }

const msrck_type msrck_void = { .kind = MSRCK_KIND_VOID, .name = "void" };

SCALAR_TYPE(bool, MSRCK_SCALAR_BOOL, _Bool);
SCALAR_TYPE(char, MSRCK_SCALAR_CHAR, char);
SCALAR_TYPE(schar, MSRCK_SCALAR_SCHAR, signed char);
SCALAR_TYPE(uchar, MSRCK_SCALAR_UCHAR, unsigned char);
SCALAR_TYPE(short, MSRCK_SCALAR_SHORT, short);
SCALAR_TYPE(ushort, MSRCK_SCALAR_USHORT, unsigned short);
SCALAR_TYPE(int, MSRCK_SCALAR_INT, int);
SCALAR_TYPE(uint, MSRCK_SCALAR_UINT, unsigned int);
SCALAR_TYPE(long, MSRCK_SCALAR_LONG, long);
SCALAR_TYPE(ulong, MSRCK_SCALAR_ULONG, unsigned long);
SCALAR_TYPE(llong, MSRCK_SCALAR_LLONG, long long);
SCALAR_TYPE(ullong, MSRCK_SCALAR_ULLONG, unsigned long long);
SCALAR_TYPE(float, MSRCK_SCALAR_FLOAT, float);
SCALAR_TYPE(double, MSRCK_SCALAR_DOUBLE, double);
SCALAR_TYPE(ldouble, MSRCK_SCALAR_LDOUBLE, long double);
SCALAR_TYPE(wchar, MSRCK_SCALAR_WCHAR, wchar_t);
SCALAR_TYPE(char16, MSRCK_SCALAR_CHAR16, char16_t);
SCALAR_TYPE(char32, MSRCK_SCALAR_CHAR32, char32_t);
SCALAR_TYPE(int8, MSRCK_SCALAR_INT8, int8_t);
SCALAR_TYPE(uint8, MSRCK_SCALAR_UINT8, uint8_t);
SCALAR_TYPE(int16, MSRCK_SCALAR_INT16, int16_t);
SCALAR_TYPE(uint16, MSRCK_SCALAR_UINT16, uint16_t);
SCALAR_TYPE(int32, MSRCK_SCALAR_INT32, int32_t);
SCALAR_TYPE(uint32, MSRCK_SCALAR_UINT32, uint32_t);
SCALAR_TYPE(int64, MSRCK_SCALAR_INT64, int64_t);
SCALAR_TYPE(uint64, MSRCK_SCALAR_UINT64, uint64_t);
SCALAR_TYPE(size, MSRCK_SCALAR_SIZE, size_t);
SCALAR_TYPE(ssize, MSRCK_SCALAR_SSIZE, ssize_t);
SCALAR_TYPE(ptrdiff, MSRCK_SCALAR_PTRDIFF, ptrdiff_t);
SCALAR_TYPE(intptr, MSRCK_SCALAR_INTPTR, intptr_t);
SCALAR_TYPE(uintptr, MSRCK_SCALAR_UINTPTR, uintptr_t);
SCALAR_TYPE(intmax, MSRCK_SCALAR_INTMAX, intmax_t);
SCALAR_TYPE(uintmax, MSRCK_SCALAR_UINTMAX, uintmax_t);
SCALAR_TYPE(time, MSRCK_SCALAR_TIME, time_t);
SCALAR_TYPE(off, MSRCK_SCALAR_OFF, off_t);
SCALAR_TYPE(clock, MSRCK_SCALAR_CLOCK, clock_t);

COMPLEX_TYPE(cfloat, &msrck_float, float _Complex);
COMPLEX_TYPE(cdouble, &msrck_double, double _Complex);
COMPLEX_TYPE(cldouble, &msrck_ldouble, long double _Complex);

/* C lets a pointer to any function be converted to any other such pointer and back; this one stands for all. */
const msrck_type msrck_function = {
    .kind = MSRCK_KIND_FUNCTION, .name = "void (*)(void)", .size = sizeof(void (*)(void)),
    .alignment = _Alignof(void (*)(void)) };
