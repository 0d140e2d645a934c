/* SPDX-License-Identifier: MIT */
#ifndef GLOBALS_SHARED_H
#define GLOBALS_SHARED_H
#define PRIMES 6
struct link { int value; struct link *next; };
extern struct link first, second, third;
extern int shared_total, *cursor;
extern long big_table[][3];
extern const char *message;
int advance(int n);
#endif
