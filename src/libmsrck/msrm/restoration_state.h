/* SPDX-License-Identifier: MIT */
/* What the files of the restoring side share: one restoration's state. See restoration.h for its life. */
#ifndef MSRCK_MSRM_RESTORATION_STATE_H
#define MSRCK_MSRM_RESTORATION_STATE_H

#include "encoding/row_decoder.h"
#include "msrm/divider.h"
#include "msrm/function_numbers.h"
#include "msrm/gather.h"
#include "msrm/restoration.h"

/* Who in the file names a global or stack block. */
enum claim { CLAIM_NONE, CLAIM_VARIABLE, CLAIM_ROOT, CLAIM_LOCAL, CLAIM_LIVE, CLAIM_KEPT };

/* One block of a global or stack extent. Each has its own memory, given by the program. */
struct named_place {
    unsigned char *address;         /* NULL: not attached */
    const struct row_decoder *decoder;      /* borrowed from the restoration */
    uint32_t type;                  /* of an element here */
    uint64_t count;                 /* elements here; may be others than the file has. Of attached places */
    enum claim claim;
    size_t claimant;                /* variable or frame */
    uint32_t local;                 /* CLAIM_LOCAL */
    bool filled;
    bool constant;                  /* its memory keeps what it has */
};

enum placement_kind {
    PLACED_RUNS,                    /* heap and literals: typed heap */
    PLACED_ONE_BY_ONE,              /* foreign: malloc */
    PLACED_NAMED,                   /* globals and stack */
    PLACED_BYTES                    /* opaque: kept as they are */
};

/* An extent of the file and where its blocks are now. */
struct placed_extent {
    const struct extent *file;      /* borrowed from the metadata */
    enum placement_kind kind;
    bool allocated;
    bool literals;                  /* in the read-only memory of restored literals, not on the heap */
    struct divider by_block;        /* by the addresses of a block: leaves + 1 */
    uint64_t span;                  /* addresses of the extent */
    uint32_t type;                  /* the program's; not for PLACED_NAMED and PLACED_BYTES */
    size_t element_size;            /* native */
    const struct row_decoder *decoder, *trailing;   /* borrowed; trailing: of the flexible member, or NULL */
    struct heap_placement runs;
    struct divider by_run;          /* blocks of a run */
    unsigned char **blocks;         /* owned: PLACED_ONE_BY_ONE, each from malloc */
    struct named_place *named;      /* owned */
    /* owned: canonical rows of PLACED_NAMED (NULL while nobody needs them) and PLACED_BYTES */
    unsigned char *rows;
    size_t width;                   /* of a row of part 0 */
};

/* A pointer that could not be resolved when it was decoded. */
struct deferred_pointer { void **slot; uint64_t address; uint32_t declared; };
struct deferred_handle { void *object; uint64_t address; uint32_t type; };

/* A pointer to `declared` may lead to this leaf of such a block, both the program's types. */
struct known_lead { uint32_t declared, type; uint64_t count, leaf; bool set; };
enum { KNOWN_LEADS = 256 };

/* Decoders by pair of types, owned. */
struct decoder_entry { uint32_t file_type, type; bool live; struct row_decoder *decoder; };

struct restoration {
    struct source *source;          /* borrowed */
    struct file_reader *reader;
    const struct metadata *file;
    msrck_limits limits;
    struct msrlt *msrlt;
    struct ti_table *types;
    struct function_numbers targets;
    /* owned; by the file's number minus one; NULL where the program has none */
    const msrck_function_entry **functions;

    struct decoder_entry *decoders; size_t decoder_count, decoder_capacity;
    struct placed_extent *extents;  /* owned; as many as the file has */
    size_t last;                    /* extent of the last address that was resolved */

    struct deferred_pointer *pointers;  size_t pointer_count, pointer_capacity;
    struct deferred_handle *handles;    size_t handle_count, handle_capacity;

    struct known_lead *leads;       /* owned; KNOWN_LEADS at the places that a hash says; NULL until one is asked for */
    bool any_pointers;              /* whatever type is where they lead */

    struct gathering gathering;     /* owned; blocks that are being decoded and will be copied apart */

    struct change_notes *notes;     /* borrowed, or NULL */

    size_t next_root;               /* variable to go on with in restore_pointer and restore_variable */
    bool loading;                   /* blocks are not all decoded yet */
    bool loaded, completed;
    bool at_once;                   /* what is decoded will be copied: nothing may be remembered for later */
};

/* The decoder of a pair of types, compiled at first use. */
msrck_result msrck_restoration_decoder(struct restoration *restoration, uint32_t file_type, uint32_t type,
                                       const struct row_decoder **decoder, msrck_error *error);
/* The same for structs of live variables, which may have different names. */
msrck_result msrck_restoration_live_decoder(struct restoration *restoration, uint32_t file_type, uint32_t type,
                                            const struct row_decoder **decoder, msrck_error *error);

/* Extent and block of a canonical address whose range was checked; *leaf is the place inside the block. */
static inline struct placed_extent *placed_at(struct restoration *restoration, uint64_t address, uint64_t *block,
                                              uint64_t *leaf)
{
    struct placed_extent *extent = &restoration->extents[restoration->last];

    if (address - extent->file->base >= extent->span) {
        restoration->last = msrck_extent_find(restoration->file->extents, restoration->file->extent_count, address);
        extent = &restoration->extents[restoration->last];
    }
    *block = divide(&extent->by_block, address - extent->file->base, leaf);
    return extent;
}

#endif
