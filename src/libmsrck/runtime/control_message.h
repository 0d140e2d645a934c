/* SPDX-License-Identifier: MIT */
/*
 * Messages of the control protocol (docs/control.md): one packet each, lines of text, "msrck-control VERSION KIND" and
 * then KEY=VALUE. In values a backslash is written as \\ and a newline as \n. Nothing is allocated: a message is as
 * large as it may be.
 */
#ifndef MSRCK_RUNTIME_CONTROL_MESSAGE_H
#define MSRCK_RUNTIME_CONTROL_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <msrck/result.h>

#define CONTROL_VERSION 1u
/* Room for the longest path and the longest message, every byte escaped, and all numbers. */
#define CONTROL_MESSAGE_MOST 16384u
#define CONTROL_FIELDS_MOST 64u

struct control_message {
    size_t length;
    bool full; /* something did not fit; such a message is not sent */
    char bytes[CONTROL_MESSAGE_MOST];
};

void msrck_control_message_begin(struct control_message *message, const char *kind);
void msrck_control_message_text(struct control_message *message, const char *key, const char *value);
void msrck_control_message_number(struct control_message *message, const char *key, uint64_t value);
/* "yes"; nothing is written for false. */
void msrck_control_message_flag(struct control_message *message, const char *key, bool value);

/* A message that arrived: pointers into its bytes, which parsing changes. */
struct control_words {
    unsigned version;
    const char *kind;
    struct {
        const char *key, *value;
    } fields[CONTROL_FIELDS_MOST];
    size_t count;
};

/* `bytes` has room for one more than `length`. MSRCK_CORRUPT: no message; MSRCK_UNSUPPORTED: of another version. */
msrck_result msrck_control_message_parse(char *bytes, size_t length, struct control_words *words, msrck_error *error);
/* NULL when there is no such field. */
const char *msrck_control_words_text(const struct control_words *words, const char *key);
/* `otherwise` when there is none, or it is no number. */
uint64_t msrck_control_words_number(const struct control_words *words, const char *key, uint64_t otherwise);
bool msrck_control_words_flag(const struct control_words *words, const char *key);

#endif
