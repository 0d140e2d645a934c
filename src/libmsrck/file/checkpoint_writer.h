/* SPDX-License-Identifier: MIT */
/*
 * The inside of msrck_writer, shared by the checkpoint_writer_*.c files: what was described, the same after the
 * readers' checks, and a reader without a file that shows it.
 */
#ifndef MSRCK_FILE_CHECKPOINT_WRITER_H
#define MSRCK_FILE_CHECKPOINT_WRITER_H

#include <msrck/writer.h>

#include "file/file_writer.h"
#include "file/metadata.h"
#include "file/reader_state.h"
#include "file/reader_verify.h"

enum writer_stage { WRITER_DESCRIBES, WRITER_LAID_OUT, WRITER_WRITES, WRITER_ENDS, WRITER_FINISHED };

struct msrck_writer {
    enum writer_stage stage;
    msrck_limits limits;            /* of what is written */
    struct metadata described;      /* as it was given; variables, frames and notes until writing begins */
    size_t type_members;            /* capacity of the newest type's fields or enumerators */
    size_t function_capacity, point_capacity, local_capacity, target_capacity, extent_capacity, variable_capacity,
        frame_capacity, note_capacity;

    struct metadata checked;        /* decoded from the payloads below, as a reader would */
    struct byte_buffer types, program, extents, variables, frames, notes;   /* payloads of the sections */
    msrck_reader layout;            /* over `checked` */

    struct sink *sink;
    struct file_writer *file;
    struct verification verification;
    msrck_error found;              /* the first finding in a row */

    bool in_rows;                   /* rows of (extent, part) are being written */
    uint32_t extent, part;
    uint64_t rows, rows_given;
    size_t width;
    const unsigned char *room;      /* handed out and not checked yet; NULL for none */
    uint64_t room_rows;
};

/* MSRCK_MISUSE unless the writer is at the stage. */
msrck_result msrck_writer_expect(const msrck_writer *writer, enum writer_stage stage, msrck_error *error);

/* Checks the payloads of types, program and extents, and lays the blocks out. */
msrck_result msrck_writer_check_description(msrck_writer *writer, msrck_error *error);
/* Encodes the metadata but for variables and frames, whose addresses follow from it. */
msrck_result msrck_writer_encode_description(msrck_writer *writer, const struct ti_table *types,
                                             const struct metadata *source, msrck_error *error);

#endif
