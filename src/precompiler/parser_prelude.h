/* SPDX-License-Identifier: MIT */
/* What libclang has to be told before it reads text that gcc has preprocessed: names that gcc knows by itself. The compiler never sees it. */
#ifndef MSRCK_PRECOMPILER_PARSER_PRELUDE_H
#define MSRCK_PRECOMPILER_PARSER_PRELUDE_H

#define PARSER_PRELUDE_NAME "/msrck-parser-prelude.h"

extern const char parser_prelude[];

#endif
