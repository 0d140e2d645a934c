/* SPDX-License-Identifier: MIT */
/* reads FILE - a program in C++ that looks into a checkpoint: prints its program's name. */
#include <msrck/msrck.h>
#include <msrck/reader.h>
#include <msrck/writer.h>

#include <cstdio>
#include <cstring>

int main(int argc, char **argv)
{
    msrck_error error;
    msrck_reader *reader = nullptr;

    std::memset(&error, 0, sizeof error);
    if (argc != 2 || msrck_reader_open(argv[1], nullptr, &reader, &error) != MSRCK_OK) {
        std::fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    std::puts(msrck_reader_program(reader));
    msrck_reader_close(reader);
    return msrck_int.size == sizeof(int) ? 0 : 1;
}
