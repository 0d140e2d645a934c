/* SPDX-License-Identifier: MIT */
#include "msrm/load.h"

#include <string.h>

#include "msrm/file_path.h"
#include "msrm/placement.h"
#include "msrm/resolve.h"

/* The rows of one chunk on their way to their blocks. */
struct loading {
    struct restoration *restoration;
    struct row_resolver resolver;
    struct placed_extent *extent;
    size_t index; /* of the extent */
    uint32_t part;
    const struct row_decoder *decoder;
    size_t width;        /* of a row */
    size_t element_size; /* native bytes */
    size_t first_offset; /* of the part's elements in a block */
    uint64_t per_block;  /* rows of a block */
};

/* Decodes rows whose elements lie `stride` bytes apart. `row` is the number of the first, for messages. */
static msrck_result decode_run(const struct loading *loading, const unsigned char *rows, uint64_t row, uint64_t count,
                               unsigned char *elements, size_t stride, msrck_error *error)
{
    uint64_t failed = 0;
    msrck_result result = msrck_decode_rows(loading->decoder, rows, count, elements, stride, &loading->resolver,
                                            &failed, error);

    if (result != MSRCK_OK)
        msrck_file_path_explain_row(loading->restoration, loading->index, loading->part, row + failed, error);
    return result;
}

/* Blocks of one element that lie side by side take many rows at once. */
static msrck_result load_singles(const struct loading *loading, const unsigned char *rows, uint64_t row, uint64_t count,
                                 msrck_error *error)
{
    const struct placed_extent *extent = loading->extent;

    while (count > 0) {
        uint64_t inside, run = divide(&extent->by_run, row, &inside), part = extent->runs.per_run - inside;
        msrck_result result;

        if (part > count)
            part = count;
        result = decode_run(loading, rows, row, part, extent->runs.base[run] + (size_t)inside * extent->runs.stride,
                            extent->runs.stride, error);
        if (result != MSRCK_OK)
            return result;
        rows += (size_t)part * loading->width;
        row += part;
        count -= part;
    }
    return MSRCK_OK;
}

/* Where a block's rows go; NULL when they are kept or dropped. Variables may have types of their own. */
static unsigned char *destination(struct loading *loading, uint64_t block)
{
    const struct placed_extent *extent = loading->extent;
    unsigned char *address = msrck_placement_block(extent, block);

    if (extent->kind == PLACED_NAMED && extent->named[block].constant)
        return NULL;
    if (extent->kind == PLACED_NAMED && address != NULL) {
        const struct ti_type *entry = msrck_ti_get(loading->restoration->types, extent->named[block].type);

        if (loading->part == 0) {
            loading->decoder = extent->named[block].decoder;
            loading->element_size = (size_t)entry->size;
        }
        loading->first_offset = loading->part == 0 ? 0 : (size_t)entry->flexible_offset;
    }
    return address;
}

/* Elements that the program's variable has no room for: they may go where they are zeros. */
static msrck_result check_cut(const struct loading *loading, const unsigned char *rows, uint64_t row, uint64_t count,
                              uint64_t room, msrck_error *error)
{
    for (size_t byte = 0; byte < (size_t)count * loading->width; byte++)
        if (rows[byte] != 0) {
            row += byte / loading->width;
            msrck_fail(error, MSRCK_DOES_NOT_FIT, "is not zero, and the program has room for %llu elements",
                       (unsigned long long)room);
            msrck_file_path_explain_row(loading->restoration, loading->index, loading->part, row, error);
            return MSRCK_DOES_NOT_FIT;
        }
    return MSRCK_OK;
}

/* `count` rows from element `inside` of a block that are decoded to `elements`; a variable may have fewer of them here. */
static msrck_result decode_part(const struct loading *loading, const unsigned char *rows, uint64_t row, uint64_t inside,
                                uint64_t count, uint64_t room, unsigned char *elements, msrck_error *error)
{
    uint64_t kept = inside >= room ? 0 : count < room - inside ? count : room - inside;
    msrck_result result = kept > 0 ? decode_run(loading, rows, row, kept, elements, loading->element_size, error)
                                   : MSRCK_OK;

    if (result != MSRCK_OK || kept == count)
        return result;
    return check_cut(loading, rows + (size_t)kept * loading->width, row + kept, count - kept, room, error);
}

/*
 * Blocks of several elements, and blocks with types of their own: one after the other. A chunk may begin and end
 * inside a block.
 */
static msrck_result load_blocks(struct loading *loading, const unsigned char *rows, uint64_t row, uint64_t count,
                                msrck_error *error)
{
    while (count > 0) {
        uint64_t block = row / loading->per_block, inside = row % loading->per_block,
                 part = loading->per_block - inside;
        unsigned char *address = destination(loading, block);
        msrck_result result = MSRCK_OK;

        if (part > count)
            part = count;
        if (address != NULL)
            result = decode_part(loading, rows, row, inside, part,
                                 loading->extent->kind == PLACED_NAMED && loading->part == 0
                                     ? loading->extent->named[block].count
                                     : UINT64_MAX,
                                 address + loading->first_offset + (size_t)inside * loading->element_size, error);
        if (result != MSRCK_OK)
            return result;
        rows += (size_t)part * loading->width;
        row += part;
        count -= part;
    }
    return MSRCK_OK;
}

/* Decodes the rows of all blocks whose places are noted into copies, and puts these where they belong. */
static msrck_result load_gathered(const struct loading *loading, const unsigned char *rows, uint64_t row,
                                  msrck_error *error)
{
    struct gathering *gathering = &loading->restoration->gathering;
    msrck_result result;

    memset(gathering->bytes, 0, gathering->count * gathering->block_bytes);
    result = decode_run(loading, rows, row, gathering->count * loading->per_block, gathering->bytes,
                        loading->element_size, error);
    for (size_t k = 0; result == MSRCK_OK && k < gathering->count; k++)
        memcpy(gathering->blocks[k], gathering->bytes + k * gathering->block_bytes, gathering->block_bytes);
    gathering->count = 0;
    return result;
}

/* Whole blocks, many at once. What is left of `*count` rows is the caller's. */
static msrck_result load_whole_blocks(struct loading *loading, const unsigned char **rows, uint64_t *row,
                                      uint64_t *count, msrck_error *error)
{
    struct gathering *gathering = &loading->restoration->gathering;
    msrck_result result = MSRCK_OK;

    while (result == MSRCK_OK && *count >= loading->per_block) {
        uint64_t block = *row / loading->per_block, taken;

        while (gathering->count < gathering->capacity && (gathering->count + 1) * loading->per_block <= *count)
            gathering->blocks[gathering->count++] = msrck_placement_block(loading->extent, block++) +
                                                    loading->first_offset;
        taken = gathering->count * loading->per_block;
        result = load_gathered(loading, *rows, *row, error);
        *rows += (size_t)taken * loading->width;
        *row += taken;
        *count -= taken;
    }
    return result;
}

/* Small blocks: the rest of a block that the chunk before began, whole blocks, the beginning of one. */
static msrck_result load_small_blocks(struct loading *loading, const unsigned char *rows, uint64_t row, uint64_t count,
                                      msrck_error *error)
{
    uint64_t head = (loading->per_block - row % loading->per_block) % loading->per_block;
    msrck_result result;

    if (head > count)
        head = count;
    result = load_blocks(loading, rows, row, head, error);
    if (result != MSRCK_OK)
        return result;
    rows += (size_t)head * loading->width;
    row += head;
    count -= head;
    result = load_whole_blocks(loading, &rows, &row, &count, error);
    return result == MSRCK_OK ? load_blocks(loading, rows, row, count, error) : result;
}

/* Rows of variables without memory stay canonical: what they will become is known when a frame asks for them. */
static void keep_rows(struct placed_extent *extent, const struct chunk *chunk)
{
    if (extent->rows != NULL && chunk->place.part == 0)
        memcpy(extent->rows + (size_t)chunk->place.first_row * extent->width, chunk->rows,
               (size_t)chunk->place.rows * extent->width);
}

/* Which way a chunk's rows take depends on how its blocks lie; everything else is the same for all. */
static msrck_result load_chunk(struct restoration *restoration, const struct chunk *chunk, msrck_error *error)
{
    struct placed_extent *extent = &restoration->extents[chunk->place.extent];
    struct loading loading = { .restoration = restoration,
                               .resolver = msrck_resolver(restoration),
                               .extent = extent,
                               .index = chunk->place.extent,
                               .part = chunk->place.part,
                               .decoder = extent->decoder,
                               .width = chunk->width,
                               .element_size = extent->element_size,
                               .per_block = extent->file->count };
    const struct ti_type *entry = msrck_ti_get(restoration->types, extent->type);
    bool flexible = msrck_ti_get(restoration->file->types, extent->file->type)->flexible != TI_VOID;

    keep_rows(extent, chunk);
    if (extent->kind == PLACED_BYTES)
        return MSRCK_OK;
    if (flexible && chunk->place.part == 0)
        loading.per_block = 1;
    if (chunk->place.part == 1) {
        loading.decoder = extent->trailing;
        loading.first_offset = (size_t)entry->flexible_offset;
        loading.element_size = (size_t)msrck_ti_get(restoration->types, entry->flexible)->size;
    }
    if (loading.per_block == 1 && chunk->place.part == 0 && extent->kind == PLACED_RUNS)
        return load_singles(&loading, chunk->rows, chunk->place.first_row, chunk->place.rows, error);
    if (extent->kind != PLACED_NAMED && loading.per_block <= GATHER_BLOCK) {
        if (!msrck_gathering_prepare(&restoration->gathering, loading.per_block * loading.element_size, extent->file->blocks))
            return msrck_fail_memory(error, GATHER_BYTES, "gathered blocks");
        if (restoration->gathering.capacity > 0)
            return load_small_blocks(&loading, chunk->rows, chunk->place.first_row, chunk->place.rows, error);
    }
    return load_blocks(&loading, chunk->rows, chunk->place.first_row, chunk->place.rows, error);
}

static uint64_t least(uint64_t left, uint64_t right)
{
    return left < right ? left : right;
}

/*
 * Attached variables hold values of the program; decoding wants zeros, and members that are not in the file become
 * zero.
 */
static void clear_attached(struct restoration *restoration)
{
    size_t i;
    uint64_t b;

    for (i = 0; i < restoration->file->extent_count; i++) {
        struct placed_extent *extent = &restoration->extents[i];

        for (b = 0; extent->kind == PLACED_NAMED && b < extent->file->blocks; b++) {
            struct named_place *place = &extent->named[b];

            if (place->address == NULL)
                continue;
            place->filled = true;
            if (place->constant)
                continue;
            /* Elements that only the program has keep what it gave them. */
            memset(place->address, 0,
                   (size_t)msrck_block_bytes(restoration->types, place->type,
                                             least(extent->file->count, place->count)));
        }
    }
}

/* Memory is bounded however large the file is: one chunk at a time, decoded straight into its blocks. */
msrck_result msrck_load_chunks(struct restoration *restoration, msrck_error *error)
{
    struct chunk chunk;
    bool end = false;
    msrck_result result = MSRCK_OK;

    clear_attached(restoration);
    while (result == MSRCK_OK) {
        result = msrck_file_reader_next_chunk(restoration->reader, &chunk, &end, error);
        if (result != MSRCK_OK || end)
            break;
        result = load_chunk(restoration, &chunk, error);
    }
    return result == MSRCK_OK ? msrck_file_reader_finish(restoration->reader, error) : result;
}

msrck_result msrck_load_kept(struct restoration *restoration, struct placed_extent *extent, uint64_t block,
                             const struct row_decoder *decoder, uint32_t type, uint64_t room, void *bytes,
                             msrck_error *error)
{
    const struct extent *file = extent->file;
    size_t size = (size_t)msrck_ti_get(restoration->types, type)->size;
    struct loading loading = { .restoration = restoration,
                               .resolver = msrck_resolver(restoration),
                               .extent = extent,
                               .index = (size_t)(extent - restoration->extents),
                               .decoder = decoder,
                               .width = extent->width,
                               .element_size = size };
    uint64_t first = block * file->count;

    memset(bytes, 0, (size_t)least(file->count, room) * size);
    if (extent->rows == NULL)
        return MSRCK_OK;
    return decode_part(&loading, extent->rows + (size_t)first * extent->width, first, 0, file->count, room, bytes,
                       error);
}
