# SPDX-License-Identifier: MIT
#
# Turns files into C arrays, ended by a zero byte:
#   cmake -DOUTPUT=page.c -DHEADER=page.h "-DINPUTS=a/page.html;a/page.js" -P embed_text.cmake
# gives `const char page_html[]` and `const char page_js[]`, which HEADER declares.
set(text "/* Made by cmake/embed_text.cmake. */\n#include \"${HEADER}\"\n")
foreach(input IN LISTS INPUTS)
    get_filename_component(name ${input} NAME)
    string(MAKE_C_IDENTIFIER ${name} name)
    file(READ ${input} bytes HEX)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
    string(REGEX REPLACE "((0x..,){20})" "\\1\n" bytes "${bytes}")
    string(APPEND text "\nconst char ${name}[] = {\n${bytes}0\n};\n")
endforeach()
file(WRITE ${OUTPUT} "${text}")
