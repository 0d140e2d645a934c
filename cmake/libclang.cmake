# SPDX-License-Identifier: MIT
#
# The C interface of libclang, version 19, as the target dependency::clang.
find_path(LIBCLANG_INCLUDE clang-c/Index.h PATHS /usr/lib/llvm-19/include)
find_library(LIBCLANG_LIBRARY NAMES clang-19 PATHS /usr/lib/llvm-19/lib)
if(LIBCLANG_INCLUDE AND LIBCLANG_LIBRARY)
    add_library(dependency::clang INTERFACE IMPORTED GLOBAL)
    target_include_directories(dependency::clang SYSTEM INTERFACE ${LIBCLANG_INCLUDE})
    target_link_libraries(dependency::clang INTERFACE ${LIBCLANG_LIBRARY})
elseif(NOT MSRCK_PRECOMPILER STREQUAL "AUTO")
    message(FATAL_ERROR "libclang 19 was not found; scripts/install-dependencies installs it on Debian (libclang-19-dev)")
else()
    message(STATUS "libclang 19 was not found: msrck cc is left out")
endif()
