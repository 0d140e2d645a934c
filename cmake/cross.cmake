# SPDX-License-Identifier: MIT
#
# What the toolchain files have in common. MSRCK_TARGET names the machine as its emulator does; its libraries are in
# MSRCK_SYSROOTS/MSRCK_TARGET, by default below build/sysroots, where scripts/sysroots puts them.
set(CMAKE_SYSTEM_NAME Linux)
if(NOT MSRCK_SYSROOTS)
    set(MSRCK_SYSROOTS "$ENV{MSRCK_SYSROOTS}")
endif()
if(NOT MSRCK_SYSROOTS)
    get_filename_component(MSRCK_SYSROOTS ${CMAKE_CURRENT_LIST_DIR}/../build/sysroots ABSOLUTE)
endif()
# Compiler checks configure projects of their own, which have to see it too.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES MSRCK_SYSROOTS)

# Programs come from this machine, everything else from the sysroot.
set(CMAKE_FIND_ROOT_PATH ${MSRCK_SYSROOTS}/${MSRCK_TARGET})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

# Static, so that the emulator needs no libraries of the other machine at run time.
set(CMAKE_EXE_LINKER_FLAGS_INIT "-static -L${MSRCK_SYSROOTS}/${MSRCK_TARGET}/lib")
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-${MSRCK_TARGET})
