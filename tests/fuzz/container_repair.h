/* SPDX-License-Identifier: MIT */
/*
 * Checksums, fingerprint, index and trailer of mutated checkpoints put right again, so that a fuzzer gets past them.
 * Only here: the library has no way to read over a wrong checksum.
 */
#ifndef MSRCK_TEST_CONTAINER_REPAIR_H
#define MSRCK_TEST_CONTAINER_REPAIR_H

#include "base/byte_buffer.h"

#include <stdbool.h>

#define MOST_REPAIRED 512u          /* sections; what follows is cut off */

struct repaired_section {
    const unsigned char *head;      /* its tag and reserved bytes; borrowed from the input */
    const unsigned char *payload;
    size_t length;
};

struct repaired_container {
    const unsigned char *header;
    struct repaired_section sections[MOST_REPAIRED];
    size_t count;                   /* without INDX */
};

/* Takes the input apart as far as its lengths allow; the last section may be cut. False for less than a header. */
bool container_take_apart(const unsigned char *bytes, size_t length, struct repaired_container *container);
/* Puts a file together from the parts. False when memory is out. */
bool container_put_together(const struct repaired_container *container, struct byte_buffer *file);

/*
 * What a target examines for an input. A first byte of 0x89, as checkpoints have it, asks for a repair; 0x88 stands for
 * a checkpoint whose damage is to be examined as it is; others are examined as they are.
 */
bool container_from_input(const unsigned char *bytes, size_t length, struct byte_buffer *file);

#endif
