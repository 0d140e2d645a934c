# SPDX-License-Identifier: MIT
#
# The libraries msrck stands on, as imported targets: zlib, libtirpc (XDR) and nettle (SHA-256) always; zstd and libdeflate
# where they are found. Plain find_library, since cross sysroots have no working pkg-config.

function(msrck_find target header library)
    find_path(${target}_INCLUDE ${header} PATH_SUFFIXES tirpc)
    find_library(${target}_LIBRARY NAMES ${library})
    if(${target}_INCLUDE AND ${target}_LIBRARY)
        add_library(dependency::${target} INTERFACE IMPORTED GLOBAL)
        target_include_directories(dependency::${target} SYSTEM INTERFACE ${${target}_INCLUDE})
        target_link_libraries(dependency::${target} INTERFACE ${${target}_LIBRARY})
    endif()
endfunction()

function(msrck_require target)
    if(NOT TARGET dependency::${target})
        message(FATAL_ERROR "${target} was not found; scripts/install-dependencies installs it on Debian")
    endif()
endfunction()

msrck_find(zlib zlib.h z)
msrck_find(tirpc rpc/xdr.h tirpc)
msrck_find(nettle nettle/sha2.h nettle)
msrck_find(zstd zstd.h zstd)
msrck_find(deflate libdeflate.h deflate)
msrck_require(zlib)
msrck_require(tirpc)
msrck_require(nettle)

set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_program(RPCGEN rpcgen REQUIRED)
