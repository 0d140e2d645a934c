/* SPDX-License-Identifier: MIT */
#include "parser_prelude.h"

/*
 * The interchange floating types occur in the prototypes of system headers; a macro has the place where it is used, and a program's own use
 * of them is found by name.
 */
const char parser_prelude[] =
    "typedef float _Float32;\n"
    "typedef double _Float64;\n"
    "typedef double _Float32x;\n"
    "typedef long double _Float64x;\n"
    "#if defined(__x86_64__) || defined(__i386__)\n"
    "typedef __float128 _Float128;\n"
    "#else\n"
    "typedef long double _Float128;\n"
    "#endif\n"
    "int __builtin_va_arg_pack();\n"
    "int __builtin_va_arg_pack_len();\n"
    "void *__builtin_apply_args();\n"
    "#define __malloc__(...) __malloc__\n";
