#!/bin/sh
# SPDX-License-Identifier: MIT
# The logical order of the typed heap is the same on machines of other word size and byte order.
# usage: compare_machines.sh ROOT FOLDER     FOLDER takes the programs
set -eu
root=$1
folder=$2
mkdir -p "$folder"
cd "$root"
# What turns tables into XDR needs a library of the other machine, and is not needed here.
tests=tests/unit/memory
sources="$(ls src/libmsrck/base/*.c src/libmsrck/types/*.c src/libmsrck/memory/*.c | grep -v -e ti_encode -e ti_decode)
    src/libmsrck/file/extent.c $tests/memory_types.c $tests/order_script.c $tests/logical_order.c"

run() {
    compiler=$1
    shift
    # The list of sources is meant to be split.
    # shellcheck disable=SC2086
    "$compiler" -std=gnu11 -O1 -static -Iinclude -Isrc/libmsrck $sources \
        -o "$folder/order-$compiler"
    "$@" "$folder/order-$compiler" >"$folder/order-$compiler.txt"
}

run gcc env
[ "$(wc -l <"$folder/order-gcc.txt")" -eq 7 ] || { echo "the native program printed too little"; exit 1; }
grep -qx 'literal 1' "$folder/order-gcc.txt" && grep -qx 'writable 0' "$folder/order-gcc.txt" ||
    { echo "literals are not told from writable strings"; exit 1; }
compared=0
for pair in i686-linux-gnu-gcc:qemu-i386 s390x-linux-gnu-gcc:qemu-s390x aarch64-linux-gnu-gcc:qemu-aarch64; do
    compiler=${pair%%:*}
    emulator=${pair##*:}
    if ! command -v "$compiler" >/dev/null || ! command -v "$emulator" >/dev/null; then
        continue
    fi
    run "$compiler" "$emulator"
    cmp "$folder/order-gcc.txt" "$folder/order-$compiler.txt"
    compared=$((compared + 1))
done
# 77 says that the test could not be made.
[ "$compared" -gt 0 ] || exit 77
