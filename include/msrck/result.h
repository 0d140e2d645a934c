/* SPDX-License-Identifier: MIT */
/*
 * msrck/result.h - how every function of libmsrck answers
 *
 * ## Results
 *
 * A function that can fail returns an msrck_result; MSRCK_OK is zero. The classes are kept apart because
 * callers act differently on them: a corrupt file calls for an older checkpoint, a full disk for another
 * directory, a value that does not fit for another machine.
 *
 * ## Messages
 *
 * Such a function takes, as its last parameter, a pointer to an msrck_error that the caller owns, or NULL.
 * On failure it holds one line of text that names the file offset, the section or the path of the variable.
 * The first failure wins: a message that is already there is never overwritten. Start with
 * MSRCK_ERROR_INIT. Nothing is allocated for an error, so nothing has to be freed.
 *
 * ## Threads
 *
 * There is no global "last error". An msrck_error may be used by one thread at a time.
 */
#ifndef MSRCK_RESULT_H
#define MSRCK_RESULT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

typedef enum msrck_result {
    /* Done. */
    MSRCK_OK = 0,
    /* The input does not begin as a checkpoint does. Returned by readers; nothing was read; the caller named a
       wrong file. */
    MSRCK_NOT_A_CHECKPOINT = 1,
    /* The input is a checkpoint that needs a newer msrck, or a feature this build lacks. Not damaged. */
    MSRCK_UNSUPPORTED = 2,
    /* The input contradicts itself or a checksum. Somebody altered or damaged it. */
    MSRCK_CORRUPT = 3,
    /* The input ends before its end mark: an interrupted copy or write. */
    MSRCK_TRUNCATED = 4,
    /* Reading on would exceed a limit of msrck_limits. The message names it; raise it and try again. */
    MSRCK_LIMIT = 5,
    /* The operating system refused: file, memory, process. The message holds its reason. */
    MSRCK_SYSTEM = 6,
    /* The checkpoint is sound, but cannot be restored exactly on this machine or by this program. */
    MSRCK_DOES_NOT_FIT = 7,
    /* The caller broke a rule of the interface: a description that contradicts the compiler, a pointer to memory
       that nothing tracks, a call out of order. The program has to be changed. */
    MSRCK_MISUSE = 8
} msrck_result;

/* Bytes of an error's message with its terminating NUL; longer texts are cut. */
#define MSRCK_MESSAGE_SIZE 480

/* Where in the input an error stands when no offset applies. */
#define MSRCK_NO_OFFSET UINT64_MAX

typedef struct msrck_error {
    msrck_result result;
    /* Byte offset in the checkpoint file that the message is about, or MSRCK_NO_OFFSET. */
    uint64_t offset;
    /* One line without a newline, UTF-8, control characters masked; empty while result is MSRCK_OK. */
    char message[MSRCK_MESSAGE_SIZE];
} msrck_error;

#define MSRCK_ERROR_INIT { MSRCK_OK, MSRCK_NO_OFFSET, "" }

/*
 * The name of a result, as tools and logs print it: "corrupt", "truncated", "does not fit" and so on.
 * The text is constant and need not be freed; an unknown value gives "unknown".
 */
const char *msrck_result_name(msrck_result result);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
