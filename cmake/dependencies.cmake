# SPDX-License-Identifier: MIT
#
# The libraries msrck stands on, as imported targets: zlib, libtirpc (XDR) and nettle (SHA-256) always; zstd, libdeflate
# and OpenSSL where they are found. Plain find_library, since cross sysroots have no working pkg-config; the last argument is the name that
# pkg-config knows the library by, for the installed msrck.pc.

function(msrck_find target header library module)
    find_path(${target}_INCLUDE ${header} PATH_SUFFIXES tirpc)
    find_library(${target}_LIBRARY NAMES ${library})
    if(${target}_INCLUDE AND ${target}_LIBRARY)
        add_library(dependency::${target} INTERFACE IMPORTED GLOBAL)
        target_include_directories(dependency::${target} SYSTEM INTERFACE ${${target}_INCLUDE})
        target_link_libraries(dependency::${target} INTERFACE ${${target}_LIBRARY})
        set_target_properties(dependency::${target} PROPERTIES MSRCK_LINK_NAME ${library} MSRCK_MODULE ${module})
    endif()
endfunction()

function(msrck_require target)
    if(NOT TARGET dependency::${target})
        message(FATAL_ERROR "${target} was not found; scripts/install-dependencies installs it on Debian")
    endif()
endfunction()

msrck_find(zlib zlib.h z zlib)
msrck_find(tirpc rpc/xdr.h tirpc libtirpc)
msrck_find(nettle nettle/sha2.h nettle nettle)
msrck_find(zstd zstd.h zstd libzstd)
msrck_find(deflate libdeflate.h deflate libdeflate)
if(MSRCK_TLS)
    msrck_find(ssl openssl/ssl.h ssl libssl)
    msrck_find(crypto openssl/crypto.h crypto libcrypto)
    if(TARGET dependency::ssl AND TARGET dependency::crypto)
        add_library(dependency::openssl INTERFACE IMPORTED GLOBAL)
        target_link_libraries(dependency::openssl INTERFACE dependency::ssl dependency::crypto)
    endif()
endif()

# Links `target` with dependency::NAME here, and what is installed with the library of that name. Static libraries are the
# only ones whose users have to link it too.
function(msrck_depend target)
    foreach(name IN LISTS ARGN)
        get_target_property(link_name dependency::${name} MSRCK_LINK_NAME)
        get_target_property(module dependency::${name} MSRCK_MODULE)
        target_link_libraries(${target} PUBLIC $<BUILD_INTERFACE:dependency::${name}> $<INSTALL_INTERFACE:${link_name}>)
        set_property(GLOBAL APPEND PROPERTY MSRCK_MODULES ${module})
        get_filename_component(folder ${${name}_LIBRARY} DIRECTORY)
        set_property(GLOBAL APPEND PROPERTY MSRCK_LINK_NAMES -l${link_name})
        set_property(GLOBAL APPEND PROPERTY MSRCK_LINK_FOLDERS -L${folder})
    endforeach()
endfunction()

msrck_require(zlib)
msrck_require(tirpc)
msrck_require(nettle)

set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_program(RPCGEN rpcgen REQUIRED)
