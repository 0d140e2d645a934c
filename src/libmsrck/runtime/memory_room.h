/* SPDX-License-Identifier: MIT */
/* How much memory there is for a second image of the program: what the machine has left, and its control groups. */
#ifndef MSRCK_RUNTIME_MEMORY_ROOM_H
#define MSRCK_RUNTIME_MEMORY_ROOM_H

#include <stdint.h>

/* Bytes. */
struct memory_room {
    uint64_t needed; /* most that a forked process and the program can come to have apart: the program's private pages */
    uint64_t left;   /* before something is refused or killed; UINT64_MAX: nothing is known of a bound */
};

/* `root` stands before /proc and /sys: "" but in tests. What cannot be read bounds nothing. */
struct memory_room msrck_memory_room(const char *root);

#endif
