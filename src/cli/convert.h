/* SPDX-License-Identifier: MIT */
/* What the parts of `msrck convert` share. */
#ifndef MSRCK_CLI_CONVERT_H
#define MSRCK_CLI_CONVERT_H

#include <msrck/writer.h>

#include "option_table.h"
#include "output_file.h"

struct convert_options {
    const char *to, *output, *codec, *filter, *patch;   /* NULL where not given */
    bool force, no_provenance, digest;
};

enum convert_form { FORM_JSON, FORM_CHECKPOINT, FORM_NPZ, FORM_COUNT };

/* A conversion under way. */
struct conversion {
    const struct convert_options *options;
    const msrck_limits *limits;
    const char *path;               /* of the input, as given */
    int descriptor;                 /* of the input, or of the checkpoint made from it; can seek */
    bool is_document;               /* the input is JSON */
    enum convert_form form;         /* of the output */
    struct output_file output;
    bool output_open;
    msrck_writer_options storing;
};

/*
 * Opens the input; what cannot seek is copied to an unnamed temporary file first. EXIT_CODE_OK, or another code after
 * its message. Close it also after a failure.
 */
int convert_open_input(struct conversion *conversion);
void convert_close_input(struct conversion *conversion);
/* A temporary file without a name; -1, and errno, when there can be none. */
int convert_unnamed(void);

/* Opens the output, once all that can be known of the input is. */
int convert_begin_output(struct conversion *conversion);

/* Each returns an exit code, after a message where it is not EXIT_CODE_OK. The output stays to be committed. */
int convert_to_json(struct conversion *conversion, msrck_reader *reader);
int convert_to_npz(struct conversion *conversion, msrck_reader *reader);
int convert_to_checkpoint(struct conversion *conversion, msrck_reader *reader);
/* From a document to a checkpoint on a descriptor; -1 is the output, which is begun then. */
int convert_document(struct conversion *conversion, int descriptor);
/* Puts the document of the input, changed by the patch, in the place of the input, which is a checkpoint. */
int convert_patch(struct conversion *conversion);

/* Codec and filter: as the options say, or the input. */
int convert_choose_storing(struct conversion *conversion);

#endif
