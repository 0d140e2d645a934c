/* SPDX-License-Identifier: MIT */
#include "file/section_order.h"

#include <string.h>

#include "file/container.h"

/* Those that a reader has to know, in their order; the numbers of all but the last are stages. */
#define CRITICAL_SECTIONS 7u
static const char *const critical_tags[CRITICAL_SECTIONS] = { "TYPE", "PROG", "EXTE", "VARS", "FRAM", "DATA", "INDX" };

static msrck_result accept_ancillary(struct section_order *order, const char *tag, uint64_t offset, msrck_error *error)
{
    bool *met = NULL;
    unsigned stage = STAGE_TYPE;

    if (strcmp(tag, "prov") == 0) {
        met = &order->provenance;
    } else if (strcmp(tag, "dgsT") == 0) {
        met = &order->digest;
        stage = STAGE_DATA;
    }
    if (met == NULL)
        return MSRCK_OK;
    if (*met || order->stage != stage)
        return msrck_fail_at(error, MSRCK_CORRUPT, offset, "section '%s' is %s", tag,
                             *met ? "there twice" : "out of place");
    *met = true;
    return MSRCK_OK;
}

msrck_result msrck_order_accept(struct section_order *order, const char *tag, uint64_t offset, msrck_error *error)
{
    unsigned section = 0;
    bool in_place;

    if (msrck_tag_ancillary(tag))
        return accept_ancillary(order, tag, offset, error);
    while (section < CRITICAL_SECTIONS && strcmp(tag, critical_tags[section]) != 0)
        section++;
    if (section == CRITICAL_SECTIONS)
        return msrck_fail_at(error, MSRCK_UNSUPPORTED, offset, "needs a newer msrck: section '%s' is unknown", tag);
    /* The index may follow FRAM directly: a graph may have no rows. The digest is of all rows: none comes behind it. */
    if (section < STAGE_DATA)
        in_place = order->stage == section;
    else
        in_place = order->stage == STAGE_DATA && !(section == STAGE_DATA && order->digest);
    if (!in_place)
        return msrck_fail_at(error, MSRCK_CORRUPT, offset, "section '%s' is out of place", tag);
    if (section != STAGE_DATA)
        order->stage = section < STAGE_DATA ? section + 1 : STAGE_END;
    return MSRCK_OK;
}

/* Steps over parts that have no more rows. False when nothing is left. */
static bool find_next_part(struct row_tiling *tiling)
{
    const struct metadata *metadata = tiling->metadata;

    for (; tiling->extent < metadata->extent_count; tiling->extent++, tiling->part = 0, tiling->row = 0) {
        const struct extent *extent = &metadata->extents[tiling->extent];

        for (; tiling->part < 2; tiling->part++, tiling->row = 0)
            if (tiling->row < msrck_extent_rows(metadata->types, extent, tiling->part))
                return true;
    }
    return false;
}

msrck_result msrck_tiling_accept(struct row_tiling *tiling, uint32_t extent, uint32_t part, uint64_t first_row,
                                 uint64_t rows, uint64_t offset, msrck_error *error)
{
    const struct metadata *metadata = tiling->metadata;

    if (!find_next_part(tiling))
        return msrck_fail_at(error, MSRCK_CORRUPT, offset, "a chunk follows after the last row");
    if (extent != tiling->extent || part != tiling->part || first_row != tiling->row)
        return msrck_fail_at(
            error, MSRCK_CORRUPT, offset,
            "the chunk begins at extent %lu, part %lu, row %llu where extent %zu, part %lu, row %llu is due",
            (unsigned long)extent, (unsigned long)part, (unsigned long long)first_row, tiling->extent,
            (unsigned long)tiling->part, (unsigned long long)tiling->row);
    if (rows == 0 || rows > msrck_extent_rows(metadata->types, &metadata->extents[extent], part) - first_row)
        return msrck_fail_at(
            error, MSRCK_CORRUPT, offset, "the chunk claims %llu rows, extent %lu has %llu left",
            (unsigned long long)rows, (unsigned long)extent,
            (unsigned long long)(msrck_extent_rows(metadata->types, &metadata->extents[extent], part) - first_row));
    tiling->row += rows;
    return MSRCK_OK;
}

msrck_result msrck_tiling_finish(struct row_tiling *tiling, uint64_t offset, msrck_error *error)
{
    if (!find_next_part(tiling))
        return MSRCK_OK;
    return msrck_fail_at(error, MSRCK_CORRUPT, offset, "the chunks end before extent %zu, part %lu, row %llu",
                         tiling->extent, (unsigned long)tiling->part, (unsigned long long)tiling->row);
}
