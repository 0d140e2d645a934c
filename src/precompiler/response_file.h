/* SPDX-License-Identifier: MIT */
/* Arguments that stand in files: @FILE, as compilers read them. */
#ifndef MSRCK_PRECOMPILER_RESPONSE_FILE_H
#define MSRCK_PRECOMPILER_RESPONSE_FILE_H

/*
 * A copy of the arguments with each @FILE replaced by the words of that file, also in such files. What is no readable file stays as it is. *total texts, each for free(), as is
 * the array.
 */
char **response_files_expand(int count, char *const *argv, int *total);

#endif
