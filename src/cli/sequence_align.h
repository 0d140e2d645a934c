/* SPDX-License-Identifier: MIT */
/* Aligning two sequences in about linear time: what was inserted, removed or replaced between them. */
#ifndef MSRCK_CLI_SEQUENCE_ALIGN_H
#define MSRCK_CLI_SEQUENCE_ALIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SEQUENCE_ALONE SIZE_MAX

/*
 * Items are given by hashes of their contents. partner[i] becomes the index in `b` of the item that a[i] corresponds
 * to, or SEQUENCE_ALONE; partners ascend. Items between equal ones are paired in order, as far as both sides have some:
 * they were changed. False when memory is out.
 *
 * Equal beginnings and ends are cut off; what differs little is aligned by its shortest edit script, whose length is
 * bounded; what differs much, at items that occur once on each side.
 */
bool sequence_align(const uint64_t *a, size_t a_count, const uint64_t *b, size_t b_count, size_t *partner);

#endif
