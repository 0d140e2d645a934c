# SPDX-License-Identifier: MIT
# Static programs for i386, run by user-mode emulation. scripts/sysroots prepares the libraries.
set(MSRCK_TARGET i386)
set(CMAKE_SYSTEM_PROCESSOR i686)
set(CMAKE_C_COMPILER i686-linux-gnu-gcc)
include(${CMAKE_CURRENT_LIST_DIR}/cross.cmake)
