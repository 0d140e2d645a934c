/* SPDX-License-Identifier: MIT */
/*
 * msrck/description.h - what a program tells msrck about itself: its types, functions, variables and frames
 *
 * ## Purpose
 *
 * The structs that the macros of msrck/types.h and msrck/msrck.h fill in, and that `msrck cc` emits. Include those headers instead: this one stands
 * alone, without a single #include, because the pre-compiler puts it before the program's own text, where no system header may have been read yet.
 *
 * ## Life time
 *
 * All of them are constant objects of static storage; msrck keeps pointers to them. The linker gathers them in the sections msrck_types, msrck_functions, msrck_globals and
 * msrck_frames.
 */
#ifndef MSRCK_DESCRIPTION_H
#define MSRCK_DESCRIPTION_H

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* ---- Types ------------------------------------------------------------------------------------------------ */

/* What a TI entry is. The numbers stand in checkpoint files and never change. */
typedef enum msrck_kind {
    MSRCK_KIND_VOID = 0,      /* the target of void *; never the type of a block */
    MSRCK_KIND_SCALAR = 1,
    MSRCK_KIND_ENUM = 2,
    MSRCK_KIND_POINTER = 3,   /* to an object of the element type */
    MSRCK_KIND_ARRAY = 4,     /* count elements of the element type */
    MSRCK_KIND_STRUCT = 5,
    MSRCK_KIND_UNION = 6,     /* the fields are the members, one of them active */
    MSRCK_KIND_FUNCTION = 7,  /* a pointer to a function, saved by the function's name */
    MSRCK_KIND_COMPLEX = 8,   /* two leaves of the element type: real, imaginary */
    MSRCK_KIND_OPAQUE = 9     /* a handle that the program saves and restores itself */
} msrck_kind;

/* Scalars. The numbers stand in checkpoint files and never change. Canonical width in bytes in brackets. */
typedef enum msrck_scalar {
    MSRCK_SCALAR_NONE = 0,
    MSRCK_SCALAR_BOOL = 1,         /* _Bool [1] */
    MSRCK_SCALAR_CHAR = 2,         /* char [1], its bit pattern */
    MSRCK_SCALAR_SCHAR = 3,        /* signed char [1] */
    MSRCK_SCALAR_UCHAR = 4,        /* unsigned char [1] */
    MSRCK_SCALAR_SHORT = 5,        /* short [2] */
    MSRCK_SCALAR_USHORT = 6,       /* unsigned short [2] */
    MSRCK_SCALAR_INT = 7,          /* int [4] */
    MSRCK_SCALAR_UINT = 8,         /* unsigned int [4] */
    MSRCK_SCALAR_LONG = 9,         /* long [8] */
    MSRCK_SCALAR_ULONG = 10,       /* unsigned long [8] */
    MSRCK_SCALAR_LLONG = 11,       /* long long [8] */
    MSRCK_SCALAR_ULLONG = 12,      /* unsigned long long [8] */
    MSRCK_SCALAR_FLOAT = 13,       /* float [4], IEEE binary32 */
    MSRCK_SCALAR_DOUBLE = 14,      /* double [8], IEEE binary64 */
    MSRCK_SCALAR_LDOUBLE = 15,     /* long double [16], IEEE binary128 */
    MSRCK_SCALAR_WCHAR = 16,       /* wchar_t [4], its bit pattern */
    MSRCK_SCALAR_CHAR16 = 17,      /* char16_t [2] */
    MSRCK_SCALAR_CHAR32 = 18,      /* char32_t [4] */
    MSRCK_SCALAR_INT8 = 19,        /* int8_t [1] */
    MSRCK_SCALAR_UINT8 = 20,       /* uint8_t [1] */
    MSRCK_SCALAR_INT16 = 21,       /* int16_t [2] */
    MSRCK_SCALAR_UINT16 = 22,      /* uint16_t [2] */
    MSRCK_SCALAR_INT32 = 23,       /* int32_t [4] */
    MSRCK_SCALAR_UINT32 = 24,      /* uint32_t [4] */
    MSRCK_SCALAR_INT64 = 25,       /* int64_t [8] */
    MSRCK_SCALAR_UINT64 = 26,      /* uint64_t [8] */
    MSRCK_SCALAR_SIZE = 27,        /* size_t [8] */
    MSRCK_SCALAR_SSIZE = 28,       /* ssize_t [8] */
    MSRCK_SCALAR_PTRDIFF = 29,     /* ptrdiff_t [8] */
    MSRCK_SCALAR_INTPTR = 30,      /* intptr_t [8]: a number, not a pointer */
    MSRCK_SCALAR_UINTPTR = 31,     /* uintptr_t [8]: a number, not a pointer */
    MSRCK_SCALAR_INTMAX = 32,      /* intmax_t [8] */
    MSRCK_SCALAR_UINTMAX = 33,     /* uintmax_t [8] */
    MSRCK_SCALAR_TIME = 34,        /* time_t [8] */
    MSRCK_SCALAR_OFF = 35,         /* off_t [8] */
    MSRCK_SCALAR_CLOCK = 36,       /* clock_t [8] */
    MSRCK_SCALAR_COUNT_ = 37       /* one past the last */
} msrck_scalar;

/* What the compiler says a member is, for comparison with what the description says. */
typedef enum msrck_native {
    MSRCK_NATIVE_OTHER = 0,        /* struct or union: only the size is compared */
    MSRCK_NATIVE_BOOL, MSRCK_NATIVE_CHAR, MSRCK_NATIVE_SCHAR, MSRCK_NATIVE_UCHAR, MSRCK_NATIVE_SHORT,
    MSRCK_NATIVE_USHORT, MSRCK_NATIVE_INT, MSRCK_NATIVE_UINT, MSRCK_NATIVE_LONG, MSRCK_NATIVE_ULONG,
    MSRCK_NATIVE_LLONG, MSRCK_NATIVE_ULLONG, MSRCK_NATIVE_FLOAT, MSRCK_NATIVE_DOUBLE, MSRCK_NATIVE_LDOUBLE,
    MSRCK_NATIVE_CFLOAT, MSRCK_NATIVE_CDOUBLE, MSRCK_NATIVE_CLDOUBLE,
    /* Added to one of the above: a pointer to it, or an array of it. Alone: a pointer to, or an array of, something else. */
    MSRCK_NATIVE_TO = 64,
    /* Added for a global variable that cannot be written: pointers to it are part of the state, its value is the program's. */
    MSRCK_NATIVE_CONSTANT = 256
} msrck_native;

typedef struct msrck_type msrck_type;
typedef struct msrck_field msrck_field;
typedef struct msrck_enumerator msrck_enumerator;
typedef struct msrck_opaque_handlers msrck_opaque_handlers;

/* How a field is held. The numbers stand in checkpoint files and never change. */
typedef enum msrck_role {
    MSRCK_ROLE_PLAIN = 0,
    MSRCK_ROLE_BITS = 1,           /* a bit-field */
    MSRCK_ROLE_FLEXIBLE = 2,       /* a flexible array member, the last of its struct */
    MSRCK_ROLE_SKIPPED = 3         /* part of the layout, neither saved nor restored: zero after a restore */
} msrck_role;

/* One member of a struct or union. Filled by the macros below; not meant to be written by hand. */
struct msrck_field {
    const char *name;              /* "" for an anonymous union */
    const msrck_type *type;        /* of a flexible array member: its element type */
    __SIZE_TYPE__ offset;                 /* bytes from the start of the struct; 0 for a bit-field */
    __SIZE_TYPE__ size;                   /* sizeof the member; 0 for a bit-field and a flexible array member */
    unsigned role;                 /* msrck_role */
    unsigned native;               /* msrck_native */
    unsigned bits;                 /* width of a bit-field in bits */
    long long tag;                 /* of a union's member: the value of the tag that makes it active */
    const char *tag_field;         /* of a union in a struct: the name of the integer or enum field that is its tag */
    long long (*choose)(const void *object);            /* instead of tag_field: the tag, computed from the enclosing struct */
    long long (*get_bits)(const void *object);          /* value of a bit-field; unsigned ones as the same bits */
    void (*set_bits)(void *object, long long value);
    const void *initial;           /* value on restore when the checkpoint has no such field; NULL for zero */
    const char *former_name;       /* the field's name in older checkpoints, or NULL */
};

struct msrck_enumerator {
    const char *name;
    long long value;
};

/*
 * Callbacks of an opaque handle. `object` points to the handle itself, that is to `size` bytes of the type.
 */
struct msrck_opaque_handlers {
    /*
     * Save: describe the handle in bytes that mean the same on every machine. Set *bytes to memory from malloc(), which
     * msrck frees, and *length to its size; a NULL with length 0 is allowed. Return 0, or anything else to refuse: the
     * checkpoint then fails and names the variable.
     */
    int (*save)(const void *object, void **bytes, __SIZE_TYPE__ *length, void *context);
    /*
     * Restore: make the handle at `object` (zeroed) from the bytes that save gave. They are valid during the call
     * only. Return 0, or anything else to refuse: the restore then fails and names the variable.
     */
    int (*restore)(void *object, const void *bytes, __SIZE_TYPE__ length, void *context);
    void *context;                 /* given to both */
};

/* A type. Filled by the macros below; not meant to be written by hand. */
struct msrck_type {
    unsigned kind;                 /* msrck_kind */
    unsigned scalar;               /* msrck_scalar; for an enum MSRCK_SCALAR_INT, or LLONG where it is wider */
    const char *name;              /* as C spells it: "struct node", "size_t"; NULL for pointers and arrays */
    __SIZE_TYPE__ size;                   /* sizeof; 0 for an anonymous union, whose members tell */
    __SIZE_TYPE__ alignment;              /* _Alignof; 0 for an anonymous union */
    const msrck_type *element;     /* of pointer, array and complex */
    __SIZE_TYPE__ count;                  /* of an array */
    const msrck_field *fields;     /* of struct and union */
    __SIZE_TYPE__ field_count;
    const msrck_enumerator *enumerators;
    __SIZE_TYPE__ enumerator_count;
    void (*clear_padding)(void *object);                /* zeroes what belongs to no member; NULL where unknown */
    const msrck_opaque_handlers *handlers;
    const char *unit;              /* the source file that describes it, where that is told: for messages */
};

extern const msrck_type msrck_void, msrck_bool, msrck_char, msrck_schar, msrck_uchar, msrck_short, msrck_ushort,
    msrck_int, msrck_uint, msrck_long, msrck_ulong, msrck_llong, msrck_ullong, msrck_float, msrck_double,
    msrck_ldouble, msrck_wchar, msrck_char16, msrck_char32, msrck_int8, msrck_uint8, msrck_int16, msrck_uint16,
    msrck_int32, msrck_uint32, msrck_int64, msrck_uint64, msrck_size, msrck_ssize, msrck_ptrdiff, msrck_intptr,
    msrck_uintptr, msrck_intmax, msrck_uintmax, msrck_time, msrck_off, msrck_clock;

/* float, double and long double _Complex */
extern const msrck_type msrck_cfloat, msrck_cdouble, msrck_cldouble;

/* Any pointer to a function. Its target must be named with MSRCK_FUNCTION, or be NULL. */
extern const msrck_type msrck_function;

/*
 * A stream of the C library: MSRCK_POINTER(&msrck_stream) describes a FILE *. It is NULL, stdin, stdout, stderr, or a stream
 * from msrck_fopen() and its like (msrck/msrck.h). Not for a FILE by value, which no program has.
 */
extern const msrck_type msrck_stream;

/* ---- Functions and globals, by name ----------------------------------------------------------------------- */

typedef struct msrck_function_entry {
    const char *name;
    void (*function)(void);
} msrck_function_entry;

typedef struct msrck_global_entry {
    const char *name;
    void *address;
    const msrck_type *type;
    __SIZE_TYPE__ size;                   /* sizeof the variable */
    unsigned native;               /* msrck_native */
    const char *former_name;       /* the variable's name in older checkpoints, or NULL */
} msrck_global_entry;

/* ---- Frames ----------------------------------------------------------------------------------------------- */

typedef struct msrck_point msrck_point;
typedef struct msrck_frame_table msrck_frame_table;

/* One poll-point or call site: its ordinal is its index in the function's table plus one. */
struct msrck_point {
    const char *label;              /* for people: "entry", "after left" */
    const msrck_type *live;         /* struct of the live variables there, or NULL for none */
};

/* A local variable whose address is taken: part of the function's table. */
typedef struct msrck_local_entry {
    const char *name;
    const msrck_type *type;
} msrck_local_entry;

struct msrck_frame_table {
    const char *function;           /* unique in the program */
    const msrck_point *points;
    unsigned point_count;
    unsigned entry_point;           /* ordinal of the poll-point at the function's entry, or 0 */
    const msrck_local_entry *locals;
    unsigned local_count;
};

/* A local whose address is taken, in this activation. */
typedef struct msrck_local {
    void *address;
    __SIZE_TYPE__ count;                   /* values of the table's type: 1, or the length of a variable-length array; 0: not alive */
} msrck_local;

/* The address-taken locals of one activation; lives on its stack. */
typedef struct msrck_locals {
    struct msrck_locals *outer;
    const msrck_frame_table *table;
    const msrck_local *locals;      /* as many as the table has */
} msrck_locals;

/*
 * Zero while nothing is to be done: the one word that running costs. Set by requests, while frames are collected, while a program resumes. (A
 * sig_atomic_t, which is an int wherever msrck runs.)
 */
extern volatile int msrck_flag;

#define MSRCK_UNLIKELY(condition) __builtin_expect(!!(condition), 0)

extern msrck_locals *msrck_locals_top;
void msrck_locals_attach(msrck_locals *locals);

/*
 * First thing in a function with address-taken locals, before msrck_enter. A function whose locals' number of elements depends on its live variables (a variable-length array)
 * pushes directly after msrck_enter instead, before it goes to a call site; live variables cannot point into such an array, since it is not there yet when they are taken
 * back. One set an activation.
 */
static __inline__ void msrck_locals_push(msrck_locals *locals, const msrck_frame_table *table, const msrck_local *list)
{
    locals->outer = msrck_locals_top;
    locals->table = table;
    locals->locals = list;
    msrck_locals_top = locals;
    if (MSRCK_UNLIKELY(msrck_flag))
        msrck_locals_attach(locals);
}

/* Before every return of that function, also after MSRCK_LEAVE. */
static __inline__ void msrck_locals_pop(msrck_locals *locals)
{
    msrck_locals_top = locals->outer;
}

/* ---- The program ------------------------------------------------------------------------------------------ */

/* What the program's linker sections hold; msrck_init() fills it in. */
typedef struct msrck_program {
    const msrck_type *const *types, *const *types_end;
    const msrck_function_entry *const *functions, *const *functions_end;
    const msrck_global_entry *const *globals, *const *globals_end;
    const msrck_frame_table *const *frames, *const *frames_end;
} msrck_program;

extern const msrck_type *const __start_msrck_types[] __attribute__((weak, visibility("hidden")));
extern const msrck_type *const __stop_msrck_types[] __attribute__((weak, visibility("hidden")));
extern const msrck_function_entry *const __start_msrck_functions[] __attribute__((weak, visibility("hidden")));
extern const msrck_function_entry *const __stop_msrck_functions[] __attribute__((weak, visibility("hidden")));
extern const msrck_global_entry *const __start_msrck_globals[] __attribute__((weak, visibility("hidden")));
extern const msrck_global_entry *const __stop_msrck_globals[] __attribute__((weak, visibility("hidden")));
extern const msrck_frame_table *const __start_msrck_frames[] __attribute__((weak, visibility("hidden")));
extern const msrck_frame_table *const __stop_msrck_frames[] __attribute__((weak, visibility("hidden")));

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
