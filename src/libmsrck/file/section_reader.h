/* SPDX-License-Identifier: MIT */
/* One section at a time from a window: head, payload, padding, checksums. */
#ifndef MSRCK_FILE_SECTION_READER_H
#define MSRCK_FILE_SECTION_READER_H

#include "file/container.h"
#include "file/input_window.h"
#include "file/limits.h"

/*
 * Reads and checks the head; *offset is where it stands. The payload comes next: one of the two functions below must
 * follow.
 */
msrck_result msrck_section_begin(struct input_window *window, struct section_head *head, uint64_t *offset,
                                 msrck_error *error);
/* The whole payload, checked; valid until the window is used again. */
msrck_result msrck_section_payload(struct input_window *window, const struct section_head *head,
                                   const unsigned char **payload, msrck_error *error);
/* Reads over the payload in small pieces, and checks it all the same. */
msrck_result msrck_section_skip(struct input_window *window, const struct section_head *head, msrck_error *error);

/* Checks a payload that is followed by its padding. `offset` is that of the section head. */
msrck_result msrck_payload_check(const unsigned char *payload, const struct section_head *head, uint64_t offset,
                                 msrck_error *error);

/*
 * MSRCK_LIMIT when the payload is longer than `most`; the option of that name is what raises that. Also when this
 * machine cannot address it.
 */
msrck_result msrck_section_limit(const struct section_head *head, uint64_t offset, uint64_t most,
                                 const msrck_limits *limits, const char *option, msrck_error *error);

#endif
