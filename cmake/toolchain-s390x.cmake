# SPDX-License-Identifier: MIT
# Static programs for s390x, run by user-mode emulation. scripts/sysroots prepares the libraries.
set(MSRCK_TARGET s390x)
set(CMAKE_SYSTEM_PROCESSOR s390x)
set(CMAKE_C_COMPILER s390x-linux-gnu-gcc)
include(${CMAKE_CURRENT_LIST_DIR}/cross.cmake)
