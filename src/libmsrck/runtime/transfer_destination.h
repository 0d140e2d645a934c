/* SPDX-License-Identifier: MIT */
/*
 * The destination of a migration (docs/migration.md): a checkpoint that comes over standard input or a connection from
 * a program that waits to hear how it ended.
 *
 * Standard input: open_input. An address: listen, then next for each transfer until one is restored. Then, for both:
 * accepted once the metadata fits, commit when everything is restored, or refuse at any time before.
 */
#ifndef MSRCK_RUNTIME_TRANSFER_DESTINATION_H
#define MSRCK_RUNTIME_TRANSFER_DESTINATION_H

#include <msrck/msrck.h>

#include "file/source.h"

struct session;
struct transfer;

/* True for "listen:ADDRESS". */
bool msrck_transfer_is_address(const char *resume);

/*
 * Standard input as a source. A plain checkpoint is just that, and session->transfer stays NULL; the beginning of a
 * transfer makes it a destination.
 */
msrck_result msrck_transfer_open_input(struct session *session, struct source **source, msrck_error *error);

/* Waits at the address of options.resume; the key is that of options.resume_key. */
msrck_result msrck_transfer_listen(struct session *session, msrck_error *error);
/* Waits, without limit, for a peer with the key that begins a transfer, and gives its checkpoint as a source. */
msrck_result msrck_transfer_next(struct session *session, struct source **source, msrck_error *error);

/* The checkpoint is of this program, and its types fit. Nothing happens where there is no transfer. */
void msrck_transfer_accepted(struct session *session);

/* From here on there is no way back to waiting: blocks of the checkpoint are in the program's memory. */
void msrck_transfer_restored(struct session *session);
bool msrck_transfer_may_wait(const struct session *session);

/*
 * Everything is restored and nothing has run: asks the source to let go. MSRCK_OK: this process is the program now.
 * Else the source goes on, or has gone another way, and this process must not.
 */
msrck_result msrck_transfer_commit(struct session *session, msrck_error *error);

/* Tells the source why not; whoever waits may wait on. Nothing happens where there is no transfer or it is decided. */
void msrck_transfer_refuse(struct session *session, const msrck_error *reason);

/* Closes everything. */
void msrck_transfer_close(struct session *session);

#endif
