/* SPDX-License-Identifier: MIT */
#include "msrm/file_path.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"
#include "msrm/path_search.h"
#include "msrm/placement.h"
#include "msrm/row_pointers.h"

/*
 * How much is looked at for a path before the message goes without one: blocks, and chunks read. A second or two;
 * who has to look further has the tools.
 */
enum { MOST_BLOCKS = 2000000, MOST_CHUNK_READS = 8192, CACHED_CHUNKS = 64 };

/* What the search is for: a block (or any of an extent), or whoever holds an address. */
struct wanted {
    size_t extent;
    bool any_block;
    uint64_t block;
    uint64_t address;
};

struct cached_rows {
    uint32_t extent, part;
    uint64_t first_row, rows;
    unsigned char *bytes;
    size_t width;
    uint64_t used;
};

struct file_search {
    struct path_search paths;
    struct restoration *restoration;
    struct wanted wanted;
    struct cached_rows cache[CACHED_CHUNKS];
    uint64_t clock;
    unsigned reads;
    bool unreadable; /* a chunk could not be read, or too many were */

    /* While a block is expanded */
    size_t node;
    uint64_t leaf_base; /* of the row in its block */
    bool found;
    uint64_t found_leaf;
};

/* ---- Rows by their numbers ---- */

/* A path jumps between a few extents, so a handful of chunks serves most of it. */
static struct cached_rows *oldest(struct file_search *search)
{
    struct cached_rows *found = &search->cache[0];

    for (size_t i = 1; i < CACHED_CHUNKS; i++)
        if (search->cache[i].used < found->used)
            found = &search->cache[i];
    return found;
}

static bool read_into(struct file_search *search, uint32_t extent, uint32_t part, uint64_t row,
                      struct cached_rows *slot)
{
    struct file_reader *reader = search->restoration->reader;
    size_t section = msrck_file_reader_find_row(reader, extent, part, row), bytes;
    struct chunk chunk;

    free(slot->bytes);
    *slot = (struct cached_rows){ .bytes = NULL };
    if (section == SIZE_MAX || search->reads++ >= MOST_CHUNK_READS ||
        msrck_file_reader_read_chunk(reader, section, &chunk, NULL) != MSRCK_OK)
        return false;
    bytes = (size_t)chunk.place.rows * chunk.width;
    slot->bytes = msrck_allocate(bytes, 1);
    if (slot->bytes == NULL)
        return false;
    memcpy(slot->bytes, chunk.rows, bytes);
    slot->extent = extent;
    slot->part = part;
    slot->first_row = chunk.place.first_row;
    slot->rows = chunk.place.rows;
    slot->width = chunk.width;
    return true;
}

/* The row's bytes, valid until the next call; NULL when it cannot be read. */
static const unsigned char *row_at(struct file_search *search, uint32_t extent, uint32_t part, uint64_t row)
{
    struct cached_rows *slot = NULL;

    for (size_t i = 0; i < CACHED_CHUNKS && slot == NULL; i++) {
        struct cached_rows *held = &search->cache[i];

        if (held->bytes != NULL && held->extent == extent && held->part == part && row - held->first_row < held->rows)
            slot = held;
    }
    if (slot == NULL) {
        slot = oldest(search);
        if (!read_into(search, extent, part, row, slot)) {
            search->unreadable = true;
            return NULL;
        }
    }
    slot->used = ++search->clock;
    return slot->bytes + (size_t)(row - slot->first_row) * slot->width;
}

/* ---- Breadth first ---- */

/* A node is a block, whatever leaf of it a pointer names: the leaf is kept with the edge. */
static void add_block(struct file_search *search, uint64_t address, size_t parent, uint64_t slot)
{
    uint64_t block, leaf;
    const struct placed_extent *extent = placed_at(search->restoration, address, &block, &leaf);

    msrck_path_search_add(&search->paths, address - leaf,
                          (struct block_shape){ extent->file->type, extent->file->count }, parent, slot, leaf);
}

static void follow(void *context, uint64_t leaf, uint64_t address)
{
    struct file_search *search = context;

    if (search->found || address >= search->restoration->file->address_end)
        return;
    if (search->wanted.address == address) {
        search->found = true;
        search->found_leaf = search->leaf_base + leaf;
        return;
    }
    add_block(search, address, search->node, search->leaf_base + leaf);
}

static void expand_rows(struct file_search *search, uint32_t extent, uint32_t part, uint64_t first, uint64_t count,
                        uint32_t type, uint64_t leaf)
{
    const struct metadata *file = search->restoration->file;
    const struct ti_type *entry = msrck_ti_get(file->types, type);
    uint64_t i;

    for (i = 0; entry->has_pointers && i < count && !search->found && !search->unreadable && !search->paths.failed;
         i++) {
        const unsigned char *row = row_at(search, extent, part, first + i);

        search->leaf_base = leaf + i * entry->leaves;
        if (row != NULL)
            msrck_row_pointers(file->types, type, file->header.pointer_width, row, follow, search);
    }
}

static void expand(struct file_search *search, const struct placed_extent *extent, uint64_t block)
{
    const struct ti_type *entry = msrck_ti_get(search->restoration->file->types, extent->file->type);
    uint32_t index = (uint32_t)(extent - search->restoration->extents);
    uint64_t count = extent->file->count;

    if (!entry->has_pointers)
        return;
    if (entry->flexible == TI_VOID) {
        expand_rows(search, index, 0, block * count, count, extent->file->type, 0);
        return;
    }
    expand_rows(search, index, 0, block, 1, extent->file->type, 0);
    expand_rows(search, index, 1, block * count, count, entry->flexible, entry->leaves);
}

static bool is_wanted(const struct file_search *search, const struct placed_extent *extent, uint64_t block)
{
    if (search->wanted.address != 0)
        return false;
    return (size_t)(extent - search->restoration->extents) == search->wanted.extent &&
           (search->wanted.any_block || search->wanted.block == block);
}

/* The variables of the file: named ones first, then those of the frames. Their blocks tell who they are. */
static void add_variables(struct file_search *search)
{
    const struct metadata *file = search->restoration->file;
    size_t i;
    uint32_t k;

    for (i = 0; i < file->variable_count; i++)
        add_block(search, file->variables[i].address, PATH_NO_PARENT, file->variables[i].address);
    for (i = 0; i < file->frame_count; i++) {
        if (file->frames[i].live != 0)
            add_block(search, file->frames[i].live, PATH_NO_PARENT, file->frames[i].live);
        for (k = 0; k < file->frames[i].local_count; k++)
            if (file->frames[i].locals[k] != 0)
                add_block(search, file->frames[i].locals[k], PATH_NO_PARENT, file->frames[i].locals[k]);
    }
}

static void name_variable(void *context, uint64_t address, struct byte_buffer *out, uint32_t *declared)
{
    struct restoration *restoration = context;
    const struct metadata *file = restoration->file;
    uint64_t block, leaf;
    const struct placed_extent *extent = placed_at(restoration, address, &block, &leaf);
    const struct named_place *place;

    if (extent->kind != PLACED_NAMED)
        return;
    place = &extent->named[block];
    msrck_placement_describe(restoration, place, out);
    if (place->claim == CLAIM_VARIABLE || place->claim == CLAIM_ROOT)
        *declared = file->variables[place->claimant].type;
    else if (place->claim == CLAIM_LOCAL)
        *declared = file->functions[file->frames[place->claimant].function].locals[place->local].type;
}

/* The node that is wanted, or that holds the wanted address; SIZE_MAX when it was not found. */
static size_t find_node(struct file_search *search)
{
    add_variables(search);
    while ((search->node = msrck_path_search_next(&search->paths)) != SIZE_MAX) {
        uint64_t block, leaf, key = search->paths.nodes[search->node].key;
        const struct placed_extent *extent = placed_at(search->restoration, key, &block, &leaf);

        if (is_wanted(search, extent, block))
            return search->node;
        /* Without a second way through the file, only the variables themselves can be named. */
        if (!search->unreadable)
            expand(search, extent, block);
        if (search->found)
            return search->node;
    }
    return SIZE_MAX;
}

/* The forward reading has gone past the rows; the index leads back to them. */
static void open_index(struct file_search *search)
{
    struct restoration *restoration = search->restoration;

    search->unreadable = !msrck_source_seekable(restoration->source) ||
                         msrck_file_reader_load_index(restoration->reader, NULL) != MSRCK_OK;
}

static struct file_search search_for(struct restoration *restoration, struct wanted wanted)
{
    struct file_search search = { .paths = { .types = restoration->file->types,
                                             .most = MOST_BLOCKS,
                                             .name_variable = name_variable,
                                             .context = restoration },
                                  .restoration = restoration,
                                  .wanted = wanted };

    return search;
}

static void end_search(struct file_search *search)
{
    for (size_t i = 0; i < CACHED_CHUNKS; i++)
        free(search->cache[i].bytes);
    msrck_path_search_free(&search->paths);
}

static void replace_message(msrck_error *error, struct byte_buffer *text)
{
    if (!text->failed && text->length > 0)
        snprintf(error->message, sizeof error->message, "%s", msrck_buffer_text(text));
    msrck_buffer_free(text);
}

/* Corrupt files are not searched for paths: what they say is not to be believed. */
static bool is_explainable(const msrck_error *error)
{
    return error != NULL && error->result == MSRCK_DOES_NOT_FIT;
}

/* ---- The three questions ---- */

/* Without a path: the type, the number of the block as the tools print it, and the element where there are several. */
static void print_block(const struct restoration *restoration, const struct placed_extent *extent, uint64_t block,
                        uint64_t element, const char *message, struct byte_buffer *out)
{
    const struct extent *file = extent->file;
    uint64_t number = block, i;

    for (i = 0; i < (uint64_t)(extent - restoration->extents); i++)
        number += restoration->file->extents[i].blocks;
    msrck_buffer_printf(out, "%s #%llu", msrck_ti_get(restoration->file->types, file->type)->name,
                        (unsigned long long)number);
    if (file->count > 1)
        msrck_buffer_printf(out, "[%llu]", (unsigned long long)element);
    msrck_buffer_printf(out, message[0] == '.' || message[0] == '[' ? "%s" : ": %s", message);
}

void msrck_file_path_explain_row(struct restoration *restoration, size_t extent, uint32_t part, uint64_t row,
                                 msrck_error *error)
{
    const struct placed_extent *placed = &restoration->extents[extent];
    const struct ti_type *entry = msrck_ti_get(restoration->file->types, placed->file->type);
    uint64_t per_block = part == 0 && entry->flexible != TI_VOID ? 1 : placed->file->count;
    uint64_t block = row / per_block, element = row % per_block, leaf;
    struct file_search search = search_for(restoration, (struct wanted){ extent, false, block, 0 });
    struct byte_buffer text = BYTE_BUFFER_INIT;
    size_t node;

    if (!is_explainable(error))
        return;
    leaf = part == 0 ? element * entry->leaves :
                       entry->leaves + element * msrck_ti_get(restoration->file->types, entry->flexible)->leaves;
    open_index(&search);
    node = find_node(&search);
    if (node != SIZE_MAX)
        msrck_path_search_print(&search.paths, node, leaf, error->message, &text);
    else
        print_block(restoration, placed, block, element, error->message, &text);
    end_search(&search);
    replace_message(error, &text);
}

void msrck_file_path_explain_extent(struct restoration *restoration, size_t extent, msrck_error *error)
{
    struct file_search search = search_for(restoration, (struct wanted){ extent, true, 0, 0 });
    struct byte_buffer text = BYTE_BUFFER_INIT;
    size_t node;

    if (!is_explainable(error))
        return;
    open_index(&search);
    node = find_node(&search);
    if (node != SIZE_MAX)
        msrck_path_search_print(&search.paths, node, 0, error->message, &text);
    end_search(&search);
    replace_message(error, &text);
}

void msrck_file_path_explain_pointer(struct restoration *restoration, uint64_t address, msrck_error *error)
{
    struct file_search search = search_for(restoration, (struct wanted){ SIZE_MAX, false, 0, address });
    struct byte_buffer text = BYTE_BUFFER_INIT;
    size_t node;

    if (!is_explainable(error) || address == 0)
        return;
    open_index(&search);
    node = find_node(&search);
    if (node != SIZE_MAX) {
        msrck_path_search_print(&search.paths, node, search.found_leaf, NULL, &text);
        msrck_buffer_printf(&text, ": %s", error->message);
    }
    end_search(&search);
    replace_message(error, &text);
}

void msrck_file_path_prefix(const char *name, msrck_error *error)
{
    struct byte_buffer text = BYTE_BUFFER_INIT;

    if (error == NULL || error->result == MSRCK_OK)
        return;
    msrck_buffer_printf(&text, "%s", name);
    msrck_access_message(error->message, &text);
    replace_message(error, &text);
}
