/* SPDX-License-Identifier: MIT */
/*
 * What a fuzz target and its two drivers, libFuzzer and replay_corpus.c, agree on. A target aborts when something does
 * not hold that must hold for every input; memory errors and undefined behaviour are the sanitizers' to find.
 */
#ifndef MSRCK_TEST_FUZZ_TARGET_H
#define MSRCK_TEST_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <msrck/reader.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* Small, so that an input that asks for much costs little. */
#define FUZZ_LIMITS { MSRCK_LIMITS_VERSION, 1 << 20, 4 << 20, 1 << 20, 64 << 20, NULL }

#define FUZZ_HOLDS(condition)                                                                                          \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition);                             \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

#endif
