# SPDX-License-Identifier: MIT
# Static programs for aarch64, run by user-mode emulation. scripts/sysroots prepares the libraries.
set(MSRCK_TARGET aarch64)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
include(${CMAKE_CURRENT_LIST_DIR}/cross.cmake)
