/* SPDX-License-Identifier: MIT */
/*
 * msrck/transfer.h - what is said while a program moves (docs/migration.md)
 *
 * ## Purpose
 *
 * Three take part: the program that is to move (the source), `msrck migrate`, and the program that waits (the destination). This header holds the words of both conversations; it is
 * for those who write another `msrck migrate`.
 *
 * ## To the destination
 *
 * The magic, then frames: four letters, the length of what follows (32 bits, big-endian), that many bytes. HELO comes first. The bytes of all DATA frames are the checkpoint.
 *
 * ## From the destination
 *
 * Lines: MSRCK_TRANSFER_ANSWER, a word, for some a blank and more, a newline. Whatever stands before the first of them, or between them, is not of the protocol; whatever
 * follows "gone" is the program's.
 *
 * ## Between msrck migrate and the source
 *
 * A stream socket. The source sends frames: DATA, DONE, STOP, HELD. It is sent single bytes.
 */
#ifndef MSRCK_TRANSFER_H
#define MSRCK_TRANSFER_H

#define MSRCK_TRANSFER_VERSION 1u
#define MSRCK_TRANSFER_MAGIC "\x8aMIG\r\n\x1a\n"
#define MSRCK_TRANSFER_MAGIC_SIZE 8u

#define MSRCK_TRANSFER_HEAD_SIZE 8u
#define MSRCK_TRANSFER_FRAME_MOST (1u << 20)

/*
 * To the destination. HELO: version, silence limit in milliseconds, purpose (32 bits each, big-endian), 16 bytes that name the transfer. Purpose 0: a checkpoint follows. 1: the connection was
 * cut after GO; how does it stand?
 */
#define MSRCK_TRANSFER_HELLO "HELO"
#define MSRCK_TRANSFER_HELLO_SIZE 28u
#define MSRCK_TRANSFER_ID_SIZE 16u
#define MSRCK_TRANSFER_DATA "DATA"
#define MSRCK_TRANSFER_NOTHING "NONE"       /* still there; empty */
#define MSRCK_TRANSFER_DONE "DONE"          /* the checkpoint is complete; its bytes, 64 bits */
#define MSRCK_TRANSFER_STOP "STOP"          /* called off; a sentence */
#define MSRCK_TRANSFER_GO "GOON"            /* the source does not go on any more: go on; empty */
#define MSRCK_TRANSFER_BYE "BYE."           /* "gone" has arrived; empty */
#define MSRCK_TRANSFER_HELD "HELD"          /* from the source alone: MSRCK_TRANSFER_HOLD has arrived; empty */

#define MSRCK_TRANSFER_ANSWER "msrck-transfer 1 "
#define MSRCK_TRANSFER_ANSWER_MOST 1024u    /* bytes of a line */
#define MSRCK_TRANSFER_WAITING "waiting"    /* HELO was understood: the checkpoint may follow */
#define MSRCK_TRANSFER_ACCEPTED "accepted"  /* format, program and machine fit */
#define MSRCK_TRANSFER_READY "ready"        /* everything is verified and restored; nothing has run */
#define MSRCK_TRANSFER_GONE "gone"          /* the program goes on here */
#define MSRCK_TRANSFER_REFUSED "refused"    /* an exit code of the msrck command, a blank, a sentence; it will never go on here */

/* To the source. */
typedef enum msrck_transfer_word {
    MSRCK_TRANSFER_HOLD = 'H',              /* go on by yourself no more, whatever happens; answered by HELD */
    MSRCK_TRANSFER_LEAVE = 'L',             /* the other one goes on: leave */
    MSRCK_TRANSFER_STAY = 'S'               /* the other one never will: go on */
} msrck_transfer_word;

#endif
