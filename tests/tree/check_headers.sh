#!/bin/sh
# SPDX-License-Identifier: MIT
# Each public header compiles alone, pedantically, as C11 and as C++17.
# usage: check_headers.sh INCLUDE_DIR
set -eu
include=$1
status=0
found=0
for header in "$include"/msrck/*.h; do
    found=$((found + 1))
    name=msrck/$(basename "$header")
    printf '#include <%s>\n' "$name" |
        gcc -std=c11 -pedantic -Wall -Wextra -Werror -I "$include" -fsyntax-only -x c - || status=1
    printf '#include <%s>\n' "$name" |
        g++ -std=c++17 -pedantic -Wall -Wextra -Werror -I "$include" -fsyntax-only -x c++ - || status=1
done
[ "$found" -ge 4 ] || { echo "only $found headers found"; exit 1; }
exit $status
