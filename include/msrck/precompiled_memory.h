/* SPDX-License-Identifier: MIT */
/*
 * msrck/precompiled_memory.h - the heap of pre-compiled programs, and what the C library gives them
 *
 * ## Purpose
 *
 * `msrck cc` makes the program's calls of malloc() and its like calls of the functions below. Those take and give the same as the ones they stand for, set errno like them,
 * and their blocks work with each other in any mixture; free() also takes blocks that the C library allocated.
 *
 * ## Types
 *
 * `type` is what the place of the call says the block holds, or NULL. A block whose size is a whole number of that type lies on the typed heap. Any other is
 * typed late: a checkpoint gives it the type of the pointers that reach it (`type` is a hint, then), and fails where these contradict each other. All blocks are zeroed: what the
 * program has not written yet would be taken for pointers otherwise.
 *
 * ## Threads
 *
 * One thread may use this header.
 */
#ifndef MSRCK_PRECOMPILED_MEMORY_H
#define MSRCK_PRECOMPILED_MEMORY_H

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

struct msrck_type;

/* ---- The heap ---------------------------------------------------------------------------------------------- */

void *msrck_cc_malloc(const struct msrck_type *type, __SIZE_TYPE__ size);
void *msrck_cc_calloc(const struct msrck_type *type, __SIZE_TYPE__ count, __SIZE_TYPE__ size);
void *msrck_cc_realloc(const struct msrck_type *type, void *block, __SIZE_TYPE__ size);
void *msrck_cc_reallocarray(const struct msrck_type *type, void *block, __SIZE_TYPE__ count, __SIZE_TYPE__ size);
void *msrck_cc_aligned_alloc(const struct msrck_type *type, __SIZE_TYPE__ alignment, __SIZE_TYPE__ size);
int msrck_cc_posix_memalign(const struct msrck_type *type, void **block, __SIZE_TYPE__ alignment, __SIZE_TYPE__ size);
void msrck_cc_free(void *block);
__SIZE_TYPE__ msrck_cc_usable_size(void *block);

/* The same without a type, to be pointed to: struct allocator a = { malloc, free }. */
void *msrck_cc_plain_malloc(__SIZE_TYPE__ size);
void *msrck_cc_plain_calloc(__SIZE_TYPE__ count, __SIZE_TYPE__ size);
void *msrck_cc_plain_realloc(void *block, __SIZE_TYPE__ size);
void *msrck_cc_plain_reallocarray(void *block, __SIZE_TYPE__ count, __SIZE_TYPE__ size);
void *msrck_cc_plain_aligned_alloc(__SIZE_TYPE__ alignment, __SIZE_TYPE__ size);
int msrck_cc_plain_posix_memalign(void **block, __SIZE_TYPE__ alignment, __SIZE_TYPE__ size);

/*
 * Around a call that returns void *, where its result becomes a pointer to `type`: if a block without a type begins there, it gets the type as a hint. Returns `block`.
 */
void *msrck_cc_typed(const struct msrck_type *type, void *block);

/* ---- Blocks that the C library allocates for the program --------------------------------------------------- */

/* Around a call whose result comes from malloc() and is the program's to free: from now on it is tracked, as text. Returns `block`. */
void *msrck_cc_adopt(void *block);

char *msrck_cc_strdup(const char *text);
char *msrck_cc_strndup(const char *text, __SIZE_TYPE__ length);
__WCHAR_TYPE__ *msrck_cc_wcsdup(const __WCHAR_TYPE__ *text);
/* With NULL for the place, the result is a block. */
char *msrck_cc_realpath(const char *path, char *resolved);
char *msrck_cc_getcwd(char *path, __SIZE_TYPE__ size);
/* The stream is a FILE *, which no system header has declared yet. */
__PTRDIFF_TYPE__ msrck_cc_getline(char **line, __SIZE_TYPE__ *size, void *stream);
__PTRDIFF_TYPE__ msrck_cc_getdelim(char **line, __SIZE_TYPE__ *size, int delimiter, void *stream);
int msrck_cc_asprintf(char **text, const char *format, ...) __attribute__((format(printf, 2, 3)));
int msrck_cc_vasprintf(char **text, const char *format, __builtin_va_list arguments) __attribute__((format(printf, 2, 0)));

/* ---- Unions of which nothing tells the active member ------------------------------------------------------- */

/*
 * The callbacks of a union of numbers as an opaque handle. A machine where its bytes mean something else refuses them. `context` is a number, so that all files agree: twice the size, and one
 * more where a member has a long double, whose format differs most.
 */
int msrck_cc_save_bytes(const void *object, void **bytes, __SIZE_TYPE__ *length, void *context);
int msrck_cc_restore_bytes(void *object, const void *bytes, __SIZE_TYPE__ length, void *context);
/* Refuses to save: of a union that may hold a pointer. */
int msrck_cc_refuse_untold(const void *object, void **bytes, __SIZE_TYPE__ *length, void *context);

/*
 * What the code of one file shows of the tag of a union in a struct. The tables of one name are put together: each file shows a part. Bits of the masks are members, counted from 0 (at most 64).
 */
struct msrck_cc_seen_tag {
    long long value;                /* of the tag */
    __SIZE_TYPE__ member;
};
struct msrck_cc_union_tags {
    const char *name;               /* "struct value.as" */
    __SIZE_TYPE__ members;          /* how many the union has */
    const struct msrck_cc_seen_tag *seen;       /* ascending; a value stands there once for each member it was seen with */
    __SIZE_TYPE__ count;
    /* In the first table of a name, those of all its tables from msrck_cc_union_tags_add() on. */
    unsigned long long others;      /* members that are taken when the tag has some other value */
    unsigned long long used;        /* members that are taken with no regard to the tag */
    int numbers;                    /* no member has a pointer */
    /* Set by msrck_cc_union_tags_add(). */
    unsigned long long with_value;  /* members that some value goes with */
    struct msrck_cc_union_tags *first, *next, *other;   /* of the same name, and of another one */
};
/* Enters a table, which stays where it is. Before main(). */
void msrck_cc_union_tags_add(struct msrck_cc_union_tags *tags);
/*
 * The active member when the tag has this value: -1 for none, `members` where the code does not tell. A value that no code asks for belongs to the one member that is taken for other
 * values, and to none where there is no such one. Code does not tell where some member goes with no value at all, but is taken: it may be the one of this value, and of
 * numbers, a second view of any.
 */
long long msrck_cc_active_member(const struct msrck_cc_union_tags *tags, long long value);

/* ---- What the C library keeps for itself -------------------------------------------------------------------- */

/* A copy of a text that does not change any more, the same one for equal texts: getenv(), strerror(). NULL gives NULL. */
char *msrck_cc_intern(const char *text);

/* Static results that the next call overwrites. */
enum msrck_cc_static {
    MSRCK_CC_CTIME, MSRCK_CC_LOCALTIME, MSRCK_CC_SETLOCALE, MSRCK_CC_TMPNAM, MSRCK_CC_STATICS
};
/* A copy in memory of its own, which the next call with the same `which` overwrites. NULL gives NULL. */
char *msrck_cc_static_text(int which, const char *text);
/* The same for a struct tm, of which `type` is the description. */
void *msrck_cc_static_tm(const struct msrck_type *type, const void *time);

/* ---- Streams: those of msrck/msrck.h, whose FILE no system header has declared yet -------------------------- */

void *msrck_cc_fopen(const char *path, const char *mode);
void *msrck_cc_freopen(const char *path, const char *mode, void *stream);
int msrck_cc_fclose(void *stream);
/* A poll-point must not be reached while something points to it; the text is tracked once the stream is closed. */
void *msrck_cc_open_memstream(char **text, __SIZE_TYPE__ *size);
char *msrck_cc_strtok(char *text, const char *separators);

/* ---- Calls that poll-points do not reach into --------------------------------------------------------------- */

/*
 * Between these two, poll-points take no checkpoint: the frames below cannot be left, since a function of some library is among them, or one that cannot be entered in the
 * middle. Requests wait for the next poll-point. Pairs nest.
 */
void msrck_hold(void);
void msrck_release(void);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
