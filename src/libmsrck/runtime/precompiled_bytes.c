/* SPDX-License-Identifier: MIT */
/* Unions whose bytes are carried as they are, between machines of the same layout. */
#include <float.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <msrck/precompiled.h>

/* What decides how numbers lie in memory. It stands before the bytes. */
struct layout {
    unsigned char order;            /* first byte of the number 1 of two bytes */
    unsigned char long_size, pointer_size;
    unsigned char double_alignment, long_long_alignment;
    unsigned char long_double_digits;       /* 0 where no member has one */
    unsigned char size[4];          /* of the union, highest byte first */
};

struct aligned_double { char before; double value; };
struct aligned_long_long { char before; long long value; };

/* What the context says. */
struct content {
    size_t size;
    bool long_double;
};

static struct content content_of(const void *context)
{
    return (struct content){ (uintptr_t)context / 2, (uintptr_t)context % 2 != 0 };
}

static struct layout own_layout(const struct content *content)
{
    const uint16_t one = 1;
    struct layout layout = {
        .long_size = sizeof(long), .pointer_size = sizeof(void *),
        .double_alignment = offsetof(struct aligned_double, value), .long_long_alignment = offsetof(struct aligned_long_long, value),
        .long_double_digits = content->long_double ? LDBL_MANT_DIG : 0
    };

    memcpy(&layout.order, &one, 1);
    for (size_t i = 0; i < sizeof layout.size; i++)
        layout.size[i] = (unsigned char)(content->size >> (24 - 8 * i));
    return layout;
}

int msrck_cc_save_bytes(const void *object, void **bytes, size_t *length, void *context)
{
    const struct content content = content_of(context);
    const struct layout layout = own_layout(&content);
    unsigned char *copy = malloc(sizeof layout + content.size);

    if (copy == NULL)
        return 1;
    memcpy(copy, &layout, sizeof layout);
    memcpy(copy + sizeof layout, object, content.size);
    *bytes = copy;
    *length = sizeof layout + content.size;
    return 0;
}

int msrck_cc_restore_bytes(void *object, const void *bytes, size_t length, void *context)
{
    const struct content content = content_of(context);
    const struct layout layout = own_layout(&content);

    if (length != sizeof layout + content.size || memcmp(bytes, &layout, sizeof layout) != 0)
        return 1;
    memcpy(object, (const unsigned char *)bytes + sizeof layout, content.size);
    return 0;
}
