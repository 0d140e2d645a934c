/* SPDX-License-Identifier: MIT */
/*
 * msrck/precompiled_frames.h - frames of functions that `msrck cc` emitted
 *
 * ## Purpose
 *
 * The same as "Frames" in msrck/msrck.h, for functions that list their address-taken locals only when something is to be done: nothing is pushed while the program runs
 * undisturbed. Part of msrck/precompiled.h; nobody includes it by hand.
 *
 * ## Lists of locals
 *
 * As many entries as the table has; NULL for a table without. An entry with count 0 is not alive at that point.
 */
#ifndef MSRCK_PRECOMPILED_FRAMES_H
#define MSRCK_PRECOMPILED_FRAMES_H

#include "description.h"

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

/*
 * msrck_enter(). A resume attaches `all` the locals, whatever is alive where it goes on; a checkpoint that begins here collects those of `at_entry`.
 */
int msrck_cc_enter(const msrck_frame_table *table, void *live, const msrck_local *all, const msrck_local *at_entry);
/* Emitted code is C. */
#ifndef __cplusplus
/* msrck_at_point() and msrck_leave() with the locals that are alive there. */
_Bool msrck_cc_at_point(const msrck_frame_table *table, int point, const void *live, const msrck_local *locals);
_Bool msrck_cc_leave(const msrck_frame_table *table, int point, const void *live, const msrck_local *locals);
#endif

/*
 * An array of variable length: `count` zeroed elements on the typed heap instead of the one that its declaration made before (`old`, or NULL). NULL when memory is out. Freed with
 * msrck_free() when the function returns.
 */
void msrck_free(void *block);
void *msrck_cc_array(void *old, const msrck_type *element, __SIZE_TYPE__ count);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif
