/* SPDX-License-Identifier: MIT */
/*
 * Every byte of a struct must be explained: by a member, or by padding. Members that are not bit-fields divide the
 * struct into gaps; bit-fields lie in the gaps, where setting them shows their bits. What then is left of a gap must
 * be padding. Compilers with __builtin_clear_padding mostly say so exactly; else a gap must be what the next member's
 * alignment asks for.
 */
#include "types/description_check.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"

/* Beyond this, memory and time for a trial object would be noticed, and alignment alone has to explain the gaps. */
#define LARGEST_TRIAL ((size_t)16 << 20)

struct layout {
    const struct ti_table *table;
    struct ti_type *type;
    const msrck_type *source;
    unsigned char *trial;           /* object that bit-fields are set in; zero in between; NULL without bit-fields */
    unsigned char *residue;         /* object where exactly the bits of members are set; NULL where that is not known */
    unsigned char *described;       /* per byte of the gap at hand, the bits that bit-fields cover */
    msrck_error *error;
};

/* One gap: bytes from start to end, the bit-fields in it, and the alignment of what follows. */
struct gap {
    uint64_t start, end, alignment;
    size_t first_bits, end_bits;    /* indices of the description's fields */
};

static msrck_result fail_field(const struct layout *l, const msrck_field *field, const char *what)
{
    return msrck_fail(l->error, MSRCK_MISUSE, "%s.%s: %s", l->type->name,
                      field->name[0] != '\0' ? field->name : "(anonymous union)", what);
}

static unsigned char *new_object(const struct layout *l, unsigned char fill)
{
    void *object = NULL;
    size_t alignment = l->source->alignment > sizeof(void *) ? l->source->alignment : sizeof(void *);

    /* Fresh zero pages cost nothing until they are touched. */
    if (fill == 0 && alignment <= _Alignof(max_align_t))
        return calloc(1, l->source->size);
    if (posix_memalign(&object, alignment, l->source->size) != 0)
        return NULL;
    memset(object, fill, l->source->size);
    return object;
}

/* The entry's field that the description's field became; both stand in the same order. NULL for a skipped one. */
static struct ti_field *listed(const struct layout *l, const msrck_field *field)
{
    uint32_t low = 0, high = l->type->field_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (l->type->fields[middle].source == field)
            return &l->type->fields[middle];
        if (l->type->fields[middle].source < field)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* Bits of the bit-field's mask, which stands in the trial object now; adds them to what is described of the gap. */
static msrck_result take_bits(struct layout *l, const msrck_field *field, const struct gap *gap, struct ti_field *entry)
{
    const unsigned char *bits = l->trial + gap->start;
    unsigned width = 0;
    bool found = false, taken = false;

    for (uint64_t i = 0; i < gap->end - gap->start; i++) {
        if (bits[i] != 0 && !found) {
            entry->offset = gap->start + i;
            found = true;
        }
        width += (unsigned)__builtin_popcount(bits[i]);
        taken = taken || (bits[i] & l->described[i]) != 0;
        l->described[i] |= bits[i];
    }
    if (!found)
        return fail_field(l, field, "is not where the order of the description puts it");
    if (taken)
        return fail_field(l, field, "stands twice");
    if (width != field->bits)
        return msrck_fail(l->error, MSRCK_MISUSE, "%s.%s: described with %u bits, the compiler says %u", l->type->name,
                          field->name, field->bits, width);
    return MSRCK_OK;
}

/* Scalars whose sign is the same on every machine. */
static bool has_sign(const struct ti_type *type)
{
    return type->kind == MSRCK_KIND_SCALAR && type->scalar != MSRCK_SCALAR_CHAR && type->scalar != MSRCK_SCALAR_WCHAR;
}

/* Sets all bits of one bit-field and looks at them, and at the sign that they give. */
static msrck_result probe_bits(struct layout *l, const msrck_field *field, const struct gap *gap)
{
    struct ti_field *entry = listed(l, field);
    const struct ti_type *type = &l->table->types[entry->type];
    long long value;
    msrck_result result;

    if (field->get_bits == NULL || field->set_bits == NULL)
        return fail_field(l, field, "has no access functions");
    field->set_bits(l->trial, -1);
    value = field->get_bits(l->trial);
    result = take_bits(l, field, gap, entry);
    memset(l->trial + gap->start, 0, (size_t)(gap->end - gap->start));
    if (result != MSRCK_OK)
        return result;
    if (has_sign(type) && field->bits < 64 && (value < 0) != msrck_scalar_is_signed(type->scalar))
        return msrck_fail(l->error, MSRCK_MISUSE, "%s.%s: described as %s, the compiler says %s", l->type->name,
                          field->name, type->name, value < 0 ? "signed" : "unsigned");
    return MSRCK_OK;
}

/* The bytes [first, end) of the gap belong to no described member, as far as alignment can tell. */
static bool is_padding(const struct layout *l, const struct gap *gap, uint64_t first, uint64_t end)
{
    uint64_t unit = gap->alignment;

    if (gap->first_bits == gap->end_bits)
        return end % unit == 0 && end - first < unit;
    /* Unnamed bit-fields are padding too; they are narrower than the unit of their neighbours. */
    for (size_t i = gap->first_bits; i < gap->end_bits; i++) {
        const struct ti_type *type = &l->table->types[listed(l, &l->source->fields[i])->type];

        if (type->size > unit)
            unit = type->size;
    }
    return end - first < unit;
}

static msrck_result fail_missing(const struct layout *l, uint64_t first, uint64_t end)
{
    if (end - first == 1)
        return msrck_fail(l->error, MSRCK_MISUSE, "%s: the member at byte %" PRIu64 " is not described", l->type->name,
                          first);
    return msrck_fail(l->error, MSRCK_MISUSE, "%s: what lies in bytes %" PRIu64 " to %" PRIu64 " is not described",
                      l->type->name, first, end - 1);
}

/* Whether a byte of the gap is to be explained: it holds bits of a member that nobody described, or may do so. */
static bool is_open(const struct layout *l, const struct gap *gap, uint64_t place)
{
    unsigned char described = l->described == NULL ? 0 : l->described[place - gap->start];

    return l->residue != NULL ? (l->residue[place] & ~described) != 0 : described == 0;
}

static msrck_result check_gap(struct layout *l, const struct gap *gap)
{
    uint64_t first = gap->start, end;

    for (; first < gap->end; first = end) {
        end = first + 1;
        if (!is_open(l, gap, first))
            continue;
        while (end < gap->end && is_open(l, gap, end))
            end++;
        if (l->residue != NULL || !is_padding(l, gap, first, end))
            return fail_missing(l, first, end);
    }
    return MSRCK_OK;
}

static msrck_result check_gap_with_bits(struct layout *l, const struct gap *gap)
{
    msrck_result result = MSRCK_OK;

    if (gap->first_bits < gap->end_bits) {
        l->described = calloc((size_t)(gap->end - gap->start) + 1, 1);
        if (l->described == NULL)
            return msrck_fail_memory(l->error, (size_t)(gap->end - gap->start), "a trial of bit-fields");
    }
    for (size_t i = gap->first_bits; i < gap->end_bits && result == MSRCK_OK; i++)
        result = probe_bits(l, &l->source->fields[i], gap);
    if (result == MSRCK_OK)
        result = check_gap(l, gap);
    free(l->described);
    l->described = NULL;
    return result;
}

/*
 * The alignment of what follows a gap: a member, or the end of the struct. Nobody knows that of a skipped member, so
 * it may be all that its place allows.
 */
static uint64_t alignment_after(const struct layout *l, size_t index)
{
    const msrck_field *next = index < l->source->field_count ? &l->source->fields[index] : NULL;
    uint64_t alignment = l->type->alignment;

    if (next != NULL && next->role != MSRCK_ROLE_SKIPPED)
        return l->table->types[listed(l, next)->type].alignment;
    while (next != NULL && next->offset % alignment != 0)
        alignment /= 2;
    return alignment;
}

/*
 * A member may be aligned more strictly than its type; then the struct is aligned more strictly than all its members'
 * types.
 */
static bool is_overaligned(const struct layout *l)
{
    uint64_t strictest = 1;

    for (uint32_t i = 0; i < l->type->field_count; i++)
        if (l->table->types[l->type->fields[i].type].alignment > strictest)
            strictest = l->table->types[l->type->fields[i].type].alignment;
    return l->type->alignment > strictest;
}

static void place_of(const struct layout *l, const msrck_field *field, uint64_t *offset, uint64_t *size)
{
    const struct ti_field *entry = listed(l, field);

    *offset = entry != NULL ? entry->offset : field->offset;
    *size = entry != NULL ? entry->size : field->size;
}

/* A member that is no bit-field must begin behind the one before it and lie within the struct. */
static msrck_result check_place(const struct layout *l, const msrck_field *field, uint64_t end_before)
{
    uint64_t offset, size;

    place_of(l, field, &offset, &size);
    if (offset > l->type->size || size > l->type->size - offset)
        return fail_field(l, field, "lies outside");
    if (offset >= end_before)
        return MSRCK_OK;
    if (offset + size > end_before || size == 0)
        return fail_field(l, field, "overlaps the member before it");
    return fail_field(l, field, "overlaps another member, or stands out of the order of declaration");
}

/* All places before any gap: a message about a gap would mislead where members are only out of order. */
static msrck_result check_places(const struct layout *l)
{
    uint64_t end = 0, offset, size;
    msrck_result result = MSRCK_OK;

    for (size_t i = 0; i < l->source->field_count && result == MSRCK_OK; i++) {
        if (l->source->fields[i].role == MSRCK_ROLE_BITS)
            continue;
        result = check_place(l, &l->source->fields[i], end);
        place_of(l, &l->source->fields[i], &offset, &size);
        end = offset + size;
    }
    return result;
}

static msrck_result check_struct(struct layout *l)
{
    size_t index = 0, count = l->source->field_count;
    uint64_t end = 0, size;
    bool overaligned = is_overaligned(l);
    msrck_result result = check_places(l);

    while (result == MSRCK_OK) {
        struct gap gap = { .start = end, .end = l->type->size, .first_bits = index };
        const msrck_field *next;

        while (index < count && l->source->fields[index].role == MSRCK_ROLE_BITS)
            index++;
        gap.end_bits = index;
        gap.alignment = alignment_after(l, index);
        next = index < count ? &l->source->fields[index] : NULL;
        if (next != NULL) {
            place_of(l, next, &gap.end, &size);
            end = gap.end + size;
        }
        if (overaligned && gap.end % l->type->alignment == 0)
            gap.alignment = l->type->alignment;
        result = check_gap_with_bits(l, &gap);
        /* Behind the beginning of a flexible array there is nothing to explain. */
        if (next == NULL || next->role == MSRCK_ROLE_FLEXIBLE)
            break;
        index++;
    }
    return result;
}

/*
 * A union is as long as its longest member; if it is longer, that one was left out. An anonymous one has no length of
 * its own.
 */
static msrck_result check_union(struct layout *l)
{
    struct gap gap = { .end = l->type->size, .alignment = l->type->alignment };

    for (size_t i = 0; i < l->source->field_count; i++) {
        const msrck_field *field = &l->source->fields[i];
        uint64_t offset, size;

        place_of(l, field, &offset, &size);
        if (l->source->size == 0)
            continue;
        if (offset > l->type->size || size > l->type->size - offset)
            return fail_field(l, field, "lies outside");
        if (offset + size > gap.start)
            gap.start = offset + size;
    }
    return l->source->size == 0 ? MSRCK_OK : check_gap(l, &gap);
}

static bool has_bits(const msrck_type *source)
{
    for (size_t i = 0; i < source->field_count; i++)
        if (source->fields[i].role == MSRCK_ROLE_BITS)
            return true;
    return false;
}

/*
 * __builtin_clear_padding of gcc 12 goes astray behind an array whose elements are not simple: it clears bytes at the
 * array's beginning for those behind its end. Where such an array may be (also unseen, in a skipped member or a
 * handle), its answer is not asked for. Each visit stands for bytes of an object that is no larger than LARGEST_TRIAL,
 * so the recursion is short.
 */
static bool misleads_compiler(const struct ti_table *table, uint32_t id)
{
    const struct ti_type *type = &table->types[id];
    const struct ti_type *element = type;

    while (element->kind == MSRCK_KIND_ARRAY)
        element = &table->types[element->element];
    if (element->kind == MSRCK_KIND_OPAQUE)
        return element->size > sizeof(void *);
    if (type->kind == MSRCK_KIND_ARRAY)
        return element->kind == MSRCK_KIND_STRUCT || element->kind == MSRCK_KIND_UNION ||
               element->kind == MSRCK_KIND_COMPLEX || element->scalar == MSRCK_SCALAR_LDOUBLE;
    for (size_t i = 0; type->field_count > 0 && i < type->source->field_count; i++)
        if (type->source->fields[i].role == MSRCK_ROLE_SKIPPED && type->source->fields[i].size > sizeof(void *))
            return true;
    for (uint32_t i = 0; i < type->field_count; i++)
        if (misleads_compiler(table, type->fields[i].type))
            return true;
    return false;
}

/* The trial objects. An anonymous union has no size to make one of. */
static msrck_result prepare(struct layout *l)
{
    if (l->source->size == 0)
        return MSRCK_OK;
    if (has_bits(l->source)) {
        l->trial = new_object(l, 0);
        if (l->trial == NULL)
            return msrck_fail_memory(l->error, l->source->size, "a trial of bit-fields");
    }
    if (l->source->clear_padding != NULL && l->source->size <= LARGEST_TRIAL &&
        !misleads_compiler(l->table, l->type->id)) {
        l->residue = new_object(l, 0xff);
        if (l->residue == NULL)
            return msrck_fail_memory(l->error, l->source->size, "a trial of padding");
        l->source->clear_padding(l->residue);
    }
    return MSRCK_OK;
}

msrck_result msrck_check_layout(struct ti_table *table, uint32_t id, msrck_error *error)
{
    struct layout l = { .table = table, .type = &table->types[id], .source = table->types[id].source, .error = error };
    msrck_result result = prepare(&l);

    if (result == MSRCK_OK)
        result = l.type->kind == MSRCK_KIND_UNION ? check_union(&l) : check_struct(&l);
    free(l.trial);
    free(l.residue);
    return result;
}
