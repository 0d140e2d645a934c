/* SPDX-License-Identifier: MIT */
/*
 * Writes the sample checkpoint, good or with a fault, for the tests of the tool.
 * usage: write_sample FILE [FAULT [none|zlib]]; "write_sample --faults" lists "NAME FINDING LEVEL".
 */
#include <stdio.h>
#include <string.h>

#include "reader_sample.h"

static int list_faults(void)
{
    for (int i = FAULT_NONE + 1; i < FAULT_COUNT_; i++)
        printf("%s %s %s\n", sample_fault_name((enum sample_fault)i), sample_fault_finding((enum sample_fault)i),
               sample_fault_is_deep((enum sample_fault)i) ? "deep" : "normal");
    return 0;
}

int main(int argc, char **argv)
{
    struct codec_choice codec = { CODEC_NONE, FILTER_NONE, 0 };
    struct byte_buffer bytes = BYTE_BUFFER_INIT;
    enum sample_fault fault = FAULT_NONE;
    FILE *file;

    if (argc == 2 && strcmp(argv[1], "--faults") == 0)
        return list_faults();
    if (argc < 2)
        return 2;
    while (argc > 2 && fault < FAULT_COUNT_ && strcmp(sample_fault_name(fault), argv[2]) != 0)
        fault++;
    if (fault == FAULT_COUNT_)
        return 2;
    if (argc > 3 && strcmp(argv[3], "zlib") == 0)
        codec = (struct codec_choice){ CODEC_ZLIB, FILTER_PLANES, 6 };
    reader_sample(&codec, fault, &bytes);
    file = fopen(argv[1], "wb");
    if (file == NULL || fwrite(bytes.bytes, 1, bytes.length, file) != bytes.length || fclose(file) != 0)
        return 3;
    msrck_buffer_free(&bytes);
    return 0;
}
