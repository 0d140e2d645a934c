/* SPDX-License-Identifier: MIT */
/*
 * Where a checkpoint goes. All four kinds take bytes front to back and never seek. The file sink commits atomically: a
 * temporary file in the same directory
 * (.NAME.msrck-PID-COUNTER, O_EXCL, 0600), fsync, rename, fsync of the directory. A process that is killed may leave
 * its temporary behind, never a damaged NAME; the next sink for NAME removes it (file/temporary_file.h).
 */
#ifndef MSRCK_FILE_SINK_H
#define MSRCK_FILE_SINK_H

#include "base/byte_buffer.h"

struct sink;

/*
 * Replaces `path` at commit, and only then. `sync` false leaves out both fsyncs. A symbolic link is followed: the file
 * it names is replaced, the link stays. A pipe or device that is there already cannot be replaced and is written
 * directly, as by a descriptor sink.
 */
msrck_result msrck_sink_open_file(const char *path, bool sync, struct sink **sink, msrck_error *error);
/* Writes to a descriptor that the caller keeps open. A pipe or socket that nobody reads is an error, not a SIGPIPE. */
msrck_result msrck_sink_open_descriptor(int descriptor, struct sink **sink, msrck_error *error);
/* Appends to a buffer that the caller owns. */
msrck_result msrck_sink_open_memory(struct byte_buffer *buffer, struct sink **sink, msrck_error *error);
/* write returns 0, or an errno value that ends the checkpoint. */
msrck_result msrck_sink_open_callback(int (*write)(void *context, const void *bytes, size_t length), void *context,
                                      struct sink **sink, msrck_error *error);

/* All of the bytes, or an error. Short writes and EINTR are handled. */
msrck_result msrck_sink_write(struct sink *sink, const void *bytes, size_t length, msrck_error *error);
/*
 * Memory where the next `length` bytes of the sink will stay: written there and then handed to msrck_sink_write, they are not copied. NULL where
 * the sink has none. Valid until the next write.
 */
unsigned char *msrck_sink_room(struct sink *sink, size_t length);
uint64_t msrck_sink_written(const struct sink *sink);       /* bytes so far */
/*
 * Makes the checkpoint appear. The sink is gone afterwards in every case; on failure nothing appears and the temporary
 * is removed. One exception, which the message names: when only the fsync of the directory fails, the new file is
 * there, but a power cut may bring the old one back.
 */
msrck_result msrck_sink_commit(struct sink *sink, msrck_error *error);
/*
 * The temporary of a file sink, for a handler of deadly signals to remove with unlinkat(): its name in the directory.
 * False when there is none. The name is borrowed, until commit or abort.
 */
bool msrck_sink_temporary(const struct sink *sink, int *directory, const char **name);
/* Throws away what was written; NULL is allowed. */
void msrck_sink_abort(struct sink *sink);

#endif
