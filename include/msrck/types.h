/* SPDX-License-Identifier: MIT */
/*
 * msrck/types.h - describing the types of a C program: the rows of its TI table
 *
 * ## Purpose
 *
 * A checkpoint holds values, not bytes, so msrck has to know what every byte of a memory block means. A
 * program says so once for each struct, union and enum, beside its definition:
 *
 *     struct node { int value; struct node *left, *right; };
 *
 *     extern const msrck_type node_type;
 *     MSRCK_STRUCT(node_type, struct node,
 *         MSRCK_FIELD(struct node, value, &msrck_int),
 *         MSRCK_FIELD(struct node, left, MSRCK_POINTER(&node_type)),
 *         MSRCK_FIELD(struct node, right, MSRCK_POINTER(&node_type)));
 *
 * Sizes, offsets and signedness come from the compiler, so the same text serves every machine.
 *
 * ## What is checked, and when
 *
 * A misspelt member does not compile. A member described with another type, a wrong element count, and a
 * member left out (also one that hides in padding, where the compiler has __builtin_clear_padding) are found
 * when the type is registered, that is in msrck_init() or at the first allocation, with a sentence.
 *
 * ## Which scalar to name
 *
 * Describe a member by the type its declaration spells. size_t is &msrck_size even where it is a typedef of
 * unsigned long: canonical widths differ (see format/msrck-format.md), and the same member must have the same
 * canonical type on every machine. char and wchar_t carry their bit pattern, since their signedness differs.
 *
 * ## Life time and threads
 *
 * Descriptions are constant objects of static storage; msrck keeps pointers to them. MSRCK_POINTER and
 * MSRCK_ARRAY make unnamed constants and may be used at file scope only.
 *
 * ## Compilers
 *
 * The describing macros need C11 with the extensions gcc and clang share, and ELF: each registers its description in a linker
 * section that msrck_init() reads, so nothing has to be listed twice. The declarations alone are C++17 too.
 */
#ifndef MSRCK_TYPES_H
#define MSRCK_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <msrck/description.h>
#include <msrck/result.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* ---- Types in expressions ------------------------------------------------------------------------------ */

/* Pointer to T, where T is an address of a description: MSRCK_POINTER(&node_type). File scope only. */
#define MSRCK_POINTER(T) \
    (&(const msrck_type){ .kind = MSRCK_KIND_POINTER, .size = sizeof(void *), .alignment = _Alignof(void *), \
                          .element = (T) })

/* Array of N elements of T; arrays of arrays for several dimensions, outermost first. File scope only. */
#define MSRCK_ARRAY(T, N) \
    (&(const msrck_type){ .kind = MSRCK_KIND_ARRAY, .element = (T), .count = (N) })

/* ---- Fields -------------------------------------------------------------------------------------------- */

#define MSRCK_NATIVE_CASE(C, code) C: (code), C *: (code) + MSRCK_NATIVE_TO, const C *: (code) + MSRCK_NATIVE_TO

/* The msrck_native of an expression, which is not evaluated. */
#define MSRCK_NATIVE(expression) _Generic((expression), \
    MSRCK_NATIVE_CASE(_Bool, MSRCK_NATIVE_BOOL), MSRCK_NATIVE_CASE(char, MSRCK_NATIVE_CHAR), \
    MSRCK_NATIVE_CASE(signed char, MSRCK_NATIVE_SCHAR), MSRCK_NATIVE_CASE(unsigned char, MSRCK_NATIVE_UCHAR), \
    MSRCK_NATIVE_CASE(short, MSRCK_NATIVE_SHORT), MSRCK_NATIVE_CASE(unsigned short, MSRCK_NATIVE_USHORT), \
    MSRCK_NATIVE_CASE(int, MSRCK_NATIVE_INT), MSRCK_NATIVE_CASE(unsigned, MSRCK_NATIVE_UINT), \
    MSRCK_NATIVE_CASE(long, MSRCK_NATIVE_LONG), MSRCK_NATIVE_CASE(unsigned long, MSRCK_NATIVE_ULONG), \
    MSRCK_NATIVE_CASE(long long, MSRCK_NATIVE_LLONG), MSRCK_NATIVE_CASE(unsigned long long, MSRCK_NATIVE_ULLONG), \
    MSRCK_NATIVE_CASE(float, MSRCK_NATIVE_FLOAT), MSRCK_NATIVE_CASE(double, MSRCK_NATIVE_DOUBLE), \
    MSRCK_NATIVE_CASE(long double, MSRCK_NATIVE_LDOUBLE), MSRCK_NATIVE_CASE(float _Complex, MSRCK_NATIVE_CFLOAT), \
    MSRCK_NATIVE_CASE(double _Complex, MSRCK_NATIVE_CDOUBLE), \
    MSRCK_NATIVE_CASE(long double _Complex, MSRCK_NATIVE_CLDOUBLE), \
    default: __builtin_classify_type(expression) == MSRCK_CLASS_OF_POINTERS ? MSRCK_NATIVE_TO : MSRCK_NATIVE_OTHER)

/* What gcc and clang answer for pointers, functions' addresses and arrays alike; structs and unions have classes of their own. */
#define MSRCK_CLASS_OF_POINTERS 5

/* Shared beginning of the field initialisers. */
#define MSRCK_FIELD_START(S, member, T) \
    .name = #member, .type = (T), .offset = offsetof(S, member), .size = sizeof(((S *)0)->member), \
    .native = MSRCK_NATIVE(((S *)0)->member)

/* Member `member` of struct S has type T. The members of an anonymous struct are listed like those of S itself. */
#define MSRCK_FIELD(S, member, T) { MSRCK_FIELD_START(S, member, T) }

/* As MSRCK_FIELD; on restore from a checkpoint without this field it becomes *(initial), not zero. */
#define MSRCK_FIELD_DEFAULT(S, member, T, default_value) \
    { MSRCK_FIELD_START(S, member, T), .initial = (default_value) }

/* As MSRCK_FIELD; older checkpoints know the field as `former` (a string). */
#define MSRCK_FIELD_RENAMED(S, member, T, former) { MSRCK_FIELD_START(S, member, T), .former_name = (former) }

/* A member that is not part of the state: caches, locks. Zero after a restore. */
#define MSRCK_FIELD_SKIPPED(S, member) \
    { .name = #member, .type = &msrck_void, .offset = offsetof(S, member), .size = sizeof(((S *)0)->member), \
      .role = MSRCK_ROLE_SKIPPED }

/* Bit-field of `width` bits, declared with the integer type T. MSRCK_BITS_ACCESS(S, member) must precede it. */
#define MSRCK_BITS(S, tag_name, member, T, width) \
    { .name = #member, .type = (T), .role = MSRCK_ROLE_BITS, .bits = (width), \
      .get_bits = msrck_get_##tag_name##_##member, .set_bits = msrck_set_##tag_name##_##member }

/* Defines how bit-field `member` of struct S is read and written; `tag_name` is any identifier naming S. */
#define MSRCK_BITS_ACCESS(S, tag_name, member) \
    static long long msrck_get_##tag_name##_##member(const void *msrck_object) \
    { return (long long)((const S *)msrck_object)->member; } \
    _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wconversion\"") \
    _Pragma("GCC diagnostic ignored \"-Wsign-conversion\"") \
    static void msrck_set_##tag_name##_##member(void *msrck_object, long long msrck_value) \
    { ((S *)msrck_object)->member = (__typeof__(((S *)msrck_object)->member + 0))msrck_value; } \
    _Pragma("GCC diagnostic pop")

/* Flexible array member whose elements have type T; allocate such a struct with msrck_new_flexible(). */
#define MSRCK_FLEXIBLE(S, member, T) \
    { .name = #member, .type = (T), .offset = offsetof(S, member), .role = MSRCK_ROLE_FLEXIBLE, \
      .native = MSRCK_NATIVE(((S *)0)->member) }

/* Member of union type T whose active member is told by the sibling field `tag_member` of S. */
#define MSRCK_TAGGED(S, member, T, tag_member) \
    { MSRCK_FIELD_START(S, member, T), .tag_field = #tag_member }

/* Member of union type T whose active member's tag is function(struct); for state that has no tag field. */
#define MSRCK_CHOSEN(S, member, T, function) { MSRCK_FIELD_START(S, member, T), .choose = (function) }

/*
 * Anonymous union in S with tag field `tag_member`. T is a union described by MSRCK_ANONYMOUS_UNION; `first` is any of its
 * members, which stands for the place.
 */
#define MSRCK_TAGGED_ANONYMOUS(S, first, T, tag_member) \
    { .name = "", .type = (T), .offset = offsetof(S, first), .tag_field = #tag_member }

/* Member of union U with type T, active when the tag equals `value`. */
#define MSRCK_MEMBER(U, member, T, value) { MSRCK_FIELD_START(U, member, T), .tag = (value) }

/* Member of an anonymous union inside struct S, for MSRCK_ANONYMOUS_UNION. */
#define MSRCK_ANONYMOUS_MEMBER(S, member, T, value) { MSRCK_FIELD_START(S, member, T), .tag = (value) }

/* ---- Definitions, at file scope ------------------------------------------------------------------------ */

/* Puts the address of a constant object into the linker section that msrck_init() reads. */
#define MSRCK_SECTION_ENTRY(section_name, entry_type, identifier) \
    static const entry_type *const msrck_entry_##identifier \
    __attribute__((used, section(#section_name), aligned(sizeof(void *)))) = &identifier

#if defined(__has_builtin)
#if __has_builtin(__builtin_clear_padding)
#define MSRCK_CLEAR_PADDING(S, identifier) \
    static void msrck_clear_##identifier(void *msrck_object) { __builtin_clear_padding((S *)msrck_object); }
#define MSRCK_CLEAR_PADDING_OF(identifier) msrck_clear_##identifier
#endif
#endif
#ifndef MSRCK_CLEAR_PADDING
#define MSRCK_CLEAR_PADDING(S, identifier)
#define MSRCK_CLEAR_PADDING_OF(identifier) NULL
#endif

/* Shared body of MSRCK_STRUCT, MSRCK_FLEXIBLE_STRUCT and MSRCK_UNION. */
#define MSRCK_COMPOSITE(identifier, S, KIND, CLEAR, ...) \
    static const msrck_field msrck_fields_##identifier[] = { __VA_ARGS__ }; \
    const msrck_type identifier = { \
        .kind = (KIND), .name = #S, .size = sizeof(S), .alignment = _Alignof(S), \
        .fields = msrck_fields_##identifier, \
        .field_count = sizeof msrck_fields_##identifier / sizeof msrck_fields_##identifier[0], \
        .clear_padding = CLEAR }; \
    MSRCK_SECTION_ENTRY(msrck_types, msrck_type, identifier)

/*
 * Defines `const msrck_type identifier` for struct S with the given fields, in the order of their declaration. Declare it
 * `extern const msrck_type identifier;` first. The name in checkpoints is the text of S. End with a semicolon.
 */
#define MSRCK_STRUCT(identifier, S, ...) \
    MSRCK_CLEAR_PADDING(S, identifier) \
    MSRCK_COMPOSITE(identifier, S, MSRCK_KIND_STRUCT, MSRCK_CLEAR_PADDING_OF(identifier), __VA_ARGS__)

/* The same for a struct that ends in a flexible array member, described by MSRCK_FLEXIBLE as the last field. */
#define MSRCK_FLEXIBLE_STRUCT(identifier, S, ...) \
    MSRCK_COMPOSITE(identifier, S, MSRCK_KIND_STRUCT, NULL, __VA_ARGS__)

/* The same for union U; the fields are MSRCK_MEMBERs. */
#define MSRCK_UNION(identifier, U, ...) \
    MSRCK_CLEAR_PADDING(U, identifier) \
    MSRCK_COMPOSITE(identifier, U, MSRCK_KIND_UNION, MSRCK_CLEAR_PADDING_OF(identifier), __VA_ARGS__)

/* A union without a name inside struct S; `shown_name` (a string) stands for it in checkpoints. */
#define MSRCK_ANONYMOUS_UNION(identifier, shown_name, ...) \
    static const msrck_field msrck_fields_##identifier[] = { __VA_ARGS__ }; \
    const msrck_type identifier = { \
        .kind = MSRCK_KIND_UNION, .name = (shown_name), .fields = msrck_fields_##identifier, \
        .field_count = sizeof msrck_fields_##identifier / sizeof msrck_fields_##identifier[0] }; \
    MSRCK_SECTION_ENTRY(msrck_types, msrck_type, identifier)

#define MSRCK_ENUMERATOR(constant) { #constant, (long long)(constant) }

/* Defines `const msrck_type identifier` for enum E with the given MSRCK_ENUMERATORs. */
#define MSRCK_ENUM(identifier, E, ...) \
    static const msrck_enumerator msrck_enumerators_##identifier[] = { __VA_ARGS__ }; \
    const msrck_type identifier = { \
        .kind = MSRCK_KIND_ENUM, .scalar = sizeof(E) > 4 ? MSRCK_SCALAR_LLONG : MSRCK_SCALAR_INT, .name = #E, \
        .size = sizeof(E), .alignment = _Alignof(E), .enumerators = msrck_enumerators_##identifier, \
        .enumerator_count = sizeof msrck_enumerators_##identifier / sizeof msrck_enumerators_##identifier[0] }; \
    MSRCK_SECTION_ENTRY(msrck_types, msrck_type, identifier)

/* Defines `const msrck_type identifier` for the opaque handle type C with `const msrck_opaque_handlers *` callbacks. */
#define MSRCK_OPAQUE(identifier, C, callbacks) \
    const msrck_type identifier = { \
        .kind = MSRCK_KIND_OPAQUE, .name = #C, .size = sizeof(C), .alignment = _Alignof(C), .handlers = (callbacks) }; \
    MSRCK_SECTION_ENTRY(msrck_types, msrck_type, identifier)

/* ---- Functions and globals, by name -------------------------------------------------------------------- */

/* Makes pointers to `function_name` part of the state. */
#define MSRCK_FUNCTION(function_name) \
    static const msrck_function_entry msrck_function_##function_name = { \
        #function_name, (void (*)(void))(function_name) }; \
    MSRCK_SECTION_ENTRY(msrck_functions, msrck_function_entry, msrck_function_##function_name)

/* Makes the variable (global or static at file scope) part of the state, with type T. */
#define MSRCK_GLOBAL(variable, T) \
    static const msrck_global_entry msrck_global_##variable = { \
        #variable, (void *)&(variable), (T), sizeof(variable), MSRCK_NATIVE(variable), NULL }; \
    MSRCK_SECTION_ENTRY(msrck_globals, msrck_global_entry, msrck_global_##variable)

/* As MSRCK_GLOBAL; older checkpoints know the variable as `former` (a string). */
#define MSRCK_GLOBAL_RENAMED(variable, T, former) \
    static const msrck_global_entry msrck_global_##variable = { \
        #variable, (void *)&(variable), (T), sizeof(variable), MSRCK_NATIVE(variable), (former) }; \
    MSRCK_SECTION_ENTRY(msrck_globals, msrck_global_entry, msrck_global_##variable)

/* Older checkpoints have a variable of this name, which the program has no more: what it held is dropped. */
#define MSRCK_GLOBAL_REMOVED(variable) \
    static const msrck_global_entry msrck_global_##variable = { #variable, NULL, NULL, 0, 0, NULL }; \
    MSRCK_SECTION_ENTRY(msrck_globals, msrck_global_entry, msrck_global_##variable)

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
