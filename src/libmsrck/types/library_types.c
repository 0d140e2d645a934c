/* SPDX-License-Identifier: MIT */
#include "types/library_types.h"

#define LIBRARY_TYPE(suffix) { "msrck_" #suffix, &msrck_##suffix }

const struct library_type msrck_library_types[] = {
    LIBRARY_TYPE(void),     LIBRARY_TYPE(bool),    LIBRARY_TYPE(char),    LIBRARY_TYPE(schar),  LIBRARY_TYPE(uchar),
    LIBRARY_TYPE(short),    LIBRARY_TYPE(ushort),  LIBRARY_TYPE(int),     LIBRARY_TYPE(uint),   LIBRARY_TYPE(long),
    LIBRARY_TYPE(ulong),    LIBRARY_TYPE(llong),   LIBRARY_TYPE(ullong),  LIBRARY_TYPE(float),  LIBRARY_TYPE(double),
    LIBRARY_TYPE(ldouble),  LIBRARY_TYPE(wchar),   LIBRARY_TYPE(char16),  LIBRARY_TYPE(char32), LIBRARY_TYPE(int8),
    LIBRARY_TYPE(uint8),    LIBRARY_TYPE(int16),   LIBRARY_TYPE(uint16),  LIBRARY_TYPE(int32),  LIBRARY_TYPE(uint32),
    LIBRARY_TYPE(int64),    LIBRARY_TYPE(uint64),  LIBRARY_TYPE(size),    LIBRARY_TYPE(ssize),  LIBRARY_TYPE(ptrdiff),
    LIBRARY_TYPE(intptr),   LIBRARY_TYPE(uintptr), LIBRARY_TYPE(intmax),  LIBRARY_TYPE(uintmax), LIBRARY_TYPE(time),
    LIBRARY_TYPE(off),      LIBRARY_TYPE(clock),   LIBRARY_TYPE(cfloat),  LIBRARY_TYPE(cdouble),
    LIBRARY_TYPE(cldouble), LIBRARY_TYPE(function), LIBRARY_TYPE(stream)
};
