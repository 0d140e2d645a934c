/* SPDX-License-Identifier: MIT */
#include "msrm/access_path.h"

#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"
#include "types/leaf_map.h"

/* A leaf of a block, taken apart: which element of which type, and the leaf inside that. */
struct leaf_place {
    bool trailing; /* in the flexible array member */
    uint32_t type;
    uint64_t element;
    uint64_t inside;
};

static struct leaf_place place_of(const struct ti_table *types, uint32_t type, uint64_t leaf)
{
    const struct ti_type *entry = msrck_ti_get(types, type);
    struct leaf_place place = { false, type, 0, leaf };

    if (entry->flexible != TI_VOID) {
        if (leaf < entry->leaves)
            return place;
        leaf -= entry->leaves;
        place.trailing = true;
        place.type = entry->flexible;
        entry = msrck_ti_get(types, place.type);
    }
    place.element = entry->leaves == 0 ? 0 : leaf / entry->leaves;
    place.inside = leaf - place.element * entry->leaves;
    return place;
}

/* ".member[4]" for an element of the flexible array member, which is the last field of its struct. */
static void append_trailing(const struct ti_table *types, uint32_t owner, uint64_t element, struct byte_buffer *out)
{
    const struct ti_type *entry = msrck_ti_get(types, owner);

    if (entry->field_count > 0)
        msrck_buffer_printf(out, ".%s[%llu]", entry->fields[entry->field_count - 1].name, (unsigned long long)element);
}

void msrck_access_variable(const struct ti_table *types, uint32_t declared, struct block_shape shape, uint64_t leaf,
                           struct byte_buffer *out)
{
    const struct ti_type *entry = msrck_ti_get(types, declared);
    const struct ti_type *element = msrck_ti_get(types, shape.type);
    struct leaf_place place;

    if (element->flexible != TI_VOID && leaf >= element->leaves) {
        place = place_of(types, shape.type, leaf);
        append_trailing(types, shape.type, place.element, out);
        msrck_leaf_path(types, place.type, place.inside, out);
        return;
    }
    /* A variable-length array is declared by its element's type: its own index comes first. */
    if (entry->leaves > 0 && element->flexible == TI_VOID && shape.count * element->leaves > entry->leaves) {
        msrck_buffer_printf(out, "[%llu]", (unsigned long long)(leaf / entry->leaves));
        leaf %= entry->leaves;
    }
    msrck_leaf_path(types, declared, leaf, out);
}

/*
 * "P->rest", "P[2].rest", or words where the pointer does not point to the beginning of an element. `rest` begins
 * with '.', '[' or is empty.
 */
static void append_step(const struct ti_table *types, struct block_shape shape, uint64_t entry, uint64_t leaf,
                        const char *rest, struct byte_buffer *out)
{
    struct leaf_place from = place_of(types, shape.type, entry), to = place_of(types, shape.type, leaf);
    long long step = (long long)(to.element - from.element);
    bool beside = from.trailing != to.trailing || from.inside != 0;

    if (beside && (entry != 0 || from.trailing)) {
        char *pointer = msrck_copy_text(msrck_buffer_text(out));

        /* The pointer goes into the middle of the block: C has no short expression for its surroundings. */
        msrck_buffer_clear(out);
        msrck_buffer_printf(out, "(%s around *%s)", msrck_ti_get(types, shape.type)->name,
                            pointer == NULL ? "?" : pointer);
        free(pointer);
        if (!to.trailing && shape.count > 1 && msrck_ti_get(types, shape.type)->flexible == TI_VOID)
            msrck_buffer_printf(out, "[%llu]", (unsigned long long)to.element);
        step = 0;
    } else if (step != 0 && !to.trailing) {
        msrck_buffer_printf(out, "[%lld]", step);
    } else if (rest[0] == '.' && !to.trailing) {
        msrck_buffer_printf(out, "->%s", rest + 1);
        return;
    } else if (!to.trailing) {
        msrck_buffer_printf(out, "[0]");
    } else {
        struct byte_buffer member = BYTE_BUFFER_INIT;

        append_trailing(types, shape.type, to.element, &member);
        msrck_buffer_printf(out, "->%s%s", msrck_buffer_text(&member) + (member.length > 0), rest);
        msrck_buffer_free(&member);
        return;
    }
    if (to.trailing)
        append_trailing(types, shape.type, to.element, out);
    msrck_buffer_printf(out, "%s", rest);
}

void msrck_access_target(const struct ti_table *types, struct block_shape shape, uint64_t entry, uint64_t leaf,
                         struct byte_buffer *out)
{
    struct leaf_place place = place_of(types, shape.type, leaf);
    struct byte_buffer rest = BYTE_BUFFER_INIT;

    msrck_leaf_path(types, place.type, place.inside, &rest);
    append_step(types, shape, entry, leaf, msrck_buffer_text(&rest), out);
    msrck_buffer_free(&rest);
}

static bool begins_with_path(const char *message)
{
    return message[0] == '.' || message[0] == '[';
}

void msrck_access_target_before(const struct ti_table *types, struct block_shape shape, uint64_t entry, uint64_t leaf,
                                const char *message, struct byte_buffer *out)
{
    append_step(types, shape, entry, leaf, begins_with_path(message) ? message : "", out);
    if (!begins_with_path(message))
        msrck_buffer_printf(out, ": %s", message);
}

void msrck_access_message(const char *message, struct byte_buffer *out)
{
    msrck_buffer_printf(out, begins_with_path(message) ? "%s" : ": %s", message);
}
