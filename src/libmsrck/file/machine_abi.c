/* SPDX-License-Identifier: MIT */
#include "file/machine_abi.h"

#include <elf.h>
#include <stddef.h>

#include "base/big_endian.h"
#include "encoding/float_formats.h"

/*
 * Columns as in the struct. 32-bit processes have 2, 3 or 4 GiB, depending on the kernel; 64-bit ones at least 2^47
 * bytes but on riscv64 (2^38) and mips64 (2^40).
 */
const struct machine_abi msrck_machine_abis[] = {
    { "x86_64", EM_X86_64, true, false, 8, 8, 8, 8, 8, 16, 16, LONG_DOUBLE_X87, 47 },
    { "x32", EM_X86_64, false, false, 4, 4, 8, 8, 8, 16, 16, LONG_DOUBLE_X87, 32 },
    { "i386", EM_386, false, false, 4, 4, 4, 4, 4, 12, 4, LONG_DOUBLE_X87, 32 },
    { "aarch64", EM_AARCH64, true, false, 8, 8, 8, 8, 8, 16, 16, LONG_DOUBLE_BINARY128, 48 },
    { "armhf", EM_ARM, false, false, 4, 4, 4, 8, 8, 8, 8, LONG_DOUBLE_BINARY64, 32 },
    { "s390x", EM_S390, true, true, 8, 8, 8, 8, 8, 16, 8, LONG_DOUBLE_BINARY128, 53 },
    { "ppc64le", EM_PPC64, true, false, 8, 8, 8, 8, 8, 16, 16, LONG_DOUBLE_PAIR, 47 },
    { "ppc64", EM_PPC64, true, true, 8, 8, 8, 8, 8, 16, 16, LONG_DOUBLE_PAIR, 47 },
    { "ppc32", EM_PPC, false, true, 4, 4, 4, 8, 8, 16, 16, LONG_DOUBLE_PAIR, 32 },
    { "riscv64", EM_RISCV, true, false, 8, 8, 8, 8, 8, 16, 16, LONG_DOUBLE_BINARY128, 38 },
    { "loongarch64", 258, true, false, 8, 8, 8, 8, 8, 16, 16, LONG_DOUBLE_BINARY128, 47 },
    { "mips", EM_MIPS, false, true, 4, 4, 4, 8, 8, 8, 8, LONG_DOUBLE_BINARY64, 31 },
    { "mipsel", EM_MIPS, false, false, 4, 4, 4, 8, 8, 8, 8, LONG_DOUBLE_BINARY64, 31 },
    { "mips64el", EM_MIPS, true, false, 8, 8, 8, 8, 8, 16, 16, LONG_DOUBLE_BINARY128, 40 },
    { "m68k", EM_68K, false, true, 4, 4, 4, 2, 2, 12, 2, LONG_DOUBLE_X87, 32 },
};

const unsigned msrck_machine_abi_count = sizeof msrck_machine_abis / sizeof msrck_machine_abis[0];

const struct machine_abi *msrck_machine_abi_of(uint16_t machine, bool wide_file, bool big_endian)
{
    for (unsigned i = 0; i < msrck_machine_abi_count; i++) {
        const struct machine_abi *abi = &msrck_machine_abis[i];

        if (abi->machine == machine && abi->wide_file == wide_file && abi->big_endian == big_endian)
            return abi;
    }
    return NULL;
}

unsigned msrck_abi_scalar_size(const struct machine_abi *abi, uint32_t scalar)
{
    switch (scalar) {
    case MSRCK_SCALAR_LONG:
    case MSRCK_SCALAR_ULONG:
        return abi->long_size;
    case MSRCK_SCALAR_SIZE:
    case MSRCK_SCALAR_SSIZE:
    case MSRCK_SCALAR_PTRDIFF:
    case MSRCK_SCALAR_INTPTR:
    case MSRCK_SCALAR_UINTPTR:
        return abi->pointer;
    case MSRCK_SCALAR_TIME:
    case MSRCK_SCALAR_OFF:
    case MSRCK_SCALAR_CLOCK:
        return abi->time_size;
    case MSRCK_SCALAR_LDOUBLE:
        return abi->long_double_size;
    default:
        return msrck_scalar_width(scalar);
    }
}

unsigned msrck_abi_scalar_alignment(const struct machine_abi *abi, uint32_t scalar)
{
    unsigned size = msrck_abi_scalar_size(abi, scalar);

    if (scalar == MSRCK_SCALAR_LDOUBLE)
        return abi->long_double_alignment;
    if (scalar == MSRCK_SCALAR_DOUBLE)
        return abi->double_alignment;
    return size == 8 ? abi->long_long_alignment : size == 4 && abi->double_alignment == 2 ? 2 : size;
}

const char *msrck_long_double_text(enum long_double_format format)
{
    static const char *const texts[] = { "64-bit", "80-bit", "128-bit", "double-double" };

    return texts[format];
}

bool msrck_long_double_holds(enum long_double_format format, const unsigned char canonical[16])
{
    struct unpacked_float value = msrck_binary128_unpack(load_be64(canonical), load_be64(canonical + 8));
    uint64_t first, second;
    uint16_t sign_exponent;

    switch (format) {
    case LONG_DOUBLE_BINARY64:
        return msrck_binary64_pack(&value, &first);
    case LONG_DOUBLE_X87:
        return msrck_x87_pack(&value, &first, &sign_exponent);
    case LONG_DOUBLE_PAIR:
        return msrck_double_double_pack(&value, &first, &second);
    default:
        return true;
    }
}
