/* SPDX-License-Identifier: MIT */
/*
 * Which checkpoint --resume=DIR and --resume=auto go on from: the newest that is whole. Damaged ones are passed over,
 * and those that have crashed the program too often are set aside; notes say which and why.
 */
#ifndef MSRCK_RUNTIME_RESUME_CHOICE_H
#define MSRCK_RUNTIME_RESUME_CHOICE_H

#include <msrck/msrck.h>

struct session;

/*
 * Replaces options.resume by the path of a checkpoint, or by NULL where auto finds none. A path or "-" stays as it is.
 * Fails where there are checkpoints and none can be used.
 */
msrck_result msrck_resume_choose(struct session *session, msrck_error *error);

#endif
