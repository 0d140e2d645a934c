/* SPDX-License-Identifier: MIT */
/*
 * Restoring a graph from a source: metadata is read and matched with the program, extents are allocated whole,
 * chunks are decoded straight into place.
 *
 *   open -> attach variables -> load -> (frames: take_live, attach_local)... -> complete
 *
 * Rows of stack blocks (live variables and locals) stay canonical until their frame asks for them; pointers to
 * stack blocks that are not attached yet are remembered and filled by complete.
 */
#ifndef MSRCK_MSRM_RESTORATION_H
#define MSRCK_MSRM_RESTORATION_H

#include "base/change_notes.h"
#include "file/file_reader.h"
#include "memory/msrlt.h"
#include "msrm/collection.h"

struct restoration;

msrck_result msrck_restoration_open(struct source *source, const msrck_limits *limits, struct msrlt *msrlt,
                                    struct ti_table *types, const struct function_targets *targets,
                                    struct restoration **restoration, msrck_error *error);
/* From now on what becomes another than it was is told to `notes`, which must outlive the restoration. */
void msrck_restoration_note(struct restoration *restoration, struct change_notes *notes);
void msrck_restoration_free(struct restoration *restoration);
/* Before load: so many threads check and decode chunks while their rows go to their blocks. 0, 1: the caller's alone. */
void msrck_restoration_use_threads(struct restoration *restoration, unsigned threads);
/*
 * Before load: pointers may lead to what is not of their type. Otherwise they are refused (types/pointer_rule.h), since a
 * file could make the program take one thing for another.
 */
void msrck_restoration_any_pointers(struct restoration *restoration, bool any);
const struct metadata *msrck_restoration_metadata(const struct restoration *restoration);

/*
 * Place of a named variable of the file: memory the program has for it. Refused when type or count cannot be
 * matched.
 */
msrck_result msrck_restoration_attach_variable(struct restoration *restoration, const char *name, void *address,
                                               uint32_t type, uint64_t size, msrck_error *error);
/* An attached variable is one that cannot be written: pointers to it are restored, its value is not. */
msrck_result msrck_restoration_keep_variable(struct restoration *restoration, const char *name, msrck_error *error);
/*
 * Allocates the heap, decodes every chunk. Globals of the file that were not attached are MSRCK_DOES_NOT_FIT unless
 * nothing points to them. On failure the typed heap is as before; attached variables may hold anything.
 */
msrck_result msrck_restoration_load(struct restoration *restoration, msrck_error *error);

/* Live variables of frame `frame` (0 is the innermost) into *live, of type `type`. */
msrck_result msrck_restoration_take_live(struct restoration *restoration, size_t frame, void *live, uint32_t type,
                                         msrck_error *error);
/* Place of the frame's local `name`; absent ones are ignored. */
msrck_result msrck_restoration_attach_local(struct restoration *restoration, size_t frame, const char *name,
                                            void *address, uint32_t type, uint64_t count, msrck_error *error);
/*
 * Fills all attached locals and every pointer into them, restores opaque handles. Nothing of the file is needed
 * afterwards.
 */
msrck_result msrck_restoration_complete(struct restoration *restoration, msrck_error *error);

/* The paper's Restore_pointer and Restore_variable: the roots in the order they were saved. After load. */
msrck_result msrck_restoration_restore_pointer(struct restoration *restoration, void **pointer, uint32_t target,
                                               msrck_error *error);
msrck_result msrck_restoration_restore_variable(struct restoration *restoration, void *variable, uint32_t type,
                                                msrck_error *error);

#endif
